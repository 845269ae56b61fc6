"""The sidebar: language, branch, period, customers, targets; held across pages and in the address."""

from datetime import date, timedelta

import pandas as pd
import streamlit as st

from analytics.filters import ALL_TIME, Filters, Group
from analytics.language import LANGUAGES, _
from analytics.store.reader import Store
from analytics.store.tables import TABLES
from analytics.words import numbers
from pages.shared import address, context
from pages.shared.targets import edit_targets

MONTHS = {"1m": 1, "3m": 3, "12m": 12}
PERIODS = ("3m", "1m", "12m", "all", "custom")
DEFAULT_PERIOD = "3m"
CUSTOMERS: tuple[Group, ...] = ("all", "ordinary", "vip")


def period_label(code: str) -> str:
    return {
        "1m": _("Last month"),
        "3m": _("Last 3 months"),
        "12m": _("Last 12 months"),
        "all": _("All data"),
        "custom": _("From – to"),
    }[code]


def group_label(code: str) -> str:
    """Ordinary, VIP or all customers, as the pages call them."""
    return {"all": _("All"), "ordinary": _("Ordinary"), "vip": _("VIP")}[code]


def period_of(code: str, first_on: date, end_on: date) -> tuple[date, date]:
    """The half-open period that a choice means on data that span [first_on, end_on)."""
    if code not in MONTHS:
        return first_on, end_on
    start = (pd.Timestamp(end_on) - pd.DateOffset(months=MONTHS[code])).date()
    return max(start, first_on), end_on


def language_choice() -> None:
    """The language of the session; asked first, because every label depends on it."""
    address.adopt("lang", lambda code: code in LANGUAGES, "en")
    st.session_state[context.LANGUAGE] = st.session_state["lang"]
    address.write("lang", st.session_state["lang"], "en")


@st.cache_data(max_entries=8, show_spinner=False)
def _branches(folder: str, version: str, _store: Store) -> tuple[list[str], str]:
    """All branches, and the one that most tables know about."""
    branches = _store.branches()
    return branches, max(branches, key=lambda b: sum(_store.has(table, b) for table in TABLES), default="")


def _branch(branches: list[str], default: str) -> str:
    address.adopt("branch", branches.__contains__, default)
    code: str = st.selectbox(_("Branch"), branches, key="branch")
    address.write("branch", code, default)
    return code


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _custom(first_on: date, end_on: date, shown: tuple[date, date]) -> tuple[date, date]:
    """From – to by a calendar; the address keeps it half-open as the command line does."""
    last_on = end_on - timedelta(days=1)
    address.adopt("from", _is_day, shown[0].isoformat())
    address.adopt("to", _is_day, shown[1].isoformat())
    start = min(max(date.fromisoformat(st.session_state["from"]), first_on), last_on)
    stop = min(max(date.fromisoformat(st.session_state["to"]), start + timedelta(days=1)), end_on)

    def day(label: str, value: date) -> date:
        return st.date_input(label, value, first_on, last_on, key=f"{label}-{value}", format="YYYY-MM-DD")

    start = day(_("From"), start)
    last = day(_("Through"), max(stop - timedelta(days=1), start))
    stop = max(last, start) + timedelta(days=1)
    st.session_state["from"], st.session_state["to"] = start.isoformat(), stop.isoformat()
    return start, stop


def _period(first_on: date, end_on: date) -> tuple[date, date]:
    # the browser keeps a select box's label, not its code: in another language it is another box
    box = f"period-{st.session_state['lang']}"
    if box in st.session_state:
        st.session_state["period"] = st.session_state[box]
    if {"from", "to"} & set(st.query_params) and "period" not in st.query_params:
        st.session_state["period"] = "custom"
    address.adopt("period", PERIODS.__contains__, DEFAULT_PERIOD)
    st.session_state[box] = st.session_state["period"]
    before = st.session_state.get("_shown_period", period_of(DEFAULT_PERIOD, first_on, end_on))
    # labels are fixed now: a label asked for outside this run would come in another language
    labels = {code: period_label(code) for code in PERIODS}
    code = st.selectbox(_("Period"), PERIODS, format_func=labels.__getitem__, key=box)
    address.write("period", code, DEFAULT_PERIOD)
    if code == "custom":
        start, stop = _custom(first_on, end_on, before)
        address.write("from", start.isoformat())
        address.write("to", stop.isoformat())
    else:
        start, stop = period_of(code, first_on, end_on)
        for key in ("from", "to"):
            address.write(key, None)
            st.session_state.pop(key, None)
        st.caption(numbers.period(start, stop))
    st.session_state["_shown_period"] = (start, stop)
    return start, stop


def _customers() -> Group:
    address.adopt("customers", CUSTOMERS.__contains__, "all")
    labels = {code: group_label(code) for code in CUSTOMERS}
    code: Group = st.segmented_control(
        _("Customers"),
        CUSTOMERS,
        format_func=labels.__getitem__,
        key="customers",
        required=True,
        width="stretch",
    )  # type: ignore[assignment]
    address.write("customers", code, "all")
    return code


def sidebar() -> None:
    """Draw the filters and keep what they ask for `context.filters()`."""
    store = context.store()
    st.session_state[context.FILTERS] = None
    with st.sidebar:
        branches, default = _branches(str(store.folder), store.version, store) if store else ([], "")
        if store is not None and branches:
            branch_id = _branch(branches, default)
            ledger = context.ledger()
            grouping = store.grouping(branch_id, ledger.vip_segments(branch_id))
            data_period = store.period(branch_id)
            # answers without dates belong to every period
            if data_period is not None or store.has("surveys", branch_id):
                start_on, end_on = _period(*data_period) if data_period else ALL_TIME
                group = _customers() if grouping.is_split else "all"
                st.session_state[context.FILTERS] = Filters(
                    branch_id, start_on, end_on, group, grouping, ledger.targets(branch_id)
                )
            if st.button(_("Targets"), icon=":material/flag:", type="tertiary"):
                edit_targets(branch_id)
        st.selectbox(_("Language"), list(LANGUAGES), format_func=LANGUAGES.__getitem__, key="lang")
