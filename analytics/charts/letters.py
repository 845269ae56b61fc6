"""How wide the charts' letters are set, and where a text breaks into lines."""

import unicodedata

# Letters of the charts' font by their width in em; the others take 0.6.
WIDTHS = (
    (" ijl,.!:;'|[]()·\u00a0", 0.3),
    ("frt-/I{}", 0.39),
    ("svzLcyJxagk?*", 0.53),
    ("BDU&GHNOQ", 0.71),
    ("mwWM@%", 0.9),
)


def px(text: str, size: int, *, is_bold: bool = False) -> float:
    """How wide a text is set, in pixels, rather too wide than too narrow."""
    em = sum(
        1.0
        if unicodedata.east_asian_width(c) in "WF"
        else next((w for letters, w in WIDTHS if c in letters), 0.6)
        for c in text
    )
    return size * em * (1.04 if is_bold else 1.0)


def pieces(text: str) -> list[str]:
    """Where a line may break: after spaces, or between Chinese letters."""
    found = [""]
    for letter in text:
        found[-1] += letter
        if letter == " " or unicodedata.east_asian_width(letter) in "WF":
            found.append("")
    return [piece for piece in found if piece]


def wrap(text: str, width_px: float, size: int, most: int) -> list[str]:
    """A bold text in lines of about the same length, none wider than that; a longer word is broken, and what does not fit
    in so many lines is cut."""
    lines = filled(text, width_px, size)
    widest = max((px(piece.strip(), size, is_bold=True) for piece in pieces(text)), default=0.0)
    while width_px - 4 >= widest and len(narrower := filled(text, width_px - 4, size)) == len(lines) <= most:
        lines, width_px = narrower, width_px - 4
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1][:-1] + "…"]
    return lines


def filled(text: str, width_px: float, size: int) -> list[str]:
    """A bold text in as many lines of that width as it takes."""
    lines = [""]
    for piece in pieces(text):
        if lines[-1] and px((lines[-1] + piece).strip(), size, is_bold=True) > width_px:
            lines.append("")
        for letter in piece:
            if lines[-1] and px((lines[-1] + letter).strip(), size, is_bold=True) > width_px:
                lines.append("")
            lines[-1] += letter
    return [line.strip() for line in lines if line.strip()]
