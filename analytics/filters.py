"""What a person asks of an analysis: whose data, from when to when, for whom, against which targets.

Frozen and hashable, so that results can be cached by them and views sent as links.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

Group = Literal["all", "ordinary", "vip"]
GROUPS: tuple[Group, ...] = ("ordinary", "vip")
# The period of data without dates.
ALL_TIME = (date(1900, 1, 1), date(2100, 1, 1))


@dataclass(frozen=True)
class Grouping:
    """Who counts as VIP at a branch.

    kind `segment`: customers of `vip_segments`; `profit`: the most profitable 20 % of the customers of the last
    snapshot; `none`: the data tell no groups apart, every row then has the group `all` and no split is made.
    """

    kind: Literal["segment", "profit", "none"] = "none"
    vip_segments: tuple[str, ...] = ()

    @property
    def is_split(self) -> bool:
        return self.kind != "none"


@dataclass(frozen=True)
class Targets:
    """What the branch wants to reach; settings kept in the ledger, these are the defaults."""

    wait_min: float = 10.0
    within_target_share: float = 0.80
    wait_mean_min: float = 7.0
    wait_p90_min: float = 20.0
    abandon_share: float = 0.03
    csat_share: float = 0.85


@dataclass(frozen=True)
class Filters:
    """The question: branch, half-open period [start_on, end_on), group of customers, targets."""

    branch_id: str
    start_on: date
    end_on: date
    group: Group = "all"
    grouping: Grouping = field(default_factory=Grouping)
    targets: Targets = field(default_factory=Targets)

    def binds(self) -> dict[str, Any]:
        """Values for `tickets_in`, `answers_in` and `cases_in` (see store/views.sql)."""
        return {
            "branch_id": self.branch_id,
            "start_on": self.start_on,
            "end_on": self.end_on,
            "grouping_kind": self.grouping.kind,
            "vip_segments": list(self.grouping.vip_segments),
        }

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups to show side by side, ordinary first; `all` where the data make no split."""
        if not self.grouping.is_split:
            return ("all",)
        return GROUPS if self.group == "all" else (self.group,)

    def period_before(self) -> "Filters":
        """The same question for as many days just before."""
        return replace(self, start_on=self.start_on - (self.end_on - self.start_on), end_on=self.start_on)
