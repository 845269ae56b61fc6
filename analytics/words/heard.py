"""Who is heard, and how the result looks by whom it counts, in words."""

import pandas as pd

from analytics.diagnosis.heard import Heard
from analytics.language import _
from analytics.methods.scores import difference
from analytics.words import numbers
from analytics.words.changes import group_name, lowered, whom
from analytics.words.measures import listed
from analytics.words.satisfaction import touchpoint


def missing() -> str:
    return _("Nobody rated overall satisfaction in this period.")


def weighting_name(code: str) -> str:
    return {
        "answers": _("As answered"), "customers": _("By customers"), "visits": _("By visits"), "profit": _("By profit"),
    }[code]  # fmt: skip


def reputation_title(result: Heard) -> str:
    """Where the result by visits and that by profit disagree."""
    found = result.reputation.by
    if "profit" not in found:
        return _("Satisfaction by whom it counts")
    other = found.get("customers", found["answers"])
    gap = found["profit"].value - other.value
    if found["profit"].low > other.high:
        return _("Those who bring the profit are more satisfied than customers at large, by {n}").format(
            n=numbers.pts(gap)
        )
    if found["profit"].high < other.low:
        return _("Those who bring the profit are less satisfied than customers at large, by {n}").format(
            n=numbers.pts(-gap)
        )
    return _("Customers at large and those who bring the profit are about equally satisfied")


def reputation_caption(result: Heard) -> str:
    found = result.reputation
    if found.of_customers:
        text = _("Share satisfied, each known customer counting once, by visits or by profit; 95% interval")
    else:
        text = _("Share satisfied, each segment weighing by what it has; 95% interval")
    n = found.by["answers"].n
    if n < found.n_all:
        return f"{text} · " + _("sample of {n} of {total} answers").format(
            n=numbers.count(n), total=numbers.count(found.n_all)
        )
    if found.of_customers:
        return f"{text} · " + _("{n} known customers").format(n=numbers.count(found.n_customers))
    return f"{text} · {numbers.n(n)}"


def reputation_note(result: Heard) -> str:
    """What is missing for the other weightings, and who is silent."""
    parts = []
    missing = [code for code in ("customers", "visits", "profit") if code not in result.reputation.by]
    if missing:
        names = listed([lowered(weighting_name(code)) for code in missing])
        parts.append(
            _("Not shown, because the data hold too little for it or one segment alone: {names}.").format(
                names=names
            )
        )
    if result.silent:
        parts.append(
            _("No answers from: {segments}.").format(
                segments=listed([touchpoint(code) for code in result.silent])
            )
        )
    return numbers.sentences(parts)


def response_title(result: Heard) -> str:
    """Whether some segment answers more rarely than another beyond chance."""
    rows = result.response
    if rows.empty:
        return _("Who answers cannot be told")
    ordered = rows.sort_values("rate")
    least, most = ordered.iloc[0], ordered.iloc[-1]
    if least["high"] < most["low"]:
        return _("{segment} customers answer most rarely: {share}").format(
            segment=touchpoint(str(least["segment"])), share=numbers.share(float(least["rate"]))
        )
    share = numbers.share(float(rows["n_answers"].sum() / rows["n_tickets"].sum()))
    return _("All segments answer about alike: {share}").format(share=share)


def response_caption(result: Heard) -> str:
    n = numbers.count(result.response["n_tickets"].sum())
    return _("Share of served tickets with an answer that names them, 95% interval; {n} tickets").format(n=n)


def no_tickets() -> str:
    return _("No answer names its ticket, so how many answer and what all visitors would say cannot be told.")


def raked_sentence(result: Heard) -> str:
    """Raw beside weighted to the visits, per group."""
    parts = []
    for group in result.raked:
        raw, raked = result.raw[group], result.raked[group]
        text = _(
            "{whom}: {raw} satisfied as answered, {raked} ({interval}) weighted to all served visits by segment, "
            "service and wait."
        )
        parts.append(
            text.format(
                whom=whom(group), raw=numbers.share(raw.value), raked=numbers.share(raked.value),
                interval=numbers.interval(raked),
            )
        )  # fmt: skip
    differ = [
        group for group in result.raked if difference(result.raked[group], result.raw[group]).excludes_zero
    ]
    if result.raked and not differ:
        parts.append(_("So who answers does not tilt the result clearly."))
    return "\n\n".join(parts)


def table(result: Heard) -> pd.DataFrame:
    """Segments with what they have, as a person reads them."""
    rows = result.segments
    found = pd.DataFrame({"segment": [touchpoint(code) for code in rows["segment"]], "n": rows["n"]})
    found["csat"] = [
        f"{numbers.share(share)} ({numbers.spread(low, high, 'share')})" if n else numbers.UNKNOWN
        for n, share, low, high in rows[["n", "csat_share", "low", "high"]].to_numpy(float)
    ]
    for code in ("answers", "customers", "visits", "profit"):
        found[code] = [numbers.share(x) for x in rows[code]]
    return found


def response_name(row: dict) -> str:
    name = touchpoint(str(row["segment"]))
    group = group_name(row["group"])
    return f"{name} ({group})" if row["group"] == "vip" and name.casefold() != group.casefold() else name
