"""How complete the data are, month by month."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analytics.charts import layout
from analytics.charts.tokens import INK, MUTED, WAITING, WORKING
from analytics.language import _
from analytics.store.completeness import LOSSES, Quality
from analytics.words import data as words
from analytics.words import numbers

NAMES, ROW_H, MOST_MONTHS = 204, 26, 18
# Nothing missing; what no page feels in blue-grey; what a page feels, and days without rows, in orange. Pale enough
# for ink to be read on them in either theme.
STEPS = (
    "rgba(0,0,0,0)", *(WORKING + alpha for alpha in ("0F", "24", "3D", "57")),
    *(WAITING + alpha for alpha in ("24", "45", "66", "8A")),
)  # fmt: skip
_FELT = 4
_SHARES, _DAYS = (0.05, 0.2, 0.5), (2, 5, 10)


@layout.at_once
def completeness(found: Quality) -> go.Figure:
    """Tables and their columns (y, names at the left) by month (x): rows, days without rows, per cent missing.

    The darker a cell the more is missing: orange where a page feels it, blue-grey where none does.
    """
    months = sorted(found.months["month"].unique())[-MOST_MONTHS:]
    rows = _rows(found, months)
    k = len(STEPS)
    figure = layout.base(26 + ROW_H * len(rows) + 4, left=NAMES, top=26, bottom=4)
    figure.add_trace(
        go.Heatmap(
            x=list(range(len(months))), y=list(range(len(rows))), z=[row["steps"] for row in rows],
            text=[row["texts"] for row in rows], customdata=[row["hovers"] for row in rows],
            texttemplate="%{text}", textfont={"size": layout.SMALL, "color": INK}, hovertemplate="%{customdata}<extra></extra>",
            colorscale=[[e, c] for i, c in enumerate(STEPS) for e in (i / k, (i + 1) / k)],
            zmin=-0.5, zmax=k - 0.5, showscale=False, xgap=2, ygap=2, name="missing",
        )
    )  # fmt: skip
    every = -(-len(months) // 9)
    ticks = [i for i in range(len(months)) if i % every == 0]
    figure.update_layout(
        xaxis={
            "side": "top", "tickmode": "array", "tickvals": ticks, "range": [-0.5, len(months) - 0.5],
            "ticktext": [numbers.month(pd.Timestamp(months[i]).date()) for i in ticks],
        },
        yaxis={"range": [len(rows) - 0.5, -0.5], "visible": False},
    )  # fmt: skip
    for i, row in enumerate(rows):
        layout.label(
            figure, f"<b>{row['name']}</b>" if row["is_first"] else row["name"], 0, i, xref="paper", dx=-NAMES,
            color=INK if row["is_first"] else MUTED, size=layout.SIZE if row["is_first"] else layout.SMALL,
        )  # fmt: skip
    return figure


def _rows(found: Quality, months: list) -> list[dict]:
    rows = []
    for table in found.months["table"].unique():
        here = found.months[found.months["table"] == table].set_index("month").reindex(months)
        name = _("{table}, rows").format(table=words.table_label(table))
        rows.append(_row(name, months, here["n_rows"], here["n_rows"] * 0, numbers.count, is_first=True))
        gaps = here["n_gap_days"]
        rows.append(_row(_("days without rows"), months, gaps, _steps(gaps, _DAYS, _FELT), numbers.count))
        missing = found.missing[found.missing["table"] == table]
        for column, part in missing.groupby("column", sort=False):
            share = part.set_index("month")["missing_share"].reindex(months)
            if not share.max() > 0:
                continue
            steps = _steps(share, _SHARES, _FELT if (table, column) in LOSSES else 0)
            name = _("{column}, missing").format(column=words.column_label(str(column)))
            rows.append(_row(name, months, share, steps, numbers.share))
    return rows


def _row(
    name: str, months: list, values: pd.Series, steps: pd.Series, write, *, is_first: bool = False
) -> dict:
    texts = ["" if np.isnan(value) else write(value) for value in values]
    labels = [numbers.month(pd.Timestamp(month).date()) for month in months]
    return {
        "name": name, "is_first": is_first, "steps": steps.to_list(), "texts": texts,
        "hovers": [f"{name}, {month}: {text}" for month, text in zip(labels, texts, strict=True)],
    }  # fmt: skip


def _steps(values: pd.Series, edges: tuple[float, ...], first: int) -> pd.Series:
    """0 where nothing is missing, else a step of the scale's part that begins after `first`."""
    darker = first + 1 + np.searchsorted(edges, values, side="left")
    return pd.Series(np.where(values > 0, darker, 0), values.index).where(values.notna())
