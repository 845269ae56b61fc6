"""How to read each figure of the wait times, in one sentence."""

from analytics.language import _


def how(figure: str) -> str:
    """The sentence for a figure: map, days, distribution, by_name, …"""
    return {
        "map": _(
            "Each cell is a half hour of a weekday: the darker the orange, the longer; a dark outline marks half hours "
            "in which more work arrives than the people on duty can do."
        ),
        "days": _(
            "Each dot is a day: within the grey band it differs from its neighbours by chance alone, a diamond outside "
            "is worth asking what happened."
        ),
        "distribution": _(
            "Each bar counts the customers who waited so many minutes; the orange ones waited beyond the target."
        ),
        "by_name": _(
            "Each dot is a mean wait and its line the 95% interval: where two lines do not touch, the difference is "
            "more than chance."
        ),
        "table": _(
            "The longest waits come first; the orange bar is the share that waited beyond the target."
        ),
        "patience": _(
            "The line falls each time a customer leaves: its height is the share who would still be waiting after so "
            "many minutes if nobody were called, with a 95% band."
        ),
        "leaving": _(
            "Each bar is the share of the tickets taken in that half hour that were left unserved, its line the 95% "
            "interval."
        ),
        "kept": _(
            "Each dot is the share of those who left that would have stayed had everybody been called within so many "
            "minutes."
        ),
        "staffing": _(
            "Each cell is people needed less people on duty: orange lacks people, grey has enough, blue-grey has some "
            "to spare."
        ),
        "arrivals": _(
            "The blue line is the number of tickets expected a day, and nineteen in twenty days should fall into its "
            "band; gaps are days on which the branch has been closed before."
        ),
        "drivers": _(
            "Each bar is the part of the ups and downs of daily waits that goes with this cause; all bars and the "
            "grey remainder add up to 100%."
        ),
        "replay": _(
            "Each moment of the day, the orange area counts the customers who wait and the blue-grey line the "
            "counters at work; each line below is a customer from ticket to call."
        ),
    }[figure]
