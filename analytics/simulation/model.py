"""What the simulation knows of a branch: frozen, in the field's terms. A measure is a function Model -> Model.

Arrays are read-only; axes are named in the comments: weekday 0 = Monday, slot = half hour of the day (0–47).
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
N_SLOTS = 48
SLOT_MIN = 30.0
N_QUANTILES = 257
"""Points of a quantile table: the value at probability k / 256."""
STRICT_CREDIT_MIN = 1e5
"""A credit no wait can reach: strict priority."""


def frozen(array: NDArray) -> NDArray:
    """The array, read-only, so that a model shared between measures cannot be changed."""
    array = np.ascontiguousarray(array)
    array.setflags(write=False)
    return array


@dataclass(frozen=True)
class Segment:
    """A customer group as the data name it, and the side it is shown on (`ordinary`, `vip`, `all`)."""

    name: str
    group: str


@dataclass(frozen=True)
class Server:
    """One position that serves: a counter, or a person where counters are not recorded.

    tellers: who sits there, with shares that add to 1; segments, services: indices of those it serves.
    """

    name: str
    tellers: tuple[tuple[str, float], ...]
    segments: frozenset[int]
    services: frozenset[int]


@dataclass(frozen=True, eq=False)
class Model:
    """One branch hall.

    rates[weekday, slot, segment, service]: expected tickets in that half hour. day_cv, week_cv: spread of whole days and weeks
    around it (coefficients of variation);
    month_day[1..31]: factor of days of the month; drift: growth of demand. service_min[service, quantile]: quantile tables of service times of a
    teller of usual speed; teller_factor: time relative to colleagues. patience_min[segment, quantile].
    credit_min[segment]: minutes of waiting a segment is credited with when the next is called (0 for all: first come,
    first served; STRICT_CREDIT_MIN: always first). staff_on[pattern, slot, server]: who is on duty; patterns[weekday]:
    the patterns a day draws from (empty: closed). turnaround_min: from the end of a service to the next call, while
    people wait. headcount[weekday, slot]: people on duty, for cost. hourly_cost_cny: NaN where unknown.
    satisfaction: None where surveys do not name tickets. service_laws: `lognormal`, `empirical` or `borrowed`, by service.
    """

    role: str
    segments: tuple[Segment, ...]
    services: tuple[str, ...]
    rates: Floats
    day_cv: float
    week_cv: float
    month_day: Floats
    drift: "Drift"
    service_min: Floats
    teller_factor: dict[str, float]
    patience_min: Floats
    credit_min: Floats
    servers: tuple[Server, ...]
    staff_on: NDArray[np.bool_]
    patterns: tuple[tuple[int, ...], ...]
    turnaround_min: float = 0.0
    hourly_cost_cny: float = float("nan")
    working_days_per_month: float = 21.75
    slot_min: float = SLOT_MIN
    service_laws: tuple[str, ...] = ()
    closes_on_holidays: bool = False
    satisfaction: "Satisfaction | None" = None

    def headcount(self) -> Floats:
        """People on duty on average, [weekday, slot]."""
        per_pattern = self.staff_on.sum(axis=2)
        return np.array(
            [per_pattern[list(p)].mean(axis=0) if p else np.zeros(N_SLOTS) for p in self.patterns]
        )

    def staff_hours_per_week(self) -> float:
        return float(self.headcount().sum() * self.slot_min / 60)


@dataclass(frozen=True)
class Drift:
    """Growth of demand that the data show: log per day with its standard error, the mean day of the data (ordinal) and
    their last. slope 0: none is seen, and none is carried on."""

    slope_per_day: float = 0.0
    slope_sd: float = 0.0
    centre_on: float = 0.0
    last_on: float = 0.0

    def factors(self, ordinals: NDArray[np.int64], slope_draw: float, goes_on: float) -> Floats:
        """Level of each day: the trend up to the end of the data, from there on `goes_on` (0–1) of it."""
        slope = self.slope_per_day + self.slope_sd * slope_draw
        ahead = np.maximum(ordinals - self.last_on, 0.0)
        return np.exp(slope * (np.minimum(ordinals, self.last_on) - self.centre_on + goes_on * ahead))


@dataclass(frozen=True, eq=False)
class Satisfaction:
    """Ordered model of `overall`: P(score ≤ scores[j]) = F(cut_j − slope·wait_min − segment − service), F logistic or
    normal by `law`.

    mean, covariance: of (slope, segments 1…, services 1…, first cut, logs of the steps to the next cuts).
    is_linked False: no link was found, then observed_mean[segment] stands for every wait. observed_sd: of the answers;
    response_share[segment]: answers per ticket served.
    """

    is_linked: bool
    law: str
    mean: Floats
    covariance: Floats
    n_answers: int
    response_share: Floats
    observed_mean: Floats
    observed_sd: Floats
    scores: tuple[float, ...] = (1, 2, 3, 4, 5)


@dataclass(frozen=True, eq=False)
class Uncertainty:
    """How far the calibration may be off, one draw per replication (cycled): bootstrap over days.

    rates: ratio [draw, weekday, slot, segment]; mix: ratio [draw, segment, service]; service: factor [draw, service];
    patience: factor [draw, segment]. A calibration without uncertainty is one draw of ones.
    """

    rates: Floats
    mix: Floats
    service: Floats
    patience: Floats
    teller_sd: dict[str, float] = field(default_factory=dict)

    @staticmethod
    def none(model: Model) -> "Uncertainty":
        n_segments, n_services = len(model.segments), len(model.services)
        return Uncertainty(
            np.ones((1, 7, N_SLOTS, n_segments)),
            np.ones((1, n_segments, n_services)),
            np.ones((1, n_services)),
            np.ones((1, n_segments)),
        )
