"""What drives waiting from day to day, and one day minute by minute."""

from datetime import date

import streamlit as st

from analytics.charts import wait_causes as charts
from analytics.diagnosis.causes import causes as causes_of
from analytics.diagnosis.day_replay import replay, worst_days
from analytics.filters import Filters
from analytics.language import _
from analytics.words import wait_causes as words
from analytics.words.reading import how
from pages.shared import address, blocks
from pages.shared.cached import cached


def causes(filters: Filters) -> None:
    """Shares of the causes; below, the day of the longest wait or another one."""
    found = cached(causes_of)
    if found is None:
        st.caption(words.too_few())
    else:
        with blocks.card(words.title(found), words.caption(found), how("drivers")):
            blocks.figure(charts.shares(found), "drivers", found.days, "waits_and_causes", words.title(found))
    _one_day(filters)


@st.fragment
def _one_day(filters: Filters) -> None:
    days = [day.date() for day in cached(worst_days)["day_on"]]
    if not days:
        st.caption(words.nobody_waited(filters.groups[0]))
        return
    codes = {day.isoformat(): day for day in days}
    address.adopt("day", codes.__contains__, days[0].isoformat())
    code = st.session_state["day"]
    shown = cached(replay, date.fromisoformat(code))
    if shown is None:
        return
    with blocks.card(words.replay_title(shown), words.replay_caption(shown), how("replay")):
        st.selectbox(
            _("Day, longest wait first"), list(codes), key="day", format_func=lambda c: words.day_name(codes[c]),
            width=260,
        )  # fmt: skip
        blocks.figure(
            charts.replay(shown), "replay", shown.minutes, "day_by_minute", words.replay_title(shown)
        )
    address.write("day", code, days[0].isoformat())
