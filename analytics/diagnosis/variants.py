"""In how many ways does a process run, how many cases are right the first time, and what makes the slow ones slow?"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.diagnosis.event_log import HoursKind, read
from analytics.filters import Filters
from analytics.methods import paths
from analytics.methods.estimate import Estimate
from analytics.methods.resampling import ratio
from analytics.methods.scores import wilson
from analytics.store.reader import Store

COVERAGE, SLOW = 0.8, 0.75
# A level of an attribute needs so many cases to be told apart from the rest; so many levels at most.
_LEAST_CASES, _MOST_LEVELS = 20, 6
_OTHER = "…"
_PATH = """
select activity::varchar from events
where branch_id = $branch_id and process = $process and case_id = $case_id
order by coalesce(started_at, finished_at), finished_at, ordinal, activity
"""
# What makes cases slow is told from so many of them, drawn at random from more: the intervals are narrow by then.
_MOST_MODELLED, _SEED = 200_000, 31


@dataclass(frozen=True)
class Variants:
    """How the finished cases of one process run; hours as asked for, intervals 95 %.

    first_time_right: share of the cases in which no activity repeats. variants: a row per distinct sequence of
    activities, the most frequent first: steps (tuple), n, share, cumulative_share, cycle_time_h (mean of complete
    cases, NaN where none), has_repeats. n_for_most: how many of them cover 80 % of the cases.
    effects: a row per level of an attribute: attribute (`segment`, `product`, `channel`, `value`, `rework`, `person`),
    level (of `person`: who did most of the case), n, factor with low and high (cycle time against the most frequent level, all else alike; of `value` per
    doubling, of `rework` per step done again), is_clear (differs from 1 beyond chance among all rows, by Holm's method),
    slow_share (of the slowest quarter that has it) and other_share.
    Ordinary least squares of log cycle time with robust (HC1) intervals over n_modelled complete cases (at random where there are more than 200,000); r_squared.
    Levels with few cases are together as «…». by_attribute: a row per attribute and level: n, cycle_time_h, wait_h.
    """

    process: str
    hours: HoursKind
    n_cases: int
    first_time_right: Estimate
    variants: pd.DataFrame
    n_for_most: int
    effects: pd.DataFrame
    n_modelled: int
    r_squared: float
    by_attribute: pd.DataFrame


def variants(store: Store, filters: Filters, process: str, hours: HoursKind = "working") -> Variants | None:
    """The variants of the cases that ended in the period; None where none did."""
    log = read(store, filters, process, hours)
    if log.cases.empty:
        return None
    activity, resource = (log.steps[name].cat for name in ("activity", "resource"))
    codes = activity.codes.to_numpy()
    number, examples = paths.variants(log.first, codes)
    names, people = activity.categories.to_numpy(object), resource.categories
    steps = [tuple(names[codes[log.first[case] : log.first[case + 1]]]) for case in examples]
    busiest = paths.busiest(log.first, resource.codes.to_numpy(), len(people))
    cases = log.cases.assign(
        n_repeats=np.add.reduceat(log.steps["repeat"].to_numpy() > 0, log.first[:-1], dtype=np.int32),
        person=pd.Categorical.from_codes(busiest, people),
    )
    frame = _variants(cases, number, steps)
    n_most = int((frame["cumulative_share"] < COVERAGE - 1e-12).sum()) + 1
    complete = cases[cases["is_complete"]]
    effects, n_modelled, r_squared = _effects(complete)
    right = np.asarray(cases["n_repeats"] == 0, float)
    return Variants(
        process=process,
        hours=hours,
        n_cases=len(cases),
        first_time_right=ratio(right, np.ones(len(cases)), "share"),
        variants=frame,
        n_for_most=n_most,
        effects=effects,
        n_modelled=n_modelled,
        r_squared=r_squared,
        by_attribute=_by_attribute(complete),
    )


def path_of(store: Store, filters: Filters, process: str, case_id: str) -> tuple[str, ...]:
    """The steps of one case in their order, whenever it ended; none where there is no such case."""
    rows = store.rows(_PATH, branch_id=filters.branch_id, process=process, case_id=case_id)
    return tuple(activity for (activity,) in rows)


def _variants(cases: pd.DataFrame, number: NDArray[Any], steps: list[tuple[str, ...]]) -> pd.DataFrame:
    complete_h = cases["cycle_time_h"].where(cases["is_complete"])
    grouped = pd.DataFrame({"h": complete_h, "repeats": cases["n_repeats"]}).groupby(number)
    found = grouped.agg(n=("repeats", "size"), cycle_time_h=("h", "mean"), has_repeats=("repeats", "first"))
    found.insert(0, "steps", steps)
    found = found.sort_values(["n", "steps"], ascending=[False, True], ignore_index=True)
    found["has_repeats"] = found["has_repeats"] > 0
    found["share"], found["low"], found["high"] = wilson(found["n"], np.full(len(found), len(cases)))
    return found.assign(cumulative_share=found["n"].cumsum() / len(cases))


def _levels(cases: pd.DataFrame, names: tuple[str, ...] = ("segment", "product", "channel")) -> pd.DataFrame:
    """The attributes that vary, their rare levels together."""
    found: dict[str, pd.Series] = {}
    for name in names:
        if cases[name].notna().mean() < 0.5:
            continue
        counts = cases[name].value_counts()
        kept = counts[counts >= _LEAST_CASES].index[:_MOST_LEVELS]
        levels = cases[name].cat.set_categories([*kept, _OTHER]).fillna(_OTHER)
        if levels.nunique() > 1:
            found[name] = levels.cat.remove_unused_categories()
    return pd.DataFrame(found, index=cases.index)


def _effects(cases: pd.DataFrame) -> tuple[pd.DataFrame, int, float]:
    import statsmodels.api as sm
    from statsmodels.stats.multitest import multipletests

    columns = ["attribute", "level", "n", "factor", "low", "high", "is_clear", "slow_share", "other_share"]
    cases = cases[cases["cycle_time_h"] > 0]
    if len(cases) > _MOST_MODELLED:
        cases = cases.sample(_MOST_MODELLED, random_state=_SEED)
    levels = _levels(cases, ("segment", "product", "channel", "person"))
    terms: dict[tuple[str, str], np.ndarray] = {}
    for name in levels:
        for level in levels[name].value_counts().index[1:]:
            terms[(str(name), str(level))] = (levels[name] == level).to_numpy(float)
    if (cases["value"] > 0).mean() > 0.9:
        value = np.log2(cases["value"].where(cases["value"] > 0))
        terms[("value", "")] = value.fillna(value.median()).to_numpy(float)
    terms[("rework", "")] = cases["n_repeats"].to_numpy(float)
    terms = {key: x for key, x in terms.items() if np.ptp(x) > 0} if len(cases) else {}
    if not terms or len(cases) < 10 * (len(terms) + 1):
        return pd.DataFrame(columns=columns), len(cases), float("nan")
    design = np.column_stack([np.ones(len(cases)), *terms.values()])
    fitted = sm.OLS(np.log(cases["cycle_time_h"].to_numpy()), design).fit(cov_type="HC1")
    factor, bounds = np.exp(fitted.params[1:]), np.exp(fitted.conf_int()[1:])
    is_clear = multipletests(fitted.pvalues[1:], method="holm")[0]
    is_slow = (cases["cycle_time_h"] >= cases["cycle_time_h"].quantile(SLOW)).to_numpy()
    rows = []
    for i, ((attribute, level), x) in enumerate(terms.items()):
        has = x > 0 if attribute != "value" else x > np.median(x)
        rows.append(
            (
                attribute,
                level,
                int(has.sum()),
                factor[i],
                *bounds[i],
                bool(is_clear[i]),
                has[is_slow].mean(),
                has[~is_slow].mean(),
            )
        )
    found = pd.DataFrame(rows, columns=columns)
    order = np.abs(np.log(found["factor"])).sort_values(ascending=False).index
    return found.loc[order].reset_index(drop=True), len(cases), float(fitted.rsquared)


def _by_attribute(cases: pd.DataFrame) -> pd.DataFrame:
    levels, frames = _levels(cases), []
    for name in levels:
        grouped = cases.groupby(levels[name], observed=True)
        found = grouped.agg(
            n=("cycle_time_h", "size"), cycle_time_h=("cycle_time_h", "mean"), se=("cycle_time_h", "sem"),
            wait_h=("wait_h", "mean"), work_h=("covered_h", "mean"),
        )  # fmt: skip
        found = found.rename_axis("level").reset_index().assign(attribute=str(name))
        found["level"] = found["level"].astype("str")
        found["low"], found["high"] = (found["cycle_time_h"] + z * found["se"] for z in (-1.96, 1.96))
        frames.append(found.sort_values("cycle_time_h", ascending=False).drop(columns="se"))
    columns = ["attribute", "level", "n", "cycle_time_h", "low", "high", "wait_h", "work_h"]
    return pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)
