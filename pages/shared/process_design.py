"""The process as the branch designed it, kept in the ledger, and how far the cases keep to it."""

from contextlib import suppress

import streamlit as st

from analytics.charts import process_views
from analytics.diagnosis.bottlenecks import Bottlenecks
from analytics.diagnosis.conformance import Conformance, conformance, design_of, text_of, usual_design
from analytics.errors import RequestError
from analytics.language import _
from analytics.words import bottlenecks as words
from analytics.words import process_views as view_words
from pages.shared import blocks, context
from pages.shared.cached import cached

# Pixels of a line of the design and of a deviation.
LINE_H, BAR_H = 20, 52


def show(result: Bottlenecks) -> None:
    """The design to read and change at the left, the cases against it at the right."""
    left, right = st.columns([1, 2])
    with (
        left,
        blocks.card(
            _("The process as designed"), _("A step a line, in order; ? optional, * may be done again")
        ),
    ):
        text = _written(result.process)
    try:
        found = cached(conformance, result.process, design_of(text), result.hours)
    except RequestError as error:
        right.warning(str(error))
        return
    if found is None:
        return
    with right:
        with blocks.card(view_words.conformance_title(found), view_words.conformance_caption(found)):
            if not found.deviations.empty:
                blocks.figure(process_views.deviations(found), "deviations", found.deviations, "deviations")
        # Beside a long design there is room for the cases too.
        is_beside = LINE_H * len(text.splitlines()) > BAR_H * min(
            len(found.deviations), process_views.MOST_DEVIATIONS
        )
        if is_beside:
            _cases(result, found, 145)
    if not is_beside:
        _cases(result, found)


def _written(process: str) -> str:
    """The lines as they stand in the box: those kept, else the usual order; with buttons to keep or take back."""
    filters = context.filters()
    branch_id = filters.branch_id if filters else ""
    kept = context.ledger().design(branch_id, process)
    start = kept.text if kept else text_of(cached(usual_design, process))
    # Another text to start from is another box: what was kept elsewhere in the meantime is shown, not hidden.
    key = f"design-{branch_id}-{process}-{kept.kept_at if kept else ''}"
    text = st.text_area(_("Steps"), start, height="content", key=key, label_visibility="collapsed")
    st.caption(view_words.design_kept(kept.kept_at.astimezone().date() if kept else None))
    with st.container(horizontal=True):
        is_new = kept is None or text.strip() != kept.text
        if st.button(_("Keep this design"), type="primary", disabled=not is_new, key="keep-design"):
            with suppress(RequestError):  # the warning beside the box says what is wrong
                design_of(text)
                context.ledger().set_design(branch_id, process, text)
                st.rerun()
        if kept and st.button(_("Back to the usual order"), key="drop-design"):
            context.ledger().set_design(branch_id, process, None)
            st.rerun()
    return text


def _cases(result: Bottlenecks, found: Conformance, height: int = 240) -> None:
    if found.cases.empty:
        return
    with blocks.card(_("Cases that deviate"), _("The most deviations first")):
        blocks.table(
            found.cases.head(200), "deviating",
            {
                "case_id": st.column_config.TextColumn(_("Case")),
                "n_deviations": st.column_config.NumberColumn(_("Deviations")),
                "cycle_time_h": st.column_config.NumberColumn(words.cycle_time_name(result), format="%.1f"),
            },
            height=height, everything=lambda: found.cases,
        )  # fmt: skip
