"""From what holds cases up to the Forecast page, with the measure against it filled in."""

import json

from analytics.diagnosis.bottlenecks import Bottlenecks
from analytics.diagnosis.people import people
from analytics.diagnosis.waiting_causes import WaitingCauses
from analytics.language import _
from analytics.redesign.measures import Measure
from analytics.redesign.scope import scope_of
from analytics.words import bottlenecks as words
from analytics.words import measures, process_remedies
from pages.shared import blocks
from pages.shared.cached import cached

FORECAST = "pages/improve/forecast.py"


def show(part: str, result: Bottlenecks, causes: WaitingCauses | None) -> None:
    """The link that fits the part of the page: the worst wait's cause, the most frequent rework, the slowest person."""
    measure: Measure | None = None
    if part in ("why", "map", "time") and causes is not None:
        measure = process_remedies.against_waiting(causes)
    elif part == "rework":
        measure = process_remedies.against_rework(result)
    elif part == "people":
        found = cached(people, result.process)
        measure = process_remedies.against_slowness(found) if found is not None else None
    if measure is not None:
        label = _("Try it in Forecast: {measure}").format(measure=words.cut(measures.label(measure), 70))
        blocks.link(
            FORECAST,
            label,
            scope=scope_of(result.process),
            measures=json.dumps([measure], ensure_ascii=False),
        )
