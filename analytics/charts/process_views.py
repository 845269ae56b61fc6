"""Variants, what goes with slow cases, hand-overs between people, deviations from the designed process."""

import math

import pandas as pd
import plotly.graph_objects as go

from analytics.charts import layout
from analytics.charts.bottlenecks import sentence_bars
from analytics.charts.map_layout import WIDTH
from analytics.charts.tokens import BAD, GOOD, GRID, HEAT_STEPS, NEUTRAL, WAITING, WORKING
from analytics.diagnosis.conformance import Conformance
from analytics.diagnosis.people import People
from analytics.diagnosis.variants import Variants
from analytics.language import _
from analytics.words import numbers
from analytics.words import process_views as words
from analytics.words.bottlenecks import step

MOST_VARIANTS, MOST_EFFECTS, MOST_PEOPLE, MOST_DEVIATIONS = 6, 8, 12, 6
# Pixels of a figure in a card of two thirds of a page, on the narrowest screen.
WIDE_CARD = 540.0
# Levels with few cases stand together; none is held up as the slowest on fewer than so many.
OTHERS, LEAST_CASES = "…", 30
ROW_H, LEAST_WIDTH = 34, 0.1


def n_drawn(found: Variants) -> int:
    """How many variants the figure shows."""
    return min(found.n_for_most, MOST_VARIANTS)


def variants(found: Variants) -> go.Figure:
    """The variants that cover most cases: x their share, 95 % whisker; cycle time beside."""
    rows = found.variants.head(n_drawn(found))
    texts = [
        f"{numbers.share(row['share'])} <span style='font-size:12px'>({numbers.spread(row['low'], row['high'], 'share')})</span>"
        + ("" if math.isnan(row["cycle_time_h"]) else f" · {numbers.hours(row['cycle_time_h'])}")
        for _i, row in rows.iterrows()
    ]
    return sentence_bars(
        [" → ".join((step(p[0]), *p[1:])) for p in rows["steps"]],
        rows["share"],
        rows["low"],
        rows["high"],
        texts,
        WORKING,
        width_px=WIDTH,
    )


def effects(found: Variants) -> go.Figure:
    """Dot and 95 % interval on an axis of change of cycle time (share), zero line; coloured where it excludes zero."""
    rows = found.effects.head(MOST_EFFECTS).sort_values("factor", ascending=False)
    height = ROW_H * max(len(rows), 1) + 30
    figure = layout.base(height, left=0, right=132, top=0, bottom=24)
    low, high = min(float(rows["low"].min()) - 1, -0.05), max(float(rows["high"].max()) - 1, 0.05)
    ticks = layout.nice_ticks(high, low, at_most=3)
    figure.update_layout(
        xaxis={
            "domain": [0.42, 1], "range": [low - 0.05 * (high - low), high + 0.05 * (high - low)], "tickangle": 0, "tickmode": "array", "tickvals": ticks,
            "ticktext": [words.factor(1 + t) for t in ticks],
        },
        yaxis={"range": [height - 24, 0], "visible": False},
    )  # fmt: skip
    figure.add_shape(
        type="line", x0=0, x1=0, y0=0, y1=height - 24, line={"color": GRID, "width": 1.5}, layer="below"
    )
    for i, (_i, row) in enumerate(rows.iterrows()):
        y = i * ROW_H + 18
        color = BAD if row["low"] > 1 else GOOD if row["high"] < 1 else NEUTRAL
        layout.label(figure, words.effect(row), 0, y, xref="paper", size=layout.SMALL)
        figure.add_trace(layout.whisker([row["low"] - 1, row["high"] - 1], [y, y], color))
        figure.add_scatter(
            x=[row["factor"] - 1], y=[y], mode="markers", marker={"color": color, "size": 9},
            hovertemplate=f"{words.effect(row)}: {words.factor(row['factor'])}, {numbers.n(row['n'])}<extra></extra>",
        )  # fmt: skip
        text = f"{words.factor(row['factor'])} [{numbers.share(row['slow_share'])} / {numbers.share(row['other_share'])}]"
        layout.label(figure, text, 1, y, xref="paper", dx=8, size=layout.SMALL)
    return figure


def by_attribute(frame: pd.DataFrame, name: str) -> go.Figure:
    """Mean cycle time in hours from 0 by level of one attribute, 95 % whisker; frame: `Variants.by_attribute`."""
    rows = frame[frame["attribute"] == name].sort_values("level", key=lambda x: x == OTHERS, kind="stable")
    is_enough = (rows["n"] >= LEAST_CASES).tolist()
    texts = [
        f"{numbers.hours(row['cycle_time_h'])} <span style='font-size:12px'>({numbers.spread(row['low'], row['high'], 'h')})</span>"
        for _i, row in rows.iterrows()
    ]
    names = [
        f"{_('others') if row['level'] == OTHERS else row['level']} <span style='font-size:12px'>{numbers.n(row['n'])}</span>"
        for _i, row in rows.iterrows()
    ]
    return sentence_bars(
        names,
        rows["cycle_time_h"],
        rows["low"],
        rows["high"],
        texts,
        WAITING,
        is_enough.index(True) if any(is_enough) else 0,
        values_px=150,
    )


def network(found: People) -> go.Figure:
    """Heat map of hand-overs: rows the person before, columns the next, times written in the cells."""
    counts = found.network.groupby("to_resource")["n"].sum().nlargest(MOST_PEOPLE)
    roles = found.persons.set_index("resource")["role"].fillna("")
    people = sorted(counts.index, key=lambda r: (str(roles.get(r, "")), r))
    table = (
        found.network[found.network["from_resource"].isin(people) & found.network["to_resource"].isin(people)]
        .pivot_table(index="from_resource", columns="to_resource", values="n", aggfunc="sum", fill_value=0)
        .reindex(index=people, columns=people, fill_value=0)
    )
    names = [f"{words.person(r)}" for r in people]
    figure = layout.base(26 * len(people) + 40, left=70, right=4, top=28, bottom=8)
    figure.add_heatmap(
        z=table.to_numpy(), x=list(range(len(people))), y=list(range(len(people))), showscale=False, xgap=2, ygap=2,
        colorscale=[[i / (len(HEAT_STEPS) - 1), color] for i, color in enumerate(HEAT_STEPS)],
        text=[[str(v) if v else "" for v in line] for line in table.to_numpy()], texttemplate="%{text}",
        hovertemplate="%{text}<extra></extra>",
    )  # fmt: skip
    places = {"tickmode": "array", "tickvals": list(range(len(people))), "ticktext": names}
    figure.update_layout(xaxis={**places, "side": "top"}, yaxis={**places, "autorange": "reversed"})
    return figure


def deviations(found: Conformance) -> go.Figure:
    """Deviations by the share of cases that have them, 95 % whisker; what each adds to the cycle time beside."""
    rows: pd.DataFrame = found.deviations.head(MOST_DEVIATIONS)
    texts = [
        f"{numbers.share(row['share'])} ({numbers.spread(row['low'], row['high'], 'share')}) · {words.cost(row)}"
        for _i, row in rows.iterrows()
    ]
    sentences = [words.deviation(row) for _i, row in rows.iterrows()]
    return sentence_bars(
        sentences, rows["share"], rows["low"], rows["high"], texts, WAITING, values_px=268, width_px=WIDE_CARD
    )
