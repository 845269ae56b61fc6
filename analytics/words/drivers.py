"""What moves overall satisfaction, in words."""

import math
from typing import Any

import pandas as pd

from analytics.diagnosis.drivers import Drivers
from analytics.diagnosis.scales import Scales
from analytics.language import _
from analytics.words import numbers
from analytics.words.changes import group_name, lowered, whom
from analytics.words.measures import listed
from analytics.words.satisfaction import dimension

# The usual mark of a scale that measures one thing (Nunnally 1978).
RELIABLE = 0.7


def missing(result: Drivers | None) -> str:
    """What is needed before anything can be said."""
    if result is None:
        return _("No single items were asked, so what moves satisfaction cannot be told.")
    if not result.has_overall:
        return _("Overall satisfaction was not asked, so what moves it cannot be told.")
    return _("Too few complete answers, or all alike, to tell what moves satisfaction ({n}).").format(
        n=numbers.n(result.n_answers)
    )


def _first(result: Drivers) -> pd.DataFrame:
    return result.drivers[result.drivers["group"] == result.groups[0]].reset_index(drop=True)


def _whom(result: Drivers) -> str:
    return lowered(whom(result.groups[0]))


def shares_title(result: Drivers) -> str:
    """The dimension that goes most with overall satisfaction, or the two that cannot be told apart."""
    rows = _first(result)
    first = dimension(str(rows["dimension"].iloc[0]))
    if len(rows) == 1:
        return _("{item} and overall satisfaction").format(item=first)
    second = dimension(str(rows["dimension"].iloc[1]))
    if result.groups[0] in result.leads:
        return _("{item} goes most with satisfaction").format(item=first)
    return _("{first} and {second} go most with satisfaction").format(first=first, second=second)


def shares_caption(result: Drivers) -> str:
    r_squared = result.r_squared[result.groups[0]]
    text = _(
        "Share of what the items explain of overall satisfaction ({share} of its variance), 95% interval"
    )
    return text.format(share=numbers.share(r_squared)) + f" · {_n(result)}"


def _n(result: Drivers) -> str:
    of_group = [
        int(result.drivers.loc[result.drivers["group"] == group, "n"].iloc[0]) for group in result.groups
    ]
    n = " / ".join(numbers.count(x) for x in of_group)
    if result.is_sample:
        return _("sample of {n} of {total} answers").format(n=n, total=numbers.count(result.n_all))
    return _("n {n}").format(n=n)


def notes(result: Drivers) -> str:
    """What to keep in mind: items that move together, items left out, orders sampled."""
    parts = []
    if result.tied:
        pairs = listed(
            [f"{dimension(a)} – {dimension(b)} ({numbers.plain(r, 'scale')})" for a, b, r in result.tied]
        )
        parts.append(
            _("These move together so closely that their shares cannot be told apart: {pairs}.").format(
                pairs=pairs
            )
        )
    if result.left_out:
        parts.append(
            _("Left out, because fewer than half answered or all answered alike: {items}.").format(
                items=listed([dimension(code) for code in result.left_out])
            )
        )
    if not result.is_exact:
        parts.append(_("So many items are split by a sample of 1,000 orders, not by all."))
    return numbers.sentences(parts)


def map_title(result: Drivers) -> str:
    """What matters more than most and is rated below most."""
    rows = _first(result)
    wanted = rows[(rows["share"] > 1 / len(rows)) & (rows["mean"] < rows["mean"].mean())]
    if wanted.empty:
        return _("What matters most is rated no worse than the rest")
    return _("{item} matters much and is rated low").format(item=dimension(wanted.iloc[0]["dimension"]))


def map_caption(result: Drivers) -> str:
    return _("Mean rating (1–7) and share of overall satisfaction explained; {whom}").format(
        whom=_whom(result)
    )


def map_x() -> str:
    return _("rated, mean on 1–7")


def quadrant_name(code: str) -> str:
    return {
        "first": _("Improve first"), "keep": _("Keep up"), "later": _("Improve later"), "enough": _("Good enough"),
    }[code]  # fmt: skip


def kind(row: Any) -> str:
    """basic: poor ratings cost more than good ones bring; exciting: the reverse; even; unknown."""
    low, high = row["asymmetry_low"], row["asymmetry_high"]
    if math.isnan(low):
        return "unknown"
    if high < 0:
        return "basic"
    if low > 0:
        return "exciting"
    return "even"


def kind_name(code: str) -> str:
    return {
        "basic": _("must be right"), "exciting": _("can delight"), "even": _("both ways"), "unknown": numbers.UNKNOWN,
    }[code]  # fmt: skip


def ends_title(result: Drivers) -> str:
    rows = _first(result)
    basics = [dimension(r["dimension"]) for r in rows.to_dict("records") if kind(r) == "basic"]
    if not basics:
        return _("No item costs more when poor than it brings when good")
    return _("Poor ratings cost more than good ones bring: {items}").format(items=listed(basics[:2]))


def ends_caption(result: Drivers) -> str:
    return _(
        "Overall satisfaction (points of 1–5) with the lowest (×) and the highest (•) quarter of ratings against the "
        "middle, the other items alike; {whom}, {n}"
    ).format(whom=_whom(result), n=numbers.n(_first(result)["n"].iloc[0]))


def hover(row: Any, group: str) -> str:
    share = f"{numbers.share(row['share'])} ({numbers.spread(row['low'], row['high'], 'share')})"
    text = f"{group_name(group)}, {dimension(row['dimension'])}: {share}, {numbers.n(row['n'])}"
    if math.isnan(row["odds"]):
        return text
    odds = _("a point more, others alike: odds of a better answer × {odds} ({low}–{high})").format(
        odds=f"{row['odds']:.2g}", low=f"{row['odds_low']:.2g}", high=f"{row['odds_high']:.2g}"
    )
    return f"{text}<br>{odds}"


def end_hover(row: Any, end: str) -> str:
    value = numbers.plain(row[end], "scale", signed=True)
    interval = numbers.spread(row[f"{end}_low"], row[f"{end}_high"], "scale", signed=True)
    n = numbers.n(row["n_poor" if end == "penalty" else "n_good"])
    return f"{dimension(row['dimension'])}: {value} ({interval}), {n}"


def scales_title(result: Scales) -> str:
    known = result.scales[result.scales["alpha"].notna()]
    if known.empty:
        return _("Whether the items belong together cannot be told")
    weak = known[known["alpha"] < RELIABLE]
    if weak.empty:
        return _("The items of each scale belong together")
    if result.scales["dimension"].eq("").all():
        return _("The items hang together loosely")
    names = list(dict.fromkeys(scale_name(code) for code in weak["dimension"]))
    return _("The items hang together loosely: {scales}").format(scales=listed(names))


def scales_caption(result: Scales) -> str:
    n = numbers.n(result.n_answers)
    if result.n_all > result.n_answers:
        n = _("sample of {n} of {total} answers").format(
            n=numbers.count(result.n_answers), total=numbers.count(result.n_all)
        )
    return _("Reliability 0–1, 0.7 or more is usual; omega needs three items · {n}").format(n=n)


def scale_name(code: str) -> str:
    return dimension(code) if code else _("All items")


def scales_table(result: Scales) -> pd.DataFrame:
    """Scales as a person reads them."""
    return pd.DataFrame(
        {
            "scale": [scale_name(code) for code in result.scales["dimension"]],
            "group_name": [group_name(group) for group in result.scales["group"]],
            "n_items": result.scales["n_items"],
            "n": result.scales["n"],
            "alpha": result.scales["alpha"].round(2),
            "omega": result.scales["omega"].round(2),
        }
    )
