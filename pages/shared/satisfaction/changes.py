"""When satisfaction changed."""

import streamlit as st

from analytics.charts import satisfaction as months
from analytics.charts import satisfaction_trend as charts
from analytics.diagnosis.satisfaction import Satisfaction
from analytics.diagnosis.satisfaction_trend import satisfaction_trend
from analytics.filters import Filters
from analytics.language import _
from analytics.words import satisfaction as by_month
from analytics.words import satisfaction_trend as words
from analytics.words.reading_satisfaction import how
from pages.shared import blocks
from pages.shared.cached import cached
from pages.shared.satisfaction.where import halves


def changes(result: Satisfaction, filters: Filters) -> None:
    """Months, weeks with levels and limits, then before and after what was changed."""
    halves(
        result,
        filters,
        (by_month.csat_title, by_month.csat_caption, months.csat_by_month, by_month.months(result, "n"), "csat_by_month"),
        (by_month.nps_title, by_month.nps_caption, months.nps_by_month, by_month.months(result, "n_recommend"),
         "nps_by_month"),
    )  # fmt: skip
    found = cached(satisfaction_trend)
    if found is None:
        st.caption(words.missing())
        return
    for column, group in zip(st.columns(len(found.groups)), found.groups, strict=True):
        rows = found.weeks[found.weeks["group"] == group]
        title = words.weeks_title(found, group)
        with column, blocks.card(title, words.weeks_caption(found, group), how("weeks")):
            if not rows.empty:
                blocks.figure(charts.weeks(found, group), f"weeks-{group}", rows, f"weeks_{group}", title)
    if found.around.empty:
        return
    title = words.around_title(found)
    with blocks.card(title, words.around_caption(), how("around")):
        blocks.table(
            words.around_table(found),
            "around",
            {
                "name": st.column_config.TextColumn(_("Intervention"), width=330),
                "on": st.column_config.TextColumn(_("From"), width=100),
                "group_name": st.column_config.TextColumn(_("Customers"), width="small"),
                "before": st.column_config.TextColumn(_("Before")),
                "after": st.column_config.TextColumn(_("After")),
                "difference": st.column_config.TextColumn(_("Difference"), width=160),
            },
            alt=title,
        )
