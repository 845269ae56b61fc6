"""A slide's content on a page: the same parts as in the deck, from the same content."""

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from analytics.briefing.preview import figure
from analytics.briefing.slide import Card, Slide, Table
from analytics.charts.process_before_after import draw as flow_figure
from analytics.words import numbers
from analytics.words.changes import group_name
from pages.shared import blocks

COLOR = {"ordinary": "blue", "vip": "violet", "all": "gray"}
JOINER, SHORT = "\u2060", 8
TONE = {"better": "green", "worse": "red", "none": "gray"}


def draw(slide: Slide, name: str) -> None:
    """One slide as a card: headline, why, cards, charts, table, points, footer."""
    with st.container(border=True, gap="small"):
        with st.container(gap="xxsmall"):
            st.caption(name)
            st.subheader(slide.headline, anchor=False)
            st.markdown(slide.reason)
        if slide.cards:
            for column, card in zip(st.columns(len(slide.cards)), slide.cards, strict=True):
                with column, st.container(border=True, gap="xxsmall", height="stretch"):
                    _card(card)
        if slide.flow:
            blocks.figure(flow_figure(slide.flow), f"slide-{slide.name}-flow", alt=slide.reason)
        is_beside = slide.table is not None and len(slide.charts) == 1
        if slide.charts:
            columns = st.columns(len(slide.charts) + is_beside)
            for number, (column, chart) in enumerate(zip(columns, slide.charts, strict=False)):
                with column, blocks.card(chart.title, chart.caption):
                    blocks.figure(figure(chart), f"slide-{slide.name}-{number}", alt=chart.title)
        if slide.table is not None:
            with columns[-1] if is_beside else st.container(), _box():
                _table(slide.table)
        if slide.points:
            st.markdown("\n".join(f"- {point}" for point in slide.points))
        st.caption(slide.footer)


def _box() -> DeltaGenerator:
    return st.container(border=True, gap="xxsmall", height="stretch")


def _card(card: Card) -> None:
    st.markdown(f"**{card.title}**")
    for column, cell in zip(st.columns(max(len(card.cells), 1), gap="xxsmall"), card.cells, strict=False):
        with column, st.container(gap="xxsmall"):
            st.metric(f":{COLOR.get(cell.group, 'gray')}[{group_name(cell.group)}]", cell.value)
            if cell.verdict:
                st.markdown(f":small[:{TONE[cell.tone]}[**{cell.verdict}**]]")
            st.caption(cell.interval)
    # a narrow card breaks the line between its parts, not within one
    st.caption(" · ".join(part.replace(" ", numbers.NBSP) for part in card.last_line.split(" · ")))


def _unbroken(verdict: str) -> str:
    """A short verdict keeps to one line, also in Chinese, which breaks anywhere."""
    return JOINER.join(verdict.replace(" ", numbers.NBSP)) if len(verdict) <= SHORT else verdict


def _table(table: Table) -> None:
    if table.title:
        st.markdown(f"**{table.title}**")
    rows = [list(row) for row in table.rows]
    for row, tone in zip(rows, table.tones, strict=False):
        if tone != "none":
            row[-1] = f":{TONE[tone]}[**{_unbroken(row[-1])}**]"
    st.table(pd.DataFrame(rows, columns=[c or " " for c in table.columns]), border="horizontal")
