"""Where do the cases of a process lose their time, why do they wait, and what is done twice?"""

import streamlit as st

from analytics.diagnosis.bottlenecks import bottlenecks, processes
from analytics.language import _
from analytics.words import bottlenecks as words
from pages.shared import address, blocks, context, process_design, process_links, process_map
from pages.shared import process_views as views
from pages.shared.cached import cached

HOURS = ("working", "clock")
PARTS = ("why", "map", "time", "rework", "people", "design")

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

causes = views.causes(result)
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
address.adopt("part", PARTS.__contains__, "why")
parts = {
    "why": _("Why it waits"),
    "map": _("Map"),
    "time": _("Where time goes"),
    "rework": _("Rework and variants"),
    "people": _("People"),
    "design": _("Against the design"),
}
part = st.segmented_control(
    _("Part"), PARTS, format_func=parts.__getitem__, key="part", required=True, label_visibility="collapsed"
)
address.write("part", part, "why")
if part == "why":
    views.why(result, causes)
elif part == "map":
    process_map.show(result, causes)
else:
    {"time": views.time, "rework": views.rework, "people": views.staff, "design": process_design.show}[
        str(part)
    ](result)
process_links.show(str(part), result, causes)
