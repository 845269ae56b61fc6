"""Counts a day ahead: weekday, day of the month and public holidays in a negative-binomial regression.

A generalised linear model with log link (Cameron and Trivedi 2013, Regression Analysis of Count Data, 3.3); its spread by
the method of moments; the level of the last weeks on top. Days are closed only where the history shows it.
"""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.methods.public_holidays import DayKinds, kinds

Floats = NDArray[np.float64]
# A day of the month counts where it stands this many standard errors out (31 looks), on so many days at least.
_MONTH_DAY_Z, _LEAST_SEEN, _HOLIDAY_Z = 3.0, 3, 2.0
# Days that are all alike still differ by a hundredth.
_LEAST_SCATTER = 0.01
_DRAWS, _SEED, _LEVEL_DAYS = 1000, 11, 24
_HOLIDAY_KINDS = ("before_long", "after_off", "make_up")


@dataclass(frozen=True, eq=False)
class Prediction:
    """days: see diagnosis.arrivals; effects: effect, factor, low, high, n; total: expected, low, high."""

    days: pd.DataFrame
    effects: pd.DataFrame
    total: tuple[float, float, float]


def fit(counts: pd.Series) -> "Counts":
    """counts: one value per consecutive day, 0 where closed; index: the days."""
    return Counts(counts)


class Counts:
    """A fitted history; `predict` gives the days that follow it."""

    def __init__(self, counts: pd.Series) -> None:
        import statsmodels.api as sm

        self._counts, self._days = counts, pd.DatetimeIndex(counts.index)
        self._open = (counts > 0).to_numpy()
        self._kinds = kinds(self._days)
        self._opens = _Opening(self._days, self._open, self._kinds)
        # Weekdays worked of their own, not only in exchange for a holiday.
        own = self._open & ~self._kinds.is_make_up
        self._weekdays = sorted(set(self._days.day_of_week[own if own.any() else self._open]))
        y = counts.to_numpy(float)[self._open]
        effects = [k for k in _HOLIDAY_KINDS if _flag(self._kinds, k)[self._open].sum() >= _LEAST_SEEN]
        spans = _spans(self._days, self._open)
        design = self._design(self._days, self._kinds, spans, effects)[self._open]
        base = _glm(y, design, sm.families.Poisson())
        # A few days say little: what is not beyond doubt stays out.
        dispersion = max(float(((y - base.mu) ** 2 / base.mu).sum() / max(len(y) - design.shape[1], 1)), 1.0)
        is_sure = np.abs(base.tvalues[len(self._weekdays) :]) > _HOLIDAY_Z * dispersion**0.5
        effects = [effect for effect, sure in zip(effects, is_sure, strict=True) if sure]
        open_spans = [span for span, is_in in zip(spans, self._open, strict=True) if is_in]
        effects += _month_days(y, base.mu, open_spans)
        self._effects = effects
        x = self._design(self._days, self._kinds, spans, effects)[self._open]
        mu = _glm(y, x, sm.families.Poisson()).mu
        self._alpha = max(float((((y - mu) ** 2 - mu) / mu**2).sum() / max(len(y) - x.shape[1], 1)), 1e-6)
        # Hardly any spread beyond Poisson's: the negative binomial's deviance then loses its digits.
        is_poisson = self._alpha < 1e-4
        family = sm.families.Poisson() if is_poisson else sm.families.NegativeBinomial(alpha=self._alpha)
        self._fit = _glm(y, x, family)
        self._n = x[:, len(self._weekdays) :].sum(axis=0)
        # The level of the last weeks, as far as it stands out of the luck of so many days.
        ratio = np.log(y[-_LEVEL_DAYS:] / self._fit.mu[-_LEVEL_DAYS:])
        noise = (self._alpha + 1 / y.mean()) / len(ratio)
        self._level = ratio.mean() * max(1 - noise / max(ratio.mean() ** 2, 1e-12), 0)
        self._level_sd = noise**0.5

    def _design(
        self, days: pd.DatetimeIndex, found: DayKinds, spans: list[frozenset[int]], effects: list[str]
    ) -> Floats:
        # A weekday never worked, such as a Sunday made up for a holiday, is taken for the last of the week that is.
        usual = max([w for w in self._weekdays if w < 5], default=self._weekdays[-1])
        weekday = [w if w in self._weekdays else usual for w in days.day_of_week]
        columns = [np.array(weekday) == w for w in self._weekdays]
        for effect in effects:
            if effect.startswith("day_"):
                columns.append(np.array([int(effect[4:]) in span for span in spans]))
            else:
                columns.append(_flag(found, effect))
        return np.column_stack(columns).astype(float)

    def predict(self, n_days: int) -> Prediction:
        """The n days after the history."""
        days = pd.date_range(self._days[-1] + pd.Timedelta(days=1), periods=n_days)
        found = kinds(days)
        closed = self._opens.closed(days, found)
        is_open = np.array([not why for why in closed])
        spans = _spans(days, is_open, self._since_open())
        x = self._design(days, found, spans, self._effects)
        rng = np.random.default_rng(_SEED)
        drawn = rng.multivariate_normal(self._fit.params, self._fit.cov_params(), _DRAWS)
        level = rng.normal(self._level, self._level_sd, (_DRAWS, 1))
        mean = np.exp(drawn @ x.T + level) * is_open
        size = 1 / self._alpha
        played = rng.poisson(rng.gamma(size, np.maximum(mean, 1e-12) / size)) * is_open
        expected = np.exp(x @ self._fit.params + self._level) * is_open
        low, high = np.quantile(played, [0.025, 0.975], axis=0)
        reasons = [
            ",".join(e for e, on in zip(self._effects, row[len(self._weekdays) :], strict=True) if on)
            if o
            else ""
            for row, o in zip(x, is_open, strict=True)
        ]
        frame = pd.DataFrame(
            {"day_on": days, "is_open": is_open, "closed_for": closed, "expected": expected, "low": low, "high": high,
             "reasons": reasons}
        )  # fmt: skip
        total = np.quantile(played.sum(axis=1), [0.025, 0.975])
        return Prediction(
            frame, self._effect_frame(), (float(expected.sum()), float(total[0]), float(total[1]))
        )

    def _since_open(self) -> int:
        """Closed days at the history's end."""
        return int(np.argmax(self._open[::-1]))

    def _effect_frame(self) -> pd.DataFrame:
        ends = np.exp(self._fit.conf_int())[len(self._weekdays) :]
        return pd.DataFrame(
            {
                "effect": self._effects,
                "factor": np.exp(self._fit.params[len(self._weekdays) :]),
                "low": ends[:, 0] if len(ends) else [],
                "high": ends[:, 1] if len(ends) else [],
                "n": self._n.astype(int),
            }
        )


