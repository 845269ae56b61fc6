"""Which measures the slides show: those of the address, a saved scenario, or the best of a few ready ones."""

import json

import streamlit as st

from analytics.briefing.content import best_measures
from analytics.errors import RequestError
from analytics.language import _
from analytics.redesign.measures import Measure, parse
from analytics.redesign.ready import ready_measures
from analytics.words import measures as words
from pages.shared import address, context
from pages.shared.cached import cached


def choose(branch_id: str) -> tuple[Measure, ...]:
    """Draw the choice; what the address asks for comes first, then scenarios, then ready measures."""
    options: dict[str, tuple[Measure, ...]] = {}
    asked = _asked()
    if asked is not None:
        options["address"] = asked
    for found in context.ledger().scenarios(branch_id):
        options[f"scenario-{found.id}"] = tuple(json.loads(found.measures))
    options["best"] = cached(best_measures)
    for number, measures in enumerate(cached(ready_measures)):
        if measures not in options.values():
            options[f"ready-{number}"] = measures
    options["none"] = ()
    names = {f"scenario-{s.id}": s.name for s in context.ledger().scenarios(branch_id)}

    def name(code: str) -> str:
        if code == "best":
            return _("Best of the ready ones: {measures}").format(measures=words.together(options[code]))
        return names.get(code) or words.together(options[code])

    code = st.selectbox(
        _("Measures on the slides"), list(options), format_func=name, key=f"brief-{branch_id}"
    )
    return options[code]


def _asked() -> tuple[Measure, ...] | None:
    """The measures of the address, or those tried last; a bad request is one sentence."""
    code = st.query_params.get("measures")
    scenario = st.query_params.get("scenario")
    if code is None and scenario is None:
        return None
    try:
        if scenario is not None and scenario.isdigit():
            return parse(json.loads(context.ledger().scenario(int(scenario)).measures))
        measures = parse(json.loads(code or "[]"))
    except json.JSONDecodeError:
        st.warning(_("The measures in the address are not a JSON list."), icon=":material/info:")
        return None
    except RequestError as error:
        st.warning(str(error), icon=":material/info:")
        return None
    address.write("measures", code)
    return measures
