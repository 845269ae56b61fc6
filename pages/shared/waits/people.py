"""People needed for the target beside the roster, and what the same hours moved would bring."""

import json

import streamlit as st

from analytics.charts import wait_staffing as charts
from analytics.diagnosis.staffing import staffing
from analytics.filters import Filters
from analytics.language import _
from analytics.words import wait_staffing as words
from analytics.words.reading import how
from pages.shared import blocks
from pages.shared.cached import cached


def people(filters: Filters) -> None:
    """The week's map of people needed, with the way to the forecast of the best move."""
    found = cached(staffing)
    if found is None:
        st.caption(words.unknown())
        return
    title = words.title(found)
    with blocks.card(title, words.caption(found, filters.targets), how("staffing")):
        blocks.figure(charts.gap(found), "staffing", found.cells, "people_needed", title)
        st.caption(words.note(found))
        if found.move is not None:
            st.markdown(words.move_sentence(found.move))
            measures = json.dumps([words.move_measure(found.move)], ensure_ascii=False)
            blocks.link("pages/improve/forecast.py", _("Try it in Forecast"), measures=measures)
