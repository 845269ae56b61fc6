"""Runs process models through the kernel: the same new cases for every model that is compared."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from analytics.simulation import kernel as hall
from analytics.simulation.engine import N_SPEEDS, Calendar, Progress, spread_factors
from analytics.simulation.model import N_SLOTS, Floats
from analytics.simulation.process import kernel
from analytics.simulation.process.model import (
    ENDED,
    ENDS,
    LOST,
    Flags,
    Ints,
    ProcessModel,
    ProcessUncertainty,
)

DAY_CLOCK_MIN = 1440.0
OPEN_CASE = 1 << 40
"""Numbers of cases open at the beginning start here."""


@dataclass(frozen=True, eq=False)
class OpenCases:
    """Cases that had not ended when the period begins: segment, process, the step finished last, axis minutes since;
    born_min: axis minutes from the first start to the beginning, born_clock_min: clock minutes to the midnight before it;
    done[case, step]: how often each step was done; work_min: axis minutes in which anybody worked on it; person[case,
    step]: who did the step last ('' unknown)."""

    segment: Ints
    process: Ints
    last_step: Ints
    elapsed_min: Floats
    born_min: Floats
    born_clock_min: Floats
    done: Ints
    work_min: Floats
    person: NDArray[np.object_]

    @staticmethod
    def none() -> "OpenCases":
        nothing, whole = np.empty(0), np.empty(0, np.int64)
        done, person = np.empty((0, 0), np.int64), np.empty((0, 0), object)
        return OpenCases(whole, whole, whole, nothing, nothing, nothing, done, nothing, person)


@dataclass(frozen=True, eq=False)
class CaseRuns:
    """What happened in each replication of one model, to the cases of the process told of that ended in the period.

    One entry per ended case: replication, segment, outcome (ENDS), cycle_h (by the clock), working_h, work_h (hours of
    the axis in which anybody worked on it), luck (a uniform number of its own). n_open[replication]: not ended.
    step_sums[replication, step, 4] (times done, minutes waited, of these the customer's own, minutes worked); edge_n,
    edge_wait[replication, step before (last: begin), step (last: end)]; busy_min, staffed_min[replication, worker].
    """

    replications: int
    replication: Ints
    segment: Ints
    outcome: Ints
    cycle_h: Floats
    working_h: Floats
    work_h: Floats
    luck: Floats
    n_open: Ints
    step_sums: Floats
    edge_n: Floats
    edge_wait: Floats
    busy_min: Floats
    staffed_min: Floats


@dataclass(frozen=True, eq=False)
class Trace:
    """Every step done in one replication: case, step, and ready, start, finish in clock minutes since the first
    midnight; has_ended: whether its case did."""

    case: Ints
    step: Ints
    process: Ints
    ready_min: Floats
    start_min: Floats
    finish_min: Floats
    has_ended: Flags


@dataclass(frozen=True, eq=False)
class Axis:
    """The opened half hours of a period: day[k], clock_min[k] of slot k's beginning since the first day's midnight;
    first[day]: its first slot; until: axis minutes in all."""

    day: Ints
    slot: Ints
    clock_min: Floats
    first: Ints
    before: Ints
    until: float
    slot_min: float

    @staticmethod
    def of(model: ProcessModel, days: Sequence[date]) -> "Axis":
        weekday = np.array([d.weekday() for d in days])
        day, slot = np.nonzero(model.is_open[weekday])
        ordinal = np.array([d.toordinal() for d in days])
        clock = (ordinal[day] - ordinal[0]) * DAY_CLOCK_MIN + slot * model.slot_min
        first = np.searchsorted(day, np.arange(len(days) + 1))
        before = np.cumsum(np.pad(model.is_open, ((0, 0), (1, 0))).astype(np.int64), axis=1)
        return Axis(day, slot, clock, first, before, len(day) * model.slot_min, model.slot_min)

    def at(self, day: Ints, weekday: Ints, minute: Floats, is_open: Flags) -> Floats:
        """Axis minutes of clock minutes of days; in closed hours, those of the next opening."""
        slot = np.minimum((minute // self.slot_min).astype(np.int64), N_SLOTS - 1)
        inside = np.where(is_open[weekday, slot], minute - slot * self.slot_min, 0.0)
        return np.asarray((self.first[day] + self.before[weekday, slot]) * self.slot_min + inside, float)

    def clock(self, minute: Floats, *, is_end: bool) -> Floats:
        """Clock minutes of axis minutes; an end on a day's last moment belongs to that day, a start there to the next."""
        k = minute / self.slot_min
        slot = (np.ceil(k) - 1 if is_end else np.floor(k)).astype(np.int64)
        slot = np.clip(slot, 0, len(self.clock_min) - 1)
        return self.clock_min[slot] + minute - slot * self.slot_min


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
        self.layouts = [_Layout(m, self.axis, self.weekday) for m in models]

    def replicate(self, r: int) -> list[tuple]:
        cases, arrivals, rng = self._cases(r)
        shared = _noise(self.models[0], self.uncertainty, r, rng)
        present = rng.random((len(self.weekday), self.most_workers))
        return [self._run(i, r, cases, arrivals, shared, present, 0)[0] for i in range(len(self.models))]

    def traced(self, r: int) -> Trace:
        cases, arrivals, rng = self._cases(r)
        shared = _noise(self.models[0], self.uncertainty, r, rng)
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
                keeps.append(np.ones(n, bool))
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
        n, n_steps = len(at), len(model.steps)
        fresh = int(keep.sum())
        resumed = np.concatenate([opened.last_step, np.full(fresh, -1)]).astype(np.int64)
        elapsed = np.concatenate([opened.elapsed_min, np.zeros(fresh)])
        born = np.concatenate([-opened.born_min, np.full(fresh, np.nan)])
        visits = np.zeros((n, n_steps), np.int16)
        visits[:n_open, : opened.done.shape[1]] = opened.done
        kept = np.full((n, len(layout.is_owned)), -1)
        kept[:n_open] = layout.kept(opened)
        routing, start, lost = noise.routing(model)
        *turns, duty = layout.duty(present)
        case_start, case_end = np.full(n, np.nan), np.full(n, np.nan)
        outcome, work = np.full(n, -1, np.int64), np.zeros(n)
        work[:n_open] = opened.work_min
        handovers = np.zeros((n_steps + 1, n_steps + 1, 4))
        busy = np.zeros(len(model.workers))
        traced = np.empty(trace_size, np.int64), np.empty(trace_size, np.int64), np.empty((trace_size, 3))
        release = layout.releases(noise)
        told = process == model.processes.index(model.process)
        key = np.uint64((self.seed * 1_000_003 + r) & 0xFFFFFFFFFFFF)
        with np.errstate(over="ignore"):
            n_done = kernel.serve_cases(
                key, ident, at, segment, process, kept, resumed, elapsed,
                born, visits, start, routing, layout.side_cum, lost, model.age_slope + noise.age * (model.age_slope != 0),
                model.age_mean_days, layout.age_most, layout.side_first, layout.side_members,
                model.duration_min, noise.duration, model.delay_row, model.delay_min, noise.delay,
                *release, model.same_day, model.auto_share, model.auto_min,
                layout.step_queue, layout.step_role, layout.is_owned, layout.owner_cum,
                *layout.servers, *layout.queues, layout.flexibility, layout.speed(noise), *turns, duty,
                layout.day_end, layout.day_min, model.slot_min, self.axis.until,
                case_start, case_end, outcome, work, handovers, busy, *traced,
            )  # fmt: skip
            ended = told & (outcome >= 0)
            luck = kernel.uniforms(key, ident[ended], kernel.VALUE)
        # Cases that end without any step (sent away at once) take no time.
        case_start = np.where(np.isnan(case_start), case_end, case_start)
        begun = self.axis.clock(case_start[ended], is_end=False)
        carried = np.flatnonzero(ended)[: int(ended[:n_open].sum())]
        begun[: len(carried)] = -opened.born_clock_min[carried]
        cycle = (self.axis.clock(case_end[ended], is_end=True) - begun) / 60
        working = (case_end[ended] - case_start[ended]) / 60
        cycle, working = (np.maximum(x, 0.0) for x in (cycle, working))
        return (
            segment[ended], outcome[ended], cycle, working, work[ended] / 60, luck,
            int((told & (outcome < 0)).sum()), handovers[:, :-1].sum(axis=0), handovers[:, :, 0], handovers[:, :, 1], busy, duty[-1].copy(),
        ), (traced, n_done, outcome)  # fmt: skip


def _gathered(parts: list[tuple]) -> CaseRuns:
    segment, outcome, cycle, working, work, luck = (np.concatenate([p[k] for p in parts]) for k in range(6))
    replication = np.repeat(np.arange(len(parts)), [len(p[0]) for p in parts])
    rest = [np.array([p[k] for p in parts]) for k in range(6, 12)]
    return CaseRuns(len(parts), replication, segment, outcome, cycle, working, work, luck, *rest)


class _Noise:
    """One draw of the uncertainty, the same for every model compared."""

    def __init__(
        self, base: ProcessModel, uncertainty: ProcessUncertainty, r: int, rng: np.random.Generator
    ) -> None:
        d = r % len(uncertainty.duration)
        self.duration, self.delay = uncertainty.duration[d], uncertainty.delay[d]
        self.age = uncertainty.age_sd * rng.standard_normal(len(uncertainty.age_sd))
        self.person = {
            name: float(np.exp(sd * rng.standard_normal())) for name, sd in uncertainty.resource_sd.items()
        }
        shape = base.routing * uncertainty.routing_n[..., None]
        drawn = np.where(base.routing > 0, rng.standard_gamma(np.maximum(shape, 1e-9)), 0.0)
        total = drawn.sum(axis=-1, keepdims=True)
        point = np.where(base.routing > 0, base.routing, 1.0)
        seen = (uncertainty.routing_n[..., None] > 0) & (total > 0)
        self.ratio = np.divide(drawn, total * point, out=np.ones_like(drawn), where=seen & (base.routing > 0))
        self.gaps = rng.integers(0, 2**31, 64)

    def routing(self, model: ProcessModel) -> tuple[Floats, Floats, Floats]:
        """Cumulative routing and start, and the probability that a case is lost where that hangs on its age."""
        ratio = np.ones_like(model.routing)
        ratio[..., : self.ratio.shape[-1]] = self.ratio
        p = model.routing * ratio
        p /= np.maximum(p.sum(axis=-1, keepdims=True), 1e-12)
        at = len(model.steps) + LOST
        lost = np.where(model.age_slope != 0, p[..., at], 0.0)
        rest = p.copy()
        by_age = model.age_slope != 0
        rest[:, :, by_age, at] = 0.0
        total = rest.sum(axis=-1, keepdims=True)
        cum = _cumulative(np.divide(rest, total, out=p, where=total > 0), len(model.steps))
        return cum, _cumulative(model.start, len(model.steps)), lost


def _noise(base: ProcessModel, uncertainty: ProcessUncertainty, r: int, rng: np.random.Generator) -> _Noise:
    return _Noise(base, uncertainty, r, rng)


def _cumulative(probability: Floats, n_steps: int) -> Floats:
    """Over the targets; where nothing was ever seen to follow, the case ends."""
    end = np.zeros(probability.shape[-1])
    end[n_steps + ENDED] = 1.0
    known = probability.sum(axis=-1, keepdims=True) > 0
    return np.cumsum(np.where(known, probability, end), axis=-1)


def _listed(rows: list[Ints]) -> tuple[Ints, Ints]:
    """Rows of unlike length end to end: where each begins, and all entries."""
    first = np.cumsum([0, *(len(row) for row in rows)]).astype(np.int64)
    return first, np.concatenate([np.empty(0, np.int64), *rows]).astype(np.int64)


class _Layout:
    """One model's arrays for the kernel."""

    def __init__(self, model: ProcessModel, axis: Axis, weekday: Ints) -> None:
        self.model, self.axis, self.weekday = model, axis, weekday
        self.side_first = np.cumsum([0, *(len(s.members) for s in model.sides)]).astype(np.int64)
        self.side_members = np.array([m for s in model.sides for m in s.members], np.int64)
        unbounded = np.full(len(model.steps), np.inf)
        self.age_most = unbounded if model.age_most_days is None else model.age_most_days
        self.side_cum = _cumulative(model.side_routing, len(model.steps))
        roles = list(dict.fromkeys(s.role for s in model.steps))
        self.step_role = np.array([roles.index(s.role) for s in model.steps], np.int64)
        self.is_owned = np.array([r in model.owned for r in roles], np.bool_)
        n_workers = len(model.workers)
        self.owner_cum = np.array(
            [np.cumsum(model.owned[r]) if r in model.owned else np.ones(n_workers) for r in roles], float
        ).reshape(len(roles), n_workers)
        keys = [tuple(model.serves[:, s]) for s in range(len(model.steps))]
        distinct = list(dict.fromkeys(keys))
        self.step_queue = np.array([distinct.index(k) for k in keys], np.int64)
        self.flexibility = model.serves.sum(axis=1).astype(np.int64)
        serves = np.array(distinct, np.bool_).reshape(len(distinct), n_workers)
        # Whoever can do the least else comes first.
        order = np.argsort(self.flexibility, kind="stable")
        self.servers = _listed([order[row[order]] for row in serves])
        self.queues = _listed([np.flatnonzero(row) for row in serves.T])
        last = np.append(axis.first[1:], 0)[axis.day] if len(axis.day) else np.empty(0, np.int64)
        self.day_end = last * axis.slot_min
        self.day_min = axis.until / max(len(weekday), 1)
        self.base_duty = model.on_duty[weekday[axis.day], axis.slot]
        self.is_random = bool((model.attendance < 1).any())
        self._fixed = None if self.is_random else self._duty(self.base_duty)

    def kept(self, opened: OpenCases) -> Ints:
        """The worker that each open case has in each role that keeps its person, −1 not known [case, role]."""
        sits = {name: w for w, worker in enumerate(self.model.workers) for name, _share in worker.resources}
        found = np.full((len(opened.segment), len(self.is_owned)), -1)
        for role in np.flatnonzero(self.is_owned):
            for step in np.flatnonzero(self.step_role[: opened.person.shape[1]] == role):
                worker = np.array([sits.get(name, -1) for name in opened.person[:, step]], np.int64)
                found[:, role] = np.where(worker >= 0, worker, found[:, role])
        return found

    def duty(self, present: Floats):
        if self._fixed is not None:
            return self._fixed
        share = self.model.attendance
        there = present[:, : len(share)] < share
        return self._duty(self.base_duty & there[self.axis.day])

    def _duty(self, on: Flags):
        """Turns (minute, worker, until when he stays: 0 where he goes) and minutes on duty until each slot."""
        off = np.where(on, np.inf, np.arange(len(on))[:, None] * self.axis.slot_min)
        until = np.minimum.accumulate(off[::-1], axis=0)[::-1]
        slot, worker = np.nonzero(np.diff(on, axis=0, prepend=False))
        duty = np.zeros((len(on) + 1, on.shape[1]))
        np.cumsum(on, axis=0, out=duty[1:])
        duty *= self.axis.slot_min
        return slot * self.axis.slot_min, worker, np.where(on, until, 0.0)[slot, worker], duty

    def speed(self, noise: _Noise) -> Floats:
        n = N_SPEEDS if any(len(w.resources) > 1 for w in self.model.workers) else 1
        speed = np.ones((len(self.model.workers), n))
        for w, worker in enumerate(self.model.workers):
            if worker.resources:
                factors = np.array([self.model.resource_factor.get(name, 1.0) * noise.person.get(name, 1.0)
                                    for name, _ in worker.resources])  # fmt: skip
                shares = np.cumsum([share for _, share in worker.resources])
                speed[w] = factors[np.searchsorted(shares / shares[-1], (np.arange(n) + 0.5) / n)]
        return speed

    def releases(self, noise: _Noise) -> tuple[Ints, Floats, Floats]:
        """Per step the axis minutes [open, shut] in which its piles are worked on."""
        first, opens, shuts = [0], [], []
        for s, rule in enumerate(self.model.windows):
            if rule is not None and rule.windows:
                for a, b in self._weekly(rule.windows):
                    opens.append(a)
                    shuts.append(b)
            elif rule is not None and rule.gaps_min:
                gaps = np.random.default_rng(noise.gaps[s % 64]).choice(
                    rule.gaps_min, int(2 * self.axis.until / max(float(np.mean(rule.gaps_min)), 1.0)) + 10
                )
                at = np.cumsum(gaps) - gaps[0] * 0.5
                at = np.append(at[0] - gaps[0], at[at < self.axis.until])
                opens += at.tolist()
                shuts += at.tolist()
            first.append(len(opens))
        return np.array(first, np.int64), np.array(opens, float), np.array(shuts, float)

    def _weekly(self, windows) -> list[tuple[float, float]]:
        found = []
        for a, b in windows:
            weekday = int(a // DAY_CLOCK_MIN)
            # The window's end on the day's last moment stays on that day.
            ends = np.minimum(np.array([a, b]) - weekday * DAY_CLOCK_MIN, DAY_CLOCK_MIN - 1e-6)
            which = np.full(2, weekday)
            for day in np.flatnonzero(self.weekday == weekday):
                opens, shuts = self.axis.at(np.full(2, day), which, ends, self.model.is_open)
                found.append((float(opens), float(shuts)))
            # And the latest one before the period, for the cases open then.
            between = (int(self.weekday[0]) - 1 - weekday) % 7
            since = sum(int(self.model.is_open[(weekday + d) % 7].sum()) for d in range(between + 1))
            inside = (
                self.axis.at(np.full(2, 0), which, ends, self.model.is_open)
                - self.axis.first[0] * self.axis.slot_min
            )
            opens, shuts = inside - since * self.axis.slot_min
            found.append((float(opens), float(shuts)))
        return sorted(found)


__all__ = ["ENDS", "CaseRuns", "OpenCases", "Trace", "simulate_cases", "trace", "traces"]
