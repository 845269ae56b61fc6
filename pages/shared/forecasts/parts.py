"""The cards that forecasts of the hall and of a process share."""

import streamlit as st

from analytics.charts import trust as trust_charts
from analytics.filters import Targets
from analytics.redesign.result import Forecast
from analytics.words import trust
from pages.shared import blocks


def guardrail(result: Forecast) -> None:
    """The verdict, and each check with its figures."""
    with blocks.card(trust.guardrail_title(result), trust.guardrail_verdict(result)):
        for verdict, question, figures in trust.guardrail_rows(result):
            badge, text = st.columns([3, 8], gap="small")
            badge.markdown(trust.verdict_badge(verdict))
            text.markdown(f"{question}  \n:small[:gray[{figures}]]")


def fit_checks(result: Forecast, targets: Targets) -> None:
    """Held-out days against the model."""
    with blocks.card(trust.fit_title(result), trust.fit_caption(result)):
        blocks.figure(
            trust_charts.fit_checks(result, targets), "fit-checks", trust.checks_frame(result, targets),
            "forecast_checks", alt=trust.fit_title(result),
        )  # fmt: skip
