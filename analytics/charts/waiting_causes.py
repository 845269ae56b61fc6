"""Why cases wait: hours a case by cause and group, and the hand-overs whose waiting is in the branch's hands."""

import math
from typing import Any

import plotly.graph_objects as go

from analytics.charts import layout
from analytics.charts.bottlenecks import HALF_CARD, sentence_bars
from analytics.charts.tokens import CONTEXT, GROUP_COLOR, INK, WAITING
from analytics.diagnosis.waiting_causes import WaitingCauses
from analytics.words import numbers
from analytics.words import waiting_causes as words
from analytics.words.changes import group_name

ROWS, BAR_H, ROW_H, VALUES = 5, 10, 34, 222


def causes(found: WaitingCauses) -> go.Figure:
    """Hours a case from 0 by cause, a bar per group with 95 % whisker; what the branch has in its hands first."""
    groups = [g for g in found.groups if (found.causes["group"] == g).any()]
    every = found.causes[found.causes["group"] == "all"].set_index("cause")
    order = [c for c in every["hours"].sort_values(ascending=False).index if c != "extraneous"] + [
        "extraneous"
    ]
    order = [c for c in order if every.loc[c, "hours"] > 0]
    height_of = ROW_H + (BAR_H + 8) * len(groups)
    height = height_of * max(len(order), 1) + 6
    figure = layout.base(height, right=VALUES, top=0, bottom=0)
    top = float(found.causes[["per_case_h", "per_case_high"]].max().max())
    figure.update_layout(
        xaxis={"range": [0, top or 1], "visible": False}, yaxis={"range": [height, 0], "visible": False}
    )
    for i, cause in enumerate(order):
        y = i * height_of + 12
        sentence = words.name(cause)
        layout.label(figure, f"<b>{sentence}</b>" if i == 0 else sentence, 0, y, xref="paper")
        rows = found.causes[found.causes["cause"] == cause].set_index("group")
        for k, group in enumerate(groups):
            _bar(figure, rows.loc[group], y + 20 + k * (BAR_H + 8), group, len(groups) > 1, cause)
    return figure


def _bar(figure: go.Figure, row: Any, y: float, group: Any, is_split: bool, cause: str) -> None:
    color = GROUP_COLOR[group] if is_split else (CONTEXT if cause == "extraneous" else WAITING)
    figure.add_bar(
        x=[row["per_case_h"]], y=[y], width=BAR_H, orientation="h",
        marker={"color": color if cause != "extraneous" else color + ("80" if is_split else "")},
        hovertemplate=f"{group_name(group)}: {numbers.hours(row['per_case_h'])}<extra></extra>",
    )  # fmt: skip
    end = row["per_case_h"]
    if not math.isnan(row["per_case_low"]):
        figure.add_trace(layout.whisker([row["per_case_low"], row["per_case_high"]], [y, y], INK, 1.5))
        end = max(end, row["per_case_high"])
    spread = (
        "" if math.isnan(row["per_case_low"])
        else f" ({numbers.spread(row['per_case_low'], row['per_case_high'], 'h')})"
    )  # fmt: skip
    name = f"{group_name(group)} " if is_split else ""
    text = f"{name}{numbers.hours(row['per_case_h'])}{spread} · {numbers.share(row['share'])}"
    layout.label(figure, text, end, y, dx=8, size=layout.SMALL, color=GROUP_COLOR[group] if is_split else INK)


def handovers(found: WaitingCauses) -> go.Figure:
    """Hand-overs by cause in the branch's hands: x their share of all waiting, 95 % whisker; hours and price beside."""
    rows = words.for_staff(found).head(ROWS)
    texts = [
        f"{numbers.share(row['share'])} <span style='font-size:12px'>"
        f"({numbers.spread(row['low'], row['high'], 'share')})</span> · {words.amount(row)}"
        for _i, row in rows.iterrows()
    ]
    sentences = [words.handover(row) for _i, row in rows.iterrows()]
    return sentence_bars(
        sentences, rows["share"], rows["low"], rows["high"], texts, WAITING, values_px=272, width_px=HALF_CARD
    )
