"""A number that a person sees: value, 95 % interval, n, unit."""

import math
from dataclasses import dataclass
from typing import Literal

Unit = Literal["min", "h", "share", "pts", "points", "scale", "count", "cny", "per_hour", "per_week"]
SMALL_N = 30


@dataclass(frozen=True)
class Estimate:
    """value and 95 % interval [low, high], all NaN where nothing can be said; n is what it rests on.

    unit: `min` minutes, `h` hours, `share` 0–1, `pts` difference of shares (0–1), `points` NPS points (−100–100),
    `scale` mean on 1–5, `count`, `cny`, `per_hour`.
    """

    value: float
    low: float
    high: float
    n: int
    unit: Unit

    @property
    def is_known(self) -> bool:
        return not math.isnan(self.value)

    @property
    def is_small(self) -> bool:
        """Fewer than 30: to be said, not hidden."""
        return self.n < SMALL_N

    @property
    def excludes_zero(self) -> bool:
        return self.is_known and (self.low > 0 or self.high < 0)


def unknown(unit: Unit, n: int = 0) -> Estimate:
    return Estimate(math.nan, math.nan, math.nan, n, unit)
