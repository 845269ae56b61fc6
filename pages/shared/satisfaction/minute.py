"""What a minute of waiting costs."""

import streamlit as st

from analytics.charts import wait_cost as charts
from analytics.diagnosis.wait_cost import wait_cost
from analytics.filters import Filters
from analytics.language import _
from analytics.words import wait_cost as words
from analytics.words.reading_satisfaction import how
from pages.shared import blocks
from pages.shared.cached import cached


def minute(filters: Filters) -> None:
    """The curve of satisfaction over the wait, and where each group turns dissatisfied."""
    found = cached(wait_cost)
    if found is None:
        st.caption(words.missing())
        return
    title = words.title(found)
    with blocks.card(title, words.caption(found), how("cost")):
        blocks.figure(
            charts.cost(found, filters.targets), "wait-cost", found.curves, "satisfaction_by_minute", title
        )
        st.markdown(words.sentences(found, filters.targets))
        blocks.link("pages/diagnose/wait_times.py", _("See where customers wait"))
