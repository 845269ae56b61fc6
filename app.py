"""The shell: pages by section, the common sidebar, runs the page asked for.

`streamlit run app.py` finds the `st.App` below and imports this file once at start, which makes the pages
known before the first visitor: a deep link works as the first request. Each visit runs it as main script.
"""

import logging
import threading
from pathlib import Path

import streamlit as st

from analytics.errors import RequestError
from analytics.language import _
from pages.shared import blocks, filters

HERE = Path(__file__).parent


def _sections() -> dict[str, list[st.Page]]:
    """All pages by section, named in the reader's language; their addresses never change."""

    def page(path: str, title: str, icon: str, default: bool = False) -> st.Page:
        file = HERE / "pages" / path
        return st.Page(file, title=title, icon=f":material/{icon}:", url_path=file.stem, default=default)

    return {
        _("Diagnose"): [
            page("diagnose/overview.py", _("Overview"), "monitoring", default=True),
            page("diagnose/satisfaction.py", _("Satisfaction"), "sentiment_satisfied"),
            page("diagnose/wait_times.py", _("Wait times"), "schedule"),
            page("diagnose/bottlenecks.py", _("Bottlenecks"), "account_tree"),
        ],
        _("Improve"): [page("improve/forecast.py", _("Forecast"), "trending_down")],
        _("Deliver"): [
            page("deliver/briefing.py", _("Briefing"), "slideshow"),
            page("deliver/data.py", _("Data"), "database"),
        ],
    }


@st.fragment(run_every=2)
def _repaint_on_theme_switch() -> None:
    """Run the page again when the reader switches light and dark: charts keep the old colours otherwise."""
    shown = st.session_state.setdefault("_theme", st.context.theme.type)
    if shown != st.context.theme.type:
        st.session_state["_theme"] = st.context.theme.type
        st.rerun()


def _warm() -> None:
    """Compile the simulation while nobody waits for it."""
    try:
        from analytics.simulation.warming import warm

        warm()
    except Exception:
        logging.getLogger(__name__).exception("The simulation could not be compiled at start")


def shell() -> None:
    """Draw the page asked for, with the sidebar beside it."""
    filters.language_choice()
    st.set_page_config(
        page_title="Branchwise",
        page_icon=str(HERE / "static" / "mark.svg"),
        layout="wide",
        initial_sidebar_state=240,
        menu_items={"About": _("Branchwise: serve every customer of a bank branch better.")},
    )
    st.logo(str(HERE / "static" / "logo.svg"), icon_image=str(HERE / "static" / "mark.svg"))
    chosen = st.navigation(_sections(), expanded=True)
    _repaint_on_theme_switch()
    try:
        filters.sidebar()
        with blocks.page():
            chosen.run()
    except RequestError as error:
        st.warning(str(error), icon=":material/info:")
    except Exception:
        logging.getLogger(__name__).exception("The page %s failed", chosen.url_path or "overview")
        st.error(_("This page could not be shown; the program's log says why."), icon=":material/error:")


if __name__ == "__main__":
    shell()
else:
    st.navigation(_sections())
    threading.Thread(target=_warm, name="warm-up", daemon=True).start()
    app = st.App(__file__)
