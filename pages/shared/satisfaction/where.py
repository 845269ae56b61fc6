"""With what and where customers are satisfied."""

import streamlit as st

from analytics.charts import satisfaction as charts
from analytics.diagnosis.satisfaction import Satisfaction
from analytics.filters import Filters
from analytics.words import satisfaction as words
from analytics.words import satisfaction_by as by_words
from pages.shared import blocks


def where(result: Satisfaction, filters: Filters) -> None:
    """Items and touchpoints side by side, then services over the whole width."""
    rated = result.touchpoints[result.touchpoints["n"] > 0]
    halves(
        result,
        filters,
        (words.items_title, words.items_caption, charts.items, result.items, "items"),
        (by_words.touchpoints_title, by_words.touchpoints_caption, charts.touchpoints, rated, "touchpoints"),
    )
    if not (served := by_words.shown_services(result)).empty:
        with blocks.card(by_words.services_title(result), by_words.services_caption(result)):
            blocks.figure(
                charts.services(result, filters.targets), "services", served, "satisfaction_by_service",
                by_words.services_title(result),
            )  # fmt: skip


def halves(result: Satisfaction, filters: Filters, *shown: tuple) -> None:
    """Cards side by side, of what there is."""
    shown = tuple(half for half in shown if not half[3].empty)
    for column, (title, caption, chart, frame, name) in zip(
        st.columns(max(len(shown), 1)), shown, strict=False
    ):
        with column, blocks.card(title(result), caption(result)):
            blocks.figure(chart(result, filters.targets), name, frame, f"satisfaction_{name}", title(result))
