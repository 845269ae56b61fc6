"""The share satisfied as the answers came, and with each customer counting once, by visits and by profit."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.diagnosis.answers import IS_SATISFIED, MOST_FOR_EFFECTS
from analytics.filters import Filters
from analytics.methods.estimate import Estimate
from analytics.methods.raking import clustered_share
from analytics.store.reader import Store

WEIGHTINGS = ("answers", "customers", "visits", "profit")
# Where known customers gave less than this share of a segment's answers, all its answers stand for it.
LEAST_KNOWN = 0.5
# No customer stands for more than so many times the mean of the segment: the answer of one who brings a tenth of all
# profit would decide the result (trimming of weights; Potter 1990).
MOST_OF_MEAN = 3.0

_N_ANSWERS = """
select count(overall)::bigint from answers_in($branch_id, $start_on, $end_on, $grouping_kind, $vip_segments)
"""
# Everybody who rated, with all answers; who is not known by name is a person for each answer.
_PERSONS = f"""
with persons as (
    select
        segment, customer_id, case when customer_id is null then response_id end as answer, count(overall)::double as n,
        count_if({IS_SATISFIED})::double as n_satisfied
    from answers_in($branch_id, $start_on, $end_on, $grouping_kind, $vip_segments)
    where overall is not null and hash(coalesce(customer_id, response_id)) % $every::ubigint = 0
    group by all
),
visits as (
    select customer_id, count(*)::double as visits
    from tickets_in($branch_id, $start_on, $end_on, $grouping_kind, $vip_segments)
    where customer_id is not null and hash(customer_id) % $every::ubigint = 0
    group by all
)
select
    p.segment, p.n, p.n_satisfied, (p.customer_id is not null)::double as customers, coalesce(v.visits, 0) as visits,
    greatest(coalesce(c.annual_profit, 0), 0) as profit
from persons as p
left join visits as v on v.customer_id = p.customer_id
left join customers_latest as c on c.branch_id = $branch_id and c.customer_id = p.customer_id
order by p.segment, p.customer_id, p.answer
"""


@dataclass(frozen=True)
class Reputation:
    """by: share satisfied by weighting, those that the data allow, intervals 95 % over persons.

    of_customers: weightings in which known customers stand for their segments by what each of them has; in the others
    segments weigh by what they have. n_all: rated answers; above 50,000 every k-th person was looked at.
    """

    by: dict[str, Estimate]
    of_customers: frozenset[str]
    n_customers: int
    n_all: int


def reputation(store: Store, filters: Filters, segments: pd.DataFrame) -> Reputation:
    """Of all groups together; segments: one row per segment with its customers, visits and profit."""
    everybody = replace(filters, group="all").binds()
    n_all = int(store.rows(_N_ANSWERS, **everybody)[0][0])
    persons = store.frame(_PERSONS, **everybody, every=1 + max(n_all - 1, 0) // MOST_FOR_EFFECTS)
    ones = np.ones(len(persons))
    found = {"answers": clustered_share(persons["n_satisfied"], persons["n"], ones)}
    of_customers = set()
    stratum, names = pd.factorize(persons["segment"])
    n_of = np.bincount(stratum, persons["n"], len(names))
    for name in WEIGHTINGS[1:]:
        totals = segments.set_index("segment")[name].reindex(names).fillna(0.0).to_numpy(float)
        amount = persons[name].to_numpy(float)
        is_told = np.bincount(stratum, persons["n"] * (amount > 0), len(names)) >= LEAST_KNOWN * n_of
        if name == "customers" and not totals.any() and is_told.all():
            # No list of customers says how many there are: those who answered count once each.
            found[name] = clustered_share(
                persons["n_satisfied"], persons["n"], amount / persons["n"].to_numpy(float)
            )
            of_customers.add(name)
        elif totals.any() and (len(names) > 1 or is_told.any()):
            # What a person has is spread over the person's answers.
            weight = _trimmed(amount, stratum) / persons["n"].to_numpy(float)
            weight = np.where(is_told[stratum], weight, 1.0)
            found[name] = clustered_share(persons["n_satisfied"], persons["n"], weight, stratum, totals)
            if (is_told | (totals <= 0)).all():
                of_customers.add(name)
    return Reputation(found, frozenset(of_customers), int(persons["customers"].sum()), n_all)


def _trimmed(amount: NDArray[np.float64], stratum: NDArray[np.int64]) -> NDArray[np.float64]:
    has = np.bincount(stratum, amount > 0)
    mean = np.divide(np.bincount(stratum, amount), has, out=np.zeros(len(has)), where=has > 0)
    return np.minimum(amount, MOST_OF_MEAN * mean[stratum])
