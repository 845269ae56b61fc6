"""With what, where and when customers are satisfied."""

import streamlit as st

from analytics.charts import satisfaction as charts
from analytics.diagnosis.satisfaction import Satisfaction
from analytics.filters import Filters
from analytics.language import _
from analytics.words import satisfaction as words
from pages.shared import blocks


def where(result: Satisfaction, filters: Filters) -> None:
    """Items, touchpoints and months side by side, then all touchpoints and segments."""
    halves = [
        (words.items_title, words.items_caption, charts.items, result.items, "items"),
        (
            words.touchpoints_title,
            words.touchpoints_caption,
            charts.touchpoints,
            result.touchpoints[result.touchpoints["n"] > 0],
            "touchpoints",
        ),
        (
            words.csat_title,
            words.csat_caption,
            charts.csat_by_month,
            words.months(result, "n"),
            "csat_by_month",
        ),
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
                blocks.figure(
                    chart(result, filters.targets), name, frame, f"satisfaction_{name}", title(result)
                )
    table = words.table(result)
    if table.empty:
        return
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
