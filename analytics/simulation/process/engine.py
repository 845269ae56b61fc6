"""Runs process models through the kernel: the same new cases for every model that is compared."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import numpy as np

from analytics.simulation import kernel as hall
from analytics.simulation.engine import Calendar, Progress, spread_factors
from analytics.simulation.model import N_SLOTS
from analytics.simulation.process import kernel
from analytics.simulation.process.layout import Axis, Layout, Noise
from analytics.simulation.process.model import (
    ProcessModel,
    ProcessUncertainty,
)
from analytics.simulation.process.records import room
from analytics.simulation.process.runs import CaseRuns, OpenCases, Trace, tell

OPEN_CASE = 1 << 40
"""Numbers of cases open at the beginning start here."""


def simulate_cases(
    models: Sequence[ProcessModel],
    uncertainty: ProcessUncertainty,
    days: Sequence[date],
    replications: int,
    seed: int,
    opened: OpenCases | None = None,
    progress: Progress | None = None,
    workers: int | None = None,
) -> list[CaseRuns]:
    """Run every model over the same new cases (and cases still open). days: the working days of the period, in order.

    The first model is the reference: others are it with measures. Replication r depends on the seed and r alone.
    """
    plan = _Plan(models, uncertainty, days, seed, opened or OpenCases.none())
    done: list[list[tuple]] = [[] for _ in range(replications)]

    def one(r: int) -> None:
        done[r] = plan.replicate(r)

    with ThreadPoolExecutor(workers or min(os.cpu_count() or 1, 8)) as pool:
        for n, _ in enumerate(pool.map(one, range(replications)), 1):
            if progress:
                progress(n / replications)
    return [_gathered([done[r][m] for r in range(replications)]) for m in range(len(models))]


def trace(
    model: ProcessModel, uncertainty: ProcessUncertainty, days: Sequence[date], seed: int, r: int = 0
) -> Trace:
    """One replication of a model, step by step."""
    return _Plan([model], uncertainty, days, seed, OpenCases.none()).traced(r)


def traces(
    model: ProcessModel,
    uncertainty: ProcessUncertainty,
    days: Sequence[date],
    seed: int,
    replications: int,
    opened: OpenCases,
) -> list[Trace]:
    """Replications of a model, step by step; the first cases are those open at the beginning."""
    plan = _Plan([model], uncertainty, days, seed, opened)
    return [plan.traced(r) for r in range(replications)]


class _Plan:
    """Models laid out for the kernel, as far as they do not change between replications."""

    def __init__(self, models, uncertainty, days, seed, opened) -> None:
        self.models, self.uncertainty, self.seed, self.opened = list(models), uncertainty, seed, opened
        self.calendar = Calendar.of(days)
        self.weekday = self.calendar.weekday
        self.axis = Axis.of(models[0], days)
        self.most_workers = max(len(m.workers) for m in models)
        self.layouts = [Layout(m, self.axis, self.weekday) for m in models]

    def replicate(self, r: int) -> list[tuple]:
        cases, arrivals, rng = self._cases(r)
        shared = Noise(self.models[0], self.uncertainty, r, rng)
        present = rng.random((len(self.weekday), self.most_workers))
        return [self._run(i, r, cases, arrivals, shared, present, 0)[0] for i in range(len(self.models))]

    def traced(self, r: int) -> Trace:
        cases, arrivals, rng = self._cases(r)
        shared = Noise(self.models[0], self.uncertainty, r, rng)
        present = rng.random((len(self.weekday), self.most_workers))
        size = 1000 + 60 * (len(arrivals[0]) + len(self.opened.segment))
        (case, step, times), n, outcome = self._run(0, r, cases, arrivals, shared, present, size)[1]
        n = min(n, size)
        ready, start, finish = times[:n].T
        return Trace(
            case[:n], step[:n], np.concatenate([self.opened.process, arrivals[3]])[case[:n]],
            self.axis.clock(ready, is_end=False), self.axis.clock(start, is_end=False),
            self.axis.clock(finish, is_end=True), outcome[case[:n]] >= 0,
        )  # fmt: skip

    def _cases(self, r: int):
        """The new cases of one replication, enough for every model: (minute, klass, keep by model …)."""
        rng = np.random.Generator(np.random.SFC64([self.seed, r, 11]))
        reference, u = self.models[0], self.uncertainty
        d = r % len(u.rates)
        rates = [hall.scale_rates(m.rates, u.rates[d], u.mix[d]) for m in self.models]
        envelope = rates[0] if len(rates) == 1 else np.maximum.reduce(rates)
        slot_rate, class_cum = hall.sum_classes(envelope)
        calendar = self.calendar
        factor = (
            spread_factors(rng, reference.day_cv, len(calendar.weekday))
            * spread_factors(rng, reference.week_cv, int(calendar.week[-1]) + 1)[calendar.week]
            * reference.month_day[calendar.month_day]
        )
        if reference.drift.slope_per_day:
            factor *= reference.drift.factors(calendar.ordinal, rng.standard_normal(), rng.random())
        expected = float((slot_rate.sum(axis=1)[calendar.weekday] * factor).sum())
        size = int(expected + 8 * np.sqrt(expected) + 100)
        minute, klass, slot = np.empty(size), np.empty(size, np.int64), np.empty(size, np.int64)
        first = hall.draw_customers(
            rng, calendar.weekday, factor, slot_rate, class_cum, reference.slot_min, minute, klass, slot
        )
        n = int(first[-1]) if first[-1] >= 0 else size
        day = np.repeat(np.arange(len(calendar.weekday)), np.diff(np.append(first[:-1], n)))[:n]
        minute, klass, slot = minute[:n], klass[:n], slot[:n]
        weekday = calendar.weekday[day]
        pick = rng.random(n)
        keeps = []
        for rate in rates:
            if rate is envelope:
                keeps.append(slice(None))
                continue
            flat, most = (x.reshape(7, N_SLOTS, -1)[weekday, slot, klass] for x in (rate, envelope))
            keeps.append(pick * most < flat)
        at = self.axis.at(day, weekday, minute, reference.is_open)
        n_processes = len(reference.processes)
        return keeps, (at, np.arange(n), klass // n_processes, klass % n_processes), rng

    def _run(self, i: int, r: int, keeps, arrivals, noise, present, trace_size: int):
        model, layout, opened = self.models[i], self.layouts[i], self.opened
        keep = keeps[i]
        n_open = len(opened.segment)
        at, ident, segment, process = (
            np.concatenate([old, x[keep]])
            for old, x in zip(
                (np.zeros(n_open), OPEN_CASE + np.arange(n_open), opened.segment, opened.process),
                arrivals,
                strict=True,
            )
        )
        n, n_steps, n_roles = len(at), len(model.steps), len(layout.is_owned)
        visits = np.zeros((n_open, n_steps), np.int64)
        visits[:, : opened.done.shape[1]] = opened.done
        start, end, outcome = np.full(n, np.nan), np.full(n, np.nan), np.full(n, -1, np.int64)
        work = np.zeros(n)
        work[:n_open] = opened.work_min
        handovers = np.zeros((n_steps + 1, n_steps + 1, 4))
        traced = np.empty(trace_size, np.int64), np.empty(trace_size, np.int64), np.empty((trace_size, 3))
        release_first, *releases = layout.releases(noise)
        workers, queues = layout.people()
        *turns, duty = layout.duty(present)
        routing, lost = noise.routing(model)
        told = model.processes.index(model.process)
        key = np.uint64((self.seed * 1_000_003 + r) & 0xFFFFFFFFFFFF)
        with np.errstate(over="ignore"):
            n_done = kernel.serve_cases(
                key, ident, at, segment, process,
                layout.kept(opened), opened.last_step, opened.elapsed_min, -opened.elapsed_min - opened.dwell_min,
                -opened.born_min, visits,
                layout.start_cum, routing, layout.dwell_until, layout.side_cum, lost,
                layout.side_first, layout.side_members, layout.is_owned, layout.owner_cum,
                layout.steps(noise, release_first), model.duration_min,
                layout.delay_row, model.delay_min, noise.delay, *releases,
                workers, layout.speed(noise), queues, layout.servers, layout.served, *turns, duty,
                layout.day_end, layout.day_min, model.slot_min, self.axis.until,
                *room(n, n_steps, n_roles, layout.width),
                start, end, outcome, work, handovers, *traced,
            )  # fmt: skip
            ended = tell(
                key, ident, segment, process, told, start, end, outcome, work,
                opened.born_clock_min, self.axis.clock_min, self.axis.slot_min,
            )  # fmt: skip
        return (
            *ended, int((process == told).sum()) - len(ended[0]),
            handovers[:, :-1].sum(axis=0), handovers[:, :, 0], handovers[:, :, 1],
            workers["busy_min"].copy(), duty[-1].copy(),
        ), (traced, n_done, outcome)  # fmt: skip


def _gathered(parts: list[tuple]) -> CaseRuns:
    segment, outcome, cycle, working, work, luck = (np.concatenate([p[k] for p in parts]) for k in range(6))
    replication = np.repeat(np.arange(len(parts)), [len(p[0]) for p in parts])
    rest = [np.array([p[k] for p in parts]) for k in range(6, 12)]
    return CaseRuns(len(parts), replication, segment, outcome, cycle, working, work, luck, *rest)
