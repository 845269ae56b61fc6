"""What moves overall satisfaction."""

import streamlit as st

from analytics.charts import drivers as charts
from analytics.diagnosis.drivers import drivers
from analytics.diagnosis.scales import scales
from analytics.language import _
from analytics.words import drivers as words
from analytics.words.reading_satisfaction import how
from pages.shared import blocks
from pages.shared.cached import cached


def moves() -> None:
    """Shares, the map of priorities, poor against good ratings, and whether the items belong together."""
    found = cached(drivers)
    if found is None or not found.groups:
        st.caption(words.missing(found))
    else:
        left, right = st.columns(2)
        title = words.shares_title(found)
        with left, blocks.card(title, words.shares_caption(found), how("moves")):
            blocks.figure(charts.shares(found), "drivers", found.drivers, "drivers", title)
        title = words.map_title(found)
        with right, blocks.card(title, words.map_caption(found), how("priorities")):
            blocks.figure(charts.priorities(found), "priorities", found.drivers, "priorities", title)
        if note := words.notes(found):
            st.caption(note)
        title = words.ends_title(found)
        with blocks.card(title, words.ends_caption(found), how("ends")):
            blocks.figure(charts.ends(found), "ends", found.drivers, "poor_and_good", title)
    reliability = cached(scales)
    if reliability is None:
        return
    title = words.scales_title(reliability)
    with blocks.card(title, words.scales_caption(reliability), how("scales")):
        blocks.table(
            words.scales_table(reliability),
            "scales",
            {
                "scale": st.column_config.TextColumn(_("Scale")),
                "group_name": st.column_config.TextColumn(_("Customers")),
                "n_items": st.column_config.NumberColumn(_("Items")),
                "n": st.column_config.NumberColumn(_("Answers"), format="localized"),
                "alpha": st.column_config.NumberColumn(_("Cronbach's alpha"), format="%.2f"),
                "omega": st.column_config.NumberColumn(_("McDonald's omega"), format="%.2f"),
            },
            alt=title,
        )
