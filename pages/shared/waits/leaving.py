"""Who leaves, when, and whom a shorter wait would have kept."""

import streamlit as st

from analytics.charts import wait_patience as charts
from analytics.diagnosis.patience import patience
from analytics.filters import Filters
from analytics.words import wait_patience as words
from analytics.words.reading import how
from pages.shared import blocks
from pages.shared.cached import cached


def leaving(filters: Filters) -> None:
    """Patience; walk-aways a shorter wait would have kept; the hours in which customers leave."""
    found, targets = cached(patience), filters.targets
    if found is None:
        st.caption(words.nobody())
        return
    left, right = st.columns(2)
    title = words.curve_title(found, targets)
    with left, blocks.card(title, words.curve_caption(found), how("patience")):
        st.space("stretch")
        blocks.figure(charts.curves(found, targets), "patience", found.curves, "patience", title)
    title = words.kept_title(found, targets)
    with right, blocks.card(title, words.kept_caption(found), how("kept")):
        st.space("stretch")
        blocks.figure(charts.kept(found, targets), "kept", found.kept, "walk_aways_kept", title)
    title = words.leaving_title(found)
    with blocks.card(title, words.leaving_caption(found), how("leaving")):
        blocks.figure(charts.leaving(found, targets), "leaving", found.leaving, "leaving", title)
