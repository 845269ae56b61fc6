"""The answers to single items, one row per answer, on a sample that does not change from run to run."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.diagnosis.satisfaction import groups_of
from analytics.filters import Filters, Group
from analytics.store.reader import Store

MOST_ANSWERS = 20_000

_ANSWERS = """
with answers as (
    select
        response_id, customer_id, customer_group, overall, perceived, count(*) over ()::bigint as n_all
    from answers_in($branch_id, $start_on, $end_on, $grouping_kind, $vip_segments)
    where cardinality(perceived) > 0 and ($is_split = false or list_contains($groups, customer_group))
    order by hash(response_id), response_id
    limit $most
)
select
    response_id, coalesce(customer_id, 'answer ' || response_id) as customer, customer_group as "group", overall, n_all,
    unnest(map_entries(perceived), recursive := true)
from answers
"""


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


def survey_items(store: Store, filters: Filters) -> Items | None:
    """The items answered in the period by the groups asked for; None where no item was."""
    groups = groups_of(store, filters)
    is_split = groups != ("all",)
    long = store.frame(_ANSWERS, **filters.binds(), is_split=is_split, groups=list(groups), most=MOST_ANSWERS)
    long = long[long["value"].notna()]
    if long.empty:
        return None
    answers = long.drop_duplicates("response_id").set_index("response_id").sort_index()
    wide = long.pivot(index="response_id", columns="key", values="value").sort_index()
    wide = wide[sorted(wide.columns)]
    return Items(
        groups,
        answers[["overall"]].assign(
            group=answers["group"] if is_split else "all", customer=pd.factorize(answers["customer"])[0]
        ),
        wide.rename_axis(columns=None),
        dict(zip(wide.columns, wide.columns.str.replace(r"_[0-9]+$", "", regex=True), strict=True)),
        int(long["n_all"].iloc[0]),
    )
