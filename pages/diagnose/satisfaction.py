"""How satisfied are customers, with what least, and does it follow how long they waited?"""

from collections.abc import Callable
from functools import partial

import streamlit as st

from analytics.charts import satisfaction as charts
from analytics.diagnosis.satisfaction import satisfaction
from analytics.language import _
from analytics.words import satisfaction as words
from analytics.words import satisfaction_parts as parts
from pages.shared import address, blocks, context
from pages.shared.cached import cached
from pages.shared.satisfaction.changes import changes
from pages.shared.satisfaction.everything import everything
from pages.shared.satisfaction.minute import minute
from pages.shared.satisfaction.moves import moves
from pages.shared.satisfaction.voices import voices
from pages.shared.satisfaction.where import where
from pages.shared.satisfaction.written import written

store, filters = context.store(), context.filters()
if store is None or filters is None or not store.has("surveys", filters.branch_id):
    blocks.empty_state(
        _("No answers of this branch have been loaded"),
        _("Load a file of answered questionnaires to see how satisfied customers are, and with what least."),
    )
    st.stop()
result = cached(satisfaction)
if result is None:
    blocks.empty_state(
        _("Nobody answered in this period"),
        _("Choose a longer period or all customers, or load newer answers."),
    )
    st.stop()
targets = filters.targets

blocks.head(
    words.headline(result, targets),
    words.why(result),
    blocks.period_caption(
        filters, store, result.n_answers, words.answers_noun(result), has_changes=bool(result.changes)
    ),
)
blocks.metric_cards(
    [
        blocks.Card(title, getattr(result, name), target, changes=result.changes.get(name))
        for name, title, target in words.cards(result, targets)
    ]
)
if not result.waits.empty:
    with blocks.card(words.waits_title(result, targets), words.waits_caption(result)):
        blocks.figure(charts.by_wait(result, targets), "by-wait", result.waits, "satisfaction_by_wait")
        blocks.link("pages/diagnose/wait_times.py", _("See where customers wait"))

PARTS: dict[str, Callable[[], None]] = {
    "where": partial(where, result, filters),
    "minute": partial(minute, filters),
    "moves": moves,
    "heard": voices,
    "trend": partial(changes, result, filters),
    "comments": written,
    "table": partial(everything, result),
}
# An own name in the address: the parts of other pages are others.
address.adopt("about", PARTS.__contains__, "where")
st.segmented_control(
    _("More about satisfaction"), PARTS, format_func=parts.part_name, key="about", required=True,
    label_visibility="collapsed",
)  # fmt: skip
# The hidden parts are not computed.
PARTS[st.session_state["about"]]()
address.write("about", st.session_state["about"], "where")
