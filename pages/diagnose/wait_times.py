"""How long do customers wait, when, for what, and does it get better?"""

from collections.abc import Callable
from functools import partial

import streamlit as st

from analytics.diagnosis.wait_times import wait_times
from analytics.language import _
from analytics.words import wait_times as words
from pages.shared import address, blocks, context
from pages.shared.cached import cached
from pages.shared.waits.causes import causes
from pages.shared.waits.coming import coming
from pages.shared.waits.days import days
from pages.shared.waits.leaving import leaving
from pages.shared.waits.people import people
from pages.shared.waits.week import week_map
from pages.shared.waits.who import who

# Named alike in the result and among the targets; whether more is better.
CARDS = {"wait_mean_min": False, "wait_p90_min": False, "within_target_share": True, "abandon_share": False}

store, filters = context.store(), context.filters()
if store is None or filters is None or not store.has("visits", filters.branch_id):
    blocks.empty_state(
        _("No visits of this branch have been loaded"),
        _("Load the tickets of the queue machine (arrival, call, end) to see how long customers wait."),
    )
    st.stop()

result = cached(wait_times)
if result is None:
    blocks.empty_state(
        _("No ticket was taken in this period"), _("Choose a longer period, or all customers.")
    )
    st.stop()

blocks.head(
    words.headline(result, filters.targets),
    words.reason(result),
    blocks.period_caption(
        filters, store, result.n_tickets, words.noun(result), has_changes=bool(result.changes)
    ),
)
blocks.metric_cards(
    [
        blocks.Card(
            words.titles(filters.targets)[name],
            getattr(result, name),
            target=getattr(filters.targets, name),
            higher_is_better=is_better,
            changes=result.changes.get(name),
        )
        for name, is_better in CARDS.items()
    ]
)
st.caption(words.rests_on())
week_map(result, filters)

PARTS: dict[str, Callable[[], None]] = {
    "who": partial(who, result, filters),
    "days": partial(days, result, filters.targets),
    "patience": partial(leaving, filters),
    "staffing": partial(people, filters),
    "arrivals": coming,
    "causes": partial(causes, filters),
}
address.adopt("part", PARTS.__contains__, "who")
st.segmented_control(
    _("More about waiting"), PARTS, format_func=words.part_name, key="part", required=True,
    label_visibility="collapsed",
)  # fmt: skip
# The hidden parts are not computed.
PARTS[st.session_state["part"]]()
address.write("part", st.session_state["part"], "who")
