"""Who waits longest: how waits are spread, and by service, counter, teller or segment."""

from typing import Any

import streamlit as st

from analytics.charts import wait_times as charts
from analytics.diagnosis.wait_times import Dimension, WaitTimes, waits_by
from analytics.filters import Filters
from analytics.language import _
from analytics.words import wait_times as words
from analytics.words.reading import how
from pages.shared import address, blocks
from pages.shared.cached import cached


@st.fragment
def who(result: WaitTimes, filters: Filters) -> None:
    """The spread of waits; a dumbbell and a table by one dimension."""
    address.adopt("by", result.dimensions.__contains__, result.dimensions[0])
    by = st.session_state["by"]
    frame = cached(waits_by, by)
    left, right = st.columns(2)
    title = words.distribution_title(result, filters.targets)
    with left, blocks.card(title, words.distribution_caption(), how("distribution")):
        blocks.figure(
            charts.distribution(result, filters.targets, 380),
            "distribution",
            result.distribution,
            "distribution",
            title,
        )
    n_hidden = frame["name"].nunique() - len(charts.shown(frame))
    title = words.by_title(frame, by, result)
    with right, blocks.card(title, words.by_caption(n_hidden), how("by_name")):
        st.segmented_control(
            _("By"), result.dimensions, format_func=words.dimension_name, key="by", required=True,
            label_visibility="collapsed",
        )  # fmt: skip
        blocks.figure(
            charts.by_name(frame, by, result, filters.targets, height=335),
            f"by-{by}",
            frame,
            f"waits_by_{by}",
            title,
        )
    with blocks.card(words.table_title(by), words.table_caption(result, filters.targets), how("table")):
        blocks.table(
            words.table(frame, by, result.groups), f"waits_{by}", _columns(by, result), words.table_title(by)
        )
    address.write("by", by, result.dimensions[0])


def _columns(by: Dimension, result: WaitTimes) -> dict[str, Any]:
    waits = {
        f"wait_{group}": st.column_config.NumberColumn(words.wait_column(group), format="%.1f")
        for group in words.table_groups(by, result.groups)
    }
    return {
        "name": st.column_config.TextColumn(words.dimension_name(by)),
        **waits,
        "interval": st.column_config.TextColumn(_("95% interval")),
        "beyond_percent": st.column_config.ProgressColumn(
            _("Beyond target"), format="%d%%", min_value=0, max_value=100, color="orange"
        ),
        "service_min": st.column_config.NumberColumn(_("Service takes, min"), format="%.1f"),
        "n": st.column_config.TextColumn(_("n"), alignment="right"),
    }
