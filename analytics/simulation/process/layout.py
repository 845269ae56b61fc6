"""A process model laid out for the kernel: the axis of a period, one draw of the uncertainty, people and piles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numba import njit

from analytics.simulation.engine import N_SPEEDS
from analytics.simulation.kernel import OPTIONS
from analytics.simulation.model import Floats
from analytics.simulation.process.model import (
    AS_EVER,
    ENDED,
    LOST,
    Flags,
    Ints,
    ProcessModel,
    ProcessUncertainty,
)
from analytics.simulation.process.records import QUEUE, STEP, WORKER, Rows
from analytics.simulation.process.runs import OpenCases

DAY_CLOCK_MIN = 1440.0


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
        return _on_axis(day, weekday, minute, is_open, self.first, self.before, self.slot_min)

    def clock(self, minute: Floats, *, is_end: bool) -> Floats:
        """Clock minutes of axis minutes; an end on a day's last moment belongs to that day, a start there to the next."""
        k = minute / self.slot_min
        slot = (np.ceil(k) - 1 if is_end else np.floor(k)).astype(np.int64)
        slot = np.clip(slot, 0, len(self.clock_min) - 1)
        return self.clock_min[slot] + minute - slot * self.slot_min


@njit(**OPTIONS)
def _on_axis(day, weekday, minute, is_open, first, before, slot_min):
    at = np.empty(len(minute))
    for i in range(len(minute)):
        w, slot = weekday[i], min(int(minute[i] // slot_min), is_open.shape[1] - 1)
        at[i] = (first[day[i]] + before[w, slot]) * slot_min
        if is_open[w, slot]:
            at[i] += minute[i] - slot * slot_min
    return at


class Noise:
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

    def routing(self, model: ProcessModel) -> tuple[Floats, Floats]:
        """Cumulative routing, and the probability that a case is lost where that hangs on its age."""
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
        return _cumulative(np.divide(rest, total, out=p, where=total > 0), len(model.steps)), lost


def _cumulative(probability: Floats, n_steps: int) -> Floats:
    """Over the targets; where nothing was ever seen to follow, the case ends."""
    end = np.zeros(probability.shape[-1])
    end[n_steps + ENDED] = 1.0
    known = probability.sum(axis=-1, keepdims=True) > 0
    return np.cumsum(np.where(known, probability, end), axis=-1)


def _listed(rows: list[Ints]) -> tuple[Ints, Ints]:
    """Rows of unlike length end to end: where each begins, and all entries."""
    first = np.cumsum([0, *(len(row) for row in rows)]).astype(np.int64)
    return first, np.concatenate([np.empty(0, np.int64), *rows]).astype(np.uint64)


class Layout:
    """One model's arrays for the kernel."""

    def __init__(self, model: ProcessModel, axis: Axis, weekday: Ints) -> None:
        self.model, self.axis, self.weekday = model, axis, weekday
        self.side_first = np.cumsum([0, *(len(s.members) for s in model.sides)]).astype(np.int64)
        self.side_members = np.array([m for s in model.sides for m in s.members], np.int64)
        self.width = max((len(s.members) for s in model.sides), default=1)
        self.dwell_until = np.empty((len(model.steps), 0)) if model.dwell is None else model.dwell.until_min
        self.delay_row = model.delay_row[None]
        if model.dwell is not None:
            rows = model.dwell.delay_row
            self.delay_row = np.where(rows == AS_EVER, model.delay_row, rows)
        self.start_cum = _cumulative(model.start, len(model.steps))
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
        self._steps = np.zeros(len(model.steps), STEP)
        self._steps["queue"] = [distinct.index(k) for k in keys]
        self._steps["owned_role"] = np.where(self.is_owned[self.step_role], self.step_role, -1)
        self._steps["auto_share"], self._steps["auto_min"] = model.auto_share, model.auto_min
        self._steps["age_mean"], self._steps["same_day"] = model.age_mean_days, model.same_day
        self._steps["age_most"] = np.inf if model.age_most_days is None else model.age_most_days
        flexibility = model.serves.sum(axis=1)
        serves = np.array(distinct, np.bool_).reshape(len(distinct), n_workers)
        # Whoever can do the least else comes first.
        order = np.argsort(flexibility, kind="stable")
        self._queues = np.zeros(len(distinct) + n_workers, QUEUE)
        self._queues["due"] = np.inf
        first, self.servers = _listed([order[row[order]] for row in serves])
        self._queues["server_first"][: len(distinct)] = first[:-1]
        self._queues["server_end"][: len(distinct)] = first[1:]
        self._workers = np.zeros(n_workers, WORKER)
        self._workers["flexibility"] = flexibility
        self._workers["is_extra"] = [worker.is_extra for worker in model.workers]
        first, self.served = _listed([np.flatnonzero(row) for row in serves.T])
        self._workers["queue_first"], self._workers["queue_end"] = first[:-1], first[1:]
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

    def steps(self, noise: Noise, release_first: Ints) -> Rows:
        """The steps of one replication, with the releases that are theirs."""
        steps, slope = self._steps.copy(), self.model.age_slope
        steps["duration_factor"], steps["age_slope"] = noise.duration, slope + noise.age * (slope != 0)
        steps["release_first"] = steps["next_release"] = release_first[:-1]
        steps["release_end"] = release_first[1:]
        return steps

    def people(self) -> tuple[Rows, Rows]:
        """Workers who have not come yet, and their empty queues."""
        return self._workers.copy(), self._queues.copy()

    def speed(self, noise: Noise) -> Floats:
        n = N_SPEEDS if any(len(w.resources) > 1 for w in self.model.workers) else 1
        speed = np.ones((len(self.model.workers), n))
        for w, worker in enumerate(self.model.workers):
            if worker.resources:
                factors = np.array([self.model.resource_factor.get(name, 1.0) * noise.person.get(name, 1.0)
                                    for name, _ in worker.resources])  # fmt: skip
                shares = np.cumsum([share for _, share in worker.resources])
                speed[w] = factors[np.searchsorted(shares / shares[-1], (np.arange(n) + 0.5) / n)]
        return speed

    def releases(self, noise: Noise) -> tuple[Ints, Floats, Floats]:
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
