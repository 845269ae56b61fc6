"""From the event log to a process model: every part estimated from the branch's own cases."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from analytics.errors import RequestError
from analytics.filters import Filters
from analytics.language import _
from analytics.simulation import arrivals
from analytics.simulation.calendar import closes_on_holidays
from analytics.simulation.calibration import DRAWS, ROSTERS_SQL, Notes
from analytics.simulation.history import History
from analytics.simulation.model import Floats, frozen
from analytics.simulation.process import dwell, routing, staffing, times
from analytics.simulation.process.history import MINUTE_US, CaseHistory, read_case_history
from analytics.simulation.process.model import WON, Dwell, Ints, ProcessModel, ProcessUncertainty, Step
from analytics.simulation.service import quantile_table
from analytics.store import Store

FEWEST_CASES, FEWEST_ENDED, FEWEST_DAYS = 30, 20, 10
MOST_STEPS = 400
"""What follows what is held for every pair of steps in every simulated period."""
VALUE_LEAST = 20
KNOWN_SHARE = 0.5
"""People are waited for at a step of whose times at least this share have a start."""


@dataclass(frozen=True, eq=False)
class ProcessCalibration:
    """The model of a branch's process, how far it may be off, and what was defaulted (notes: code, values).

    minutes[row of history]: working minutes of each step; age_n[step]: cases behind the model's age_slope.
    """

    model: ProcessModel
    uncertainty: ProcessUncertainty
    notes: Notes
    history: CaseHistory
    minutes: Floats
    age_n: Ints

    @property
    def is_completion_only(self) -> bool:
        """Whether the log gives no start of any step."""
        return any(code == "completion_only" for code, _values in self.notes)


@lru_cache(maxsize=8)
def calibrate_process(store: Store, filters: Filters, process: str) -> ProcessCalibration:
    """The process from the events of the period, with the rosters in force on its last day.

    Raises RequestError where too little is known.
    """
    history = read_case_history(store, filters, process)
    rosters = store.frame(ROSTERS_SQL, branch_id=filters.branch_id)
    # Without a working day in the period there is no last one, and the calibration says that there are too few.
    on = history.days[-1] if history.days else filters.start_on
    return calibrate_case_history(history, rosters, pd.Timestamp(on))


def calibrate_case_history(
    history: CaseHistory, rosters: pd.DataFrame, on: pd.Timestamp
) -> ProcessCalibration:
    """The same from arrays and frames: a pure function, seeded by nothing but its input."""
    told = (history.case_process == 0) & history.is_new
    n_ended = int((told & (history.outcome >= 0)).sum())
    if told.sum() < FEWEST_CASES or n_ended < FEWEST_ENDED or len(history.days) < FEWEST_DAYS:
        raise RequestError(
            _("{n} cases of «{process}», {n_ended} of them ended, on {n_days} days are too few for a forecast: choose "
              "a longer period (at least {least} cases, {fewest} ended, {days} days).").format(
                n=int(told.sum()), process=history.process, n_ended=n_ended, n_days=len(history.days),
                least=FEWEST_CASES, fewest=FEWEST_ENDED, days=FEWEST_DAYS), field="scope")  # fmt: skip
    if len(history.steps) > MOST_STEPS:
        raise RequestError(
            _("{n} different steps are too many for a forecast (at most {most}): see whether the column activity names "
              "steps of work, and give rare ones one name in the mapping.").format(
                n=len(history.steps), most=MOST_STEPS), field="scope")  # fmt: skip
    rng = np.random.default_rng(20260105)
    come = arrivals.estimate(_new_cases(history), DRAWS, rng)
    minutes = times.working_minutes(history)
    has_times = bool(np.nansum(minutes) > 0)
    work = times.durations(history, minutes if has_times else np.full(len(minutes), 1 / 60), come.weights)
    rules = times.batches(history) if has_times else (None,) * len(history.steps)
    is_batched = np.array([r is not None for r in rules])
    staff = staffing.estimate(history, rosters, on, is_batched)
    follows = routing.estimate(history)
    person_worker = {
        history.people.index(name): w
        for w, worker in enumerate(staff.workers)
        for name, _share in worker.resources
    }
    told_by = times.begun_by_idle(history, staff.on_duty, person_worker) | ~history.has_start
    stays = dwell.estimate(history, follows, told_by, is_batched)
    own_time = times.delays(history, told_by, is_batched, stays)
    by_dwell = None
    if stays:
        follows, share = dwell.routed(history, follows, stays)
        by_dwell = Dwell(frozen(stays.until_min), frozen(share), frozen(own_time.by_dwell))
    # Of a step whose start is not known the wait is its own time and whatever was waited for: people come on top of none.
    times_done = np.bincount(history.step, minlength=len(history.steps))
    known = np.bincount(history.step, history.has_start, len(history.steps)) >= KNOWN_SHARE * times_done
    step_role = [r if is_known else "" for r, is_known in zip(staff.step_role, known, strict=True)]
    nobody = np.array([not r for r in step_role])
    model = ProcessModel(
        process=history.process,
        processes=history.processes,
        segments=history.segments,
        rates=frozen(come.rates),
        day_cv=come.day_cv,
        week_cv=come.week_cv,
        month_day=frozen(come.month_day),
        drift=come.drift,
        steps=tuple(Step(p, a, r) for (p, a), r in zip(history.steps, step_role, strict=True)),
        sides=follows.sides,
        start=frozen(follows.start),
        routing=frozen(follows.probability),
        side_routing=frozen(follows.side),
        duration_min=frozen(work.quantile_min),
        delay_row=frozen(own_time.row),
        delay_min=frozen(own_time.minutes),
        windows=rules,
        same_day=frozen(times.same_day(history, minutes, staff.step_role)),
        auto_share=frozen(nobody.astype(float)),
        auto_min=frozen(np.where(nobody, np.nan, 0.0)),
        age_slope=frozen(follows.age_slope),
        age_mean_days=frozen(follows.age_mean_days),
        age_most_days=frozen(follows.age_most_days),
        workers=staff.workers,
        serves=frozen(staff.serves),
        resource_factor=work.teller_factor,
        on_duty=frozen(staff.on_duty),
        attendance=frozen(staff.attendance),
        owned=staff.owned,
        is_open=frozen(history.is_open),
        closes_on_holidays=closes_on_holidays(history.days, [bool(day.any()) for day in history.is_open]),
        has_outcomes=history.has_outcomes,
        value_cny=_values(history),
        dwell=by_dwell,
        hourly_cost_cny=staff.hourly_cost_cny,
        working_days_per_month=_working_days_per_month(history),
    )
    uncertainty = ProcessUncertainty(
        rates=come.rate_draws,
        mix=come.mix_draws,
        duration=work.draws,
        delay=np.exp(np.random.default_rng(7).standard_normal((DRAWS, len(own_time.sd))) * own_time.sd),
        routing_n=follows.n,
        resource_sd=work.teller_sd,
        age_sd=follows.age_sd,
    )
    return ProcessCalibration(
        model, uncertainty, _notes(history, model, staff, has_times), history, minutes, follows.age_n
    )


def _new_cases(history: CaseHistory) -> History:
    """Cases as arrivals: at their first start; processes stand where the hall has services."""
    first = history.first[history.is_new]
    begun = history.start[first]
    nothing, nobody = np.full(len(first), np.nan), np.full(len(first), -1)
    return History(
        days=history.days, weekday_of_day=history.weekday_of_day, segments=history.segments,
        services=history.processes, counters=(), tellers=(), day=history.day[first],
        segment=history.case_segment[history.is_new], service=history.case_process[history.is_new], counter=nobody, teller=nobody,
        arrived=(begun % (times.CLOCK_DAY * MINUTE_US)) / MINUTE_US, called=nothing, finished=nothing, left=nothing,
    )  # fmt: skip


def _values(history: CaseHistory) -> Floats | None:
    """Quantile tables [segment, quantile] of the values of won cases; all segments' where one has few."""
    won = (history.case_process == 0) & (history.outcome == WON) & np.isfinite(history.value)
    if not won.any():
        return None
    pooled = quantile_table(history.value[won])
    tables = np.tile(pooled, (len(history.segments), 1))
    for g in range(len(history.segments)):
        mine = history.value[won & (history.case_segment == g)]
        if len(mine) >= VALUE_LEAST:
            tables[g] = quantile_table(mine)
    return frozen(tables)


