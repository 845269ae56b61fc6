"""How satisfied are customers, with what least, and does it follow how long they waited?"""

import streamlit as st

from analytics.charts import satisfaction as charts
from analytics.diagnosis.satisfaction import satisfaction
from analytics.language import _
from analytics.words import satisfaction as words
from pages.shared import blocks, context
from pages.shared.cached import cached

store, filters = context.store(), context.filters()
if store is None or filters is None or not store.has("surveys", filters.branch_id):
    blocks.empty_state(
        _("No answers of this branch have been loaded"),
        _("Load a file of answered questionnaires to see how satisfied customers are, and with what least."),
    )
    st.stop()
result = cached(satisfaction)
if result is None:
    blocks.empty_state(
        _("Nobody answered in this period"),
        _("Choose a longer period or all customers, or load newer answers."),
    )
    st.stop()
targets = filters.targets

blocks.head(
    words.headline(result, targets),
    words.why(result),
    blocks.period_caption(filters, store, result.n_answers, _("answers"), has_changes=bool(result.changes)),
)
blocks.metric_cards(
    [
        blocks.Card(title, getattr(result, name), target, changes=result.changes.get(name))
        for name, title, target in words.cards(result, targets)
    ]
)
if not result.waits.empty:
    with blocks.card(words.waits_title(result, targets), words.waits_caption(result)):
        blocks.figure(charts.by_wait(result, targets), "by-wait", result.waits, "satisfaction_by_wait")
        blocks.link("pages/diagnose/wait_times.py", _("See where customers wait"))

halves = [
    (words.items_title, words.items_caption, charts.items, result.items, "items"),
    (
        words.touchpoints_title,
        words.touchpoints_caption,
        charts.touchpoints,
        result.touchpoints,
        "touchpoints",
    ),
    (words.csat_title, words.csat_caption, charts.csat_by_month, words.months(result, "n"), "csat_by_month"),
    (
        words.nps_title,
        words.nps_caption,
        charts.nps_by_month,
        words.months(result, "n_recommend"),
        "nps_by_month",
    ),
]
halves = [half for half in halves if not half[3].empty]
for pair in (halves[:2], halves[2:]):
    for column, (title, caption, chart, frame, name) in zip(
        st.columns(max(len(pair), 1)), pair, strict=False
    ):
        with column, blocks.card(title(result), caption(result)):
            blocks.figure(chart(result, targets), name, frame, f"satisfaction_{name}", title(result))

table = words.table(result)
if table.empty:
    st.stop()
with blocks.card(_("All touchpoints and segments"), _("Share satisfied and NPS with 95% intervals")):
    blocks.table(
        table,
        "satisfaction_by",
        {
            "name": st.column_config.TextColumn(_("Where, who")),
            "group_name": st.column_config.TextColumn(_("Customers")),
            "csat_percent": st.column_config.ProgressColumn(
                words.csat_name(result), format="%d%%", min_value=0, max_value=100, color="gray"
            ),
            "csat_interval": st.column_config.TextColumn(_("95% interval")),
            "n": st.column_config.NumberColumn(_("Answers"), format="localized"),
            "nps": st.column_config.NumberColumn(_("NPS"), format="%.0f"),
            "nps_interval": st.column_config.TextColumn(_("NPS interval")),
        },
        alt=_("All touchpoints and segments"),
    )
