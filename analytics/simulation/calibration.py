"""From the store to a model: every part estimated from the branch's own tickets, with what could not be said openly."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from analytics.errors import RequestError
from analytics.filters import Filters
from analytics.language import _
from analytics.simulation import arrivals, discipline, patience, satisfaction, service, staffing
from analytics.simulation.calendar import closes_on_holidays
from analytics.simulation.history import History, read_history
from analytics.simulation.model import N_SLOTS, Floats, Model, Uncertainty, frozen
from analytics.store import Store

DRAWS = 200
FEWEST_DAYS, FEWEST_SERVED = 5, 100
STRAY_SHARE = 0.01
Notes = tuple[tuple[str, dict[str, Any]], ...]

ROSTERS_SQL = """
select
    role, weekday, headcount, hourly_cost, valid_from, valid_to,
    hour(from_time) * 60 + minute(from_time) as from_min,
    end_min(to_time) as to_min
from rosters where branch_id = $branch_id
"""


@dataclass(frozen=True, eq=False)
class Calibration:
    """The model of a branch, how far it may be off, and what was defaulted (notes: code, values; words/forecast.py)."""

    model: Model
    uncertainty: Uncertainty
    notes: Notes
    history: History


@lru_cache(maxsize=8)
def calibrate(store: Store, filters: Filters) -> Calibration:
    """The hall of a branch from the tickets of the period, with the roster in force on its last day.

    The group of the filters is ignored: a hall serves everybody. Raises RequestError where too little is known.
    """
    history = read_history(store, filters)
    rosters = store.frame(ROSTERS_SQL, branch_id=filters.branch_id)
    answers = store.frame(satisfaction.ANSWERS_SQL, **filters.binds())
    return calibrate_history(history, rosters, answers, history.days[-1])


def calibrate_history(
    history: History, rosters: pd.DataFrame, answers: pd.DataFrame, on: date
) -> Calibration:
    """The same from arrays and frames: a pure function, seeded by nothing but its input."""
    n_timed = int((history.is_served & np.isfinite(history.finished)).sum())
    if len(history.days) < FEWEST_DAYS or n_timed < FEWEST_SERVED:
        raise RequestError(
            _("{n_days} days with {n} timed services are too few for a forecast: choose a longer period "
              "(at least {least} days and {fewest} services with called_at and finished_at).").format(
                n_days=len(history.days), n=n_timed, least=FEWEST_DAYS, fewest=FEWEST_SERVED)
        )  # fmt: skip
    rng = np.random.default_rng(20260105)
    come = arrivals.estimate(history, DRAWS, rng)
    serve = service.estimate(history, come.weights)
    wait = patience.estimate(history, come.weights)
    staff = staffing.estimate(history, rosters, on)
    everybody = frozenset(range(len(history.segments)))
    general = np.array([s.segments == everybody for s in staff.servers] + [True])
    called = discipline.infer(history, general[staff.at_desk])
    liked = satisfaction.estimate(history, answers)
    model = Model(
        role=staff.role,
        segments=history.segments,
        services=history.services,
        rates=frozen(_without_strays(come.rates, staff)),
        day_cv=come.day_cv,
        week_cv=come.week_cv,
        month_day=frozen(come.month_day),
        drift=come.drift,
        service_min=frozen(serve.quantile_min),
        teller_factor=serve.teller_factor,
        patience_min=frozen(wait.quantile_min),
        credit_min=frozen(called.credit_min),
        servers=staff.servers,
        staff_on=frozen(staff.staff_on),
        patterns=staff.patterns,
        turnaround_min=serve.turnaround_min,
        hourly_cost_cny=staff.hourly_cost_cny,
        working_days_per_month=_working_days_per_month(history, staff.patterns),
        satisfaction=liked,
        service_laws=serve.laws,
        closes_on_holidays=closes_on_holidays(history.days, [bool(p) for p in staff.patterns]),
    )
    uncertainty = Uncertainty(come.rate_draws, come.mix_draws, serve.draws, wait.draws, serve.teller_sd)
    return Calibration(
        model,
        uncertainty,
        _notes(model, history, wait, staff, called, _roster_changed(rosters, history, on)),
        history,
    )


def _without_strays(rates: Floats, staff: staffing.Staffing) -> Floats:
    """Rates without the odd ticket outside the hours: more than an hour before anybody is on duty, or after the last,
    where such half hours hold under 1 % of the weekday's tickets. Nobody would come to call them."""
    kept = rates.copy()
    for weekday, patterns in enumerate(staff.patterns):
        on = (
            np.flatnonzero(staff.staff_on[list(patterns)].any(axis=(0, 2))) if patterns else np.array([], int)
        )
        if not len(on):
            continue
        outside = np.ones(N_SLOTS, bool)
        outside[max(on[0] - 2, 0) : on[-1] + 1] = False
        if kept[weekday, outside].sum() < STRAY_SHARE * kept[weekday].sum():
            kept[weekday, outside] = 0.0
    return kept


