"""What the answers of customers say: headline, reason, names of dimensions and touchpoints."""

import math

import pandas as pd

from analytics.diagnosis.satisfaction import Satisfaction
from analytics.filters import Targets
from analytics.language import _, ngettext
from analytics.methods.estimate import SMALL_N, Estimate, Unit
from analytics.methods.scores import difference
from analytics.words import numbers

# A share of fewer answers than this is neither drawn nor spoken of; its n still stands below.
DRAWN_N = 10


def dimension(code: str) -> str:
    """The dimension in plain words: SERVQUAL's five, else the bank's own name."""
    known = {
        "tangibles": _("Tangibles"),
        "reliability": _("Reliability"),
        "responsiveness": _("Responsiveness"),
        "assurance": _("Assurance"),
        "empathy": _("Empathy"),
    }
    return known.get(code.casefold(), code[:1].upper() + code[1:].replace("_", " "))


def touchpoint(code: str) -> str:
    """The touchpoint or segment in plain words, else the bank's own name."""
    known = {
        "counter": _("Counter"),
        "customer manager": _("Customer manager"),
        "lobby": _("Lobby"),
        "self-service": _("Self-service"),
        "ordinary": _("Ordinary"),
    }
    return known.get(code.casefold(), code[:1].upper() + code[1:])


def _whom(result: Satisfaction) -> str:
    names = {"ordinary": _("ordinary customers"), "vip": _("VIP customers"), "all": _("customers")}
    return names[result.groups[0]]


def headline(result: Satisfaction, targets: Targets) -> str:
    first = result.csat_share[result.groups[0]]
    if not first.is_known:
        return _without_overall(result)
    if first.is_small:
        return _("Too few answers to tell ({n})").format(n=numbers.n(first.n))
    said = {
        "share": numbers.share(first.value),
        "whom": _whom(result),
        "target": numbers.share(targets.csat_share),
    }
    if first.high < targets.csat_share:
        return _("{share} of {whom} are satisfied, below the {target} target").format(**said)
    if first.low > targets.csat_share:
        return _("{share} of {whom} are satisfied, above target").format(**said)
    return _("{share} of {whom} are satisfied, about the target").format(**said)


def _without_overall(result: Satisfaction) -> str:
    """Where overall satisfaction was not asked: whether customers would recommend, else what they rate lowest."""
    nps, whom = result.nps[result.groups[0]], _whom(result)
    if nps.is_known and nps.is_small:
        return _("Too few answers to tell ({n})").format(n=numbers.n(nps.n))
    if nps.is_known:
        if not nps.excludes_zero:
            return _("As many {whom} would recommend as would not").format(whom=whom)
        more, fewer = (
            _("More {whom} would recommend than would not"),
            _("Fewer {whom} would recommend than would not"),
        )
        return (more if nps.value > 0 else fewer).format(whom=whom)
    return _("Nobody was asked for a rating") if result.weakest_item is None else items_title(result)


def why(result: Satisfaction) -> str:
    parts = [_by_wait(result), _weakest(result)]
    if result.n_undated == result.n_answers:
        parts.append(_("The answers carry no dates, so no months are shown."))
    elif result.n_undated:
        parts.append(
            ngettext(
                "{n} answer has no date and is left out of the months.",
                "{n} answers have no date and are left out of the months.",
                result.n_undated,
            ).format(n=numbers.count(result.n_undated))
        )
    return numbers.sentences(parts)


def _by_wait(result: Satisfaction) -> str:
    """How far satisfaction falls from the shortest to the longest wait with answers enough, for the first group."""
    own = result.waits[result.waits["group"] == result.groups[0]]
    rows = own[own["n"] >= SMALL_N]
    if len(rows) < 2:
        return ""
    first, last = rows.iloc[0], rows.iloc[-1]
    if last["high"] >= first["low"]:
        below = own[
            (own["n"] >= DRAWN_N) & (own["from_min"] > last["from_min"]) & (own["high"] < first["low"])
        ]
        if not below.empty:
            return _("Waits of over {start} minutes go with less satisfaction, on few answers ({n}).").format(
                start=f"{below['from_min'].min():g}", n=numbers.n(below["n"].sum())
            )
        return _("Satisfaction does not fall measurably with the wait.")
    return _("Satisfaction falls from {short} after waits {first} to {long} after waits {last}.").format(
        short=numbers.share(first["csat_share"]), long=numbers.share(last["csat_share"]),
        first=_bin_in_prose(first), last=_bin_in_prose(last),
    )  # fmt: skip


def _bin_in_prose(row: pd.Series) -> str:
    if row["from_min"] == 0:
        return _("under {to} minutes").format(to=f"{row['to_min']:g}")
    if math.isnan(row["to_min"]):
        return _("over {start} minutes").format(start=f"{row['from_min']:g}")
    return _("of {start}–{to} minutes").format(start=f"{row['from_min']:g}", to=f"{row['to_min']:g}")


def bin_name(from_min: float, to_min: float, *, with_unit: bool = False) -> str:
    name = f"{from_min:g}+" if math.isnan(to_min) else f"{from_min:g}–{to_min:g}"
    return _("{n} min").format(n=name) if with_unit else name


