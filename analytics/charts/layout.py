"""The look that all charts share: no legend, titles, frame or tick marks; labels stand beside the plot.

Sizes are pixels. Everything is set in `layout`, because a screen's theme may override a template.
"""

import hashlib
import math
import pickle
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from functools import wraps
from threading import Lock
from typing import Any, ParamSpec

import plotly.graph_objects as go

from analytics.charts.tokens import BAND_ALPHA, GRID, INK, NEUTRAL, PAGE
from analytics.language import language

P = ParamSpec("P")
FONT = "'IBM Plex Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
SIZE, SMALL = 13, 12
TRANSPARENT = "rgba(0,0,0,0)"


# The figures drawn last, by the content they show; the one not asked for longest goes first.
_MOST_DRAWN = 200
_drawn: dict[bytes, go.Figure] = {}
_lock = Lock()
_queue: ContextVar[list[dict[str, Any]] | None] = ContextVar("labels", default=None)


def at_once(chart: Callable[P, go.Figure]) -> Callable[P, go.Figure]:
    """The chart with all its labels added in one go (plotly copies every earlier one with each that is added), drawn
    once for the same result and language: it is shared then, so whoever changes it takes a copy."""

    @wraps(chart)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> go.Figure:
        if _queue.get() is not None:  # a part of another chart, which goes on drawing on it
            return _labelled(chart, *args, **kwargs)
        try:
            content = pickle.dumps((chart.__module__, chart.__qualname__, language(), args, kwargs))
        except (pickle.PicklingError, TypeError, AttributeError):
            return _labelled(chart, *args, **kwargs)
        key = hashlib.blake2b(content, digest_size=16).digest()
        with _lock:
            figure = _drawn.pop(key, None)
        if figure is None:
            figure = _labelled(chart, *args, **kwargs)
        with _lock:
            _drawn[key] = figure
            while len(_drawn) > _MOST_DRAWN:
                del _drawn[next(iter(_drawn))]
        return figure

    return drawn


def _labelled(chart: Callable[P, go.Figure], *args: P.args, **kwargs: P.kwargs) -> go.Figure:
    token = _queue.set([])
    try:
        figure = chart(*args, **kwargs)
        figure.layout.annotations = [*figure.layout.annotations, *(_queue.get() or [])]
    finally:
        _queue.reset(token)
    return figure


def base(height: int, left: int = 0, right: int = 0, top: int = 8, bottom: int = 28) -> go.Figure:
    """An empty figure of that height with fixed margins; both axes bare, no legend, no hover frame."""
    axis = {
        "showgrid": False, "zeroline": False, "showline": False, "ticks": "", "title": None,
        "tickfont": {"family": FONT, "size": SMALL, "color": NEUTRAL}, "fixedrange": True,
        "automargin": False, "ticklabeloverflow": "allow",
    }  # fmt: skip
    return go.Figure(
        layout=go.Layout(
            template=go.layout.Template(),
            height=height,
            margin={"l": left, "r": right, "t": top, "b": bottom, "pad": 0},
            font={"family": FONT, "size": SIZE, "color": INK},
            paper_bgcolor=TRANSPARENT,
            plot_bgcolor=TRANSPARENT,
            showlegend=False,
            dragmode=False,
            hovermode="closest",
            hoverlabel={
                "font": {"family": FONT, "size": SMALL, "color": INK},
                "bgcolor": PAGE,
                "bordercolor": GRID,
            },
            bargap=0.25,
            xaxis=axis,
            yaxis=axis,
        )
    )


def grid(axis: str = "yaxis") -> dict[str, Any]:
    """Hairlines along one axis, as `figure.update_layout(**grid())`."""
    return {axis: {"showgrid": True, "gridcolor": GRID, "gridwidth": 1}}


def nice_ticks(high: float, low: float = 0.0, at_most: int = 4) -> list[float]:
    """At most that many round values that lie within [low, high]."""
    width = high - low
    if not width > 0 or not math.isfinite(width):
        return [low]
    magnitude = 10.0 ** math.floor(math.log10(width / max(at_most - 1, 1)))
    for factor in (1, 2, 2.5, 5, 10, 20):
        step = magnitude * factor
        first = math.ceil(low / step - 1e-9)
        last = math.floor(high / step + 1e-9)
        if last - first + 1 <= at_most:
            return [round(i * step, 10) for i in range(first, last + 1)]
    return [low]


def end_tick(values: Sequence[float], texts: Sequence[str], with_unit: str) -> dict[str, Any]:
    """Ticks whose last one carries the unit: {"tickvals", "ticktext"} for an axis."""
    return {"tickmode": "array", "tickvals": list(values), "ticktext": [*texts[:-1], with_unit]}


