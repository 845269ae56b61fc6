"""Questionnaires: what people say, given how long they waited and who they are."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from . import settings
from .customers import Directory
from .days import open_days, shut
from .draws import Draws
from .hall import Ticket
from .processes import MARKETING, Case, clock
from .settings import Branch

DIMENSIONS = ("tangibles", "reliability", "responsiveness", "assurance", "empathy")
COLUMNS = (
    "response_id", "branch_id", "answered_at", "touchpoint", "segment", "customer_id", "ticket_id", "case_id",
    "overall", "recommend", *(f"perceived_{d}" for d in DIMENSIONS), *(f"expected_{d}" for d in DIMENSIONS),
    "comment",
)  # fmt: skip

WAIT_SLOPE = 0.062  # a minute of waiting takes this much from satisfaction
NOISE = 0.55  # scale of the logistic noise: an ordered logit of slope WAIT_SLOPE / NOISE a minute
CUTS = (-1.6, -0.75, 0.15, 1.55)
SEGMENT_MOOD = {"ordinary": 0.0, "gold": 0.15, "VIP": 0.3}
COUNTER_ANSWER_SHARE = 0.08
EXPECTATION_SHARE = 0.35
# mean of the answer, and how much of the person's satisfaction shows in it
PERCEIVED = {
    "tangibles": (5.7, 0.25), "reliability": (5.4, 0.5), "responsiveness": (4.6, 1.0),
    "assurance": (5.7, 0.3), "empathy": (5.1, 0.6),
}  # fmt: skip
EXPECTED = {"tangibles": 5.6, "reliability": 6.2, "responsiveness": 6.3, "assurance": 6.1, "empathy": 5.8}
COMMENTS = {
    "lunch": ("中午窗口太少,等得太久", "午休时间来办事,只开了三个窗口", "中午排队的人最多,开的窗口反而少"),
    "wait": ("排队时间太长", "VIP窗口空着,为什么不能叫普通号", "等了很久才叫到号",
             "缴费也要排这么久,希望有机器可以办"),
    "documents": ("材料补了两次,跑了两趟", "需要什么材料应该一次说清楚", "审批等了好几天"),
    "good": ("服务很好", "柜员很耐心", "办得很快,谢谢", "大堂经理很热情"),
}  # fmt: skip


class Desk:
    """Writes the answers of one branch."""

    def __init__(self, branch: Branch, seed: int) -> None:
        self.branch = branch
        self.draws = Draws(seed, branch.number, 8)
        self.rows: list[tuple[datetime, list[str]]] = []

    def answer(
        self, at: datetime, touchpoint: str, segment: str, z: float, topic: str, *,
        customer_id: str = "", ticket_id: str = "", case_id: str = "",
    ) -> None:  # fmt: skip
        """One answer of somebody whose satisfaction, before luck, is z."""
        draws = self.draws
        z += draws.logistic(NOISE)
        overall = 1 + sum(z > cut for cut in CUTS)
        recommend = "" if draws.chance(0.03) else str(scale(2 * overall - 0.4 + draws.normal(0, 1.2), 0, 10))
        perceived = [
            str(scale(base + weight * (z - 0.9) + draws.normal(0, 0.8), 1, 7))
            for base, weight in PERCEIVED.values()
        ]
        is_asked = draws.chance(EXPECTATION_SHARE)
        expected = [
            str(scale(draws.normal(mean, 0.7), 1, 7)) if is_asked else "" for mean in EXPECTED.values()
        ]
        is_told = draws.chance({1: 0.35, 2: 0.25, 3: 0.1, 4: 0.03, 5: 0.08}[overall])
        words = COMMENTS["good" if overall >= 4 else topic] if is_told else ("",)
        row = [
            "", self.branch.branch_id, f"{at:%Y-%m-%d %H:%M:%S}", touchpoint, segment, customer_id,
            ticket_id, case_id, str(overall), recommend, *perceived, *expected,
            words[draws.below(len(words))],
        ]  # fmt: skip
        self.rows.append((at, row))

    def at_counter(self, tickets: Iterable[Ticket]) -> None:
        """Some of the customers served answer on leaving."""
        for ticket in tickets:
            if not ticket.is_served or not self.draws.chance(COUNTER_ANSWER_SHARE):
                continue
            z = 1.5 + self.branch.mood + SEGMENT_MOOD[ticket.segment] - WAIT_SLOPE * ticket.wait
            topic = "lunch" if settings.LUNCH[0] <= ticket.arrived < settings.LUNCH[1] else "wait"
            at = moment(ticket.day, ticket.finished + 1 + self.draws.exponential(2))
            self.answer(
                at, "counter", ticket.segment, z, topic,
                customer_id=ticket.customer_id, ticket_id=ticket.ticket_id,
            )  # fmt: skip

    def of_cases(self, cases: Iterable[Case], days: list[date], slow_manager: str) -> None:
        """Customers of finished marketing cases answer about their manager."""
        for case in cases:
            if case.process != MARKETING or not case.outcome or not self.draws.chance(0.35):
                continue
            _, _, _, started, finished = case.events[-1]
            took_days = (finished - case.started) / (settings.SHUT - settings.OPEN)
            z = 1.35 + self.branch.mood + SEGMENT_MOOD[case.segment] - 0.05 * took_days
            z += (0.4 if case.outcome == "won" else -0.2) - (0.5 if case.manager == slow_manager else 0.0)
            at = clock(days, started, finished) + timedelta(minutes=round(self.draws.exponential(90)))
            self.answer(
                min(at, last_moment()), "customer manager", case.segment, z, "documents",
                customer_id=case.customer_id, case_id=case.case_id,
            )  # fmt: skip

    def elsewhere(self, directory: Directory) -> None:
        """People in the lobby and at the machines answer without a ticket."""
        volume = self.branch.per_hour / 32
        for touchpoint, per_day, mood in (("lobby", 3.2, 1.05), ("self-service", 4.0, 1.5)):
            for day in open_days():
                gone = self.draws.exponential(1.0)
                while gone < per_day * volume:
                    gone += self.draws.exponential(1.0)
                    segment = self.draws.pick((("ordinary", 0.86), ("gold", 0.1), ("VIP", 0.04)))
                    minute = settings.OPEN + 5 + self.draws.uniform() * (shut(day) - settings.OPEN - 10)
                    customer = directory.find(segment, day, self.draws) if self.draws.chance(0.4) else None
                    z = mood + self.branch.mood + 0.6 * SEGMENT_MOOD[segment]
                    self.answer(
                        moment(day, minute), touchpoint, segment, z, "wait",
                        customer_id=customer.customer_id if customer else "",
                    )  # fmt: skip

    def sheets(self) -> list[list[str]]:
        """The answers in order of time, numbered."""
        rows = [row for _, row in sorted(self.rows, key=lambda pair: pair[0])]
        for i, row in enumerate(rows):
            row[0] = f"{self.branch.letter}-{i + 1:05d}"
        return rows


def scale(value: float, low: int, high: int) -> int:
    """The nearest point of an answer scale."""
    return max(low, min(high, nearest(value)))


def nearest(value: float) -> int:
    """Round half up, so that no two Pythons differ."""
    return int(value + 0.5) if value >= 0 else -int(0.5 - value)


def moment(day: date, minute: float) -> datetime:
    """A minute of a day on the clock, to the second."""
    return datetime.combine(day, datetime.min.time()) + timedelta(seconds=round(minute * 60))


def last_moment() -> datetime:
    """The last second of the twelve months."""
    return moment(settings.LAST_DAY, 24 * 60 - 1 / 60)
