"""What a minute of waiting costs, in words."""

import math

from analytics.diagnosis.wait_cost import WaitCost
from analytics.filters import Group, Targets
from analytics.language import _
from analytics.methods.estimate import Estimate
from analytics.words import numbers
from analytics.words.changes import whom


def missing() -> str:
    return _(
        "Too few answers name their ticket, or all are alike, so what a minute of waiting costs cannot be told."
    )


def title(result: WaitCost) -> str:
    """The wait from which most of the first group are dissatisfied."""
    group = result.groups[0]
    turn = result.turns[group]
    if turn.is_known:
        return _("{whom} turn dissatisfied after {minutes}").format(
            whom=whom(group), minutes=numbers.minutes(turn.value)
        )
    return _("{whom} stay satisfied through all waits seen").format(whom=whom(group))


def caption(result: WaitCost) -> str:
    n = " / ".join(numbers.count(result.per_minute[group].n) for group in result.groups)
    if result.n_all > result.n_answers:
        n = _("sample of {n} of {total} answers").format(n=n, total=numbers.count(result.n_all))
    else:
        n = _("n {n}").format(n=n)
    return _("Share satisfied by minutes waited, 95% band; turned: fewer than half satisfied") + f" · {n}"


def _from_to(turn: Estimate, longest_min: float) -> str:
    """The interval; an end that lies beyond the waits seen is said so."""
    low = numbers.plain(turn.low, "min") if not math.isnan(turn.low) else "0"
    if math.isnan(turn.high):
        return _("{low} to beyond {high}").format(low=low, high=numbers.plain(longest_min, "min"))
    return f"{low}–{numbers.plain(turn.high, 'min')}"


def sentences(result: WaitCost, targets: Targets) -> str:
    """For each group, a paragraph each, what a minute costs, when the target is missed and when the group turns."""
    return "\n\n".join(_sentences_of(result, targets, group) for group in result.groups)


def _sentences_of(result: WaitCost, targets: Targets, group: Group) -> str:
    parts = []
    cost, longest = result.per_minute[group], result.longest_min[group]
    if cost.excludes_zero and cost.value < 0:
        text = _("{whom}: each further minute goes with {n} in the share satisfied ({interval}).")
    else:
        text = _("{whom}: no clear change with each further minute, {n} ({interval}).")
    parts.append(
        text.format(whom=whom(group), n=numbers.change(cost), interval=numbers.interval(cost, signed=True))
    )
    miss, turn = result.misses[group], result.turns[group]
    if miss.is_known:
        parts.append(
            _("Fewer than {target} are satisfied after {minutes} ({interval}).").format(
                target=numbers.share(targets.csat_share), minutes=numbers.minutes(miss.value),
                interval=_from_to(miss, longest),
            )
        )  # fmt: skip
    if turn.is_known:
        parts.append(
            _("Fewer than half are satisfied after {minutes} ({interval}).").format(
                minutes=numbers.minutes(turn.value), interval=_from_to(turn, longest)
            )
        )
    else:
        parts.append(
            _("More than half are satisfied up to {minutes}, the longest wait seen.").format(
                minutes=numbers.minutes(longest)
            )
        )
    return numbers.sentences(parts)
