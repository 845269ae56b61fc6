"""How many customers will come in the next four weeks."""

import streamlit as st

from analytics.charts import wait_arrivals as charts
from analytics.diagnosis.arrivals import arrivals
from analytics.words import wait_arrivals as words
from analytics.words.reading import how
from pages.shared import blocks
from pages.shared.cached import cached


def coming() -> None:
    """The forecast with its interval, what moves it, and how far it was off on past weeks."""
    found = cached(arrivals)
    if found is None:
        st.caption(words.too_few())
        return
    title = words.title(found)
    with blocks.card(title, words.caption(found), how("arrivals")):
        blocks.figure(charts.coming(found), "arrivals", found.days, "arrivals_forecast", title)
        if text := words.effects(found):
            st.markdown(text)
        st.caption(words.trust(found))
