"""How is the branch doing against its targets, and what hurts most?"""

from dataclasses import dataclass, field

import pandas as pd

from analytics.diagnosis.bottlenecks import Handover, longest_handover
from analytics.diagnosis.satisfaction import WeakestItem, satisfaction
from analytics.diagnosis.wait_times import WaitTimes, wait_times
from analytics.diagnosis.worst import worst_half_hours
from analytics.filters import Filters, Group
from analytics.methods.estimate import Estimate, unknown
from analytics.store.reader import Store


@dataclass(frozen=True)
class Overview:
    """What the areas found; None or empty where the branch has no such data in the period.

    csat_share: by group, top two points of the scale, unknown without answers; csat_changes: against as many days before.
    worst: the half hours of the week in which most is waited beyond target (`worst.worst_half_hours`). handover: the longest of all processes, in working hours; weakest: the item.
    """

    waits: WaitTimes | None
    n_answers: int
    csat_share: dict[Group, Estimate]
    csat_changes: dict[Group, Estimate]
    worst: pd.DataFrame = field(default_factory=pd.DataFrame)
    handover: Handover | None = None
    weakest: WeakestItem | None = None


def overview(store: Store, filters: Filters) -> Overview | None:
    """The branch in the period for the groups asked for; None where nothing at all is known."""
    waits = wait_times(store, filters)
    answers = satisfaction(store, filters)
    handover = longest_handover(store, filters)
    if waits is None and answers is None and handover is None:
        return None
    return Overview(
        waits=waits,
        n_answers=answers.n_answers if answers else 0,
        csat_share=answers.csat_share if answers else {group: unknown("share") for group in filters.groups},
        csat_changes=answers.changes.get("csat_share", {}) if answers else {},
        worst=pd.DataFrame() if waits is None else worst_half_hours(waits.half_hours),
        handover=handover,
        weakest=answers.weakest_item if answers else None,
    )
