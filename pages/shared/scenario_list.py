"""The card of the measures, and the named scenarios: saved to the ledger, reopened by link, deleted."""

import json

import streamlit as st

from analytics.errors import RequestError
from analytics.language import _
from analytics.redesign.measures import Measure
from analytics.redesign.ready import Defaults
from analytics.words import measures as words
from analytics.words import numbers
from pages.shared import address, context, scenario
from pages.shared.measures_form import add_popover, measures_form

PAGE = "pages/improve/forecast.py"


def measures_card(own: Defaults, branch_id: str) -> tuple[Measure, ...]:
    """The card of the measures, with what is saved; returns those that change something."""
    with st.container(border=True, height="stretch"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{_('Measures')}**", width="stretch")
            add_popover()
        measures = measures_form(own)
        with st.container(gap="xsmall"):
            save_popover(branch_id, measures)
            saved_popover(branch_id)
    return measures


def save_popover(branch_id: str, measures: tuple[Measure, ...]) -> None:
    """Keep the measures in force under a name."""
    key = f"save-{st.query_params.get('scenario', '')}"  # another key closes it once saved
    with st.popover(_("Save scenario"), type="primary", width="stretch", disabled=not measures, key=key):
        with st.form("save-scenario", border=False, enter_to_submit=False):
            name = st.text_input(_("Name"), value=words.together(measures)[:60] if measures else "")
            if not st.form_submit_button(_("Save"), type="primary"):
                return
        try:
            number = context.ledger().save_scenario(branch_id, name, json.dumps(measures, ensure_ascii=False))
        except RequestError as error:
            st.caption(f":red[{error}]")
            return
    address.write("measures", None)
    st.query_params["scenario"] = str(number)
    st.rerun()


def saved_popover(branch_id: str) -> None:
    """The branch's scenarios, newest first: open, delete."""
    kept = context.ledger().scenarios(branch_id)
    name = st.session_state.get(scenario.NAME)
    label = name or _("Saved scenarios ({n})").format(n=len(kept))
    with st.popover(label, width="stretch", disabled=not kept, icon=":material/folder_open:"):
        for found in kept:
            with st.container(horizontal=True, vertical_alignment="center"):
                with st.container(gap="xxsmall"):
                    query = {k: v for k, v in address.current().items() if k != "measures"}
                    st.page_link(PAGE, label=found.name, query_params={**query, "scenario": str(found.id)})
                    st.caption(numbers.day(found.created_at.date()))
                if st.button(
                    "", icon=":material/delete:", key=f"delete-{found.id}", help=_("Delete"), type="tertiary"
                ):
                    context.ledger().delete_scenario(found.id)
                    st.rerun()
