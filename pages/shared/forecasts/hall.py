"""The parts of a forecast that only the hall has: waits by half hour, the course of held-out days."""

import streamlit as st

from analytics.charts import forecast as charts
from analytics.charts import trust as trust_charts
from analytics.filters import Targets
from analytics.redesign.result import Forecast
from analytics.words import hall_forecast as words
from analytics.words import trust
from pages.shared import blocks
from pages.shared.forecasts.parts import fit_checks, guardrail

FIGURE_H = 300


def show(result: Forecast, group: str, targets: Targets) -> None:
    """By hour beside the guardrail, then how well the model reproduces days it has not seen."""
    left, right = st.columns([7, 5])
    title = words.hour_title(result, group)
    with left, blocks.card(title, words.hour_caption(group)):
        figure = charts.by_hour(result, group, targets, FIGURE_H)
        blocks.figure(figure, "by-hour", result.by_half_hour, "forecast_by_half_hour", title)
    with right:
        guardrail(result)
    left, right = st.columns([7, 5])
    with left:
        fit_checks(result, targets)
    with right, blocks.card(trust.fit_hour_title(result), trust.fit_hour_caption(result)):
        blocks.figure(
            trust_charts.fit_by_hour(result, FIGURE_H), "fit-by-hour", result.fit.by_half_hour, "forecast_fit",
            alt=trust.fit_hour_title(result),
        )  # fmt: skip
