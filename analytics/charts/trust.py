"""How far to trust a forecast: held-out days against what the model makes of them."""

import plotly.graph_objects as go

from analytics.charts import layout
from analytics.charts.forecast import BAR_ALPHA, band_by_hour, line_by_hour, minutes_by_hour
from analytics.charts.tokens import AFTER, BAD, BEFORE, GOOD, GRID, MUTED, NEUTRAL
from analytics.filters import Targets
from analytics.language import _
from analytics.redesign.result import FitCheck, Forecast
from analytics.words import trust


@layout.at_once
def fit_checks(forecast: Forecast, targets: Targets) -> go.Figure:
    """A row per check on held-out days: pale bar = forecast with its 95 % interval, dot or red ✕ = measured.

    Each metric has its own scale from zero; distances are held against what they may be.
    """
    checks = forecast.fit.checks
    row_h = 56
    height = row_h * max(len(checks), 1) + 6
    figure = layout.base(height, left=4, right=150, top=0, bottom=0)
    figure.update_layout(
        xaxis={"range": [-0.04, 1.07], "visible": False}, yaxis={"range": [height, 0], "visible": False}
    )
    for i, check in enumerate(checks):
        _check(figure, check, targets, i * row_h)
    return figure


def _check(figure: go.Figure, check: FitCheck, targets: Targets, top: float) -> None:
    layout.label(figure, trust.check_title(check, targets), 0, top + 14, xref="paper", dx=-4)
    y = top + 36
    low, high, dot = check.simulated.low, check.simulated.high, check.measured
    if trust.is_error(check):
        low, high, dot = 0.0, check.limit, check.value
    scale = max(high, dot, 1e-9) * 1.05
    color = GOOD if check.passes else BAD
    figure.add_shape(type="line", x0=0, x1=1, y0=y, y1=y, line={"color": GRID, "width": 1}, layer="below")
    figure.add_shape(
        type="rect", x0=low / scale, x1=high / scale, y0=y - 6, y1=y + 6, fillcolor=AFTER + BAR_ALPHA,
        line={"width": 0},
    )  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=[dot / scale], y=[y], mode="markers", hoverinfo="skip", name=check.name,
            marker={"symbol": "circle" if check.passes else "x", "size": 10, "color": color},
        )
    )  # fmt: skip
    layout.label(
        figure,
        f"<b>{trust.check_word(check)}</b>",
        1,
        top + 14,
        xref="paper",
        dx=150,
        anchor="right",
        color=color,
    )
    layout.label(
        figure, trust.check_figures(check), 1, y, xref="paper", dx=150, anchor="right", color=MUTED,
        size=layout.SMALL,
    )  # fmt: skip


@layout.at_once
def fit_by_hour(forecast: Forecast, height: int = 250) -> go.Figure:
    """Mean wait by half hour on held-out days, minutes: grey dots measured, blue line with band simulated."""
    frame = forecast.fit.by_half_hour
    figure = layout.base(height, left=44, right=14, top=20)
    if frame.empty:
        return figure
    frame = frame.sort_values("half_hour")
    high = frame[["measured_mean_min", "simulated_high_min"]].max().max() * 1.1
    minutes_by_hour(figure, frame, max(high, 1.0))
    figure.add_trace(band_by_hour(frame, "simulated_low_min", "simulated_high_min"))
    figure.add_trace(line_by_hour(frame, "simulated_mean_min", AFTER, 2))
    figure.add_trace(
        go.Scatter(
            x=frame["half_hour"], y=frame["measured_mean_min"], mode="markers", name="measured",
            marker={"color": BEFORE, "size": 8}, customdata=frame["n"],
            hovertemplate="%{y:.1f} (n %{customdata})<extra></extra>",
        )
    )  # fmt: skip
    layout.label(
        figure, f"<b>{_('measured')}</b>", 1, 1, xref="paper", yref="paper", anchor="right", dy=8,
        dx=-84, color=NEUTRAL,
    )  # fmt: skip
    layout.label(
        figure,
        f"<b>{_('simulated')}</b>",
        1,
        1,
        xref="paper",
        yref="paper",
        anchor="right",
        dy=8,
        color=AFTER,
    )
    return figure
