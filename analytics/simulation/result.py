"""What simulated periods are summed up to: spreads, and how the model fared on days it had not seen."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.methods.estimate import Unit


@dataclass(frozen=True)
class Spread:
    """Mean and 95 % prediction interval [low, high] of what the period will show."""

    mean: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        return self.low > 0 or self.high < 0


def spread(values: NDArray[np.float64]) -> Spread:
    """Mean and 95 % interval over replications. The quantiles are those at which one further value falls inside with
    95 % (Hyndman and Fan's type 6): the replications and the coming period are draws of the same law."""
    known = values[np.isfinite(values)]
    if not len(known):
        return Spread(float("nan"), float("nan"), float("nan"))
    low, high = np.quantile(known, [0.025, 0.975], method="weibull")
    return Spread(float(known.mean()), float(low), float(high))


@dataclass(frozen=True)
class FitCheck:
    """One comparison on held-out days. value: the size of the error; limit: what it may be; both in `unit`.

    name: `wait_mean_min`, `wait_p90_min`, `within_target_share`, `abandon_share`, `wait_by_half_hour`. group: `all`,
    `ordinary`, `vip`. days: `last` (the last weeks) or `fifth` (every fifth day before them).

    Of a process: `cycle_time_mean_h`, `cycle_time_p90_h`, `won_per_week`, `throughput_per_week`; and the distances
    `cycle_time_distance_h`, `step_pairs_distance`, `arrival_distance_h` of the log from all replications together: measured
    and value are the distance, simulated is how far one replication is from the others.
    """

    name: str
    unit: Unit
    measured: float
    simulated: Spread
    value: float
    limit: float
    passes: bool
    group: str = "all"
    days: str = "last"


@dataclass(frozen=True)
class Fit:
    """Does the model reproduce the branch? Calibrated without the days [held_out_from, held_out_to), then compared.

    checks: of all customers in the last weeks; more_checks: by group, and on every fifth day. n_days: days in the last
    weeks. model_error_min, baseline_error_min: mean error of the mean wait by weekday and hour in the last weeks, of
    the model and of the same weekday's and hour's mean in the days before (weighted by tickets).
    by_half_hour: half_hour (0–47), measured_mean_min, n, simulated_mean_min, simulated_low_min, simulated_high_min.
    reason is a code: `held`, `missed`, `too_few_days`.

    Of a process: n_cases, n_cases_before: the cases whose cycle times are compared, in the last weeks and before (won,
    or where the log knows no outcomes, ended); baseline: distance check -> the same distance of a naive forecast, cases
    drawn from those that ended before.
    """

    passes: bool
    reason: str
    checks: tuple[FitCheck, ...] = ()
    more_checks: tuple[FitCheck, ...] = ()
    held_out_from: date | None = None
    held_out_to: date | None = None
    n_days: int = 0
    model_error_min: float = float("nan")
    baseline_error_min: float = float("nan")
    by_half_hour: pd.DataFrame = field(default_factory=pd.DataFrame)
    n_cases: int = 0
    n_cases_before: int = 0
    baseline: dict[str, float] = field(default_factory=dict)

    @property
    def all_checks(self) -> tuple[FitCheck, ...]:
        return self.checks + self.more_checks
