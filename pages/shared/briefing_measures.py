"""Which measures the slides show: those of the address, a saved scenario, or the best of a few ready ones."""

import json

import streamlit as st

from analytics.briefing.content import best_measures
from analytics.errors import RequestError
from analytics.language import _
from analytics.redesign import scope as scopes
from analytics.redesign.measures import Measure, parse
from analytics.redesign.ready import ready_measures
from analytics.words import measures as words
from pages.shared import address, context
from pages.shared.cached import cached
from pages.shared.forecasts import scope

Choice = tuple[tuple[Measure, ...], str | None]


def choose(branch_id: str) -> Choice:
    """Draw the choice of measures with their scope; what the address asks for comes first, then scenarios, then what is
    ready for the hall, then the processes as they run."""
    options: dict[str, Choice] = {}
    places = cached(scope.known)
    asked = _asked()
    if asked is not None:
        options["address"] = asked
    for found in context.ledger().scenarios(branch_id):
        options[f"scenario-{found.id}"] = tuple(json.loads(found.measures)), found.scope or None
    if scopes.HALL in places:
        options["best"] = cached(best_measures), scopes.HALL
        for number, measures in enumerate(cached(ready_measures)):
            if (measures, scopes.HALL) not in options.values():
                options[f"ready-{number}"] = measures, scopes.HALL
        options["none"] = (), scopes.HALL
    options |= {place: ((), place) for place in places if place != scopes.HALL}
    names = {f"scenario-{s.id}": s.name for s in context.ledger().scenarios(branch_id)}

    def name(code: str) -> str:
        if code == "best":
            return _("Best of the ready ones: {measures}").format(measures=words.together(options[code][0]))
        if code in names:
            return names[code]
        measures, place = options[code]
        if place in (None, scopes.HALL):
            return words.together(measures)
        return _("{process}: {steps}").format(process=scope.name(str(place)), steps=words.together(measures))

    code = st.selectbox(
        _("Measures on the slides"), list(options), format_func=name, key=f"brief-{branch_id}"
    )
    return options[code]


def _asked() -> Choice | None:
    """The measures of the address, or those tried last; a bad request is one sentence."""
    code = st.query_params.get("measures")
    scenario = st.query_params.get("scenario")
    if code is None and scenario is None and scope.KEY not in st.query_params:
        return None
    try:
        if scenario is not None and scenario.isdigit():
            found = context.ledger().scenario(int(scenario))
            return parse(json.loads(found.measures)), found.scope or None
        measures = parse(json.loads(code or "[]"))
    except json.JSONDecodeError:
        st.warning(_("The measures in the address are not a JSON list."), icon=":material/info:")
        return None
    except RequestError as error:
        st.warning(str(error), icon=":material/info:")
        return None
    address.write("measures", code)
    return measures, st.query_params.get(scope.KEY)
