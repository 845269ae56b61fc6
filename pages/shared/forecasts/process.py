"""The parts of a forecast that only a process has: by segment, as is and to be, step by step, what wins hang on."""

import streamlit as st

from analytics.charts import process_before_after
from analytics.charts import process_forecast as charts
from analytics.charts.flow import drawn
from analytics.filters import Filters
from analytics.language import _
from analytics.redesign.result import Forecast
from analytics.words import bottlenecks, trust
from analytics.words import process_forecast as words
from pages.shared import blocks
from pages.shared.forecasts.parts import fit_checks, guardrail


def show(result: Forecast, filters: Filters) -> None:
    """By segment beside the guardrail, the map before and after, times of the steps, how far to trust it."""
    detail = result.process
    assert detail is not None
    left, right = st.columns([7, 5])
    with left, blocks.card(words.segments_title(result), words.segments_caption(result)):
        blocks.figure(
            charts.by_segment(result, filters.grouping), "by-segment", words.segments_frame(result),
            "forecast_by_segment", words.segments_title(result),
        )  # fmt: skip
    with right:
        guardrail(result)
    with blocks.card(words.map_title(result), words.map_caption(result)):
        blocks.figure(
            process_before_after.before_after(result), "as-is-to-be", detail.edges, "forecast_handovers",
            words.map_caption(result),
        )  # fmt: skip
        hidden = len(detail.steps) - len(drawn(detail))
        if hidden:
            st.caption(bottlenecks.left_out(hidden))
    with blocks.card(words.steps_title(result), words.steps_caption(result)):
        blocks.figure(
            charts.step_times(result), "step-times", detail.steps, "forecast_steps", words.steps_title(result)
        )
    left, right = st.columns([7, 5])
    with left:
        fit_checks(result, filters.targets)
    with right, blocks.card(trust.baseline_title(result), trust.baseline_caption()):
        for question, figures in trust.baseline_rows(result, filters.targets):
            st.markdown(f"{question}  \n:small[:gray[{figures}]]")
        hangs = words.hangs_on(result)
        if hangs:
            st.markdown(f"**{_('What the share won hangs on')}**")
            for sentence in hangs:
                st.markdown(sentence)
