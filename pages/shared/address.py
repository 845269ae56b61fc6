"""Choices that live in the address, as stable codes.

A widget bound to the address would write its label there, which changes with the language. So the session
keeps the code: an address that names another one than was last written wins, else the session's choice is
written again (a click in the navigation drops it).
"""

from collections.abc import Callable

import streamlit as st

_WRITTEN = "_address"


def _written() -> dict[str, str]:
    written: dict[str, str] = st.session_state.setdefault(_WRITTEN, {})
    return written


def adopt(key: str, is_valid: Callable[[str], bool], default: str) -> None:
    """Give the widget `key` its code before it is drawn: from the address, else session, else default."""
    asked = st.query_params.get(key)
    if asked is not None and asked != _written().get(key) and is_valid(asked):
        st.session_state[key] = asked
    held = st.session_state.get(key)
    if held is None or not is_valid(held):
        st.session_state[key] = default


def write(key: str, code: str | None, default: str | None = None) -> None:
    """Show the code in the address; the default is left out."""
    if code is None or code == default:
        _written().pop(key, None)
        if key in st.query_params:
            del st.query_params[key]
        return
    _written()[key] = code
    if st.query_params.get(key) != code:
        st.query_params[key] = code


def current() -> dict[str, str]:
    """The choices that differ from the defaults, for links to other pages."""
    return dict(_written())
