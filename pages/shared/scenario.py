"""The measures a reader is trying out: kept in the session, shown in the address as the contract's JSON list."""

import json
from collections.abc import Callable
from typing import Any

import streamlit as st

from analytics.errors import RequestError
from analytics.language import _
from analytics.redesign.measures import Measure, parse
from pages.shared import address, context

ITEMS, MESSAGE, ADOPTED, NAME = "_items", "_measures_message", "_measures_adopted", "_scenario"
_SCOPE, _KINDS = "_measures_scope", "_measures_kinds"
IN_HALL = (
    "add_staff",
    "move_staff",
    "pool_counters",
    "set_priority",
    "divert",
    "shorten",
    "smooth_arrivals",
    "announce_wait",
)


def use(branch_id: str, scope: str, kinds: tuple[str, ...]) -> None:
    """Work on the measures of this scope, of these kinds; each scope keeps its own."""
    st.session_state[_SCOPE], st.session_state[_KINDS] = f"{ITEMS}-{branch_id}-{scope}", kinds


def items() -> list[dict[str, Any]]:
    """One a switch: uid, is_on, measure; the kinds that can be chosen come first, all off."""
    if st.session_state[_SCOPE] not in st.session_state:
        fill([])
    found: list[dict[str, Any]] = st.session_state[st.session_state[_SCOPE]]
    return found


def fill(measures: list[Measure] | tuple[Measure, ...]) -> None:
    """Start from these measures, switched on; kinds that are not among them stay at hand, off."""
    st.session_state[st.session_state[_SCOPE]] = []
    for measure in measures:
        add(measure, is_on=True)
    present = {measure["measure"] for measure in measures}
    for kind in (*st.session_state[_KINDS], "demand"):
        if kind not in present:
            add({"measure": kind}, is_on=kind == "demand")


def add(measure: Measure, *, is_on: bool) -> None:
    uid = st.session_state["_item_uid"] = st.session_state.get("_item_uid", 0) + 1
    st.session_state[st.session_state[_SCOPE]].append({"uid": uid, "is_on": is_on, "measure": dict(measure)})


def newly_asked(branch_id: str) -> tuple[tuple[Measure, ...], str] | None:
    """The measures that the address asks for since the last run and the scope that they were saved for (empty: not
    saved); None where it asks for nothing new, or for nothing that can be read."""
    scenario, measures = st.query_params.get("scenario"), st.query_params.get("measures")
    if (scenario, measures) == (None, None):
        return None
    if (branch_id, scenario, measures) == st.session_state.get(ADOPTED):
        return None
    try:
        found, _name, scope = _asked(scenario, measures)
    except RequestError:
        return None
    return found, scope


def adopt(branch_id: str, check: Callable[[tuple[Measure, ...]], Any]) -> None:
    """Take up what the address asks for, once; a bad request is kept as one sentence, and nothing is switched on."""
    asked = (branch_id, st.query_params.get("scenario"), st.query_params.get("measures"))
    if asked[1:] == (None, None):
        if st.session_state.get(ADOPTED, asked)[0] != branch_id:  # another branch has other services
            _start(asked, [])
        return
    if asked == st.session_state.get(ADOPTED):
        return
    try:
        measures, name, _scope = _asked(asked[1], asked[2])
        check(measures)
    except RequestError as error:
        _start(asked, [])
        st.session_state[MESSAGE] = str(error)
    else:
        _start(asked, measures)
        st.session_state[NAME] = name


def _start(asked: tuple[Any, ...], measures: Any) -> None:
    fill(measures)
    st.session_state[ADOPTED] = asked
    st.session_state[MESSAGE] = st.session_state[NAME] = None


def _asked(scenario: str | None, measures: str | None) -> tuple[tuple[Measure, ...], str | None, str]:
    if scenario is not None:
        if not (scenario.isascii() and scenario.isdigit() and len(scenario) < 10):
            raise RequestError(_("There is no scenario «{id}».").format(id=scenario))
        found = context.ledger().scenario(int(scenario))
        return parse(json.loads(found.measures)), found.name, found.scope
    try:
        return parse(json.loads(measures or "[]")), None, ""
    except json.JSONDecodeError as error:
        raise RequestError(_("The measures in the address are not a JSON list.")) from error


def write(branch_id: str, measures: tuple[Measure, ...]) -> None:
    """Show the measures in the address, so that the view can be sent as a link."""
    code = json.dumps(measures, ensure_ascii=False, separators=(",", ":")) if measures else None
    scenario = st.query_params.get("scenario")
    if scenario is not None:
        if st.session_state.get(NAME) and _saved(scenario) == list(measures):
            address.write("measures", None)
            return
        del st.query_params["scenario"]
        st.session_state[NAME] = None
    address.write("measures", code)
    if measures:
        st.session_state[MESSAGE] = None
    st.session_state[ADOPTED] = (branch_id, None, code)


def _saved(scenario: str) -> list[Measure]:
    return list(json.loads(context.ledger().scenario(int(scenario)).measures))