def _working_days_per_month(history: History, patterns: tuple[tuple[int, ...], ...]) -> float:
    """Open weekdays of an average month × the share of their dates in the data that were open: right for any length of
    the period, a single week too."""
    is_open = np.array([bool(p) for p in patterns])
    dates = pd.date_range(history.days[0], history.days[-1]).day_of_week
    share = is_open[history.weekday_of_day].sum() / max(is_open[dates].sum(), 1)
    return float(is_open.sum() * share * 365.25 / 12 / 7)


def _roster_changed(rosters: pd.DataFrame, history: History, on: date) -> date | None:
    """The last day within the data on which another plan of the hall came into force."""
    turns = (
        pd.concat([pd.to_datetime(rosters[c]) for c in ("valid_from", "valid_to")]).dropna().dt.date.unique()
    )
    for day in sorted((d for d in turns if history.days[0] < d <= on), reverse=True):
        before, after = (staffing.planned(rosters, d)[1] for d in (day - timedelta(days=1), day))
        if before is not None and after is not None and not np.array_equal(before, after):
            return day
    return None


def _notes(model, history, wait, staff, called, roster_changed: date | None) -> Notes:
    notes: list[tuple[str, dict[str, Any]]] = []
    if staff.is_planned and roster_changed is not None:
        notes.append(("roster_changed", {"on": roster_changed.isoformat()}))
    if not staff.is_planned:
        notes.append(("staff_inferred", {"n_desks": len(staff.servers), "ready_share": staff.ready_share}))
    if wait.is_assumed:
        notes.append(("patience_assumed", {"n_left": int(wait.n_left.sum())}))
    if wait.n_unknown:
        notes.append(("left_unknown", {"n": wait.n_unknown, "n_left": int(wait.n_left.sum())}))
    if model.drift.slope_per_day:
        month = 365.25 / 12
        low, high = (model.drift.slope_per_day + z * model.drift.slope_sd for z in (-1.96, 1.96))
        notes.append(("demand_drift", {"per_month": np.expm1(model.drift.slope_per_day * month),
                                       "low": np.expm1(low * month), "high": np.expm1(high * month)}))  # fmt: skip
    named = [(s.name, float(c)) for s, c in zip(model.segments, model.credit_min, strict=True) if c]
    if called.n_choices:
        values = {"credits": named, "explained_share": called.explained_share, "n": called.n_choices}
        notes.append(("called_next", values))
    most = int(np.bincount(history.segment).argmax())
    kept = [s.name for s in model.servers if most not in s.segments]
    if kept:
        notes.append(("kept_counters", {"counters": kept}))
    if called.n_choices and called.explained_share < 0.85:
        notes.append(("order_unclear", {"explained_share": called.explained_share, "n": called.n_choices}))
    if called.in_order_share < 0.85:
        notes.append(("out_of_turn", {"in_order_share": called.in_order_share}))
    if np.isnan(staff.hourly_cost_cny):
        notes.append(("no_cost", {}))
    liked = model.satisfaction
    if liked is None:
        notes.append(("no_satisfaction_link", {}))
    elif not liked.is_linked:
        notes.append(("satisfaction_not_linked", {"n": liked.n_answers}))
    return tuple(notes)
