"""What customers write."""

import streamlit as st

from analytics.diagnosis.comments import comments
from analytics.language import _
from analytics.words import comments as words
from pages.shared import blocks
from pages.shared.cached import cached


def written() -> None:
    """Frequent words of low and of high scores, each with examples."""
    found = cached(comments)
    if found is None:
        st.caption(words.missing())
        return
    for side in found.n:
        title = words.title(found, side)
        table = words.table(found, side)
        with blocks.card(title, words.caption(found, side)):
            if table.empty:
                continue
            blocks.table(
                table,
                f"comments_{side}",
                {
                    "term": st.column_config.TextColumn(_("Word"), width="small"),
                    "n_comments": st.column_config.NumberColumn(
                        _("Comments"), format="localized", width="small"
                    ),
                    "share": st.column_config.TextColumn(_("Share here"), alignment="right", width="small"),
                    **(
                        {
                            "share_other": st.column_config.TextColumn(
                                _("Other side"), alignment="right", width="small"
                            )
                        }
                        if side != "all"
                        else {}
                    ),
                    "examples": st.column_config.TextColumn(_("For example"), width="large"),
                },
                alt=title,
            )
