"""The row of metric cards: ordinary beside VIP, each against the target, with interval, n and change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from analytics.filters import Group
from analytics.language import _
from analytics.methods.estimate import Estimate
from analytics.words import numbers

COLOR = {"ordinary": "blue", "vip": "violet", "all": "gray"}


@dataclass(frozen=True)
class Card:
    """One measure: its name with unit, an estimate a group, the target and which side of it is good.

    changes: the same against the period before, unit as the values' (shares: as difference of shares).
    """

    title: str
    values: Mapping[Group, Estimate]
    target: float | None = None
    higher_is_better: bool = True
    changes: Mapping[Group, Estimate] | None = None
    n_label: str = ""


def metric_cards(cards: Sequence[Card]) -> None:
    """Four cards in a row, equally high."""
    for column, card in zip(st.columns(len(cards)), cards, strict=True):
        with column, st.container(border=True, gap="xxsmall", height="stretch"):
            _card(card)


def _card(card: Card) -> None:
    st.markdown(f"**{card.title}**")
    for column, (group, estimate) in zip(
        st.columns(max(len(card.values), 1), gap="xxsmall"), card.values.items(), strict=False
    ):
        with column, st.container(gap="xxsmall"):
            st.metric(f":{COLOR[group]}[{_group(group)}]", numbers.plain(estimate.value, estimate.unit))
            pill = _pill(card, estimate)
            if pill:
                st.markdown(pill)
            if estimate.is_known:
                st.caption(numbers.interval(estimate))
            change = (card.changes or {}).get(group)
            if change is not None and change.is_known:
                st.markdown(_change(change, card.higher_is_better))
    st.space("stretch")
    st.caption(_last_line(card))


def _group(group: Group) -> str:
    return {"all": _("All customers"), "ordinary": _("Ordinary"), "vip": _("VIP")}[group]


def _pill(card: Card, estimate: Estimate) -> str:
    if not estimate.is_known:
        return f":gray-badge[{_('no data')}]"
    if estimate.is_small:
        return f":gray-badge[{_('only n {n}').format(n=numbers.count(estimate.n))}]"
    if card.target is None:
        return ""
    gap = estimate.value - card.target
    if gap == 0 or (gap > 0) == card.higher_is_better:
        return f":green-badge[{_('met')}]"
    size = numbers.gap(estimate.value, card.target, estimate.unit)
    if size:
        words = (_("{gap} short") if card.higher_is_better else _("{gap} over")).format(gap=size)
    else:
        words = _("just short") if card.higher_is_better else _("just over")
    return f":red-badge[{words}]"


def _change(change: Estimate, higher_is_better: bool) -> str:
    """The change with an arrow and a word; coloured only where its interval excludes zero."""
    if not change.excludes_zero:
        return f":small[:gray[{_('≈ as before')}]]"
    arrow = "↑" if change.value > 0 else "↓"
    is_better = (change.value > 0) == higher_is_better
    color, word = ("green", _("better")) if is_better else ("red", _("worse"))
    is_share = change.unit in ("share", "pts")
    size = abs(change.value)
    amount = numbers.points_apart(size) if is_share else numbers.plain(size, change.unit)
    return f":small[:{color}[{arrow} {numbers.close_up(f'{amount} {word}')}]]"


def _last_line(card: Card) -> str:
    parts = []
    if card.target is not None and card.values:
        unit = next(iter(card.values.values())).unit
        parts.append(_("target {target}").format(target=numbers.target(card.target, unit)))
    ns = " / ".join(numbers.count(e.n) for e in card.values.values())
    parts.append(_("n {n}").format(n=ns) + (f" {card.n_label}" if card.n_label else ""))
    return " · ".join(parts)
