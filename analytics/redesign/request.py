"""What is asked of a forecast, checked."""

from dataclasses import dataclass
from datetime import date

from analytics.errors import RequestError
from analytics.language import _
from analytics.redesign.parameters import Measure

MOST_REPLICATIONS = 10_000


@dataclass(frozen=True)
class Request:
    """measures: checked for shape; horizon_days: None for as many as the data had; starts_on: None for the first
    working day after the data; carry_over: a process begins with the cases that are open."""

    measures: tuple[Measure, ...]
    horizon_days: int | None = None
    replications: int = 200
    starts_on: date | None = None
    seed: int = 1
    carry_over: bool = False

    def __post_init__(self) -> None:
        if not 2 <= self.replications <= MOST_REPLICATIONS:
            raise RequestError(
                _("Replications must be from 2 to 10,000, not {n}.").format(n=self.replications),
                field="replications",
            )
        if self.seed < 0:
            raise RequestError(_("The seed must be 0 or more, not {n}.").format(n=self.seed), field="seed")

    def days(self, known: int) -> int:
        """Working days of the period; `known`: those of the data."""
        return known if self.horizon_days is None else self.horizon_days
