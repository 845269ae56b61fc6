"""The parts that pages are put together from: head, metric cards, cards with figures and tables, links."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from analytics.charts.letters import px
from analytics.filters import ALL_TIME, Filters
from analytics.language import _
from analytics.store.reader import Store
from analytics.words import numbers
from pages.shared import address
from pages.shared.downloads import to_csv, to_xlsx
from pages.shared.metrics import Card, metric_cards

__all__ = [
    "Card",
    "card",
    "empty_state",
    "figure",
    "head",
    "link",
    "metric_cards",
    "page",
    "period_caption",
    "table",
]

WIDTH = 1320
# A cell of a table: letters and padding, and the least height at which text wraps, in pixels.
CELL, PADDING, TWO_LINES = 13, 16, 61
_corner: ContextVar[DeltaGenerator | None] = ContextVar("corner", default=None)


@contextmanager
def page() -> Iterator[None]:
    """The page's column, no wider than reads well on a large screen."""
    with st.container(width=WIDTH):
        yield


def head(headline: str, why: str = "", caption: str = "") -> None:
    """The answer as title (at most 60 characters), why and what next in a sentence or two, the fine print."""
    with st.container(gap="xxsmall"):
        st.title(headline, anchor=False)
        if why:
            st.markdown(why)
        if caption:
            st.caption(caption)


def period_caption(filters: Filters, store: Store, n: float, noun: str, *, has_changes: bool = False) -> str:
    """«1 Sep – 30 Nov 2026 · 12,482 visits · small figures: 95% interval · data v0008».

    has_changes: the cards below carry arrows, and the caption says against what.
    """
    parts = [
        ""
        if (filters.start_on, filters.end_on) == ALL_TIME
        else numbers.period(filters.start_on, filters.end_on),
        f"{numbers.count(n)} {noun}",
        _("small figures: 95% interval"),
        _("arrows: against as many days before") if has_changes else "",
        _("data {version}").format(version=store.version),
    ]
    return " · ".join(part for part in parts if part)


@contextmanager
def card(title: str, caption: str = "", how: str = "") -> Iterator[None]:
    """A bordered card: bold title (a finding), caption (measure, unit, group, interval), then what is drawn.

    how: one sentence on how to read the figure, behind a question mark.

    Figures and tables drawn within put their downloads into the card's upper right corner.
    """
    with st.container(border=True, gap="xxsmall", height="stretch"):
        with st.container(horizontal=True, gap="small"):
            with st.container(gap="xxsmall"):
                st.markdown(f"**{title}**", help=how or None)
                if caption:
                    st.caption(caption)
            corner = st.container(width="content")
        token = _corner.set(corner)
        try:
            yield
        finally:
            _corner.reset(token)


def figure(
    figure: go.Figure,
    key: str,
    frame: pd.DataFrame | None = None,
    name: str | None = None,
    alt: str = "",
    *,
    is_selectable: bool = False,
) -> list[Any]:
    """A chart in the theme in force, alt for screen readers; with a frame, its data can be downloaded.

    Returns the points clicked, where the chart is selectable.
    """
    event: Any = st.plotly_chart(
        figure,
        key=f"{key}-{st.context.theme.type}",
        theme="streamlit",
        config={"displayModeBar": False, "displaylogo": False, "scrollZoom": False},
        alt=alt or None,
        on_select="rerun" if is_selectable else "ignore",
        selection_mode="points",
    )
    if frame is not None:
        _downloads(lambda: frame, name or key, key)
    return list(event.get("selection", {}).get("points", [])) if is_selectable else []


def table(
    frame: pd.DataFrame,
    name: str,
    columns: Mapping[str, Any] | None = None,
    alt: str = "",
    height: Any = "auto",
    everything: Callable[[], pd.DataFrame] | None = None,
    wraps: Mapping[str, int] | None = None,
) -> None:
    """A table with its download; columns as `column_config`, whose order and choice it follows.

    everything: what is downloaded where the table shows only a part of it. wraps: columns of text with their widths in
    pixels; rows are two lines high where one of them would not fit.
    """
    st.dataframe(
        frame,
        hide_index=True,
        column_config={**_plain_columns(frame), **(columns or {})},
        column_order=list(columns) if columns else None,
        alt=alt or None,
        height=height,
        placeholder="–",
        key=f"table-{name}",
        row_height=TWO_LINES if _is_wide(frame, wraps or {}) else None,
    )
    _downloads(everything or (lambda: frame), name, f"table-{name}")


def _is_wide(frame: pd.DataFrame, wraps: Mapping[str, int]) -> bool:
    return any(
        px(str(text), CELL) > width - PADDING
        for name, width in wraps.items()
        for text in frame[name].unique()
    )


def _plain_columns(frame: pd.DataFrame) -> dict[str, Any]:
    """Whole numbers with thousands, dates as the language writes them."""
    days = _("D MMM YYYY")
    found: dict[str, Any] = {}
    for name, column in frame.items():
        if pd.api.types.is_integer_dtype(column):
            found[str(name)] = st.column_config.NumberColumn(format="localized")
        elif pd.api.types.is_datetime64_any_dtype(column):
            found[str(name)] = st.column_config.DateColumn(format=days)
    return found


def _downloads(frame: Callable[[], pd.DataFrame], name: str, key: str) -> None:
    corner = _corner.get()
    place = corner if corner is not None else st.container(horizontal=True, horizontal_alignment="right")
    with place, st.popover("", icon=":material/download:", type="tertiary", help=_("Download the data")):
        st.download_button(
            _("CSV"), lambda: to_csv(frame()), f"{name}.csv", "text/csv", key=f"{key}-csv",
            on_click="ignore", icon=":material/csv:", type="tertiary",
        )  # fmt: skip
        st.download_button(
            _("Excel"), lambda: to_xlsx(frame()), f"{name}.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", key=f"{key}-xlsx",
            on_click="ignore", icon=":material/table:", type="tertiary",
        )  # fmt: skip


def empty_state(title: str, what_to_do: str) -> None:
    """What is missing and what to do about it, with the way to the Data page."""
    head(title, what_to_do)
    st.page_link("pages/deliver/data.py", label=_("Open Data"), icon=":material/database:")


def link(page: str, label: str, **query: str) -> None:
    """A link at the right to another page, this view's choices kept and `query` set on top."""
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.page_link(
            page,
            label=label,
            icon=":material/arrow_forward:",
            icon_position="right",
            query_params={**address.current(), **query},
        )
