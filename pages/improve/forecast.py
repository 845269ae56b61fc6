"""What would a measure bring, for whom, at what cost, and how far can one trust it?"""

import json

import streamlit as st

from analytics.charts import forecast as charts
from analytics.charts import trust as trust_charts
from analytics.errors import RequestError
from analytics.filters import Filters
from analytics.language import _
from analytics.redesign.forecast import dumps, forecast
from analytics.redesign.ready import defaults
from analytics.redesign.result import Forecast
from analytics.store import Store
from analytics.words import changes, trust
from analytics.words import forecast as words
from pages.shared import blocks, context, scenario
from pages.shared.cached import cached
from pages.shared.measures_form import height
from pages.shared.scenario_list import issue_popover, measures_card

HORIZON_DAYS = 22
FIGURE_H = 300


def forecast_of(store: Store, filters: Filters, measures: str) -> Forecast:
    """The forecast of a JSON list of measures for a month of working days."""
    return forecast(store, filters, tuple(json.loads(measures)), horizon_days=HORIZON_DAYS)


def run(measures) -> Forecast:
    return cached(forecast_of, json.dumps(measures, ensure_ascii=False))


store, filters = context.store(), context.filters()
if store is None or filters is None or not store.has("visits", filters.branch_id):
    blocks.empty_state(
        _("A forecast needs the branch’s tickets"),
        _("Load the export of the queue system (visits); a roster and surveys make it better."),
    )
    st.stop()
assert store is not None and filters is not None
targets = filters.targets
try:
    own = cached(defaults)
except RequestError as error:
    blocks.empty_state(_("A forecast is not possible here"), str(error))
    st.stop()

scenario.adopt(filters.branch_id, run)
head, note = st.container(), st.container()
left, right = st.columns([3, 8])
with left:
    measures = measures_card(own, filters.branch_id)
try:
    result = run(measures)
except RequestError as error:
    st.session_state[scenario.MESSAGE] = str(error)
    result, measures = run(()), ()
scenario.write(filters.branch_id, measures)

with head:
    blocks.head(words.headline(result), words.lead(result, targets), words.caption(result))
if st.session_state.get(scenario.MESSAGE):
    note.warning(st.session_state[scenario.MESSAGE], icon=":material/info:")

group = filters.group if filters.group in result.by_group else changes.main_group(result)
with right, blocks.card(words.rows_title(result), words.rows_caption(result)):
    blocks.figure(
        charts.now_forecast(result, targets, height()), "now-forecast", words.before_after(result, targets), "forecast",
        alt=words.reason(result, targets),
    )  # fmt: skip
left, right = st.columns([7, 5])
with left, blocks.card(words.hour_title(result, group), words.hour_caption(group)):
    figure = charts.by_hour(result, group, targets, FIGURE_H)
    blocks.figure(
        figure, "by-hour", result.by_half_hour, "forecast_by_half_hour", words.hour_title(result, group)
    )
with right, blocks.card(trust.guardrail_title(result), trust.guardrail_verdict(result)):
    for verdict, question, figures in trust.guardrail_rows(result):
        badge, text = st.columns([3, 8], gap="small")
        badge.markdown(trust.verdict_badge(verdict))
        text.markdown(f"{question}  \n:small[:gray[{figures}]]")
left, right = st.columns([7, 5])
with left, blocks.card(trust.fit_title(result), trust.fit_caption(result)):
    blocks.figure(
        trust_charts.fit_checks(result, targets), "fit-checks", trust.checks_frame(result, targets), "forecast_checks",
        alt=trust.fit_title(result),
    )  # fmt: skip
with right, blocks.card(trust.fit_hour_title(result), trust.fit_hour_caption(result)):
    blocks.figure(
        trust_charts.fit_by_hour(result, FIGURE_H), "fit-by-hour", result.fit.by_half_hour, "forecast_fit",
        alt=trust.fit_hour_title(result),
    )  # fmt: skip
with st.container(horizontal=True, vertical_alignment="center"):
    st.caption(words.all_small_print(result), width="stretch")
    st.download_button(
        _("JSON"), lambda: dumps(result), "forecast.json", "application/json", on_click="ignore",
        icon=":material/data_object:", type="tertiary",
    )  # fmt: skip
    issue_popover(filters.branch_id, result)
    asked = {"measures": json.dumps(measures, ensure_ascii=False)} if measures else {}
    blocks.link("pages/deliver/briefing.py", _("Make slides of it"), **asked)
