"""The card of the measures, the named scenarios (saved, reopened by link, duplicated, deleted), and the forecasts that
decisions rest on."""

import json

import streamlit as st

from analytics.errors import RequestError
from analytics.language import _
from analytics.redesign.forecast import to_json
from analytics.redesign.measures import Measure
from analytics.redesign.process_ready import ProcessDefaults
from analytics.redesign.ready import Defaults
from analytics.redesign.result import Forecast
from analytics.words import measures as words
from analytics.words import numbers
from analytics.words.bottlenecks import cut
from pages.shared import address, context, measures_form, process_form, scenario
from pages.shared.forecasts.scope import carries_over
from pages.shared.measures_form import add_popover

PAGE = "pages/improve/forecast.py"


def measures_card(
    own: Defaults | ProcessDefaults, branch_id: str, scope: str
) -> tuple[tuple[Measure, ...], bool]:
    """The card of the measures, with what is saved; returns those that change something, and whether a process begins
    with its open cases."""
    form = process_form if isinstance(own, ProcessDefaults) else measures_form
    with st.container(border=True, height="stretch"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{_('Measures')}**", width="stretch")
            add_popover(form.more(own), form.name)
        measures = form.draw(own)
        carry = bool(isinstance(own, ProcessDefaults) and carries_over())
        with st.container(gap="xsmall"):
            save_popover(branch_id, scope, measures)
            saved_popover(branch_id)
    return measures, carry


def save_popover(branch_id: str, scope: str, measures: tuple[Measure, ...]) -> None:
    """Keep the measures in force under a name."""
    key = f"save-{st.query_params.get('scenario', '')}"  # another key closes it once saved
    with st.popover(_("Save scenario"), type="primary", width="stretch", disabled=not measures, key=key):
        with st.form("save-scenario", border=False, enter_to_submit=False):
            name = st.text_input(_("Name"), value=cut(words.together(measures), 60) if measures else "")
            if not st.form_submit_button(_("Save"), type="primary"):
                return
        try:
            kept = json.dumps(measures, ensure_ascii=False)
            number = context.ledger().save_scenario(branch_id, name, kept, scope)
        except RequestError as error:
            st.caption(f":red[{error}]")
            return
    address.write("measures", None)
    st.query_params["scenario"] = str(number)
    st.rerun()


def saved_popover(branch_id: str) -> None:
    """The branch's scenarios, newest first: open, duplicate, delete."""
    kept = context.ledger().scenarios(branch_id)
    name = st.session_state.get(scenario.NAME)
    label = name or _("Saved scenarios ({n})").format(n=len(kept))
    with st.popover(label, width="stretch", disabled=not kept, icon=":material/folder_open:"):
        for found in kept:
            with st.container(horizontal=True, vertical_alignment="center"):
                with st.container(gap="xxsmall"):
                    query = {k: v for k, v in address.current().items() if k not in ("measures", "scope")}
                    st.page_link(PAGE, label=found.name, query_params={**query, "scenario": str(found.id)})
                    st.caption(numbers.day(found.created_at.date()))
                if st.button(
                    "",
                    icon=":material/content_copy:",
                    key=f"copy-{found.id}",
                    help=_("Duplicate"),
                    type="tertiary",
                ):
                    copied = _("{name}, copy").format(name=found.name)
                    context.ledger().save_scenario(branch_id, copied, found.measures, found.scope)
                    st.rerun()
                if st.button(
                    "", icon=":material/delete:", key=f"delete-{found.id}", help=_("Delete"), type="tertiary"
                ):
                    context.ledger().delete_scenario(found.id)
                    st.rerun()


def issue_popover(branch_id: str, result: Forecast) -> None:
    """Keep this forecast as the one that a decision was taken on; not where the model does not reproduce the branch."""
    blocked = (
        "" if result.fit.passes else _("Do not decide on this: the model does not reproduce the branch.")
    )
    usable = bool(result.measures) and not blocked
    with st.popover(
        _("Decide on this forecast"), disabled=not usable, help=blocked or None, icon=":material/gavel:"
    ):
        st.caption(
            _("It is kept in the ledger as it is now and cannot be changed; results are held against it.")
        )
        with st.form("issue-forecast", border=False, enter_to_submit=False):
            name = st.text_input(_("Number or name of the intervention"))
            if st.form_submit_button(_("Keep it"), type="primary"):
                try:
                    context.ledger().issue_forecast(branch_id, name, to_json(result))
                except RequestError as error:
                    st.caption(f":red[{error}]")
                else:
                    st.caption(_("Kept for {name}.").format(name=name))
        for issued in context.ledger().issued_forecasts(branch_id)[:5]:
            st.caption(f"{issued.intervention_id} · {numbers.day(issued.issued_at.date())}")
