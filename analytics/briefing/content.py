"""Four slides of a branch: status quo, problems and causes, before and after, how far to trust it."""

from analytics.briefing import process_slides
from analytics.briefing.diagnosis_slides import what_hurts, where_we_stand
from analytics.briefing.forecast_slides import how_far, what_it_brings
from analytics.briefing.slide import Slide
from analytics.diagnosis.bottlenecks import bottlenecks
from analytics.diagnosis.overview import overview
from analytics.diagnosis.wait_times import waits_by
from analytics.errors import RequestError
from analytics.filters import Filters
from analytics.language import _
from analytics.redesign.forecast import forecast
from analytics.redesign.measures import Measure
from analytics.redesign.ready import MONTH_DAYS, compare_ready, defaults, time_of_ordinary
from analytics.redesign.result import Forecast
from analytics.redesign.scope import HALL, decide, process_of
from analytics.store import Store
from analytics.words import briefing as words
from analytics.words.process_forecast import by_calendar


def slides(
    store: Store,
    filters: Filters,
    measures: tuple[Measure, ...] | None = None,
    *,
    scope: str | None = None,
    carry_over: bool = True,
    seed: int = 1,
) -> tuple[Slide, ...]:
    """The four slides for these measures (None: the best of a few ready ones); a month of working days.

    scope: the hall or a process; decided by the measures where None. A process begins with the cases that are open (where
    `carry_over`): a month from none would show little of what a measure brings. Raises RequestError where the branch has no
    tickets in the period, or a measure does not fit it.
    """
    if measures is None:
        measures = best_measures(store, filters, decide(store, filters, (), scope))
    result = forecast(
        store, filters, measures, horizon_days=MONTH_DAYS, scope=scope, carry_over=carry_over, seed=seed
    )
    return compose(store, filters, result)


def best_measures(store: Store, filters: Filters, scope: str = HALL) -> tuple[Measure, ...]:
    """The ready measure that helps the ordinary customers most, if one helps them and passes the guardrail."""
    for found in compare_ready(store, filters, scope):
        if found.guardrail.passes and time_of_ordinary(found).change.high < 0:
            return found.measures
    return ()


def compose(store: Store, filters: Filters, result: Forecast) -> tuple[Slide, ...]:
    """The slides of results at hand."""
    footer = words.footer(filters, store.version, result)
    if result.process is not None:
        stands = bottlenecks(store, filters, process_of(result.scope))
        return (
            *(
                (process_slides.where_it_stands(stands, by_calendar(result), footer),)
                if stands is not None
                else ()
            ),
            process_slides.what_it_brings(result, filters.targets, footer),
            process_slides.as_is_to_be(result, footer),
            process_slides.how_far(result, filters.targets, footer),
        )
    found = overview(store, filters)
    if found is None or found.waits is None:
        raise RequestError(_("These customers took no ticket in the period: choose another period or group."))
    waits, by_service = found.waits, waits_by(store, filters, "service")
    return (
        where_we_stand(found, waits, by_service, filters, footer),
        what_hurts(found, waits, defaults(store, filters), filters, footer),
        what_it_brings(result, filters.targets, footer),
        how_far(result, filters.targets, footer),
    )


def title(filters: Filters) -> str:
    """The deck's title, for the file's properties and its name."""
    return _("{branch}: briefing").format(branch=filters.branch_id)
