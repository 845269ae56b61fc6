"""The customers of a branch at both ends of the twelve months, and who looks after them."""

import math
from dataclasses import dataclass
from datetime import date, timedelta

from . import settings
from .draws import Draws
from .settings import Branch

# A lognormal profit of this spread gives the top 20 % of the customers 80 % of the profit.
PROFIT_SPREAD = 1.683
PROFIT_MEDIAN_CNY = 210.0
SEGMENT_SHARES = (("VIP", 0.04), ("gold", 0.16))  # of the ranks, best first; the others are ordinary
SPAN = (settings.LAST_DAY - settings.FIRST_DAY).days


@dataclass(slots=True)
class Customer:
    """One customer; money in CNY, a pair is at the first and the last day of the twelve months."""

    customer_id: str
    segment: tuple[str, str]
    moved_on: date  # from the first segment to the second
    manager_id: tuple[str, str]
    joined_on: date
    left_on: date | None
    annual_profit: tuple[float, float]
    balance: tuple[float, float]
    products: tuple[int, int]
    phone_allowed: bool

    def is_here(self, day: date) -> bool:
        """Whether the person is a customer on that day."""
        return self.joined_on <= day and (self.left_on is None or day < self.left_on)

    def segment_on(self, day: date) -> str:
        """The segment the customer is in on that day."""
        return self.segment[day >= self.moved_on]


def managers(branch: Branch) -> list[str]:
    """The customer managers of a branch."""
    return [f"M{20 * branch.number + i + 1:02d}" for i in range(branch.managers)]


def some_day(draws: Draws) -> date:
    """A day inside the twelve months."""
    return settings.FIRST_DAY + timedelta(days=1 + draws.below(SPAN - 1))


def manager_for(branch: Branch, segment: str, draws: Draws) -> str:
    """Who looks after a customer of this segment; empty = nobody."""
    share = {"VIP": 1.0, "gold": 0.9}.get(segment, branch.ordinary_with_manager_share)
    pick = draws.below(branch.managers)
    return managers(branch)[pick] if draws.chance(share) else ""


def moved(segment: str, is_growing: bool, draws: Draws) -> str:
    """The segment a year later."""
    u = draws.uniform()
    if segment == "ordinary":
        return "gold" if u < (0.14 if is_growing else 0.012) else "ordinary"
    if segment == "gold":
        return "VIP" if u < 0.035 else "ordinary" if u < 0.105 else "gold"
    return "gold" if u < 0.07 else "VIP"


def make_customers(branch: Branch, seed: int) -> list[Customer]:
    """Everyone who is a customer of the branch at some time in the twelve months."""
    draws = Draws(seed, branch.number, 4)
    n = branch.customers
    worth = [draws.normal() for _ in range(n)]
    standing = [0.75 * w + 0.66 * draws.normal() for w in worth]  # segments follow worth, but not quite
    ranks = sorted(standing, reverse=True)
    vip_from = ranks[int(SEGMENT_SHARES[0][1] * n)]
    gold_from = ranks[int((SEGMENT_SHARES[0][1] + SEGMENT_SHARES[1][1]) * n)]
    customers = []
    for i in range(n):
        segment = "VIP" if standing[i] > vip_from else "gold" if standing[i] > gold_from else "ordinary"
        is_new = segment == "ordinary" and draws.chance(0.06)
        joined = some_day(draws) if is_new else settings.FIRST_DAY - timedelta(days=30 + draws.below(6500))
        is_growing = segment == "ordinary" and draws.chance(0.08)
        later = moved(segment, is_growing, draws)
        profit = PROFIT_MEDIAN_CNY * math.exp(PROFIT_SPREAD * worth[i])
        drift = draws.lognormal(1.03, 0.22) * (1.5 if is_growing else 1.0)
        balance = 16000 * math.exp(1.25 * worth[i] + 0.8 * draws.normal())
        products = 1 + sum(draws.chance(0.22 + 0.1 * max(-1.5, min(2.0, worth[i]))) for _ in range(6))
        manager = manager_for(branch, segment, draws)
        later_manager = manager if later == segment else manager_for(branch, later, draws)
        leaves = branch.leave_share * {"ordinary": 1.0, "gold": 0.5, "VIP": 0.25}[segment]
        left = some_day(draws) if not is_new and draws.chance(leaves) else None
        customers.append(
            Customer(
                f"{branch.letter}{100000 + i}", (segment, later if left is None else segment),
                some_day(draws), (manager, later_manager if left is None else manager), joined, left,
                (round(profit, 2), round(profit * drift, 2)),
                (round(balance, 2), round(balance * drift * draws.lognormal(1.0, 0.15), 2)),
                (products, min(8, products + (2 if is_growing else draws.chance(0.1)))),
                draws.chance(0.72),
            )
        )  # fmt: skip
    return customers


class Directory:
    """Finds a customer of a segment for a day; some are seen far more often than others."""

    def __init__(self, customers: list[Customer]) -> None:
        self.by_segment: dict[str, list[Customer]] = {"ordinary": [], "gold": [], "VIP": []}
        for customer in customers:
            for segment in dict.fromkeys(customer.segment):
                self.by_segment[segment].append(customer)
        self.managed = {
            segment: [c for c in group if any(c.manager_id)] for segment, group in self.by_segment.items()
        }

    def find(self, segment: str, day: date, draws: Draws, is_managed: bool = False) -> Customer | None:
        """A customer of that segment on that day; None where eight tries find nobody."""
        group = (self.managed if is_managed else self.by_segment)[segment]
        for _ in range(8):
            customer = group[int(draws.uniform() ** 1.5 * len(group))]
            if customer.is_here(day) and customer.segment_on(day) == segment:
                return customer
        return None
