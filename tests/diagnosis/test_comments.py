"""Words of low and high scores, English and Chinese, with whole comments as examples."""

import pandas as pd
import pytest

from analytics.diagnosis.comments import comments
from analytics.methods.terms import words
from analytics.store.reader import Store
from analytics.words import comments as in_words
from tests.diagnosis.logs import asked, of_branch, store_of


def test_words_of_a_comment():
    assert words("The queue was far too LONG, and the queue again") == {"queue", "far", "long"}
    assert {"窗口", "中午"} <= words("中午窗口太少")
    assert words("…!? 12") == set()


def survey(texts: list[tuple[int | None, str]]) -> pd.DataFrame:
    frame = pd.DataFrame(texts, columns=["overall", "comment"])
    return frame.assign(response_id=range(len(texts)), branch_id="B1", answered_at="2026-03-02 10:00")


def test_words_more_frequent_on_one_side(tmp_path):
    texts = [
        *[(1, "long queue at noon")] * 3, (2, "queue and staff"), *[(5, "friendly staff")] * 4, (5, "no queue"),
    ]  # fmt: skip
    store = store_of(tmp_path, surveys=survey(texts))
    found = comments(store, asked(store))
    assert (found.n, found.n_all) == ({"low": 4, "high": 5}, 9)
    low = found.terms[found.terms["side"] == "low"].set_index("term")
    assert list(low.index) == ["queue", "long", "noon"]
    assert low.loc["queue", ["n_comments", "share", "share_other"]].tolist() == [4, 1.0, 0.2]
    assert low.loc["queue", "examples"] == ["long queue at noon", "queue and staff"]
    high = found.terms[found.terms["side"] == "high"].set_index("term")
    assert list(high.index) == ["friendly", "staff"] or list(high.index) == ["staff", "friendly"]
    assert in_words.title(found, "low") == "The dissatisfied write of «queue», «long» and «noon»"


@pytest.mark.parametrize("texts", [[(5, "fine")], [(1, "")], [(3, "?"), (5, "!")]])
def test_little_was_written(tmp_path, texts):
    store = store_of(tmp_path, surveys=survey(texts))
    found = comments(store, asked(store))
    assert found is None or (found.terms.empty and in_words.table(found, "low").empty)


def test_comments_without_any_rating_are_told_as_one(tmp_path):
    frame = survey([(None, "long queue")] * 3 + [(None, "friendly")] * 2).drop(columns="overall")
    store = store_of(tmp_path, surveys=frame)
    found = comments(store, asked(store))
    assert found.n == {"all": 5} and set(found.terms["term"]) == {"long", "queue"}
    assert found.terms["share"].tolist() == [0.6, 0.6]
    assert in_words.title(found, "all") == "Customers write of «long» and «queue»"
    assert "not told apart" in in_words.caption(found, "all") and "5 comments" in in_words.caption(
        found, "all"
    )


def test_the_sample_complains_of_queues_and_windows(sample_store):
    store = Store.open(sample_store)
    found = comments(store, of_branch(store, "Sandaojie"))
    low = set(found.terms.loc[found.terms["side"] == "low", "term"])
    assert {"窗口", "中午"} <= low
    assert "耐心" in set(found.terms.loc[found.terms["side"] == "high", "term"])
