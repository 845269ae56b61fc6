"""The hall: tickets taken, called by rank and arrival, served at counters, or left."""

import heapq
from collections import deque
from dataclasses import dataclass
from datetime import date

from . import settings
from .days import shut
from .draws import Draws
from .settings import Branch

# The kept counters serve gold and VIP alone, or all: those two first, or whoever came first.
POOLINGS = ("kept", "valued first", "first come")
FINISH, STAFF, ARRIVE = 0, 1, 2  # at the same minute counters free up first


@dataclass(slots=True)
class Ticket:
    """One ticket; times in minutes of the day, negative where it did not happen."""

    day: date
    ticket_id: str
    segment: str
    service: str
    arrived: float
    patience: float
    work: float  # minutes of service by a teller of speed 1
    customer_id: str = ""
    called: float = -1.0
    finished: float = -1.0
    left: float = -1.0
    counter: int = 0
    teller_id: str = ""

    @property
    def is_served(self) -> bool:
        """Whether the ticket was called."""
        return self.called >= 0

    @property
    def wait(self) -> float:
        """Minutes from the ticket to the call, or to leaving."""
        return (self.called if self.is_served else self.left) - self.arrived


def tellers(branch: Branch, seed: int) -> list[tuple[str, float]]:
    """The tellers of a branch, each with the factor on the service time."""
    draws = Draws(seed, branch.number, 1)
    return [
        (f"T{20 * branch.number + i + 1:02d}", min(1.12, max(0.9, draws.normal(1.0, 0.05))))
        for i in range(branch.tellers)
    ]


def take_tickets(branch: Branch, day: date, factor: float, draws: Draws) -> list[Ticket]:
    """The tickets taken on one day, in order of arrival."""
    profile = settings.SATURDAY_PROFILE if day.isoweekday() == 6 else settings.PROFILE
    own_luck = draws.lognormal(1.0, 0.08)
    rate = branch.per_hour / 60 * factor * own_luck
    top = max(profile)
    tickets: list[Ticket] = []
    numbers = {"A": 0, "V": 0}
    minute = float(settings.OPEN)
    while True:
        minute += draws.exponential(1 / (rate * top))
        if minute >= shut(day) - settings.LAST_TICKET_BEFORE_SHUT:
            return tickets
        if draws.uniform() * top > profile[int((minute - settings.OPEN) // 30)]:
            continue
        segment = "ordinary"
        if draws.chance(branch.valued_share):
            segment = "VIP" if draws.chance(0.32) else "gold"
        service = draws.pick(settings.ORDINARY_MIX if segment == "ordinary" else settings.VALUED_MIX)
        series = "A" if segment == "ordinary" else "V"
        numbers[series] += 1
        tickets.append(
            Ticket(
                day, f"{day:%Y%m%d}-{series}{numbers[series]:03d}", segment, service, minute,
                draws.weibull(*settings.PATIENCE[segment]), draws.lognormal(*settings.SERVICES[service]),
            )
        )  # fmt: skip


class Day:
    """One day at the counters; fills in the tickets' calls, ends and walk-aways."""

    def __init__(self, room: int, pooling: str, desks: list[tuple[str, float]]) -> None:
        self.room = room  # the first so many counters are where gold and VIP customers are served
        self.pooling = pooling  # whether they take ordinary customers too, see POOLINGS
        self.desks = desks  # of counter i + 1: teller and factor
        self.valued: deque[Ticket] = deque()
        self.ordinary: deque[Ticket] = deque()
        self.on = 0
        self.idle: list[int] = []  # longest idle first
        self.events: list[tuple[float, int, int]] = []

    def run(self, tickets: list[Ticket], staff: list[tuple[float, int]]) -> None:
        """Play the day; staff: from this minute on, that many counters from C1 upwards."""
        self.events = [(ticket.arrived, ARRIVE, i) for i, ticket in enumerate(tickets)]
        self.events += [(minute, STAFF, n) for minute, n in staff]
        heapq.heapify(self.events)
        busy: set[int] = set()
        while self.events:
            now, kind, x = heapq.heappop(self.events)
            if kind == ARRIVE:
                (self.ordinary if tickets[x].segment == "ordinary" else self.valued).append(tickets[x])
            elif kind == FINISH:
                busy.discard(x)
                if x < self.on:
                    self.idle.append(x)
            else:
                self.idle += [desk for desk in range(self.on, x) if desk not in busy]
                self.on = x
                self.idle = [desk for desk in self.idle if desk < x]
            self.call(now, busy)
        for ticket in [*self.valued, *self.ordinary]:  # nobody stays past the last service
            ticket.left = ticket.arrived + ticket.patience

    def call(self, now: float, busy: set[int]) -> None:
        """Give every idle counter the next ticket that it may serve, gold and VIP first."""
        for desk in list(self.idle):
            is_room = desk < self.room
            ticket = self.next_in(self.valued, now) if is_room or not self.room else None
            queue = self.valued
            if not is_room or self.pooling != "kept":
                other = self.next_in(self.ordinary, now)
                is_earlier = ticket is None or (self.pooling == "first come" and other is not None
                                                and other.arrived < ticket.arrived)  # fmt: skip
                if is_earlier:
                    ticket, queue = other, self.ordinary
            if ticket is None:
                continue
            queue.popleft()
            self.idle.remove(desk)
            busy.add(desk)
            teller_id, speed = self.desks[desk]
            ticket.called, ticket.finished = now, now + ticket.work * speed
            ticket.counter, ticket.teller_id = desk + 1, teller_id
            heapq.heappush(self.events, (ticket.finished, FINISH, desk))

    @staticmethod
    def next_in(queue: deque[Ticket], now: float) -> Ticket | None:
        """The first who is still there; those who lost patience are taken out."""
        while queue:
            ticket = queue[0]
            if ticket.arrived + ticket.patience >= now:
                return ticket
            ticket.left = ticket.arrived + ticket.patience
            queue.popleft()
        return None


def staffing(branch: Branch, day: date, covered: bool) -> list[tuple[float, int]]:
    """When how many counters are staffed; who is still queueing at the close is served."""
    starts = (settings.OPEN, *settings.LUNCH)
    return [(float(minute), branch.headcount(day, minute, covered)) for minute in starts]


def run_day(
    branch: Branch, day: date, factor: float, seed: int, *,
    covered: bool, pooling: str = "kept", keep: float = 1.0, diverted: tuple[str, ...] = (),
) -> list[Ticket]:  # fmt: skip
    """One day of one branch with the same people whatever is changed about it.

    `covered`: the lunch cover is in force; `pooling`: what becomes of the kept counters; of the `diverted`
    services only the share `keep` takes a ticket.
    """
    draws = Draws(seed, branch.number, 2, day.toordinal())
    tickets = take_tickets(branch, day, factor, draws)
    order = tellers(branch, seed)
    for i in range(len(order) - 1, 0, -1):
        j = draws.below(i + 1)
        order[i], order[j] = order[j], order[i]
    if diverted:
        stays = Draws(seed, branch.number, 3, day.toordinal())
        tickets = [t for t in tickets if t.service not in diverted or stays.chance(keep)]
    Day(branch.kept_counters, pooling, order).run(tickets, staffing(branch, day, covered))
    return tickets
