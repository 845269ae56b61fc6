"""Days out of the ordinary, in words."""

import pandas as pd

from analytics.diagnosis.control import DayControl
from analytics.language import _, ngettext
from analytics.words import numbers
from analytics.words.changes import lowered, whom
from analytics.words.measures import listed

MOST_NAMED = 3


def title(result: DayControl) -> str:
    """The days of the first group beyond the limits, by date."""
    group = result.groups[0]
    rows = result.days[result.days["group"] == group]
    if pd.isna(result.limits[group].high):
        return _("Too few days to tell which are out of the ordinary")
    above = rows[rows["side"] > 0].nlargest(len(rows), "adjusted_min")
    if above.empty:
        return _("No day was out of the ordinary for {who}").format(who=lowered(whom(group)))
    names = listed([numbers.day_short(on.date()) for on in above["day_on"].head(MOST_NAMED)])
    if len(above) > MOST_NAMED:
        return _("On {n} days waits were out of the ordinary, most on {days}").format(
            n=len(above), days=names
        )
    return ngettext(
        "On {days} waits were out of the ordinary", "On {days} waits were out of the ordinary", len(above)
    ).format(days=names)


def caption(result: DayControl) -> str:
    """Measure, unit, limits as stated, n."""
    group = result.groups[0]
    limits = result.limits[group]
    n = numbers.n(int((result.days["group"] == group).sum()))
    text = _("Mean wait a day in minutes, customers called, the weekday’s usual level taken out")
    if pd.isna(limits.high):
        return f"{text} · {n}"
    stated = _("Limits {low}–{high}: mean ± 2.66 × mean difference between neighbouring days").format(
        low=numbers.plain(max(limits.low, 0), "min"), high=numbers.minutes(limits.high)
    )
    return numbers.sentences([text + _("."), f"{stated} · {_('{n} days').format(n=n)}"])
