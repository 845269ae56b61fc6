"""What does headquarters get to see: four slides of this branch, with these measures?"""

import json

import streamlit as st

from analytics.briefing import content
from analytics.briefing.slide import Slide
from analytics.errors import RequestError
from analytics.filters import Filters
from analytics.language import _
from analytics.store import Store
from analytics.words import briefing as words
from analytics.words import measures as measure_words
from pages.shared import blocks, context
from pages.shared.briefing_measures import choose
from pages.shared.cached import cached
from pages.shared.forecasts import scope
from pages.shared.slides import draw

PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


def slides_of(
    store: Store, filters: Filters, measures: str, place: str | None, carry: bool
) -> tuple[Slide, ...]:
    """The four slides for a JSON list of measures."""
    return content.slides(store, filters, tuple(json.loads(measures)), scope=place, carry_over=carry)


def deck_of(slides: tuple[Slide, ...], title: str) -> bytes:
    from analytics.briefing.deck import deck

    return deck(slides, title)


store, filters = context.store(), context.filters()
if store is None or filters is None or not scope.has_any(store, filters.branch_id):
    blocks.empty_state(
        _("A briefing needs the branch’s tickets"),
        _("Load the export of the queue system (visits) first; surveys and processes add to the story."),
    )
    st.stop()
assert store is not None and filters is not None

head = st.container()
measures, place = choose(filters.branch_id)
carry = st.query_params.get(scope.OPEN) != "0"
try:
    slides = cached(slides_of, json.dumps(measures, ensure_ascii=False), place, carry)
except RequestError as error:
    st.warning(str(error), icon=":material/info:")
    measures, place = (), cached(scope.known)[0]
    slides = cached(slides_of, "[]", place, False)
title = content.title(filters)
with head, st.container(horizontal=True, vertical_alignment="bottom"):
    with st.container():
        blocks.head(
            _("Four slides for headquarters"),
            _("Before and after: {measures}.").format(measures=measure_words.together(measures)),
            _("Native charts and tables that can be edited · every slide says what it rests on"),
        )
    st.download_button(
        _("Get the slides"),
        lambda: deck_of(slides, title),
        f"{filters.branch_id}-briefing.pptx",
        PPTX,
        type="primary",
        icon=":material/download:",
        on_click="ignore",
        key="deck",
    )
for number, slide in enumerate(slides, 1):
    draw(slide, f"{number} · {words.slide_name(slide.name)}")
