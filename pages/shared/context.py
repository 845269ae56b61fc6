"""What a page works with in this run: the store's current version, ledger, filters, language."""

import os
from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from analytics.filters import Filters
from analytics.language import LANGUAGES, set_language_source
from analytics.store import versions
from analytics.store.ledger import Ledger
from analytics.store.reader import Store

FILTERS = "_filters"
LANGUAGE = "_language"


def folder() -> Path:
    """Where the store lives: BRANCHWISE_STORE, else `data/` beside the app."""
    return Path(os.environ.get("BRANCHWISE_STORE", "data")).resolve()


def current_version() -> str | None:
    """The name of the version in force, None while nothing is loaded."""
    version = versions.current_version(folder())
    return None if version == versions.NONE_YET else version


@st.cache_resource(max_entries=4, show_spinner=False)
def _opened(folder: Path, version: str) -> Store:
    """One open store a version, shared by all sessions; who still reads an older one keeps it."""
    return Store.open(folder)


def store() -> Store | None:
    """The store in its current version, None while nothing is loaded."""
    version = current_version()
    return _opened(folder(), version) if version else None


@st.cache_resource(max_entries=4, show_spinner=False)
def _ledger(folder: Path) -> Ledger:
    return Ledger.open(folder)


def ledger() -> Ledger:
    """The ledger beside the store's versions."""
    return _ledger(folder())


def filters() -> Filters | None:
    """What the sidebar asks in this run, None while there is nothing to ask about."""
    found: Filters | None = st.session_state.get(FILTERS)
    return found


def _session_language() -> str:
    if get_script_run_ctx(suppress_warning=True) is None:
        return "en"
    code: str = st.session_state.get(LANGUAGE, "en")
    return code if code in LANGUAGES else "en"


set_language_source(_session_language)
