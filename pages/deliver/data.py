"""What data does the branch have, what was turned away, and how do more get in?"""

import streamlit as st

from analytics.charts import data as charts
from analytics.language import _
from analytics.store.completeness import quality
from analytics.store.quality import coverage, loads, rejects
from analytics.store.reader import Store
from analytics.store.versions import undo, versions
from analytics.words import data as words
from pages.shared import context, uploads
from pages.shared.blocks import card, figure, head, table

SHOWN = 500


def show_reports() -> None:
    """What the last load of this session did, file by file."""
    for position, report in enumerate(st.session_state.get("_reports", [])):
        with card(words.load_title(report), words.load_caption(report)):
            table(words.load_table(report), f"load-{position}")
            for note in words.load_notes(report):
                st.caption(note)


def show_versions() -> None:
    """The store's versions, and the way back to the one before."""
    held = versions(context.folder())
    current = next((v for v in held if v.is_current), None)
    with card(_("Each load is a version"), words.in_force(current.version if current else "")):
        table(words.version_table(held), "versions")
        if current is not None and current.parent:
            label = _("Back to {version}").format(version=current.parent)
            if st.button(label, icon=":material/undo:", type="tertiary"):
                undo(context.folder())
                st.session_state.pop("_reports", None)
                st.rerun()


def show_rejects(store: Store) -> None:
    """The rows that could not be used, with their reasons."""
    n_rejected = int(loads(store)["rejected"].sum())
    with card(
        words.rejects_title(n_rejected),
        _("Each with its file, its line and the reason") if n_rejected else "",
    ):
        if n_rejected:
            shown = words.reject_table(rejects(store, limit=SHOWN))
            table(shown, "rejects", everything=lambda: rejects(store))


def show_quality(store: Store, branch_id: str) -> None:
    """How complete the branch's data are, month by month, and what pages lose by it."""
    found = quality(store, branch_id)
    with card(words.quality_title(found), words.quality_caption(branch_id)):
        figure(
            charts.completeness(found), "quality", words.quality_table(found), alt=words.quality_title(found)
        )
        for text in words.loss_texts(found):
            st.caption(text)


store = context.store()
covered, loaded = (None, None) if store is None else (coverage(store), loads(store))
head(
    words.headline(covered), words.why(covered, loaded), words.caption(store.version if store else "", loaded)
)
is_empty = covered is None or covered.empty
with card(_("Add files"), _("Rows that are here already change nothing; ids of people become pseudonyms")):
    uploads.panel(offers_sample=is_empty)
show_reports()
if store is None or covered is None or is_empty:
    st.stop()
left, right = st.columns([7, 5])
branch_id = st.session_state["branch"]
with (
    left,
    card(_("What each table covers"), _("Rows of {branch}, first and last day").format(branch=branch_id)),
):
    table(words.coverage_table(covered, branch_id), "coverage", everything=covered.copy)
with right:
    show_versions()
show_quality(store, branch_id)
show_rejects(store)