class _Opening:
    """On which kinds of day the branch was open: more often than not, where such days are known at all."""

    def __init__(self, days: pd.DatetimeIndex, is_open: np.ndarray, found: DayKinds) -> None:
        weekday = days.day_of_week.to_numpy()
        plain = ~found.is_off & ~found.is_make_up
        self._weekday = [bool(is_open[plain & (weekday == w)].mean() >= 0.5) if (plain & (weekday == w)).any() else False
                         for w in range(7)]  # fmt: skip
        usual = np.array(self._weekday)[weekday]
        off = found.is_off & usual
        self._off = bool(is_open[off].mean() >= 0.5) if off.any() else True
        # A Saturday made up says nothing of Sundays.
        self._make_up = dict(enumerate(self._weekday))
        for w in (5, 6):
            made = found.is_make_up & (weekday == w)
            if made.any():
                self._make_up[w] = bool(is_open[made].mean() >= 0.5)

    def closed(self, days: pd.DatetimeIndex, found: DayKinds) -> list[str]:
        """Why each day is closed: `holiday`, `weekday`, or '' where it is open."""
        said = []
        for w, off, made in zip(days.day_of_week.tolist(), found.is_off, found.is_make_up, strict=True):
            opens = (self._make_up if made else self._weekday)[w]
            said.append("weekday" if not opens else "holiday" if off and not self._off else "")
        return said


def _glm(y: Floats, x: Floats, family: Any) -> Any:
    import statsmodels.api as sm

    with warnings.catch_warnings():
        # Days that are all alike are predicted perfectly: no fault.
        warnings.simplefilter("ignore")
        return sm.GLM(y, x, family).fit()


def _flag(found: DayKinds, effect: str) -> np.ndarray:
    return {"before_long": found.before_long, "after_off": found.after_off, "make_up": found.is_make_up}[
        effect
    ]


def _spans(days: pd.DatetimeIndex, is_open: np.ndarray, closed_before: int = 0) -> list[frozenset[int]]:
    """The days of the month since the open day before: what is paid on a closed day brings people on the next open one."""
    spans, since = [], closed_before
    for day, opens in zip(days, is_open, strict=True):
        reach = [(day - pd.Timedelta(days=i)).day for i in range(since + 1)]
        spans.append(frozenset(reach) if opens else frozenset())
        since = 0 if opens else since + 1
    return spans


def _month_days(y: Floats, mu: Floats, spans: list[frozenset[int]]) -> list[str]:
    log = np.log(np.maximum(y, 0.5) / mu)
    # The usual scatter, not swollen by the days sought.
    scatter = max(1.4826 * float(np.median(np.abs(log - np.median(log)))), _LEAST_SCATTER)
    chosen = []
    for d in range(1, 32):
        mine = np.array([d in span for span in spans])
        n = int(mine.sum())
        if n >= _LEAST_SEEN and abs(log[mine].mean() - np.median(log)) > _MONTH_DAY_Z * scatter / np.sqrt(n):
            chosen.append(f"day_{d}")
    return chosen
