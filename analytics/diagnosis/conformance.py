"""Does the process run as it was designed: which steps are missing, out of order, repeated or not foreseen, at what cost?"""

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.diagnosis.event_log import HoursKind, read
from analytics.errors import RequestError
from analytics.filters import Filters
from analytics.language import _
from analytics.methods import paths
from analytics.methods.estimate import Estimate
from analytics.methods.resampling import ratio
from analytics.methods.scores import wilson
from analytics.store.reader import Store

OPTIONAL, REPEATABLE = "?", "*"
_LEAST_CASES = 20
# So many cases are kept one by one, the most deviations first, and what a deviation costs is told from so many.
MOST_CASES, _MOST_MODELLED, _SEED = 10_000, 200_000, 31
Deviation = tuple[str, str]


@dataclass(frozen=True)
class DesignedStep:
    """A step as designed; repeatable: it may be done again at any later time."""

    activity: str
    is_optional: bool = False
    is_repeatable: bool = False


Design = tuple[DesignedStep, ...]


def design_of(text: str) -> Design:
    """A design from lines in their order; «?» after a step: optional, «*»: repeatable. Each step once."""
    steps = []
    for line in text.splitlines():
        name = line.strip()
        marks = set()
        while name and name[-1] in OPTIONAL + REPEATABLE:
            marks.add(name[-1])
            name = name[:-1].rstrip()
        if name:
            steps.append(DesignedStep(name, OPTIONAL in marks, REPEATABLE in marks))
    twice = [name for name, n in Counter(step.activity for step in steps).items() if n > 1]
    if twice:
        raise RequestError(_("The designed process names {step} twice.").format(step=twice[0]))
    if not steps:
        raise RequestError(_("The designed process has no step."))
    return tuple(steps)


def text_of(design: Design) -> str:
    """The lines that `design_of` reads."""
    marks = [OPTIONAL * s.is_optional + REPEATABLE * s.is_repeatable for s in design]
    return "\n".join(f"{s.activity} {m}".rstrip() for s, m in zip(design, marks, strict=True))


@dataclass(frozen=True)
class Conformance:
    """The finished cases against a design; 95 % intervals.

    conforming: share of cases without a deviation. deviations: a row per kind (`missing`, `out_of_order`, `repeated`,
    `not_foreseen`) and activity, the most frequent first: n (times), n_cases, share with low and high (of the cases),
    cost_h with cost_low and cost_high: hours of cycle time that a case with it takes longer, the other deviations
    alike (ordinary least squares over complete cases, of them at random where there are more than 200,000, robust HC1 intervals; NaN where too few have it or have it not).
    cases: a row per case that deviates (the MOST_CASES with the most deviations): case_id, n_deviations, cycle_time_h.
    A case that is not complete misses only what lies before the furthest step it reached.
    """

    process: str
    hours: HoursKind
    design: Design
    n_cases: int
    conforming: Estimate
    deviations: pd.DataFrame
    cases: pd.DataFrame


def deviations_of(path: tuple[str, ...], design: Design, *, is_complete: bool) -> list[Deviation]:
    """The deviations of one sequence of activities, as (kind, activity)."""
    order = {step.activity: i for i, step in enumerate(design)}
    found = [("not_foreseen", name) for name in path if name not in order]
    first = list(dict.fromkeys(name for name in path if name in order))
    times = Counter(name for name in path if name in order)
    found += [
        ("repeated", s.activity) for s in design if not s.is_repeatable for _i in range(times[s.activity] - 1)
    ]
    kept = _longest_in_order([order[name] for name in first])
    found += [("out_of_order", name) for i, name in enumerate(first) if i not in kept]
    reach = len(design) if is_complete else max((order[name] for name in first), default=0)
    found += [("missing", s.activity) for s in design[:reach] if not s.is_optional and not times[s.activity]]
    return found


