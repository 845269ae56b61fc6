"""How much room text takes: sizes are chosen before the file is written, so that nothing overflows."""

import math
import unicodedata

# Widths in em of a common sans serif (Calibri); a little generous, because offices substitute fonts.
_NARROW, _WIDE_LATIN, _FULL = frozenset("iljtf.,:;'|!()·’ "), frozenset("mwMW—%"), 1.0
LINE_HEIGHT = 1.22


def width_em(text: str) -> float:
    """The length of the text set in one line, in em."""
    total = 0.0
    for character in text:
        if unicodedata.east_asian_width(character) in "WF":
            total += _FULL
        elif character in _NARROW:
            total += 0.30
        elif character in _WIDE_LATIN:
            total += 0.82
        else:
            total += 0.62 if character.isupper() else 0.53
    return total


def lines(text: str, size_pt: float, width_in: float) -> int:
    """How many lines the text takes at that size in a box of that width."""
    room = width_in * 72 / size_pt
    return sum(max(1, math.ceil(width_em(part) * 1.04 / room)) for part in text.split("\n"))


def height_in(text: str, size_pt: float, width_in: float) -> float:
    return lines(text, size_pt, width_in) * size_pt * LINE_HEIGHT / 72


def fitting(text: str, width_in: float, room_in: float, sizes: tuple[float, ...]) -> float:
    """The largest of the sizes (points, descending) that keeps the text to the room, else the smallest."""
    for size in sizes:
        if height_in(text, size, width_in) <= room_in:
            return size
    return sizes[-1]
