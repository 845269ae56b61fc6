"""Of what do the dissatisfied and the satisfied write?"""

from collections import Counter
from dataclasses import dataclass

import pandas as pd

from analytics.diagnosis.answer_sample import drawn
from analytics.diagnosis.answers import IS_SATISFIED, groups_of
from analytics.filters import Filters
from analytics.methods.terms import words
from analytics.store.reader import Store

MOST_TERMS, LEAST_COMMENTS, N_EXAMPLES = 10, 3, 2

_IS_HIGH = f"""
case when overall is not null then {IS_SATISFIED} when recommend >= 9 then true when recommend <= 6 then false end
"""


@dataclass(frozen=True)
class Comments:
    """Words of the comments of high scores (top two points; where not asked, promoters) and of low ones.

    terms: up to 10 a side, the most frequent of those that are more frequent there: side (`low`, `high`), term,
    n_comments that hold it, share of the side's comments, share_other of the other side's, examples (list of whole
    comments, the most frequent first). A word of fewer than 3 comments is left out. Where no comment has a score, the
    one side is `all`. n: comments read by side, together of n_all.
    """

    terms: pd.DataFrame
    n: dict[str, int]
    n_all: int


def comments(store: Store, filters: Filters) -> Comments | None:
    """The words of the period's comments; None where there is no comment."""
    groups = groups_of(store, filters)
    columns = f"trim(comment) as comment, {_IS_HIGH} as is_high"
    is_comment = "comment is not null and trim(comment) <> ''"
    frame, n_all = drawn(store, filters, groups, columns, f"{is_comment} and ({_IS_HIGH}) is not null")
    others = {"low": "high", "high": "low"}
    if frame.empty:
        frame, n_all = drawn(store, filters, groups, columns, is_comment)
        others = {"all": ""}
    if frame.empty:
        return None
    is_high = frame["is_high"].map({True: "high", False: "low"}).fillna("all")
    # The same text is read once.
    counts = {side: Counter(frame.loc[is_high == side, "comment"]) for side in others}
    n = {side: sum(found.values()) for side, found in counts.items()}
    of_text = {text: words(text) for found in counts.values() for text in found}
    held = {side: _held(found, of_text) for side, found in counts.items()}
    rows = []
    for side, other in others.items():
        kept = 0
        for term, n_comments in sorted(held[side].items(), key=lambda pair: (-pair[1], pair[0])):
            share = n_comments / n[side]
            share_other = held[other][term] / n[other] if n.get(other) else 0.0
            if n_comments < LEAST_COMMENTS or share <= share_other or kept == MOST_TERMS:
                continue
            kept += 1
            examples = [text for text, _n in counts[side].most_common() if term in of_text[text]][:N_EXAMPLES]
            rows.append((side, term, n_comments, share, share_other, examples))
    terms = pd.DataFrame(rows, columns=["side", "term", "n_comments", "share", "share_other", "examples"])
    return Comments(terms, n, n_all)


def _held(texts: Counter[str], of_text: dict[str, set[str]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for text, n in texts.items():
        for term in of_text[text]:
            found[term] += n
    return found
