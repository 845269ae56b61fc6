"""Runs models through the kernel: one draw of customers per replication, shared by every model that is compared."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtr

from analytics.simulation import kernel
from analytics.simulation.arrivals import week_index
from analytics.simulation.model import (
    N_SLOTS,
    Floats,
    Model,
    Satisfaction,
    Uncertainty,
)

N_SPEEDS = 16
Progress = Callable[[float], None]


@dataclass(frozen=True, eq=False)
class Runs:
    """What happened in each replication of one model.

    wait_bins[replication, segment, bin]; sums[replication, segment, 6] (tickets, served, minutes waited, called within
    target, left, expected scores); staff[replication, 3] (busy, staffed, overtime minutes);
    slot_wait, slot_n[replication, segment, weekday, slot]: minutes waited and tickets served by the half hour of the
    ticket.
    """

    wait_bins: NDArray[np.int32]
    sums: Floats
    staff: Floats
    slot_wait: Floats
    slot_n: Floats


@dataclass(frozen=True, eq=False)
class Tables:
    """A model laid out for the kernel, as far as it does not change between replications."""

    class_segment: NDArray[np.int64]
    class_service: NDArray[np.int64]
    class_queue: NDArray[np.int64]
    serves: NDArray[np.bool_]
    flexibility: NDArray[np.int64]
    credit: Floats
    staff_on: NDArray[np.bool_]
    last_slot: NDArray[np.int64]
    next_change: NDArray[np.int64]
    pattern: NDArray[np.int64]
    n_patterns: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Calendar:
    """The open days of a period: weekday (0 = Monday), day of the month, how-manieth week, ordinal."""

    weekday: NDArray[np.int64]
    month_day: NDArray[np.int64]
    week: NDArray[np.int64]
    ordinal: NDArray[np.int64]

    @staticmethod
    def of(days: Sequence[date]) -> "Calendar":
        weekday = np.array([d.weekday() for d in days], np.int64)
        month_day = np.array([d.day for d in days], np.int64)
        return Calendar(
            weekday, month_day, week_index(days), np.array([d.toordinal() for d in days], np.int64)
        )


def simulate(
    models: Sequence[Model],
    uncertainty: Uncertainty,
    days: Sequence[date],
    replications: int,
    seed: int,
    target_min: float,
    progress: Progress | None = None,
    workers: int | None = None,
) -> list[Runs]:
    """Run every model over the same customers. days: the open days of the period, in order.

    Models must share segments and services. Replication r uses draw r of the uncertainty, cycled; it depends on the
    seed and r alone, so more replications continue the fewer.
    """
    runs = [_empty_runs(m, replications) for m in models]
    tables = [lay_out(m) for m in models]
    calendar = Calendar.of(days)

    def one(r: int) -> None:
        _replicate(models, tables, uncertainty, calendar, seed, r, target_min, runs)

    with ThreadPoolExecutor(workers or min(os.cpu_count() or 1, 8)) as pool:
        for done, _ in enumerate(pool.map(one, range(replications)), 1):
            if progress:
                progress(done / replications)
    return runs


def _empty_runs(model: Model, replications: int) -> Runs:
    n = len(model.segments)
    return Runs(
        np.zeros((replications, n, kernel.N_WAIT_BINS), np.int32),
        np.zeros((replications, n, 6)),
        np.zeros((replications, 3)),
        np.zeros((replications, n, 7, N_SLOTS)),
        np.zeros((replications, n, 7, N_SLOTS)),
    )


def _replicate(models, tables, uncertainty, calendar: Calendar, seed, r, target_min, runs) -> None:
    rng = np.random.Generator(np.random.SFC64([seed, r]))
    d = r % len(uncertainty.service)
    noise = {t: float(np.exp(sd * rng.standard_normal())) for t, sd in uncertainty.teller_sd.items()}
    score_draw = rng.standard_normal(64)
    day_pick = rng.random(len(calendar.weekday))
    (first, arrival, klass, slot, u), rates, envelope = draw(models, uncertainty, calendar, rng, d)
    n_segments = len(models[0].segments)
    for model, table, rate, out in zip(models, tables, rates, runs, strict=True):
        has_thinning = rate is not envelope and not np.array_equal(rate, envelope)
        keep = envelope
        if has_thinning:
            keep = np.divide(rate, envelope, out=np.ones_like(rate), where=envelope > 0)
        day_pattern = table.pattern[
            calendar.weekday, (day_pick * table.n_patterns[calendar.weekday]).astype(np.int64)
        ]
        sums = np.zeros((n_segments + 1, 6))
        kernel.serve_period(
            first, arrival, klass, slot, u, calendar.weekday, keep.reshape(7, N_SLOTS, -1), has_thinning,
            table.class_segment, table.class_service, table.class_queue,
            model.service_min, uncertainty.service[d], model.patience_min, uncertainty.patience[d],
            day_pattern, table.staff_on, table.last_slot, table.next_change, model.slot_min,
            table.serves, table.flexibility, _speeds(model, noise), table.credit,
            model.turnaround_min, target_min, _expected_scores(model, score_draw),
            out.wait_bins[r], sums, out.slot_wait[r], out.slot_n[r], np.empty(0),
        )  # fmt: skip
        out.sums[r] = sums[:-1]
        out.staff[r] = sums[-1, :3]


def draw(models, uncertainty: Uncertainty, calendar: Calendar, rng: np.random.Generator, d: int):
    """The customers of one replication, enough for every model: (first, arrival, klass, slot, u), the rates of each
    model under draw d of the uncertainty, and their envelope."""
    reference = models[0]
    rates = [kernel.scale_rates(m.rates, uncertainty.rates[d], uncertainty.mix[d]) for m in models]
    envelope = rates[0] if len(rates) == 1 else np.maximum.reduce(rates)
    slot_rate, class_cum = kernel.sum_classes(envelope)
    n_days, n_weeks = len(calendar.weekday), int(calendar.week[-1]) + 1
    day_factor = (
        spread_factors(rng, reference.day_cv, n_days)
        * spread_factors(rng, reference.week_cv, n_weeks)[calendar.week]
        * reference.month_day[calendar.month_day]
    )
    if reference.drift.slope_per_day:
        day_factor *= reference.drift.factors(calendar.ordinal, rng.standard_normal(), rng.random())
    expected = float((slot_rate.sum(axis=1)[calendar.weekday] * day_factor).sum())
    size = int(expected + 6 * np.sqrt(expected) + 50)
    while True:
        state = rng.bit_generator.state
        arrival, klass, slot = np.empty(size), np.empty(size, np.int64), np.empty(size, np.int64)
        first = kernel.draw_customers(
            rng,
            calendar.weekday,
            day_factor,
            slot_rate,
            class_cum,
            reference.slot_min,
            arrival,
            klass,
            slot,
        )
        if first[-1] >= 0:
            return (first, arrival, klass, slot, rng.random((first[-1], 3))), rates, envelope
        rng.bit_generator.state = state
        size *= 2


def spread_factors(rng: np.random.Generator, cv: float, n: int) -> Floats:
    """n factors of mean 1 and coefficient of variation cv (gamma: never negative)."""
    return rng.gamma(1 / cv**2, cv**2, n) if cv > 0 else np.ones(n)


def _speeds(model: Model, noise: dict[str, float]) -> Floats:
    """Service time factors [server, 16]: the tellers of a position by their shares."""
    speeds = np.ones((len(model.servers), N_SPEEDS))
    for s, server in enumerate(model.servers):
        if server.tellers:
            factors = np.array(
                [model.teller_factor.get(t, 1.0) * noise.get(t, 1.0) for t, _ in server.tellers]
            )
            shares = np.cumsum([share for _, share in server.tellers])
            picks = np.searchsorted(shares / shares[-1], (np.arange(N_SPEEDS) + 0.5) / N_SPEEDS)
            speeds[s] = factors[picks]
    return speeds


def lay_out(model: Model) -> Tables:
    n_services = len(model.services)
    n_classes = len(model.segments) * n_services
    able = np.array(
        [[c // n_services in s.segments and c % n_services in s.services for c in range(n_classes)]
         for s in model.servers], bool).reshape(len(model.servers), n_classes)  # fmt: skip
    # Classes that the same positions serve and that are credited alike share a queue.
    keys = [(tuple(able[:, c]), model.credit_min[c // n_services]) for c in range(n_classes)]
    distinct = list(dict.fromkeys(keys))
    class_queue = np.array([distinct.index(k) for k in keys], np.int64)
    serves = np.array([k[0] for k in distinct], bool).reshape(len(distinct), len(model.servers)).T.copy()
    credit = np.array([k[1] for k in distinct], float)
    staffed = np.asarray(model.staff_on.any(axis=2))
    last = np.where(staffed.any(axis=1), N_SLOTS - 1 - staffed[:, ::-1].argmax(axis=1), 0)
    staff_on = model.staff_on.copy()
    next_change = np.full(staffed.shape, N_SLOTS, np.int64)
    for p in range(len(staff_on)):
        staff_on[p, last[p] :] = staff_on[p, last[p]]
        for s in range(N_SLOTS - 2, -1, -1):
            changes = (staff_on[p, s] != staff_on[p, s + 1]).any()
            next_change[p, s] = s + 1 if changes else next_change[p, s + 1]
    most = max(len(p) for p in model.patterns)
    pattern = np.array([[*p, *[0] * (most - len(p))] for p in model.patterns], np.int64).reshape(7, most)
    n_patterns = np.array([len(p) for p in model.patterns], np.int64)
    kinds = np.arange(n_classes)
    return Tables(
        kinds // n_services,
        kinds % n_services,
        class_queue,
        serves,
        able.sum(axis=1).astype(np.int64),
        credit,
        staff_on,
        last,
        next_change,
        pattern,
        n_patterns,
    )


def _expected_scores(model: Model, normal: Floats) -> Floats:
    """Expected score [class, minute of wait] under one draw of the satisfaction link."""
    n_segments, n_services = len(model.segments), len(model.services)
    table = np.zeros((n_segments * n_services, kernel.N_CSAT_BINS))
    link = model.satisfaction
    if link is None:
        return table
    if not link.is_linked:
        table[:] = np.repeat(link.observed_mean, n_services)[:, None]
        return table
    spread, vectors = np.linalg.eigh(link.covariance)
    doubt = vectors @ (np.sqrt(np.maximum(spread, 0)) * normal[: len(link.mean)])
    # Linear in the doubt: its mean over draws is then the fitted score, which the curve's bend would pull down.
    slope = (_scores(link, link.mean + 0.1 * doubt, n_segments, n_services)
             - _scores(link, link.mean - 0.1 * doubt, n_segments, n_services)) / 0.2  # fmt: skip
    table[:] = np.clip(
        _scores(link, link.mean, n_segments, n_services) + slope, link.scores[0], link.scores[-1]
    )
    return table


def _scores(link: Satisfaction, beta: Floats, n_segments: int, n_services: int) -> Floats:
    """Expected score [class, minute of wait] at given coefficients."""
    n_cuts = len(link.scores) - 1
    services = beta[n_segments : n_segments + n_services - 1]
    cuts = beta[-n_cuts] + np.concatenate([[0.0], np.cumsum(np.exp(beta[len(beta) - n_cuts + 1 :]))])
    effect = np.add.outer(np.append(0.0, beta[1:n_segments]), np.append(0.0, services)).reshape(-1, 1)
    latent = effect + beta[0] * np.arange(kernel.N_CSAT_BINS)
    below = (expit if link.law == "logit" else ndtr)(cuts[:, None, None] - latent)
    return link.scores[-1] - np.tensordot(np.diff(np.array(link.scores, float)), below, axes=1)
