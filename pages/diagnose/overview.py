"""How are we doing against target, what hurts most, and what would help?"""

import json
from dataclasses import replace

import streamlit as st

from analytics.charts import overview as charts
from analytics.diagnosis.overview import Overview, overview
from analytics.errors import RequestError
from analytics.filters import Filters
from analytics.language import _
from analytics.redesign.ready import compare_ready
from analytics.words import overview as words
from analytics.words.wait_times import titles
from pages.shared import blocks, context
from pages.shared.cached import cached

WAITS, BOTTLENECKS = "pages/diagnose/wait_times.py", "pages/diagnose/bottlenecks.py"
WORST_ALONE_H = 290
SATISFACTION, FORECAST = "pages/diagnose/satisfaction.py", "pages/improve/forecast.py"


def cards(result: Overview, filters: Filters) -> None:
    """Service level, waits, walk-aways and satisfaction, each against its target."""
    waits, targets, shown = result.waits, filters.targets, []
    names = {"within_target_share": True, "wait_mean_min": False, "abandon_share": False}
    if waits is not None:
        for name, is_better in names.items():
            now, change = getattr(waits, name), waits.changes.get(name)
            shown.append(blocks.Card(titles(targets)[name], now, getattr(targets, name), is_better, change))
    if waits is not None or result.n_answers:
        title, target = titles(targets)["csat_share"], targets.csat_share
        shown.append(blocks.Card(title, result.csat_share, target, True, result.csat_changes))
    if shown:
        blocks.metric_cards(shown)


def hurts(result: Overview) -> None:
    """The worst half hours, the longest hand-over, the weakest item, each with the way to its page."""
    is_alone = result.handover is None and result.weakest is None
    with blocks.card(words.worst_title(result), words.worst_caption(result)):
        if not result.worst.empty:
            blocks.figure(
                charts.worst(result.worst, WORST_ALONE_H if is_alone else 0),
                "worst",
                result.worst,
                "worst_half_hours",
                words.worst_title(result),
            )
        if result.waits is not None:
            blocks.link(WAITS, _("Open Wait times"))
        if result.handover is not None:
            st.space("stretch")
            st.markdown(words.handover_sentence(result.handover))
            blocks.link(BOTTLENECKS, _("Open Bottlenecks"), process=result.handover.process)
        if result.weakest is not None:
            st.space("stretch")
            st.markdown(words.weakest_sentence(result.weakest))
            blocks.link(SATISFACTION, _("Open Satisfaction"))


def helps(filters: Filters) -> None:
    """The forecasts of the ready measures, best first; the slowest part of the page."""
    try:
        found = cached(compare_ready, filters=replace(filters, group="all"))
    except RequestError as error:
        with blocks.card(words.helps_title(None)):
            st.caption(str(error))
        return
    with blocks.card(words.helps_title(found[0]), words.helps_caption(found[0])):
        blocks.figure(
            charts.helps(found, 300),
            "helps",
            words.helps_table(found),
            "ready_measures",
            words.helps_note(found),
        )
        st.caption(words.helps_note(found))
        st.space("stretch")
        blocks.link(
            FORECAST, _("Try it in Forecast"), measures=json.dumps(found[0].measures, ensure_ascii=False)
        )


store, filters = context.store(), context.filters()
if store is None or filters is None:
    blocks.empty_state(
        _("No data have been loaded yet"),
        _("Load the files of your branch, or the sample branch, to see how customers are served."),
    )
    st.stop()

result = cached(overview)
if result is None:
    blocks.empty_state(_("Nothing is known of this period"), _("Choose a longer period, or all customers."))
    st.stop()

n, noun = words.n_and_noun(result)
blocks.head(
    words.headline(result, filters.targets),
    words.reason(result),
    blocks.period_caption(
        filters,
        store,
        n,
        noun,
        has_changes=bool(result.csat_changes or (result.waits and result.waits.changes)),
    ),
)
cards(result, filters)
if result.waits is None:
    hurts(result)
else:
    left, right = st.columns(2)
    with left:
        hurts(result)
    place = right.empty()
    with place.container(height="stretch"), blocks.card(words.helps_title(None)):
        st.caption(_("Trying a few measures on this branch …"))
    with blocks.card(
        words.trend_title(result.waits, filters.targets), words.trend_caption(result.waits, filters.targets)
    ):
        blocks.figure(
            charts.service_level(result.waits, filters.targets), "service-level", result.waits.weeks, "weeks",
            words.trend_title(result.waits, filters.targets),
        )  # fmt: skip
    # Last, so that all the rest stands on the page while it is computed.
    with place.container(height="stretch"):
        helps(filters)
