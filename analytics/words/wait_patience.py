"""Who leaves and when, and whom a shorter wait would have kept, in words."""

import math

from analytics.diagnosis.patience import PatienceResult
from analytics.filters import Targets
from analytics.language import _
from analytics.words import numbers
from analytics.words.changes import lowered, whom


def curve_title(result: PatienceResult, targets: Targets) -> str:
    """The share of the first group still willing to wait at the target."""
    group = result.groups[0]
    found = result.willing[group]
    if not found.is_known:
        return _("Too few waits reach the target to tell how patient {who} are").format(
            who=lowered(whom(group))
        )
    return _("{share} of {who} would wait {minutes} minutes").format(
        share=numbers.share(found.value), who=lowered(whom(group)), minutes=f"{targets.wait_min:g}"
    )


def curve_caption(result: PatienceResult) -> str:
    """What is drawn, its interval and n, and what is taken of those of whom nobody knows when they left."""
    text = _(
        "Share still willing to wait, by minutes waited; who was called counts as having waited at least so long. "
        "95% interval of single tickets · {n}"
    ).format(n=_ns(result.n_left, _("left")))
    unknown = sum(result.n_unknown.values())
    if not unknown:
        return text
    return numbers.sentences(
        [
            text + _("."),
            _("Of {n} it is not known when they left: they are taken to have left like the others.").format(
                n=numbers.count(unknown)
            ),
        ]
    )


def kept_title(result: PatienceResult, targets: Targets) -> str:
    """Of those who left, whom the target wait would have kept."""
    group = result.groups[0]
    rows = result.kept[(result.kept["group"] == group) & (result.kept["within_min"] == targets.wait_min)]
    if rows.empty or math.isnan(rows["share"].iloc[0]):
        return _("Nobody is known to have left")
    return _("A call within {minutes} minutes would have kept {share}").format(
        minutes=f"{targets.wait_min:g}", share=numbers.share(float(rows["share"].iloc[0]))
    )


def kept_caption(result: PatienceResult) -> str:
    n = {g: int(result.kept.loc[result.kept["group"] == g, "n"].max()) for g in result.groups}
    return _(
        "Of those who left at a known time, the share that waited longer than so many minutes: had everybody been called "
        "within them, they would have been served. 95% interval over days · {n}"
    ).format(n=_ns(n, ""))


def leaving_title(result: PatienceResult) -> str:
    """When most leave."""
    rows = result.leaving[result.leaving["n"] >= 30]
    group = lowered(whom(result.groups[0]))
    if rows.empty:
        return _("Too few tickets to tell when {who} leave").format(who=group)
    top = rows.iloc[int(rows["abandon_share"].argmax())]
    return _("At {time}, {share} of {who} leave, most of the day").format(
        who=group, time=numbers.clock(top["half_hour"]), share=numbers.share(top["abandon_share"])
    )


def leaving_caption(result: PatienceResult) -> str:
    text = _(
        "{who}: share of the tickets left unserved, by the half hour they were taken, 95% interval · {n}"
    ).format(who=whom(result.groups[0]), n=numbers.n(int(result.leaving["n"].sum())))
    services = result.services[result.services["n"] >= 30]
    if len(services) < 2:
        return text
    first, last = services.iloc[0], services.iloc[-1]
    spread = _("By service from {low} ({last}) to {high} ({first})").format(
        low=numbers.share(last["abandon_share"]), last=last["service"],
        high=numbers.share(first["abandon_share"]), first=first["service"],
    )  # fmt: skip
    return numbers.sentences([text + _("."), spread])


def nobody() -> str:
    return _("Nobody is known to have left in this period, or the data do not tell when they did.")


def _ns(n: dict, noun: str) -> str:
    said = _("n {n}").format(n=" / ".join(numbers.count(v) for v in n.values()))
    return f"{said} {noun}".strip().replace(" ", numbers.NBSP)
