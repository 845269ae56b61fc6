"""Single answers for models and for reading: at most so many, the same from run to run."""

import pandas as pd

from analytics.filters import Filters, Group
from analytics.store.reader import Store

MOST_ANSWERS = 10_000
# Drawn by hash are a few more than asked for, so that the first of them are the first of all.
_SPARE = 1.1

_FROM = """
from answers_in($branch_id, $start_on, $end_on, $grouping_kind, $vip_segments)
where ($is_split = false or list_contains($groups, customer_group)) and {where}
"""
_COUNT = "select count(*)::bigint" + _FROM
# Sorting millions of answers for a few thousand takes longer than looking at the hash of each.
_DRAW = """
select response_id, coalesce(customer_id, 'answer ' || response_id) as customer, customer_group as "group", {columns}
{source} and hash(response_id) <= $cut::ubigint
order by hash(response_id), response_id
limit $most
"""


def drawn(
    store: Store, filters: Filters, groups: tuple[Group, ...], columns: str, where: str
) -> tuple[pd.DataFrame, int]:
    """The answers of the groups for which `where` holds, at most MOST_ANSWERS, in the order of their ids; and of how many.

    columns, where: SQL over `answers_in`, never a value. One row per answer: response_id, customer, group, columns.
    """
    is_split = groups != ("all",)
    binds = {**filters.binds(), "is_split": is_split, "groups": list(groups)}
    n_all = int(store.rows(_COUNT.format(where=where), **binds)[0][0])
    share = min(_SPARE * MOST_ANSWERS / max(n_all, 1), 1.0)
    frame = store.frame(
        _DRAW.format(columns=columns, source=_FROM.format(where=where)),
        **binds, cut=min(int(share * 2**64), 2**64 - 1), most=MOST_ANSWERS,
    )  # fmt: skip
    if not is_split:
        frame["group"] = "all"
    return frame.sort_values("response_id", ignore_index=True), n_all
