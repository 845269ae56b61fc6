"""Do the items of a dimension measure one thing?"""

from dataclasses import dataclass

import pandas as pd

from analytics.diagnosis.survey_items import survey_items
from analytics.filters import Filters, Group
from analytics.methods.reliability import alpha, omega
from analytics.store.reader import Store


@dataclass(frozen=True)
class Scales:
    """Reliability of the dimensions asked by several items, and of all items together.

    scales: one row per group and dimension ("" for all items together): n_items, n (answers to all of them), alpha,
    omega (NaN where it cannot be told). n_answers of n_all were looked at.
    """

    groups: tuple[Group, ...]
    scales: pd.DataFrame
    n_answers: int
    n_all: int


def scales(store: Store, filters: Filters) -> Scales | None:
    """The reliability of each scale; None where fewer than two items were asked."""
    found = survey_items(store, filters)
    if found is None or len(found.dimension_of) < 2:
        return None
    batteries = {
        name: own
        for name in dict.fromkeys(found.dimension_of.values())
        if len(own := [item for item, d in found.dimension_of.items() if d == name]) > 1
    }
    batteries[""] = list(found.dimension_of)
    rows = []
    for group in found.groups:
        own_rows = found.items[found.rows(group)]
        for name, items in batteries.items():
            x = own_rows[items].dropna()
            rows.append((group, name, len(items), len(x), alpha(x), omega(x)))
    frame = pd.DataFrame(rows, columns=["group", "dimension", "n_items", "n", "alpha", "omega"])
    return Scales(found.groups, frame, len(found.items), found.n_all)
