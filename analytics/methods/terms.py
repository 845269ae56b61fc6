"""Words of comments, Chinese and English."""

import re

_WORD = re.compile(r"[a-z][a-z'-]+", re.IGNORECASE)
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
# Words that say nothing by themselves.
_ENGLISH = frozenset(
    re.findall(
        r"\S+",
        """a about after again all also am an and any are as at be because been before but by can could did do does for from
    get got had has have he her here him his how i if in into is it its just like me more most my no not of off on one only
    or our out over really she so some such than that the their them then there these they this to too up us very was we
    were what when where which while who why will with would you your""",
    )
)
_CHINESE_COMMON = frozenset(
    re.findall(
        r"\S+",
        "的 了 是 在 我 我们 你 你们 他 她 它 他们 有 和 就 都 也 很 不 没 没有 要 还 还是 会 能 可以 这 那 这个 那个 什么 为什么 怎么 "
        "应该 一个 一次 两次 因为 所以 但 但是 而且 反而 希望 觉得 非常 比较 已经 现在 时候 如果 一下 不能",
    )
)


def words(comment: str) -> set[str]:
    """The words of a comment that say something: Chinese of two letters or more, English in lower case."""
    import rjieba

    found = {word for word in (w.lower() for w in _WORD.findall(comment)) if word not in _ENGLISH}
    for run in _CHINESE.findall(comment):
        found.update(word for word in rjieba.cut(run) if len(word) > 1 and word not in _CHINESE_COMMON)
    return found
