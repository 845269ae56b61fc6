"""What is to change, the hall or a process: chosen at the top, kept in the address."""

import streamlit as st

from analytics.errors import RequestError
from analytics.filters import Filters
from analytics.language import _
from analytics.redesign import scope as scopes
from analytics.redesign.measures import Measure
from analytics.store import Store
from analytics.words.bottlenecks import step
from pages.shared import address, scenario
from pages.shared.cached import cached

KEY, OPEN = "scope", "open"


def known(store: Store, filters: Filters) -> tuple[str, ...]:
    """The hall where there are visits, then the processes, the largest first."""
    return scopes.places(store, filters.branch_id).scopes


def has_any(store: Store, branch_id: str) -> bool:
    """Whether the branch has anything to forecast."""
    return bool(scopes.places(store, branch_id).scopes)


def choose(store: Store, filters: Filters) -> str | None:
    """The scope in force; None where what the address asks for fits none or several."""
    found = cached(known)
    asked = scenario.newly_asked(filters.branch_id)
    is_clear = True
    if asked is not None and KEY not in st.query_params:
        measures, own = asked
        try:
            st.session_state[KEY] = own if own in found else _decided(store, filters, measures)
        except RequestError:
            is_clear = False
    address.adopt(KEY, found.__contains__, found[0])
    if len(found) > 1:
        st.segmented_control(
            _("What is to change"),
            found,
            format_func=name,
            key=KEY,
            required=True,
            label_visibility="collapsed",
        )
    place: str = st.session_state[KEY]
    address.write(KEY, place, found[0])
    return place if is_clear else None


def _decided(store: Store, filters: Filters, measures: tuple[Measure, ...]) -> str:
    return scopes.decide(store, filters, measures, None)


def name(scope: str) -> str:
    """The hall, or the process as the bank calls it."""
    return _("The hall") if scope == scopes.HALL else step(scopes.process_of(scope))


def carries_over() -> bool:
    """Draw how the period begins; whether with the cases that are open now."""
    address.adopt(OPEN, ("0", "1").__contains__, "1")
    names = {"1": _("today’s open cases"), "0": _("no case open")}
    picked = st.segmented_control(
        _("The period begins with"), list(names), format_func=names.__getitem__, key=OPEN, required=True,
        width="stretch",
    )  # fmt: skip
    address.write(OPEN, picked, "1")
    return picked == "1"
