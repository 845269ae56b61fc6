"""Before and after in a process: one coming period without and with measures, from the same cases."""

import math
import time
from datetime import date, timedelta

import numpy as np

from analytics.errors import RequestError
from analytics.filters import Filters
from analytics.language import _
from analytics.redesign import guardrail, paired, process_detail
from analytics.redesign.parameters import Context
from analytics.redesign.process_measures import apply_all
from analytics.redesign.request import Request
from analytics.redesign.result import PROCESS_METRICS, Forecast, MetricForecast
from analytics.redesign.scope import scope_of
from analytics.simulation.calendar import coming_days
from analytics.simulation.engine import Progress
from analytics.simulation.process import metrics
from analytics.simulation.process.calibration import ProcessCalibration, calibrate_process
from analytics.simulation.process.carry import open_cases, until
from analytics.simulation.process.engine import simulate_cases
from analytics.simulation.process.fit import fit_process
from analytics.simulation.process.history import CaseHistory
from analytics.simulation.process.model import ProcessModel
from analytics.simulation.process.runs import CaseRuns, OpenCases
from analytics.store import Store, pseudonym

MOST_CASES = 50_000_000
"""A few minutes of work, with progress shown; more is refused."""
MOST_PAIRS = 100_000_000
"""Pairs of steps over all replications, of each of which cases and waits are held: 4 GB in all."""


def forecast_process(
    store: Store, filters: Filters, process: str, request: Request, progress: Progress | None = None
) -> Forecast:
    """A process of a branch with the measures of the request; `filters` are those of everybody."""
    started = time.perf_counter()
    calibration = calibrate_process(store, filters, process)
    history, before = calibration.history, calibration.model
    first = request.starts_on or history.days[-1] + timedelta(days=1)
    after = apply_all(before, request.measures, Context(lambda name: pseudonym(store.folder, name)))
    days = coming_days(before, first, request.days(len(history.days)))
    a_day = max(m.rates.sum(axis=(1, 2, 3)).max() for m in (before, after))
    n_pairs = len(before.steps) ** 2 * request.replications
    if len(days) * a_day * request.replications > MOST_CASES or n_pairs > MOST_PAIRS:
        raise RequestError(
            _("That many days and replications would take too long: choose fewer of either."),
            field="horizon_days",
        )
    carried = _carried(history, before, days[0]) if request.carry_over else OpenCases.none()
    models = [before, after] if request.measures else [before]
    runs = simulate_cases(
        models, calibration.uncertainty, days, request.replications, request.seed, carried, progress
    )
    pair = (runs[0], runs[-1])

    def of(segments: list[int]) -> dict[str, MetricForecast]:
        return _metrics(calibration, (before, after), pair, segments, len(days))

    by_group = paired.by_group(before.segments, of)
    total = of(list(range(len(before.segments))))
    used = _utilisation(calibration, (before, after), pair)
    return Forecast(
        scope=scope_of(process),
        measures=request.measures,
        metrics=total | used,
        by_segment=paired.by_segment(before.segments, of),
        by_group=by_group,
        by_half_hour=process_detail.no_half_hours(),
        guardrail=guardrail.of_process(by_group.get("ordinary", total), bool(request.measures), "ordinary" in by_group),
        fit=fit_process(store, filters, process),
        notes=calibration.notes,
        horizon_days=len(days),
        starts_on=days[0],
        replications=request.replications,
        seed=request.seed,
        seconds=round(time.perf_counter() - started, 3),
        n_tickets=0,
        data_version=store.version,
        process=process_detail.of(calibration, after, pair, request.measures, len(carried.segment)),
    )  # fmt: skip


def _carried(history: CaseHistory, model: ProcessModel, starts_on: date) -> OpenCases:
    """The cases open when the period begins. Raises RequestError where it begins so long after the data that they would
    have moved on."""
    ends_on = history.days[-1]
    if starts_on > coming_days(model, ends_on + timedelta(days=1), 1)[0]:
        raise RequestError(
            _("Which cases are open is known until {date}: with them the forecast can begin on the working day after, not later.").format(
                date=ends_on.isoformat()), field="starts_on")  # fmt: skip
    if starts_on <= history.days[0]:
        return OpenCases.none()
    return open_cases(history if starts_on > ends_on else until(history, starts_on), starts_on)


def _metrics(
    calibration: ProcessCalibration,
    models: tuple[ProcessModel, ProcessModel],
    runs: tuple[CaseRuns, CaseRuns],
    segments: list[int],
    n_days: int,
) -> dict[str, MetricForecast]:
    seen = metrics.observed(calibration.history, models[0], segments)
    before, after = (metrics.of_runs(r, m, n_days, segments) for r, m in zip(runs, models, strict=True))
    # Where only completions are known, all time would count as waiting.
    unknown = {"waiting_share"} if calibration.is_completion_only else set()
    return {name: paired.paired(name, PROCESS_METRICS[name], _known(seen[name]), before[name], after[name])
            for name in PROCESS_METRICS if name in before and name not in unknown}  # fmt: skip


def _utilisation(
    calibration: ProcessCalibration,
    models: tuple[ProcessModel, ProcessModel],
    runs: tuple[CaseRuns, CaseRuns],
) -> dict[str, MetricForecast]:
    seen = metrics.observed_utilisation(calibration.history, models[0], calibration.minutes)
    before, after = (metrics.utilisation(r, m) for r, m in zip(runs, models, strict=True))
    nothing = np.zeros(runs[0].replications)
    return {name: paired.paired(name, "share", _known(seen.get(name, math.nan)), before.get(name, nothing), after.get(name, nothing))
            for name in dict.fromkeys([*before, *after])}  # fmt: skip


def _known(seen: float) -> float | None:
    return seen if math.isfinite(seen) else None
