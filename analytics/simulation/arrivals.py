"""When customers come: half-hourly rates by weekday, mix of services, luck of days and weeks, days of the month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from analytics.simulation.history import History
from analytics.simulation.model import N_SLOTS, Drift, Floats

MIX_STRENGTH = 200.0
"""Tickets' worth of the whole day's service mix that a half hour's own mix is shrunk towards."""
MONTH_DAY_Z = 3.0
"""A day of the month stands out where it is this many standard errors off (31 looks: Bonferroni at about 0.1)."""
FEWEST_WEEKS = 8
DRIFT_Z = 3.0


@dataclass(frozen=True, eq=False)
class Arrivals:
    """rates[weekday, slot, segment, service] and their spread; draws as in model.Uncertainty; weights[draw, day]."""

    rates: Floats
    day_cv: float
    week_cv: float
    month_day: Floats
    drift: Drift
    rate_draws: Floats
    mix_draws: Floats
    weights: Floats


def estimate(history: History, draws: int, rng: np.random.Generator) -> Arrivals:
    """Poisson rates: weekday × half hour multiplicative, each cell shrunk towards it as far as the data allow."""
    n_days, n_segments, n_services = len(history.days), len(history.segments), len(history.services)
    counts = np.zeros((n_days, N_SLOTS, n_segments))
    np.add.at(counts, (history.day, history.slot, history.segment), 1)
    mix = np.zeros((n_days, n_segments, n_services))
    np.add.at(mix, (history.day, history.segment, history.service), 1)
    weekday = np.zeros((n_days, 7))
    weekday[np.arange(n_days), history.weekday_of_day] = 1

    once = np.ones((1, n_days))
    rates = np.stack([_smooth(counts[:, :, g], weekday, once)[0] for g in range(n_segments)], axis=-1)
    day_cv, week_cv, month_day, drift = _day_spread(history, counts.sum(axis=(1, 2)), rates)
    usual = (weekday * month_day[[d.day for d in history.days]][:, None]).sum(axis=0) / np.maximum(
        weekday.sum(axis=0), 1
    )
    rates /= np.where(usual > 0, usual, 1)[:, None, None]

    weights = _weights(history, week_cv > 0, draws, rng)
    drawn = np.stack([_smooth(counts[:, :, g], weekday, weights) for g in range(n_segments)], axis=-1)
    point = np.stack([_smooth(counts[:, :, g], weekday, once) for g in range(n_segments)], axis=-1)
    # A draw of weeks may hold no date of a weekday that is rarely open: it says nothing of that weekday.
    told = (point > 0) & (weights @ weekday > 0)[:, :, None, None]
    rate_draws = np.divide(drawn, point, out=np.ones_like(drawn), where=told)
    share = (mix.sum(axis=0) + 0.5) / (mix.sum(axis=0) + 0.5).sum(axis=1, keepdims=True)
    mix_drawn = np.einsum("rd,dgs->rgs", weights, mix) + 0.5
    mix_draws = mix_drawn / mix_drawn.sum(axis=2, keepdims=True) / share

    by_slot = np.zeros((N_SLOTS, n_segments, n_services))
    np.add.at(by_slot, (history.slot, history.segment, history.service), 1)
    all_day = mix.sum(axis=0) / np.maximum(mix.sum(axis=(0, 2))[:, None], 1)
    slot_mix = (by_slot + MIX_STRENGTH * all_day) / (by_slot.sum(axis=2, keepdims=True) + MIX_STRENGTH)
    full = rates[:, :, :, None] * slot_mix[None]
    return Arrivals(full, day_cv, week_cv, month_day, drift, rate_draws, mix_draws, weights)


def _smooth(counts: Floats, weekday: Floats, weights: Floats) -> Floats:
    """Rates [draw, weekday, slot] of counts [day, slot] under day weights [draw, day].

    Row × column fit over the cells that are ever open (iterative proportional fitting, the Poisson maximum
    likelihood), then each cell's own ratio to it shrunk by a gamma prior whose variance is the cells' scatter beyond
    chance (method of moments, from all days).
    """
    exposure = weights @ weekday
    cells = np.einsum("rd,dw,ds->rws", weights, weekday, counts, optimize=True)
    is_open = np.einsum("dw,ds->ws", weekday, counts) > 0
    fitted = _proportional(cells, exposure, is_open)
    whole = np.einsum("dw,ds->ws", weekday, counts)[None]
    whole_fit = _proportional(whole, weekday.sum(axis=0)[None], is_open)[0] * weekday.sum(axis=0)[:, None]
    chance = (
        whole_fit.sum()
        * max(is_open.sum() - is_open.any(0).sum() - is_open.any(1).sum() + 1, 0)
        / max(is_open.sum(), 1)
    )
    variance = (((whole[0] - whole_fit) ** 2)[is_open].sum() - chance) / max((whole_fit**2).sum(), 1e-12)
    strength = 1 / max(variance, 1e-6)
    expected = fitted * exposure[:, :, None]
    ratio = (cells + strength) / (expected + strength)
    return fitted * ratio * is_open


