"""With what, where and when customers are satisfied."""

import streamlit as st

from analytics.charts import satisfaction as charts
from analytics.diagnosis.satisfaction import Satisfaction
from analytics.filters import Filters
from analytics.words import satisfaction as words
from analytics.words import satisfaction_by as by_words
from pages.shared import blocks


def where(result: Satisfaction, filters: Filters) -> None:
    """Items and touchpoints side by side, services over the whole width, months side by side."""
    rated = result.touchpoints[result.touchpoints["n"] > 0]
    _halves(
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
    _halves(
        result,
        filters,
        (words.csat_title, words.csat_caption, charts.csat_by_month, words.months(result, "n"), "csat_by_month"),
        (words.nps_title, words.nps_caption, charts.nps_by_month, words.months(result, "n_recommend"), "nps_by_month"),
    )  # fmt: skip


def _halves(result: Satisfaction, filters: Filters, *halves: tuple) -> None:
    """Cards side by side, of what there is."""
    halves = tuple(half for half in halves if not half[3].empty)
    for column, (title, caption, chart, frame, name) in zip(
        st.columns(max(len(halves), 1)), halves, strict=False
    ):
        with column, blocks.card(title(result), caption(result)):
            blocks.figure(chart(result, filters.targets), name, frame, f"satisfaction_{name}", title(result))
