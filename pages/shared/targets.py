"""What the branch wants to reach and whom it counts as VIP: changed in a dialog, kept in the ledger."""

from dataclasses import fields

import streamlit as st

from analytics.filters import Targets
from analytics.language import _
from pages.shared import context

SHARES = {"within_target_share", "abandon_share", "csat_share"}


def _labels() -> dict[str, str]:
    return {
        "wait_min": _("Target wait, min"),
        "within_target_share": _("Called within the target wait, %"),
        "wait_mean_min": _("Mean wait, min"),
        "wait_p90_min": _("One in ten waits over, min"),
        "abandon_share": _("Left unserved, %"),
        "csat_share": _("Satisfied, %"),
    }


def edit_targets(branch_id: str) -> None:
    """Open the dialog of the branch's targets."""
    st.dialog(_("Targets of the branch"))(_form)(branch_id)


def _form(branch_id: str) -> None:
    ledger, store = context.ledger(), context.store()
    targets, labels = ledger.targets(branch_id), _labels()
    entered: dict[str, float] = {}
    with st.form("targets", border=False):
        columns = st.columns(2)
        for position, part in enumerate(fields(Targets)):
            factor = 100 if part.name in SHARES else 1
            entered[part.name] = (
                columns[position % 2].number_input(
                    labels[part.name],
                    min_value=0.0,
                    max_value=100.0 if factor == 100 else 240.0,
                    value=round(float(getattr(targets, part.name)) * factor, 2),
                    step=1.0,
                    format="%g",
                )
                / factor
            )
        held: tuple[str, ...] = ()
        chosen: list[str] = []
        if store is not None and (segments := store.segments(branch_id)):
            held = store.grouping(branch_id, ledger.vip_segments(branch_id)).vip_segments
            chosen = st.multiselect(_("Customers counted as VIP"), segments, held)
        if st.form_submit_button(_("Save"), type="primary"):
            ledger.set_targets(branch_id, Targets(**entered))
            if set(chosen) != set(held):
                ledger.set_vip_segments(branch_id, sorted(chosen))
            st.rerun()
