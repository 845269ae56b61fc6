"""What happens behind the counter: marketing cases and account openings, worked on in working hours.

Time runs in working minutes: 480 a day, Monday to Friday, holidays left out. A step is begun only where it
can be finished before the close.
"""

import heapq
import math
from collections import deque
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from . import settings
from .customers import Directory, managers
from .days import working_days
from .draws import Draws
from .settings import Branch

DAY = settings.SHUT - settings.OPEN
LONGEST = 300  # minutes of one step
BATCH_WEEKDAYS = (2, 5)  # Tuesday and Friday
BATCH_FROM = 14 * 60 - settings.OPEN
MARKETING, OPENING = "relationship marketing", "account opening"

# activity: role, mean working minutes, coefficient of variation, mean of the customer's own time before it
STEPS = {
    MARKETING: {
        "contact customer": ("customer manager", 20, 0.6, 0),
        "needs analysis": ("customer manager", 45, 0.5, 500),
        "prepare proposal": ("customer manager", 70, 0.6, 0),
        "collect documents": ("customer manager", 35, 0.7, 480),
        "check documents": ("operations", 28, 0.5, 0),
        "credit approval": ("approver", 22, 0.5, 0),
        "sign contract": ("operations", 28, 0.4, 240),
        "follow up": ("customer manager", 15, 0.5, 700),
    },
    OPENING: {
        "accept application": ("operations", 14, 0.5, 0),
        "collect documents": ("operations", 16, 0.6, 200),
        "check documents": ("operations", 18, 0.5, 0),
        "verify identity": ("operations", 12, 0.5, 0),
        "approve account": ("approver", 12, 0.5, 0),
        "open account": ("operations", 20, 0.4, 0),
        "hand over": ("operations", 8, 0.5, 240),
    },
}
PRODUCTS = {
    MARKETING: (
        ("consumer loan", 0.28), ("mortgage", 0.14), ("credit card", 0.22), ("wealth plan", 0.24),
        ("insurance", 0.12),
    ),
    OPENING: (("personal account", 0.55), ("payroll account", 0.2), ("corporate account", 0.25)),
}  # fmt: skip
VALUE_CNY = {
    "consumer loan": 90000, "mortgage": 850000, "credit card": 20000, "wealth plan": 130000,
    "insurance": 24000, "personal account": 9000, "payroll account": 15000, "corporate account": 160000,
}  # fmt: skip
SEGMENT_VALUE = {"ordinary": 0.7, "gold": 1.2, "VIP": 2.2}
OPENING_SEGMENTS = (("ordinary", 0.8), ("gold", 0.14), ("VIP", 0.06))
CHANNELS = (("branch", 0.44), ("phone", 0.2), ("WeChat", 0.24), ("referral", 0.12))


@dataclass(slots=True)
class Case:
    """One case; started in working minutes."""

    case_id: str
    process: str
    started: float
    draws: Draws
    customer_id: str = ""
    segment: str = "ordinary"
    manager: str = ""
    product: str = ""
    channel: str = ""
    value: float = 0.0
    outcome: str = ""
    n_checks: int = 0
    events: list[tuple[str, str, str, float, float]] = field(default_factory=list)


@dataclass(slots=True)
class Job:
    """One step that waits for somebody."""

    case: Case
    activity: str
    pool: str
    minutes: float


