"""What comments are about, in words."""

import pandas as pd

from analytics.diagnosis.comments import Comments
from analytics.language import _, ngettext
from analytics.words import numbers
from analytics.words.measures import listed


def missing() -> str:
    return _("No comments in this period.")


def title(result: Comments, side: str) -> str:
    """The three words most frequent on this side."""
    terms = result.terms.loc[result.terms["side"] == side, "term"].head(3).tolist()
    if not terms:
        return {
            "low": _("Dissatisfied: no word recurs"), "high": _("Satisfied: no word recurs"), "all": _("No word recurs"),
        }[side]  # fmt: skip
    text = {
        "low": _("The dissatisfied write of {terms}"), "high": _("The satisfied write of {terms}"),
        "all": _("Customers write of {terms}"),
    }[side]  # fmt: skip
    return text.format(terms=listed([_("«{name}»").format(name=term) for term in terms]))


def caption(result: Comments, side: str) -> str:
    if side == "all":
        text = _(
            "Words in three comments or more; {comments}, none with a rating, so satisfied and dissatisfied are not told "
            "apart"
        )
    else:
        text = _("Words in three comments or more, more frequent here than on the other side; {comments}")
    text = text.format(comments=_comments(result.n[side]))
    read = sum(result.n.values())
    if result.n_all > read:
        text += " · " + _("sample of {n} of {total} comments").format(
            n=numbers.count(read), total=numbers.count(result.n_all)
        )
    return text


def _comments(n: int) -> str:
    return ngettext("{n} comment", "{n} comments", n).format(n=numbers.count(n))


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
