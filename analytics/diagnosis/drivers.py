"""What moves overall satisfaction: which dimensions, how surely, and more by being poor or by being good?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.diagnosis.survey_items import Items, survey_items
from analytics.filters import Filters, Group
from analytics.methods import resampling, shapley
from analytics.methods.ordered import ordered_logit
from analytics.methods.penalty_reward import contrasts, poor_and_good
from analytics.store.reader import Store

REPLICATIONS = 200
# Answers that a split of variance and an end of a scale need.
MIN_ANSWERS, MIN_AT_END = 50, 30
# Correlation from which two dimensions are told apart by little more than chance.
TIED = 0.8


@dataclass(frozen=True)
class Drivers:
    """Overall satisfaction (1–5) regressed on the dimensions (1–7) of complete answers, per group that has enough.

    drivers: one row per group and dimension, the largest share first: n, mean (1–7) with mean_low, mean_high;
    share of the explained variance (0–1, adding up to 1; Shapley) with low, high; odds: factor of the odds of a higher
    rating for one point more, the others held (ordered logit) with odds_low, odds_high (NaN where it does not converge);
    penalty and reward: points of overall satisfaction that go with the lowest and the highest quarter of ratings against
    the middle, with _low, _high (NaN under 30 answers at that end), n_poor, n_good; asymmetry: reward + penalty with
    _low, _high. Intervals 95 %, over customers.
    r_squared: by group. leads: groups whose first dimension lies ahead of the second beyond chance.
    tied: dimensions that correlate by 0.8 or more in the first group, pair by pair, with the correlation.
    left_out: dimensions answered in fewer than half of the answers, or always alike. is_exact: by all orders.
    n_answers (complete, of all groups) of n_all answers with items. has_overall: whether overall was asked.
    """

    groups: tuple[Group, ...]
    drivers: pd.DataFrame
    r_squared: dict[Group, float]
    leads: frozenset[Group]
    tied: tuple[tuple[str, str, float], ...]
    left_out: tuple[str, ...]
    is_exact: bool
    has_overall: bool
    n_answers: int
    n_all: int
    is_sample: bool


def drivers(store: Store, filters: Filters) -> Drivers | None:
    """The drivers of the period; None where no item was asked. Without frames where too little is known."""
    items = survey_items(store, filters)
    if items is None:
        return None
    ratings, overall = items.dimensions(), items.answers["overall"]
    asked = overall.notna()
    rated = ratings[asked]
    is_kept = ((rated.notna().mean() >= 0.5) & (rated.std() > 1e-9)).to_numpy(bool)
    kept = [str(name) for name in ratings.columns[is_kept]]
    is_complete = asked & ratings[kept].notna().all(axis=1) & bool(kept)
    parts, r_squared, leads = [], {}, set()
    tied: tuple[tuple[str, str, float], ...] = ()
    for group in items.groups:
        rows = is_complete.to_numpy() & items.rows(group)
        n = int(rows.sum())
        if n < max(MIN_ANSWERS, 5 * len(kept)) or overall[rows].std() < 1e-9 or not kept:
            continue
        if (ratings.loc[rows, kept].std() < 1e-9).any():
            continue
        frame, r_squared[group], leads_here = _of_group(items, ratings.loc[rows, kept], rows)
        parts.append(frame.assign(group=group))
        if leads_here:
            leads.add(group)
        tied = tied or _tied(ratings.loc[rows, kept])
    return Drivers(
        groups=tuple(r_squared),
        drivers=pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["group", "dimension"]),
        r_squared=r_squared,
        leads=frozenset(leads),
        tied=tied,
        left_out=tuple(str(name) for name in ratings.columns[~is_kept]) if asked.any() else (),
        is_exact=len(kept) <= shapley.MOST_EXACT,
        has_overall=bool(asked.any()),
        n_answers=int(is_complete.sum()),
        n_all=items.n_all,
        is_sample=items.n_all > len(items.items),
    )  # fmt: skip


def _of_group(items: Items, ratings: pd.DataFrame, rows: np.ndarray) -> tuple[pd.DataFrame, float, bool]:
    x, y = ratings.to_numpy(float), items.answers["overall"].to_numpy(float)[rows]
    customers = pd.factorize(items.answers["customer"].to_numpy()[rows])[0]
    # Customers are drawn, with all their answers.
    weights = resampling.weights(int(customers.max()) + 1, REPLICATIONS)[:, customers]
    found = shapley.shares(x, y, weights)
    frame = pd.DataFrame({"dimension": list(ratings), "n": len(x)})
    with np.errstate(divide="ignore", invalid="ignore"):
        share = found.part / found.r_squared
        drawn = found.draws / found.draws.sum(axis=1, keepdims=True)
    frame["share"] = share
    frame["low"], frame["high"] = np.nanquantile(drawn, [0.025, 0.975], axis=0)
    means = weights @ x / weights.sum(axis=1, keepdims=True)
    frame["mean"] = x.mean(axis=0)
    frame["mean_low"], frame["mean_high"] = np.quantile(means, [0.025, 0.975], axis=0)
    logit = ordered_logit(y, x, customers)
    for name, slopes in (("odds", "slope"), ("odds_low", "low"), ("odds_high", "high")):
        frame[name] = np.nan if logit is None else np.exp(getattr(logit, slopes))
    frame = pd.concat([frame, _ends(x, y, weights)], axis=1)
    order = np.argsort(-share)
    ahead = drawn[:, order[0]] - drawn[:, order[1]] if len(order) > 1 else np.ones(1)
    leads = bool(np.nanquantile(ahead, 0.025) > 0)
    return frame.iloc[order].reset_index(drop=True), found.r_squared, leads


def _ends(x: np.ndarray, y: np.ndarray, weights: np.ndarray) -> pd.DataFrame:
    """What the lowest and the highest quarter of each dimension's ratings go with."""
    p = x.shape[1]
    poor, good = poor_and_good(x)
    effects = contrasts(poor, good, y, np.ones((1, len(y))))[0]
    drawn = contrasts(poor, good, y, weights)
    n_poor, n_good = poor.sum(axis=0), good.sum(axis=0)
    has_both = (n_poor >= MIN_AT_END) & (n_good >= MIN_AT_END)
    found: dict[str, np.ndarray] = {"n_poor": n_poor, "n_good": n_good}
    for name, value, draws, is_known in (
        ("penalty", effects[:p], drawn[:, :p], n_poor >= MIN_AT_END),
        ("reward", effects[p:], drawn[:, p:], n_good >= MIN_AT_END),
        ("asymmetry", effects[:p] + effects[p:], drawn[:, :p] + drawn[:, p:], has_both),
    ):
        low, high = np.quantile(draws, [0.025, 0.975], axis=0)
        for suffix, part in (("", value), ("_low", low), ("_high", high)):
            found[name + suffix] = np.where(is_known, part, np.nan)
    return pd.DataFrame(found)


def _tied(ratings: pd.DataFrame) -> tuple[tuple[str, str, float], ...]:
    r = ratings.corr().to_numpy()
    names = [str(name) for name in ratings]
    pairs = [(names[i], names[j], float(r[i, j])) for i in range(len(names)) for j in range(i)]
    return tuple(sorted((pair for pair in pairs if pair[2] >= TIED), key=lambda pair: -pair[2]))
