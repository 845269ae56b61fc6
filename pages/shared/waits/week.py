"""When customers wait: the map of the week."""

import streamlit as st

from analytics.charts import wait_times as charts
from analytics.diagnosis.wait_times import WaitTimes
from analytics.filters import Filters
from analytics.language import _
from analytics.words import wait_times as words
from analytics.words.reading import how
from pages.shared import address, blocks


@st.fragment
def week_map(result: WaitTimes, filters: Filters) -> None:
    """Weekday by half hour, one of four views."""
    address.adopt("map", charts.VIEWS.__contains__, "wait")
    view = st.session_state["map"]
    title = words.map_title(result, view, filters.targets)
    with blocks.card(title, words.map_caption(result, view, filters.targets), how("map")):
        st.segmented_control(
            _("Show"),
            charts.VIEWS,
            format_func=words.view_name,
            key="map",
            required=True,
            label_visibility="collapsed",
        )
        blocks.figure(
            charts.half_hours(result, view, filters.targets), f"map-{view}", result.half_hours, "half_hours",
            title,
        )  # fmt: skip
    address.write("map", view, "wait")
