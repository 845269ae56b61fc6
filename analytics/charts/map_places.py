"""Where the steps of a process stand on its map: the main flow in rows from left to right, rarer steps beneath it.

Pure geometry of cells; nothing is drawn here.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Step:
    """A step: its name on the box, the cases that do it, those that begin with it, the figures under the name."""

    name: str
    said: str
    n_cases: int
    n_begun: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Link:
    """A line from one step to another, taken by n cases; amount: its figure, short: the same without its unit."""

    before: str
    activity: str
    n: int
    count: str
    amount: str
    short: str
    is_marked: bool = False

    @property
    def pair(self) -> tuple[str, str]:
        return self.before, self.activity


@dataclass(frozen=True)
class Cell:
    row: int
    column: int


def main_flow(steps: Sequence[Step], links: Sequence[Link]) -> list[str]:
    """The steps that stand in the main rows, in order.

    Not among them: a step that more cases pass over than do it, and a rarer one that few come to from the step before
    it in the row or leave to the next.
    """
    flow = in_order(steps, links)
    n_cases = {step.name: step.n_cases for step in steps}
    for name in sorted(flow, key=lambda name: n_cases[name]):
        place = {other: i for i, other in enumerate(flow)}
        shown = [link for link in links if link.before in place and link.activity in place]
        over = sum(x.n for x in shown if place[x.before] < place[name] < place[x.activity])
        straight = sum(
            x.n for x in shown if name in x.pair and place[x.activity] == place[x.before] + 1
        )  # fmt: skip
        is_aside = n_cases[name] < 0.5 * max(n_cases.values()) and straight < 0.25 * n_cases[name]
        if len(flow) > 1 and (over > n_cases[name] or is_aside):
            flow.remove(name)
    return flow


def in_order(steps: Sequence[Step], links: Sequence[Link]) -> list[str]:
    """The steps so that few cases go back or skip far: steps are moved, one at a time, while that gets better."""
    names = [step.name for step in steps]
    begun = np.array([step.n_begun for step in steps], float)
    number = {name: i for i, name in enumerate(names)}
    real = [link for link in links if link.before != link.activity]
    ends = np.array([(number[x.before], number[x.activity]) for x in real], int).reshape(-1, 2)
    n = np.array([link.n for link in real], float)
    order = list(range(len(names)))
    best = _effort(order, ends, n, begun)
    for _round in range(8):
        before = best
        for step in range(len(names)):
            rest = [other for other in order if other != step]
            tried = [[*rest[:at], step, *rest[at:]] for at in range(len(order))]
            efforts = [_effort(t, ends, n, begun) for t in tried]
            at = int(np.argmin(efforts))
            if efforts[at] < best - 1e-9:
                order, best = tried[at], efforts[at]
        if best == before:
            break
    return [names[i] for i in order]


def _effort(
    order: list[int], ends: NDArray[np.int_], n: NDArray[np.float64], begun: NDArray[np.float64]
) -> float:
    """Cases times places skipped, before their first step too; going back counts two places more."""
    place = np.empty(len(order), int)
    place[order] = np.arange(len(order))
    span = place[ends[:, 1]] - place[ends[:, 0]]
    return float((n * np.where(span > 0, span - 1, 1 - span)).sum() + (begun * place).sum())


def cells(flow: Sequence[str], steps: Sequence[Step], links: Sequence[Link], most: int) -> dict[str, Cell]:
    """A cell for each step: the flow in as many rows as needed with at most that many columns, the others below them."""
    n_bands = math.ceil(len(flow) / most)
    n_columns = math.ceil(len(flow) / max(n_bands, 1))
    band_of = {name: i // n_columns for i, name in enumerate(flow)}
    column_of = {name: i % n_columns for i, name in enumerate(flow)}
    depth_of = dict.fromkeys(flow, 0)
    taken = {(band_of[name], 0, column_of[name]) for name in flow}
    rest = sorted((s for s in steps if s.name not in band_of), key=lambda s: -s.n_cases)
    while rest:
        step, near = _nearest(rest, links, band_of)
        rest.remove(step)
        band, column, depth = band_of.get(near, 0), column_of.get(near, 0), depth_of.get(near, 0)
        aim = min(column + 1, n_columns - 1)
        free = [
            (abs(c - aim) + 1.5 * abs(d - max(depth, 1)) + 0.1 * d, d, c)
            for d in range(1, len(steps) + 1)
            for c in range(n_columns)
            if (band, d, c) not in taken
        ]
        _cost, depth, column = min(free)
        taken.add((band, depth, column))
        band_of[step.name], column_of[step.name], depth_of[step.name] = band, column, depth
    deepest = [max((d for b, d, _c in taken if b == band), default=0) for band in range(n_bands)]
    first_row = np.concatenate([[0], np.cumsum([d + 1 for d in deepest])])
    return {
        s.name: Cell(int(first_row[band_of[s.name]]) + depth_of[s.name], column_of[s.name]) for s in steps
    }


def _nearest(rest: list[Step], links: Sequence[Link], placed: dict[str, int]) -> tuple[Step, str]:
    """The step next to be placed and the placed one that most cases come to it from, else go to from it."""
    for is_after in (True, False):
        for step in rest:
            found = [
                (link.n, link.before if is_after else link.activity)
                for link in links
                if (link.activity if is_after else link.before) == step.name
                and (link.before if is_after else link.activity) in placed
            ]
            if found:
                return step, max(found)[1]
    return rest[0], ""
