"""Colours by meaning, as tokens that a page turns into the colours of the theme in force.

Streamlit's front end replaces the strings #000001…#000010 in a figure by `chartCategoricalColors`, #000011…20 by the
sequential scale, #000035–38 by grid, muted text, strong text and background. Elsewhere (deck, report)
`in_light` swaps them for the light palette. A suffix of two hex digits is alpha.
"""

import json
import re
from typing import Any

import plotly.graph_objects as go

WAITING = "#000001"
WORKING = "#000002"
BEFORE = "#000003"
AFTER = "#000004"
VIP = "#000005"
ORDINARY = "#000006"
GOOD = "#000007"
BAD = "#000008"
NEUTRAL = "#000009"
CONTEXT = "#000010"
SEQUENTIAL = tuple(f"#{i:06d}" for i in range(11, 21))
GRID, MUTED, INK, PAGE = "#000035", "#000036", "#000037", "#000038"
BAND_ALPHA = "26"

GROUP_COLOR = {"ordinary": ORDINARY, "vip": VIP, "all": WORKING}
# Steps of the sequential scale on which plotly's own choice of cell text stays readable (grey within target, then orange).
HEAT_STEPS = tuple(SEQUENTIAL[i - 1] for i in (2, 3, 5, 6, 8, 10))

LIGHT = {
    WAITING: "#BC5700",
    WORKING: "#56708F",
    BEFORE: "#8694A2",
    AFTER: "#1F6BDA",
    VIP: "#7A2C87",
    ORDINARY: "#147D6C",
    GOOD: "#2F8455",
    BAD: "#AF2534",
    NEUTRAL: "#667080",
    CONTEXT: "#A9B2BD",
    **dict(
        zip(
            SEQUENTIAL,
            [
                "#F3F5F7",
                "#E9EDF1",
                "#D8DFE6",
                "#FDEAD7",
                "#FBD5AE",
                "#F4AC69",
                "#DE7A26",
                "#B45304",
                "#964404",
                "#753402",
            ],
            strict=True,
        )
    ),
    GRID: "#E1E5EA",
    MUTED: "#667080",
    INK: "#0F141B",
    PAGE: "#FFFFFF",
}
_TOKEN = re.compile(r"#0000(?:0[1-9]|1[0-9]|20|3[5-8])(?=[0-9a-fA-F]{2}\b|\b)")


def in_light(figure: go.Figure) -> go.Figure:
    """A copy of the figure in the light palette, for places that no browser theme reaches."""
    text = _TOKEN.sub(lambda m: LIGHT[m.group(0)], json.dumps(json.loads(figure.to_json())))
    plain: dict[str, Any] = json.loads(text)
    return go.Figure(plain)