class Office:
    """The people behind the counter of one branch and their work."""

    def __init__(self, branch: Branch, seed: int) -> None:
        self.branch = branch
        self.days = working_days()
        draws = Draws(seed, branch.number, 5)
        base = 20 * branch.number
        self.pools = {manager: [manager] for manager in managers(branch)}
        self.pools["operations"] = [f"O{base + i + 1:02d}" for i in range(3 if branch.number == 0 else 2)]
        self.pools["approver"] = [f"A{base + i + 1:02d}" for i in range(2)]
        self.pace = {
            who: min(1.08, max(0.92, draws.normal(1.0, 0.04))) for pool in self.pools.values() for who in pool
        }
        if branch.slow_manager_factor > 1:
            self.pace[managers(branch)[2]] = branch.slow_manager_factor
        self.idle = {pool: list(people) for pool, people in self.pools.items()}
        self.queues: dict[str, deque[Job]] = {pool: deque() for pool in self.pools}
        self.batch: deque[Job] = deque()
        self.heap: list[tuple[float, int, str, Any]] = []
        self.n_events = 0

    def at(self, minute: float, kind: str, what: Any) -> None:
        """Note that something happens at a working minute; equal minutes keep their order."""
        self.n_events += 1
        heapq.heappush(self.heap, (minute, self.n_events, kind, what))

    def run(self, cases: list[Case]) -> None:
        """Work on the cases until the last working day is over."""
        for case in cases:
            self.at(case.started, "step", (case, next(iter(STEPS[case.process]))))
        if self.branch.approves_in_batches:
            for i, day in enumerate(self.days):
                if day.isoweekday() in BATCH_WEEKDAYS:
                    self.at(i * DAY + BATCH_FROM, "batch", None)
        while self.heap and self.heap[0][0] < len(self.days) * DAY:
            now, _, kind, what = heapq.heappop(self.heap)
            if kind == "step":
                self.join(now, *what)
            elif kind == "free":
                pool, who = what
                self.idle[pool].append(who)
                self.begin(now, pool)
            elif kind == "done":
                self.move_on(now, *what)
            else:
                self.begin(now, "approver")

    def join(self, now: float, case: Case, activity: str) -> None:
        """A step becomes ready and queues for its people."""
        role, mean, cv, _ = STEPS[case.process][activity]
        pool = case.manager if role == "customer manager" else role
        job = Job(case, activity, pool, max(2.0, case.draws.lognormal(mean, cv)))
        is_batched = activity == "credit approval" and self.branch.approves_in_batches
        (self.batch if is_batched else self.queues[pool]).append(job)
        self.begin(now, pool)

    def in_batch_hours(self, now: float) -> bool:
        """Whether approvals in batches are being worked on."""
        day = self.days[int(now // DAY)]
        return day.isoweekday() in BATCH_WEEKDAYS and now % DAY >= BATCH_FROM

    def begin(self, now: float, pool: str) -> None:
        """Give idle people their next steps; who cannot finish one today starts it tomorrow morning."""
        left_today = DAY - now % DAY
        while self.idle[pool]:
            batched = pool == "approver" and bool(self.batch) and self.in_batch_hours(now)
            queue = self.batch if batched else self.queues[pool]
            if not queue:
                return
            who = self.idle[pool].pop(0)
            minutes = min(LONGEST, queue[0].minutes * self.pace[who])
            if minutes >= left_today:
                self.at(now + left_today, "free", (pool, who))
                continue
            job = queue.popleft()
            role = STEPS[job.case.process][job.activity][0]
            job.case.events.append((job.activity, who, role, now, now + minutes))
            self.at(now + minutes, "done", (job.case, job.activity))
            self.at(now + minutes, "free", (pool, who))

    def move_on(self, now: float, case: Case, activity: str) -> None:
        """Decide what comes after a step."""
        draws = case.draws
        steps = list(STEPS[case.process])
        following = steps[steps.index(activity) + 1] if activity != steps[-1] else ""
        if activity == "check documents":
            case.n_checks += 1
            if draws.chance(self.branch.rework_share / (1 if case.n_checks == 1 else 2)):
                following = "collect documents"
        elif case.process == MARKETING:
            days = (now - case.started) / DAY
            lost = {
                "contact customer": 0.12, "needs analysis": 0.22, "credit approval": 0.06,
                "sign contract": min(0.45, 0.03 + 0.016 * days),  # who waits long goes elsewhere
            }.get(activity, 0.0)  # fmt: skip
            following = "" if draws.chance(lost) else following
        elif activity == "approve account" and draws.chance(0.04):
            following = ""
        if not following:
            case.outcome = "won" if activity == steps[-1] else "lost"
            return
        pause = STEPS[case.process][following][3]
        self.at(now + (draws.exponential(pause) if pause else 0.0), "step", (case, following))


def open_cases(branch: Branch, seed: int, directory: Directory) -> list[Case]:
    """The cases that start in the twelve months, with their customers."""
    days = working_days()
    cases = []
    plans = ((6, MARKETING, branch.cases_per_day, branch.case_segments),
             (7, OPENING, branch.openings_per_day, OPENING_SEGMENTS))  # fmt: skip
    for number, process, per_day, segments in plans:
        draws = Draws(seed, branch.number, number)
        minute, n = draws.exponential(DAY / per_day), 0
        while minute < len(days) * DAY:
            n += 1
            prefix = "RM" if process == MARKETING else "AO"
            case = Case(
                f"{prefix}-{branch.letter}{n:05d}", process, minute, Draws(seed, branch.number, number, n)
            )
            case.segment = draws.pick(segments)
            customer = directory.find(case.segment, days[int(minute // DAY)], draws, process == MARKETING)
            case.customer_id = customer.customer_id if customer else ""
            owners = [who for who in customer.manager_id if who] if customer and process == MARKETING else []
            case.manager = owners[0] if owners else managers(branch)[draws.below(branch.managers)]
            case.product = draws.pick(PRODUCTS[process])
            case.channel = draws.pick(CHANNELS)
            scale = VALUE_CNY[case.product] * SEGMENT_VALUE[case.segment]
            case.value = float(round(math.exp(draws.normal(math.log(scale), 0.6)) / 100) * 100)
            cases.append(case)
            minute += draws.exponential(DAY / per_day)
    return cases


def run_processes(branch: Branch, seed: int, directory: Directory) -> tuple[list[Case], list[date]]:
    """Both processes of a branch over the twelve months; the dates of its working days go with them."""
    office = Office(branch, seed)
    cases = open_cases(branch, seed, directory)
    office.run(cases)
    last = len(office.days) * DAY
    for case in cases:
        case.events = [event for event in case.events if event[4] <= last]
    return [case for case in cases if case.events], office.days


def clock(days: list[date], started: float, minute: float) -> datetime:
    """A working minute on the clock, counted from the day on which its step began."""
    i = int(started // DAY)
    return datetime.combine(days[i], datetime.min.time()) + timedelta(
        seconds=round((settings.OPEN + minute - i * DAY) * 60)
    )
