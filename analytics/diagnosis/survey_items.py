"""The answers to single items, one row per answer, on a sample that does not change from run to run."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.diagnosis.answer_sample import drawn
from analytics.diagnosis.answers import groups_of
from analytics.filters import Filters, Group
from analytics.store.reader import Store


@dataclass(frozen=True)
class Items:
    """A sample of at most MOST_ANSWERS of the answers that rate any item, in the order of the response ids.

    answers: one row per answer: group, customer (code), overall (1–5, NaN where not asked).
    items: the same rows, a column per item, 1–7, NaN where not answered. dimension_of: item -> dimension.
    n_all: answers from which the sample was drawn.
    """

    groups: tuple[Group, ...]
    answers: pd.DataFrame
    items: pd.DataFrame
    dimension_of: dict[str, str]
    n_all: int

    def dimensions(self) -> pd.DataFrame:
        """The same rows, the mean of each dimension's answered items a column."""
        columns: dict[str, pd.Series] = {}
        for name in dict.fromkeys(self.dimension_of.values()):
            own = [item for item, dimension in self.dimension_of.items() if dimension == name]
            columns[name] = self.items[own].mean(axis=1)
        return pd.DataFrame(columns, index=self.items.index)

    def rows(self, group: Group) -> NDArray[np.bool_]:
        return (self.answers["group"] == group).to_numpy()


# Drivers and scales ask for the same answers, one after the other.
@lru_cache(maxsize=2)
def survey_items(store: Store, filters: Filters) -> Items | None:
    """The items answered in the period by the groups asked for; None where no item was."""
    groups = groups_of(store, filters)
    answers, n_all = drawn(
        store, filters, groups, "overall, map_entries(perceived) as items", "cardinality(perceived) > 0"
    )
    items = pd.DataFrame(
        [{entry["key"]: entry["value"] for entry in entries} for entries in answers["items"]], dtype=float
    )
    items = items.dropna(axis=1, how="all")
    items = items[sorted(items.columns)]
    is_answered = items.notna().any(axis=1)
    if not is_answered.any():
        return None
    answers = answers[is_answered].set_index("response_id")
    return Items(
        groups,
        answers[["overall", "group"]].assign(customer=pd.factorize(answers["customer"])[0]),
        items[is_answered].set_index(answers.index),
        dict(zip(items.columns, items.columns.str.replace(r"_[0-9]+$", "", regex=True), strict=True)),
        n_all,
    )