def _working_days_per_month(history: CaseHistory) -> float:
    """Open weekdays of an average month × the share of their dates in the data that were worked."""
    is_open = np.asarray(history.is_open.any(axis=1))
    dates = pd.date_range(history.days[0], history.days[-1]).day_of_week
    worked = sum(bool(is_open[d.weekday()]) for d in history.days)
    return float(is_open.sum() * worked / max(is_open[dates].sum(), 1) * 365.25 / 12 / 7)


def _notes(
    history: CaseHistory, model: ProcessModel, staff: staffing.ProcessStaffing, has_times: bool
) -> Notes:
    notes: list[tuple[str, dict]] = []
    if not has_times:
        notes.append(("completion_only", {}))
    mine = [s for s in model.steps if s.process == history.process]
    nobody = [
        a for (p, a), r in zip(history.steps, staff.step_role, strict=True) if p == history.process and not r
    ]
    if nobody:
        notes.append(("nobody_named", {"activities": nobody}))
    assumed = [r for r in model.roles if r in staff.is_assumed]
    if assumed:
        notes.append(("hours_assumed", {"roles": assumed}))
    seen = [r for r in model.roles if not staff.is_planned.get(r, False) and r not in assumed]
    if seen:
        notes.append(("hours_seen", {"roles": seen}))
    batched = [s.activity for s, rule in zip(model.steps, model.windows, strict=True) if rule and s in mine]
    if batched:
        notes.append(("batches", {"activities": batched}))
    called = [
        s.activity for i, s in enumerate(model.steps) if model.dwell and model.dwell.has(i) and s in mine
    ]
    if called:
        notes.append(("dwell", {"activities": called}))
    owned = [r for r in model.roles if r in model.owned]
    if owned:
        notes.append(("own_person", {"roles": owned}))
    others = [p for p in model.processes if p != history.process]
    if others:
        notes.append(("shared_people", {"processes": others}))
    if not model.has_outcomes:
        notes.append(("no_outcomes", {}))
    won = (history.case_process == 0) & (history.outcome == WON)
    n_valued = int((won & np.isfinite(history.value)).sum())
    if 0 < n_valued < won.sum():
        notes.append(
            (
                "values_missing",
                {"n": int(won.sum()) - n_valued, "n_won": int(won.sum()), "n_valued": n_valued},
            )
        )
    return tuple(notes)
