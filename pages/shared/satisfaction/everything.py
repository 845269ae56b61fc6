"""All touchpoints, services and segments as a table."""

import streamlit as st

from analytics.diagnosis.satisfaction import Satisfaction
from analytics.language import _
from analytics.words import satisfaction as words
from analytics.words import satisfaction_by as by_words
from pages.shared import blocks


def everything(result: Satisfaction) -> None:
    """Shares satisfied and NPS with intervals and n, by whatever the answers tell apart."""
    table = by_words.table(result)
    if table.empty:
        st.caption(_("The answers tell neither touchpoints nor services nor segments apart."))
        return
    title = _("All touchpoints, services and segments")
    caption = _(
        "Share satisfied and NPS with 95% intervals; who answered more than once counts as one person in them"
    )
    with blocks.card(title, caption):
        blocks.table(
            table,
            "satisfaction_by",
            {
                "by": st.column_config.TextColumn(_("By"), width="small"),
                "name": st.column_config.TextColumn(_("Where, who")),
                "group_name": st.column_config.TextColumn(_("Customers"), width="small"),
                "csat_percent": st.column_config.ProgressColumn(
                    words.csat_name(result), format="%d%%", min_value=0, max_value=100, color="gray"
                ),
                "csat_interval": st.column_config.TextColumn(_("95% interval")),
                "n": st.column_config.NumberColumn(_("Answers"), format="localized", width="small"),
                "nps_text": st.column_config.TextColumn(_("NPS"), alignment="right", width="small"),
                "nps_interval": st.column_config.TextColumn(_("NPS interval")),
            },
            alt=title,
        )
