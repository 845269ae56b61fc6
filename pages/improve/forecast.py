"""What would a measure bring, for whom, at what cost, and how far can one trust it?"""

import json

import streamlit as st

from analytics.charts import forecast as charts
from analytics.errors import RequestError
from analytics.filters import Filters
from analytics.language import _
from analytics.redesign.forecast import dumps, forecast
from analytics.redesign.process_ready import ProcessDefaults, process_defaults
from analytics.redesign.ready import MONTH_DAYS, defaults
from analytics.redesign.result import Forecast
from analytics.redesign.scope import HALL, process_of
from analytics.store import Store
from analytics.words import changes
from analytics.words import forecast as words
from pages.shared import blocks, context, process_form, scenario
from pages.shared.cached import cached
from pages.shared.forecasts import hall, process, scope
from pages.shared.measures_form import height
from pages.shared.scenario_list import issue_popover, measures_card


def forecast_of(store: Store, filters: Filters, measures: str, place: str | None, carry: bool) -> Forecast:
    """The forecast of a JSON list of measures for a month of working days."""
    listed = tuple(json.loads(measures))
    return forecast(store, filters, listed, horizon_days=MONTH_DAYS, scope=place, carry_over=carry)


def run(measures, place: str | None, carry: bool = False) -> Forecast:
    return cached(forecast_of, json.dumps(measures, ensure_ascii=False), place, carry)


store, filters = context.store(), context.filters()
if store is None or filters is None or not scope.has_any(store, filters.branch_id):
    blocks.empty_state(
        _("A forecast needs the branch’s tickets"),
        _("Load the export of the queue system (visits); a roster and surveys make it better."),
    )
    st.stop()
assert store is not None and filters is not None
targets = filters.targets
asked = scope.choose(store, filters)
place = asked or st.session_state[scope.KEY]
try:
    own = cached(defaults) if place == HALL else cached(process_defaults, process_of(place))
except RequestError as error:
    blocks.empty_state(_("A forecast is not possible here"), str(error))
    st.stop()

kinds = process_form.kinds(own) if isinstance(own, ProcessDefaults) else scenario.IN_HALL
scenario.use(filters.branch_id, place, kinds)
scenario.adopt(filters.branch_id, lambda measures: run(measures, asked))
head, note = st.container(), st.container()
left, right = st.columns([3, 8])
with left:
    measures, carry = measures_card(own, filters.branch_id, place)
try:
    result = run(measures, place, carry)
except RequestError as error:
    st.session_state[scenario.MESSAGE] = str(error)
    result, measures = run((), place, carry), ()
scenario.write(filters.branch_id, measures)

with head:
    blocks.head(words.headline(result), words.lead(result, targets), words.caption(result))
if st.session_state.get(scenario.MESSAGE):
    note.warning(st.session_state[scenario.MESSAGE], icon=":material/info:")

with right, blocks.card(words.rows_title(result), words.rows_caption(result)):
    blocks.figure(
        charts.now_forecast(result, targets, height()), "now-forecast", words.before_after(result, targets), "forecast",
        alt=words.reason(result, targets),
    )  # fmt: skip
if place == HALL:
    group = filters.group if filters.group in result.by_group else changes.main_group(result)
    hall.show(result, group, targets)
else:
    process.show(result, filters)
with st.container(horizontal=True, vertical_alignment="center"):
    st.caption(words.all_small_print(result), width="stretch")
    st.download_button(
        _("JSON"), lambda: dumps(result), "forecast.json", "application/json", on_click="ignore",
        icon=":material/data_object:", type="tertiary",
    )  # fmt: skip
    issue_popover(filters.branch_id, result)
    asks = {"measures": json.dumps(measures, ensure_ascii=False)} if measures else {}
    blocks.link("pages/deliver/briefing.py", _("Make slides of it"), **asks)
