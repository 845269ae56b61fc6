"""Where do the cases of a process lose their time, and what is done twice?"""

import streamlit as st

from analytics.charts import bottlenecks as charts
from analytics.charts.process_map import left_out
from analytics.diagnosis.bottlenecks import bottlenecks, processes
from analytics.language import _
from analytics.words import bottlenecks as words
from pages.shared import address, blocks, context
from pages.shared.cached import cached

HOURS = ("working", "clock")

store, filters = context.store(), context.filters()
if store is None or filters is None or not store.has("events", filters.branch_id):
    blocks.empty_state(
        _("No process of this branch has been loaded"),
        _("Load a file of process steps (case, activity, start, finish) to see where cases wait."),
    )
    st.stop()

found = cached(processes)["process"].tolist()
if not found:
    blocks.empty_state(_("No case ended in this period"), _("Choose a longer period, or load newer steps."))
    st.stop()

top = st.container()
left, right = st.columns([3, 2], vertical_alignment="bottom")
address.adopt("process", found.__contains__, found[0])
process = left.selectbox(_("Process"), found, format_func=words.step, key="process")
address.write("process", process, found[0])
address.adopt("hours", HOURS.__contains__, "working")
clocks = {"working": _("Working hours"), "clock": _("Clock hours")}
hours = right.segmented_control(
    _("Time in"), HOURS, format_func=clocks.__getitem__, key="hours", required=True, width="stretch"
)
address.write("hours", hours, "working")

result = cached(bottlenecks, process, hours)
if result is None:
    with top:
        blocks.empty_state(
            _("No case of these customers ended in this period"),
            _("Choose a longer period or all customers."),
        )
    st.stop()

with top:
    blocks.head(
        words.headline(result),
        words.why(result),
        blocks.period_caption(
            filters, store, result.n_cases, words.noun(result), has_changes=bool(result.changes)
        ),
    )
blocks.metric_cards(
    [
        blocks.Card(
            title,
            getattr(result, name),
            higher_is_better=is_better,
            changes=result.changes.get(name),
            n_label=noun,
        )
        for name, title, is_better, noun in words.cards(result)
    ]
)
with blocks.card(words.map_title(result), words.map_caption(result)):
    blocks.figure(
        charts.process_map(result),
        "process-map",
        result.activities,
        "process_steps",
        words.map_caption(result),
    )
    if left_out(result):
        st.caption(words.left_out(left_out(result)))

is_split = len(result.groups) > 1
left, right = st.columns(2)
with left, blocks.card(words.waits_title(result), words.shares_caption(result)):
    blocks.figure(charts.handovers(result), "handovers", result.handovers, "handovers")
if is_split:
    with right, blocks.card(words.groups_title(result), words.groups_caption(result)):
        blocks.figure(
            charts.handovers_by_group(result), "by-group", result.handovers_by_group, "waits_by_group"
        )
    left, right = st.columns(2)
with left if is_split else right, blocks.card(words.rework_title(result), words.rework_caption(result)):
    blocks.figure(charts.returns(result), "returns", words.returns(result), "returns")
    if not result.rounds.empty:
        st.caption(words.rounds_caption(result))
        blocks.figure(charts.rounds(result), "rounds")
with (
    right if is_split else st.container(),
    blocks.card(words.weeks_title(result), words.weeks_caption(result)),
):
    blocks.figure(charts.weeks(result), "weeks", result.weeks, "weeks")
with blocks.card(_("All hand-overs"), words.waits_caption(result)):
    blocks.table(
        words.table(result),
        "all_handovers",
        {
            "handover": st.column_config.TextColumn(_("Hand-over"), width="large"),
            "n": st.column_config.NumberColumn(_("Times"), format="localized"),
            "wait_h": st.column_config.NumberColumn(words.hours_column(result), format="%.1f"),
            "interval": st.column_config.TextColumn(_("95% interval")),
            "wait_clock_h": st.column_config.NumberColumn(_("Clock h"), format="%.1f"),
            "cycle_percent": st.column_config.ProgressColumn(
                _("Of the cycle time"), format="%d%%", min_value=0, max_value=100, color="orange"
            ),
        },
        alt=words.waits_title(result),
    )