def _longest_in_order(numbers: list[int]) -> set[int]:
    """Places of a longest rising subsequence: what stands out of order is the rest, as little as can be."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for place, number in enumerate(numbers):
        at = bisect_left(tails, number)
        before.append(ends[at - 1] if at else -1)
        tails[at : at + 1], ends[at : at + 1] = [number], [place]
    kept, place = set(), ends[-1] if ends else -1
    while place >= 0:
        kept.add(place)
        place = before[place]
    return kept


def usual_design(store: Store, filters: Filters, process: str) -> Design:
    """What most complete cases do once, in their usual order: a start for writing down the design."""
    log = read(store, filters, process, "clock")
    steps, is_complete = log.steps, log.cases["is_complete"].to_numpy()
    case = steps["case"].to_numpy()
    is_first = (is_complete[case] if len(case) else is_complete) & (steps["repeat"] == 0).to_numpy()
    place = pd.Series((np.arange(len(case)) - log.first[case])[is_first])
    codes = steps["activity"].cat.codes.to_numpy()[is_first]
    usual = place.groupby(codes).agg(["median", "mean", "size"])
    usual = usual[usual["size"] >= max(int(is_complete.sum()), 1) / 2].sort_values(["median", "mean"])
    return tuple(DesignedStep(str(name)) for name in steps["activity"].cat.categories[usual.index])


def conformance(
    store: Store, filters: Filters, process: str, design: Design, hours: HoursKind = "working"
) -> Conformance | None:
    """The cases that ended in the period against the design; None where none did."""
    log = read(store, filters, process, hours)
    if log.cases.empty:
        return None
    cases, codes = log.cases, log.steps["activity"].cat.codes.to_numpy()
    names = log.steps["activity"].cat.categories.to_numpy(object)
    is_complete = cases["is_complete"].to_numpy()
    # A case deviates as all cases with its path and end do.
    number, examples = paths.variants(log.first, codes)
    kinds, kind = np.unique(2 * number + is_complete, return_inverse=True)
    rows: list[tuple[int, str, str, int]] = []
    for i, of in enumerate(kinds.tolist()):
        case = examples[of // 2]
        path = tuple(names[codes[log.first[case] : log.first[case + 1]]])
        deviations = Counter(deviations_of(path, design, is_complete=bool(of % 2)))
        rows += [(i, *deviation, n) for deviation, n in deviations.items()]
    found = pd.DataFrame(rows, columns=["way", "kind", "activity", "n"])
    times = found.pivot_table(
        index="way", columns=["kind", "activity"], values="n", aggfunc="sum", fill_value=0
    ).reindex(range(len(kinds)), fill_value=0)
    n_deviations = times.sum(axis=1).to_numpy(int)[kind]
    is_conforming = np.asarray(n_deviations == 0, float)
    deviates = cases.assign(n_deviations=n_deviations)[["case_id", "n_deviations", "cycle_time_h"]]
    deviates = deviates[n_deviations > 0].sort_values("n_deviations", ascending=False, kind="stable")
    return Conformance(
        process, hours, design, len(cases),
        ratio(is_conforming, np.ones(len(cases)), "share"),
        _deviations(times, kind, cases),
        deviates.head(MOST_CASES).reset_index(drop=True),
    )  # fmt: skip


def _deviations(times: pd.DataFrame, way: NDArray[np.int64], cases: pd.DataFrame) -> pd.DataFrame:
    """times: ways × deviations; way: the way of each case."""
    n_cases = np.bincount(way, minlength=len(times))
    frame = pd.DataFrame(
        {
            "n": (times.T @ n_cases).to_numpy(int),
            "n_cases": ((times > 0).T @ n_cases).to_numpy(int),
        },
        index=times.columns,
    ).reset_index()
    frame["share"], frame["low"], frame["high"] = wilson(frame["n_cases"], np.full(len(frame), len(cases)))
    frame = frame.merge(_costs(times, way, cases), on=["kind", "activity"], how="left")
    return frame.sort_values(
        ["n_cases", "kind", "activity"], ascending=[False, True, True], ignore_index=True
    )


def _costs(times: pd.DataFrame, way: NDArray[np.int64], cases: pd.DataFrame) -> pd.DataFrame:
    import statsmodels.api as sm

    columns = ["kind", "activity", "cost_h", "cost_low", "cost_high"]
    complete = np.flatnonzero(cases["is_complete"])
    if len(complete) > _MOST_MODELLED:
        complete = np.random.default_rng(_SEED).choice(complete, _MOST_MODELLED, replace=False)
    has = times.iloc[way[complete]]
    n_with = (has > 0).sum()
    has = has.loc[:, (n_with >= _LEAST_CASES) & (len(complete) - n_with >= _LEAST_CASES)]
    # Deviations that always come together cannot be told apart: the first stands for both.
    _values, first = np.unique(times.loc[np.unique(has.index), has.columns], axis=1, return_index=True)
    has = has.iloc[:, np.sort(first)]
    if not has.shape[1]:
        return pd.DataFrame(columns=columns)
    hours = cases["cycle_time_h"].to_numpy()[complete]
    fitted = sm.OLS(hours, np.column_stack([np.ones(len(has)), has.to_numpy(float)])).fit(cov_type="HC1")
    bounds = fitted.conf_int()[1:]
    return pd.DataFrame(
        [(*key, fitted.params[i + 1], *bounds[i]) for i, key in enumerate(has.columns)], columns=columns
    )
