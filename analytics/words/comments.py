"""What comments are about, in words."""

import pandas as pd

from analytics.diagnosis.comments import Comments
from analytics.language import _
from analytics.words import numbers
from analytics.words.measures import listed


def missing() -> str:
    return _("No comments with a score in this period.")


def title(result: Comments, side: str) -> str:
    """The three words most frequent on this side."""
    terms = result.terms.loc[result.terms["side"] == side, "term"].head(3).tolist()
    if not terms:
        return _("Dissatisfied: no word recurs") if side == "low" else _("Satisfied: no word recurs")
    text = _("The dissatisfied write of {terms}") if side == "low" else _("The satisfied write of {terms}")
    return text.format(terms=listed([f"«{term}»" for term in terms]))


def caption(result: Comments, side: str) -> str:
    n = result.n_low if side == "low" else result.n_high
    text = _("Words in three comments or more, more frequent here than on the other side; {n} comments")
    return text.format(n=numbers.count(n))


def table(result: Comments, side: str) -> pd.DataFrame:
    rows = result.terms[result.terms["side"] == side]
    return pd.DataFrame(
        {
            "term": rows["term"],
            "n_comments": rows["n_comments"],
            "share": [numbers.share(x) for x in rows["share"]],
            "share_other": [numbers.share(x) for x in rows["share_other"]],
            "examples": [" / ".join(texts) for texts in rows["examples"]],
        }
    )
