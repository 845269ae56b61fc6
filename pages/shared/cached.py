"""Analyses are computed once a store version and question, and shared by all sessions."""

from collections.abc import Callable, Hashable
from functools import cache
from typing import Any, TypeVar

import streamlit as st

from analytics.filters import Filters
from analytics.language import _
from analytics.store.reader import Store
from pages.shared import context

T = TypeVar("T")


@cache
def _keeper(spinner: str) -> Callable[..., Any]:
    @st.cache_data(max_entries=300, show_spinner=spinner)
    def keep(
        name: str,
        folder: str,
        version: str,
        filters: Filters,
        args: tuple[Hashable, ...],
        _analysis: Callable[..., Any],
        _store: Store,
    ) -> Any:
        return _analysis(_store, filters, *args)

    return keep


def cached(analysis: Callable[..., T], *args: Hashable, filters: Filters | None = None) -> T:
    """`analysis(store, filters, *args)` on this run's store and filters, or on the filters given."""
    store = context.store()
    question = filters or context.filters()
    if store is None or question is None:
        raise RuntimeError("an analysis needs a store and filters; show the empty state first")
    name = f"{analysis.__module__}.{analysis.__qualname__}"
    keep = _keeper(_("One moment …"))
    result: T = keep(name, str(store.folder), store.version, question, args, analysis, store)
    return result