def _proportional(cells: Floats, exposure: Floats, is_open: NDArray[np.bool_], rounds: int = 25) -> Floats:
    row, column = np.ones(cells.shape[:2]), np.ones((len(cells), cells.shape[2]))
    for _ in range(rounds):
        load = np.einsum("rw,rw,ws->rs", exposure, row, is_open)
        column = np.divide(cells.sum(axis=1), load, out=np.zeros_like(load), where=load > 0)
        load = exposure * np.einsum("rs,ws->rw", column, is_open)
        row = np.divide(cells.sum(axis=2), load, out=np.zeros_like(load), where=load > 0)
    return row[:, :, None] * column[:, None, :] * is_open


def _day_spread(history: History, totals: Floats, rates: Floats) -> tuple[float, float, Floats, Drift]:
    """Coefficients of variation of days and of weeks beyond Poisson chance, factors of days of the month, drift."""
    expected = np.maximum(rates.sum(axis=(1, 2))[history.weekday_of_day], 1e-9)
    ratio = totals / expected
    month_day = np.ones(32)
    day_of_month = np.array([d.day for d in history.days])
    if len(totals) < 10:
        return 0.0, 0.0, month_day, Drift()
    low, high = np.quantile(ratio, [0.25, 0.75])
    robust = max((high - low) / 1.349, 1e-6)
    chance = float(np.mean(1 / expected))
    for day in range(1, 32):
        here = day_of_month == day
        if here.sum() >= 2:
            factor = totals[here].sum() / expected[here].sum()
            if abs(factor - 1) > MONTH_DAY_Z * max(robust, chance**0.5) / here.sum() ** 0.5:
                month_day[day] = factor
    residual = ratio / month_day[day_of_month]
    residual /= residual.mean()
    index = week_index(history.days)
    drift = _drift(history, residual, index)
    residual /= drift.factors(np.array([d.toordinal() for d in history.days]), 0.0, 1.0)
    n = np.bincount(index)
    means = np.bincount(index, residual) / n
    full = n >= 3
    within = ((residual - means[index]) ** 2).sum() / max(len(residual) - len(n), 1)
    between = float(np.var(means[full], ddof=1) - np.mean(within / n[full])) if full.sum() >= 6 else 0.0
    # A week's own level is believed only where it stands clear of what days of one level would show.
    doubt = 2 * within / n.mean() * (2 / max(full.sum() - 1, 1)) ** 0.5
    week_cv = max(between, 0.0) ** 0.5 if between > doubt else 0.0
    spread = within if week_cv else float(np.var(residual, ddof=1))
    return max(spread - chance, 0.0) ** 0.5, week_cv, month_day, drift


def _drift(history: History, residual: Floats, week: NDArray[np.int64]) -> Drift:
    """A straight trend of the weeks' log levels, by least squares; kept where it stands clear of the weeks' scatter.

    Weeks are the unit, so that a few busy weeks are not taken for a trend; at least eight are needed.
    """
    n = np.bincount(week)
    full = n >= 3
    if full.sum() < FEWEST_WEEKS:
        return Drift()
    ordinal = np.array([d.toordinal() for d in history.days], float)
    when = (np.bincount(week, ordinal) / n)[full]
    level = np.log(np.maximum(np.bincount(week, residual) / n, 1e-6))[full]
    centred = when - when.mean()
    slope = float(centred @ level / (centred @ centred))
    rest = level - level.mean() - slope * centred
    # Neighbouring weeks resemble each other: their first autocorrelation makes the trend less certain.
    alike = float(np.clip(rest[1:] @ rest[:-1] / max(rest @ rest, 1e-12), 0.0, 0.8))
    variance = float(rest @ rest) / (len(rest) - 2) / float(centred @ centred) * (1 + alike) / (1 - alike)
    if abs(slope) < DRIFT_Z * variance**0.5:
        return Drift()
    return Drift(slope, variance**0.5, float(when.mean()), ordinal[-1])


def week_index(days: Sequence[date]) -> NDArray[np.int64]:
    """The how-manieth week (Monday to Sunday, weeks without days left out) each day falls into."""
    mondays = np.array([(d - timedelta(days=d.weekday())).toordinal() for d in days])
    return np.unique(mondays, return_inverse=True)[1]


def _weights(history: History, by_week: bool, draws: int, rng: np.random.Generator) -> Floats:
    """How often each day is taken in each draw: days within their weekday, or whole weeks where weeks have levels."""
    n_days = len(history.days)
    weights = np.zeros((draws, n_days))
    if by_week:
        block = week_index(history.days)
        n_blocks = block.max() + 1
        taken = rng.multinomial(n_blocks, np.full(n_blocks, 1 / n_blocks), size=draws)
        return taken[:, block].astype(float)
    for weekday in range(7):
        here = np.flatnonzero(history.weekday_of_day == weekday)
        if len(here):
            weights[:, here] = rng.multinomial(len(here), np.full(len(here), 1 / len(here)), size=draws)
    return weights
