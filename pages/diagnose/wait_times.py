"""How long do customers wait, when, for what, and does it get better?"""

from typing import Any

import streamlit as st

from analytics.charts import wait_times as charts
from analytics.diagnosis.wait_times import Dimension, WaitTimes, wait_times, waits_by
from analytics.filters import Filters
from analytics.language import _
from analytics.words import wait_times as words
from pages.shared import address, blocks, context
from pages.shared.cached import cached

# Named alike in the result and among the targets; whether more is better.
CARDS = {"wait_mean_min": False, "wait_p90_min": False, "within_target_share": True, "abandon_share": False}


@st.fragment
def week_map(result: WaitTimes, filters: Filters) -> None:
    """Weekday by half hour, one of four views."""
    address.adopt("map", charts.VIEWS.__contains__, "wait")
    view = st.session_state["map"]
    with blocks.card(
        words.map_title(result, view, filters.targets), words.map_caption(result, view, filters.targets)
    ):
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
            words.map_title(result, view, filters.targets),
        )  # fmt: skip
    address.write("map", view, "wait")


@st.fragment
def by_name(result: WaitTimes, filters: Filters) -> None:
    """How waits are spread; who waits longest by service, counter, teller or segment, with the table."""
    address.adopt("by", result.dimensions.__contains__, result.dimensions[0])
    by = st.session_state["by"]
    frame = cached(waits_by, by)
    left, right = st.columns(2)
    with left, blocks.card(words.distribution_title(result, filters.targets), words.distribution_caption()):
        blocks.figure(
            charts.distribution(result, filters.targets, 380),
            "distribution",
            result.distribution,
            "distribution",
        )
    n_hidden = frame["name"].nunique() - len(charts.shown(frame))
    with right, blocks.card(words.by_title(frame, by, result), words.by_caption(n_hidden)):
        st.segmented_control(
            _("By"), result.dimensions, format_func=words.dimension_name, key="by", required=True,
            label_visibility="collapsed",
        )  # fmt: skip
        blocks.figure(
            charts.by_name(frame, by, result, filters.targets, height=335),
            f"by-{by}",
            frame,
            f"waits_by_{by}",
            words.by_title(frame, by, result),
        )
    with blocks.card(words.table_title(by), words.table_caption(result, filters.targets)):
        blocks.table(
            words.table(frame, by, result.groups), f"waits_{by}", columns(by, result), words.table_title(by)
        )
    address.write("by", by, result.dimensions[0])


def columns(by: Dimension, result: WaitTimes) -> dict[str, Any]:
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


store, filters = context.store(), context.filters()
if store is None or filters is None or not store.has("visits", filters.branch_id):
    blocks.empty_state(
        _("No visits of this branch have been loaded"),
        _("Load the tickets of the queue machine (arrival, call, end) to see how long customers wait."),
    )
    st.stop()

result = cached(wait_times)
if result is None:
    blocks.empty_state(
        _("No ticket was taken in this period"), _("Choose a longer period, or all customers.")
    )
    st.stop()

blocks.head(
    words.headline(result, filters.targets),
    words.reason(result),
    blocks.period_caption(
        filters, store, result.n_tickets, words.noun(result), has_changes=bool(result.changes)
    ),
)
blocks.metric_cards(
    [
        blocks.Card(
            words.titles(filters.targets)[name],
            getattr(result, name),
            target=getattr(filters.targets, name),
            higher_is_better=is_better,
            changes=result.changes.get(name),
        )
        for name, is_better in CARDS.items()
    ]
)
st.caption(words.rests_on())
week_map(result, filters)
with blocks.card(words.days_title(result), words.days_caption()):
    blocks.figure(charts.by_day(result), "days", result.days, "days", words.days_title(result))
by_name(result, filters)
