"""Who is heard, and the result by whom it counts."""

import streamlit as st

from analytics.charts import heard as charts
from analytics.diagnosis.heard import heard
from analytics.language import _
from analytics.words import heard as words
from analytics.words.reading_satisfaction import how
from pages.shared import blocks
from pages.shared.cached import cached


def voices() -> None:
    """The overall result counted in four ways, who answers, and the answers weighted to the visits."""
    found = cached(heard)
    if found is None:
        st.caption(words.missing())
        return
    title = words.reputation_title(found)
    with blocks.card(title, words.reputation_caption(found), how("reputation")):
        blocks.figure(charts.reputation(found), "reputation", alt=title)
        if note := words.reputation_note(found):
            st.caption(note)
        blocks.table(
            words.table(found),
            "reputation_segments",
            {
                "segment": st.column_config.TextColumn(_("Segment")),
                "csat": st.column_config.TextColumn(_("Satisfied")),
                "n": st.column_config.NumberColumn(_("Answers"), format="localized"),
                "answers": st.column_config.TextColumn(_("Of answers"), alignment="right"),
                "customers": st.column_config.TextColumn(_("Of customers"), alignment="right"),
                "visits": st.column_config.TextColumn(_("Of visits"), alignment="right"),
                "profit": st.column_config.TextColumn(_("Of profit"), alignment="right"),
            },
            alt=title,
        )
    if found.response.empty:
        st.caption(words.no_tickets())
        return
    title = words.response_title(found)
    with blocks.card(title, words.response_caption(found), how("response")):
        blocks.figure(charts.response(found), "response", found.response, "response", title)
        st.markdown(words.raked_sentence(found))
