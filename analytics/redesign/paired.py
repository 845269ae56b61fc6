"""Metrics of both sides of a forecast, for all customers and for those of each segment and group."""

from collections.abc import Callable, Sequence

import numpy as np

from analytics.methods.estimate import Unit
from analytics.redesign.result import MetricForecast
from analytics.simulation.model import Floats, Segment
from analytics.simulation.result import spread

Metrics = dict[str, MetricForecast]
MetricsOf = Callable[[list[int]], Metrics]
"""The metrics of the segments with these indices."""


def paired(name: str, unit: Unit, seen: float | None, before: Floats, after: Floats) -> MetricForecast:
    """Each side's spread over the replications, and that of the change of each. A replication without a figure on one
    side (no case of a rare segment ended) counts on neither, so that the change is what lies between the two; unless no
    replication has both."""
    both = np.isfinite(before) & np.isfinite(after)
    if both.any():
        before, after = before[both], after[both]
    return MetricForecast(name, unit, seen, spread(before), spread(after), spread(after - before))


def by_segment(segments: Sequence[Segment], of: MetricsOf) -> dict[str, Metrics]:
    """By the segments' names; segments of one name in both groups count together."""
    names = dict.fromkeys(s.name for s in segments)
    return {name: of([i for i, s in enumerate(segments) if s.name == name]) for name in names}


def by_group(segments: Sequence[Segment], of: MetricsOf) -> dict[str, Metrics]:
    """`ordinary` and `vip`, as far as the data have them."""
    groups = [g for g in ("ordinary", "vip") if any(s.group == g for s in segments)]
    return {g: of([i for i, s in enumerate(segments) if s.group == g]) for g in groups}
