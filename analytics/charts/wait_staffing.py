"""People needed beside people on duty, weekday by half hour."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analytics.charts import layout
from analytics.charts.tokens import HEAT_STEPS, INK, WORKING
from analytics.diagnosis.staffing import Staffing
from analytics.language import _
from analytics.words import numbers
from analytics.words.wait_times import people

# To spare by two and more, by one, enough; short by up to one, two, more.
STEPS = (WORKING + "57", WORKING + "24", HEAT_STEPS[0], HEAT_STEPS[2], HEAT_STEPS[3], HEAT_STEPS[4])
_EDGES = (-1.5, -0.5, 0.5, 1.5, 2.5)


@layout.at_once
def gap(result: Staffing) -> go.Figure:
    """Weekday (y) by half hour (x, 0–47): «needed / on duty» in each cell; orange where people are short."""
    cells = result.cells
    weekdays = sorted(cells["weekday"].unique())
    hours = np.arange(cells["half_hour"].min(), cells["half_hour"].max() + 1)
    figure = layout.base(30 + 31 * len(weekdays), left=44, top=26, bottom=4)
    known = cells["gap"].notna()
    frame = cells.assign(
        step=np.where(known, np.searchsorted(_EDGES, cells["gap"], side="right"), 2.0),
        text=[_text(row) for row in cells.to_dict("records")],
        hover=[_hover(row) for row in cells.to_dict("records")],
    )
    grids = {
        name: frame.pivot(index="weekday", columns="half_hour", values=name).reindex(columns=hours)
        for name in ("step", "text", "hover")
    }
    k = len(STEPS)
    figure.add_trace(
        go.Heatmap(
            x=hours, y=[numbers.weekday(w) + 2 * numbers.NBSP for w in weekdays],
            z=grids["step"].to_numpy(float), text=_filled(grids["text"]), customdata=_filled(grids["hover"]),
            texttemplate="%{text}", textfont={"size": layout.SMALL, "color": INK},
            hovertemplate="%{customdata}<extra></extra>", hoverongaps=False,
            colorscale=[[e, c] for i, c in enumerate(STEPS) for e in (i / k, (i + 1) / k)],
            zmin=-0.5, zmax=k - 0.5, showscale=False, xgap=2, ygap=2, name="gap",
        )
    )  # fmt: skip
    every = 2 if len(hours) <= 26 else 4
    ticks = [int(h) for h in hours if h % every == 0]
    figure.update_layout(
        xaxis={"side": "top", "tickmode": "array", "tickvals": ticks, "ticktext": [numbers.clock(h) for h in ticks],
               "range": [hours[0] - 0.5, hours[-1] + 0.5]},
        yaxis={"autorange": "reversed", "type": "category"},
    )  # fmt: skip
    return figure


def _filled(grid: pd.DataFrame) -> np.ndarray:
    return grid.astype(object).where(grid.notna(), "").to_numpy()


def _text(row: dict) -> str:
    needed = people(row["n_needed"])
    return needed if np.isnan(row["n_staff"]) else f"{needed} / {people(row['n_staff'])}"


def _hover(row: dict) -> str:
    at = f"{numbers.weekday(row['weekday'])} {numbers.clock(row['half_hour'])}–{numbers.clock(row['half_hour'] + 1)}"
    said = _("{needed} needed ({interval}), {staff} on duty").format(
        needed=people(row["n_needed"]),
        interval=numbers.spread(row["needed_low"], row["needed_high"], "count"),
        staff=numbers.UNKNOWN if np.isnan(row["n_staff"]) else people(row["n_staff"]),
    )
    work = _("work for {work}").format(work=numbers.plain(row["work_erlang"], "min"))
    return f"{at}<br>{said}<br>{work} · {numbers.n(row['n_arrivals'])}"