def faded(color: str, alpha: str = BAND_ALPHA) -> str:
    """The colour token with that alpha, two hex digits."""
    return color + alpha


def band(x: Sequence[Any], low: Sequence[float], high: Sequence[float], color: str) -> go.Scatter:
    """The area between low and high in the colour, paled."""
    return go.Scatter(
        x=[*x, *reversed(list(x))],
        y=[*high, *reversed(list(low))],
        fill="toself",
        fillcolor=faded(color),
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
    )


def whisker(x: Sequence[float], y: Sequence[Any], color: str, width: float = 2) -> go.Scatter:
    """A line without caps from x[0] to x[1] at y."""
    return go.Scatter(
        x=list(x), y=list(y), mode="lines", line={"color": color, "width": width}, hoverinfo="skip"
    )


def label(
    figure: go.Figure, text: str, x: Any, y: Any, *, color: str = INK, xref: str = "x", yref: str = "y",
    anchor: str = "left", vertical: str = "middle", dx: int = 0, dy: int = 0, size: int = SIZE,
    on_page: bool = False,
) -> None:  # fmt: skip
    """Write text at a place; on_page puts the page's colour behind it, so that lines do not cut it."""
    words = {
        "text": text, "x": x, "y": y, "xref": xref, "yref": yref, "xanchor": anchor, "yanchor": vertical, "xshift": dx, "yshift": dy,
        "showarrow": False, "align": anchor if anchor in ("left", "right") else "center",
        "font": {"family": FONT, "size": size, "color": color}, "bgcolor": PAGE if on_page else None, "borderpad": 1,
    }  # fmt: skip
    queue = _queue.get()
    if queue is None:
        figure.add_annotation(words)
    else:
        queue.append(words)


def margin_label(figure: go.Figure, text: str, y: float, color: str, dx: int = 8) -> None:
    """Name and last value of a line, in the right margin."""
    label(figure, text, 1.0, y, color=color, xref="paper", dx=dx)


def target_line(figure: go.Figure, value: float, text: str = "", *, axis: str = "y") -> None:
    """A dotted line at the target, named in the right margin (axis y) or above the plot (axis x)."""
    line = {"color": NEUTRAL, "width": 1, "dash": "dot"}
    if axis == "y":
        figure.add_shape(type="line", xref="paper", x0=0, x1=1, yref="y", y0=value, y1=value, line=line)
        if text:
            margin_label(figure, text, value, NEUTRAL)
    else:
        figure.add_shape(type="line", yref="paper", y0=0, y1=1, xref="x", x0=value, x1=value, line=line)
        if text:
            label(
                figure,
                text,
                value,
                1.0,
                color=NEUTRAL,
                yref="paper",
                anchor="center",
                vertical="bottom",
                size=SMALL,
            )


def rounded(points: Sequence[tuple[float, float]], corner_x: float, corner_y: float) -> str:
    """A shape's path through the points, level and upright by turns, with round corners of at most that size."""
    path = f"M {points[0][0]:.6g},{points[0][1]:.6g}"
    for (xa, ya), (x, y), (xb, yb) in zip(points, points[1:], points[2:], strict=False):
        sizes = (
            abs(x - xa) / corner_x + abs(y - ya) / corner_y,
            abs(xb - x) / corner_x + abs(yb - y) / corner_y,
        )
        part = min(1.0, sizes[0] / 2, sizes[1] / 2)  # of a corner, where a piece is short
        if part > 0.05:
            start, end = part / sizes[0], part / sizes[1]
            path += f" L {x - start * (x - xa):.6g},{y - start * (y - ya):.6g}"
            path += f" Q {x:.6g},{y:.6g} {x + end * (xb - x):.6g},{y + end * (yb - y):.6g}"
    return path + f" L {points[-1][0]:.6g},{points[-1][1]:.6g}"


def spread_apart(positions: Sequence[float], least: float) -> list[float]:
    """The positions moved as little as needed to lie that far apart (labels of close lines)."""
    order = sorted(range(len(positions)), key=lambda i: positions[i])
    moved = [float(positions[i]) for i in order]
    for _round in range(50):
        is_settled = True
        for i in range(len(moved) - 1):
            short = least - (moved[i + 1] - moved[i])
            if short > 1e-9:
                moved[i] -= short / 2
                moved[i + 1] += short / 2
                is_settled = False
        if is_settled:
            break
    result = [0.0] * len(moved)
    for place, i in zip(moved, order, strict=True):
        result[i] = place
    return result