def _weakest(result: Satisfaction) -> str:
    item = result.weakest_item
    if item is None or item.mean.is_small or _are_alike(result):
        return ""
    name = dimension(item.dimension)
    if item.gap is not None and item.gap.high < 0:
        return _("{item} falls furthest short of what they expect: {gap} points on 1–7.").format(
            item=name, gap=numbers.plain(item.gap.value, "scale")
        )
    return _("They rate {item} lowest: {mean} of 7.").format(
        item=name.lower(), mean=numbers.plain(item.mean.value, "scale")
    )


def _are_alike(result: Satisfaction) -> bool:
    """Whether the first group rates all items the same."""
    rows = result.items[result.items["group"] == result.groups[0]]
    spread = rows["mean"].max() - rows["mean"].min()
    gaps = rows["gap"].max() - rows["gap"].min()
    return bool(len(rows) > 1 and spread < 0.005 and not gaps >= 0.005)


def csat_name(result: Satisfaction) -> str:
    """«Satisfied, 4–5 of 5», by the scale as asked."""
    if result.scale is None:
        return _("Satisfied, top two points")
    high = result.scale[1]
    return _("Satisfied, {low}–{high} of {high}").format(low=f"{high - 1:g}", high=f"{high:g}")


def weakest_name(result: Satisfaction) -> str:
    if result.weakest_item is None:
        return _("Weakest item, 1–7")
    return _("{item}, 1–7").format(item=dimension(result.weakest_item.dimension))


def cards(result: Satisfaction, targets: Targets) -> list[tuple[str, str, float | None]]:
    """Field of the result, title, target."""
    return [
        ("csat_share", csat_name(result), targets.csat_share),
        ("nps", _("Would recommend, NPS"), None),
        ("overall_mean", _("Mean answer, 1–5"), None),
        ("weakest", weakest_name(result), None),
    ]


def waits_title(result: Satisfaction, targets: Targets) -> str:
    """From which wait on the first group's satisfaction lies below the target."""
    rows = result.waits[
        (result.waits["group"] == result.groups[0])
        & (result.waits["n"] >= DRAWN_N)
        & (result.waits["high"] < targets.csat_share)
    ]
    if rows.empty:
        return _("Satisfaction by the measured wait")
    start = rows["from_min"].min()
    if start == 0:
        return _("Satisfaction misses its target however short the wait")
    return _("From {start} minutes of waiting on, satisfaction misses its target").format(start=f"{start:g}")


def waits_caption(result: Satisfaction) -> str:
    return _(
        "Share satisfied by minutes waited, of {n} answers that name their ticket, 95% interval; below: answers"
    ).format(n=numbers.count(result.waits["n"].sum()))


def items_title(result: Satisfaction) -> str:
    item = result.weakest_item
    if item is None:
        return _("What customers were asked")
    if item.mean.is_small:
        return _("Too few ratings to tell the weakest ({n})").format(n=numbers.n(item.mean.n))
    if _are_alike(result):
        return _("All items are rated alike")
    if item.gap is not None:
        return _("{item} lies furthest below expectations").format(item=dimension(item.dimension))
    return _("{item} is rated lowest").format(item=dimension(item.dimension))


def items_caption(result: Satisfaction) -> str:
    n = " / ".join(
        numbers.count(result.items[result.items["group"] == group]["n"].max()) for group in result.groups
    )
    if result.items["gap"].notna().any():
        return _("Dot experienced, ring expected, 1–7; n {n}").format(n=n)
    return _("Mean experienced, 1–7, 95% interval, n {n}").format(n=n)


def answers_noun(result: Satisfaction) -> str:
    """«answers of 1,212 known customers», where customers are known by name."""
    if not result.n_customers:
        return ngettext("answer", "answers", result.n_answers)
    return (
        _("answers, of about {n} known customers")
        if result.is_about
        else _("answers, of {n} known customers")
    ).format(n=numbers.count(result.n_customers))


def _trend_title(months: pd.DataFrame, columns: tuple[str, str, str, str], unit: Unit, name: str) -> str:
    """Whether the last month differs from the first beyond chance; columns: value, low, high, n."""
    value, low, high, n = columns
    rows = months[months[n] >= SMALL_N]
    if len(rows) < 2:
        return _("{name} by month").format(name=name)
    first, last = (
        Estimate(row[value], row[low], row[high], int(row[n]), unit) for row in (rows.iloc[0], rows.iloc[-1])
    )
    change = difference(last, first)
    if not change.excludes_zero:
        return _("{name}: no clear change").format(name=name)
    return (_("{name} has risen") if change.value > 0 else _("{name} has fallen")).format(name=name)


def _first_group(result: Satisfaction) -> pd.DataFrame:
    return result.months[result.months["group"] == result.groups[0]]


def csat_title(result: Satisfaction) -> str:
    columns = ("csat_share", "low", "high", "n")
    return _trend_title(_first_group(result), columns, "share", _("Satisfaction"))


def nps_title(result: Satisfaction) -> str:
    columns = ("nps", "nps_low", "nps_high", "n_recommend")
    return _trend_title(_first_group(result), columns, "points", _("Recommendation"))


def csat_caption(result: Satisfaction) -> str:
    return _("Share satisfied by month, 95% band, {n} answers").format(n=_n_in_months(result, "n"))


def nps_caption(result: Satisfaction) -> str:
    return _("NPS by month, points, 95% band, {n} answers").format(n=_n_in_months(result, "n_recommend"))


def _n_in_months(result: Satisfaction, n: str) -> str:
    return numbers.count(result.months[n].sum())


def months(result: Satisfaction, n: str) -> pd.DataFrame:
    """The months with any of these answers."""
    return result.months[result.months[n] > 0]
