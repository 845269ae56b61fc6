"""Names of the parts of the Satisfaction page."""

from analytics.language import _


def part_name(code: str) -> str:
    return {
        "where": _("What and where"),
        "moves": _("What moves it"),
        "minute": _("A minute of waiting"),
        "heard": _("Who is heard"),
        "trend": _("Trend and changes"),
        "comments": _("Comments"),
        "table": _("All figures"),
    }[code]
