"""A process as it is and as it would be, as lanes of boxes and arrows: what page and deck draw alike."""

import math
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from analytics.language import _
from analytics.redesign.result import Forecast, ProcessDetail
from analytics.words import bottlenecks, changes, numbers, process_forecast

MOST_STEPS = 10
# A hand-over in fewer cases than this is not drawn.
LEAST_PER_CASE = 0.02
# From this share of the longest wait for the staff on, and from this many hours, an arrow stands out.
LONG_SHARE, LONG_H = 0.2, 0.05


@dataclass(frozen=True)
class Box:
    """A step in a lane; look `gone`: it is not done any more. mark: what happens to it, as a sign and words."""

    activity: str
    figures: str
    role: str
    mark: str
    look: Literal["same", "changed", "gone"]


@dataclass(frozen=True)
class Arrow:
    """A hand-over between places of boxes; n times per case; is_long: cases wait long for the staff there."""

    start: int
    end: int
    n: float
    text: str
    hint: str
    is_long: bool

    @property
    def is_straight(self) -> bool:
        return self.end == self.start + 1

    @property
    def is_back(self) -> bool:
        return self.end <= self.start


@dataclass(frozen=True)
class Lane:
    """The boxes from left to right, their arrows, and the places of boxes that are done side by side."""

    title: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    groups: tuple[tuple[int, ...], ...]

    def levels(self, *, is_back: bool) -> dict[Arrow, int]:
        """How far out the lines above (back to a step) or below (past steps) run, 0 nearest: short ones within long ones."""
        found: dict[Arrow, int] = {}
        arrows = [a for a in self.arrows if a.is_back == is_back and not a.is_straight]
        for arrow in sorted(arrows, key=lambda a: (abs(a.end - a.start), a.start)):
            low, high = sorted((arrow.start, arrow.end))
            others = [
                n
                for other, n in found.items()
                if min(other.start, other.end) <= high and max(other.start, other.end) >= low
            ]
            found[arrow] = max(others, default=-1) + 1
        return found

    def n_levels(self, *, is_back: bool) -> int:
        return max(self.levels(is_back=is_back).values(), default=-1) + 1


def lanes(forecast: Forecast) -> tuple[Lane, ...]:
    """As is, and with measures to be: the same steps at the same places."""
    detail = forecast.process
    assert detail is not None
    if changes.is_status_quo(forecast):
        return (_lane(detail, "before", ""),)
    return _lane(detail, "before", _("As is")), _lane(detail, "after", _("To be"))


def drawn(detail: ProcessDetail) -> pd.DataFrame:
    """The steps that are drawn: those that change, and the most frequent others."""
    steps = detail.steps.assign(n=detail.steps[["n_per_case_before", "n_per_case_after"]].max(axis=1))
    changed = steps[steps["change"] != "same"]
    others = steps[steps["change"] == "same"].nlargest(max(MOST_STEPS - len(changed), 0), "n")
    return pd.concat([changed, others]).sort_values("place", ignore_index=True)


def _lane(detail: ProcessDetail, side: str, title: str) -> Lane:
    steps = drawn(detail)
    place = {str(activity): i for i, activity in enumerate(steps["activity"])}
    groups = _groups(detail, place) if side == "after" else ()
    return Lane(
        title,
        tuple(_box(detail, row, side) for row in steps.to_dict("records")),
        _arrows(detail, steps, place, side, groups),
        groups,
    )


def _groups(detail: ProcessDetail, place: dict[str, int]) -> tuple[tuple[int, ...], ...]:
    """Those done side by side whose boxes stand next to each other."""
    found = [tuple(sorted(place[a] for a in group if a in place)) for group in detail.parallel]
    return tuple(g for g in found if len(g) > 1 and g[-1] - g[0] == len(g) - 1)


def _box(detail: ProcessDetail, row: Any, side: str) -> Box:
    n, work = row[f"n_per_case_{side}"], row[f"work_{side}_min"]
    mark = process_forecast.step_mark(detail, row["activity"]) if side == "after" else ""
    figures = process_forecast.times_per_case(n) if n else ""
    if figures and not math.isnan(work):
        figures += f" · {numbers.minutes(work)}"
    return Box(
        str(row["activity"]), figures, str(row[f"role_{side}"]), mark, "gone" if not n else "changed" if mark else "same"
    )  # fmt: skip


def _arrows(
    detail: ProcessDetail, steps: pd.DataFrame, place: dict[str, int], side: str, groups: tuple[tuple[int, ...], ...]
) -> tuple[Arrow, ...]:  # fmt: skip
    own = dict(zip(steps["activity"], steps[f"own_{side}_h"].fillna(0.0), strict=True))
    longest = _longest(detail)
    group_of = {i: g for g in groups for i in g}
    found: dict[tuple[int, int], Arrow] = {}
    for row in detail.edges.to_dict("records"):
        a, b, n = str(row["before"]), str(row["activity"]), float(row[f"n_per_case_{side}"])
        if a not in place or b not in place or n < LEAST_PER_CASE:
            continue
        start, end = place[a], place[b]
        if start in group_of and end in group_of[start]:
            continue  # side by side: neither comes first
        if start < end:  # a hand-over to or from steps side by side meets the edge of their frame
            start, end = group_of.get(start, (start,))[-1], group_of.get(end, (end,))[0]
        wait = float(row[f"wait_{side}_h"])
        # Between two boxes there is room for the number alone; the caption names its unit.
        text = numbers.plain(wait, "h")
        if end != start + 1:
            text = f"{process_forecast.times_per_case(n)} · {numbers.hours(wait)}"
        is_long = longest > LONG_H and max(0.0, wait - own[b]) >= LONG_SHARE * longest
        found.setdefault((start, end), Arrow(start, end, n, text, bottlenecks.pair(a, b), is_long))
    return tuple(found.values())


def _longest(detail: ProcessDetail) -> float:
    """The longest wait for the staff on either side, hours."""
    waits = [detail.steps[f"wait_{side}_h"] - detail.steps[f"own_{side}_h"] for side in ("before", "after")]
    return float(max(wait.max() for wait in waits))
