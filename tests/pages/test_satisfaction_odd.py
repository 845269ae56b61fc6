"""The Satisfaction page and each of its parts on surveys that ask little or whose answers are odd."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.store.loading import load

PAGE = "diagnose/satisfaction.py"
PARTS = ("where", "minute", "moves", "heard", "trend", "comments", "table")
EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


def survey(n: int, **other) -> pd.DataFrame:
    rng = np.random.default_rng(6)
    x = rng.integers(1, 8, (3, n))
    frame = pd.DataFrame(
        {
            "response_id": range(n), "branch_id": "B1",
            "answered_at": pd.Timestamp("2026-03-02 10:00") + pd.to_timedelta(np.arange(n) * 6, unit="h"),
            "touchpoint": "lobby", "segment": rng.choice(["ordinary", "VIP"], n),
            "overall": np.clip((x.mean(axis=0) * 0.7).round(), 1, 5), "recommend": rng.integers(0, 11, n),
            "perceived_a": x[0], "perceived_b": x[1], "perceived_c": x[2], "comment": "slow queue",
        }
    )  # fmt: skip
    return frame.assign(**other)


ODD = {
    "one answer": survey(1),
    "one segment": survey(80, segment="ordinary"),
    "all equal": survey(80, overall=4, recommend=8, perceived_a=4, perceived_b=4, perceived_c=4),
    "only VIP": survey(80, segment="VIP"),
    "no rating": survey(80).drop(columns=["overall", "recommend"]),
    "overall alone": survey(80)[["response_id", "branch_id", "overall"]],
    "undated": survey(80, answered_at=None),
    "a recommendation alone": survey(80)[["response_id", "branch_id", "answered_at", "recommend"]],
    "comments alone": survey(80)[["response_id", "branch_id", "comment"]],
    "all empty": survey(5, overall=None, recommend=None, perceived_a=None, perceived_b=None, perceived_c=None, comment=None),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_every_part_on_odd_answers(open_page, tmp_path, name):
    ODD[name].to_csv(tmp_path / "surveys.csv", index=False)
    load([tmp_path / "surveys.csv"], tmp_path / "store")
    _every_part(open_page, tmp_path / "store")


def test_answers_on_0_to_10(open_page, tmp_path):
    frame = survey(120)
    frame[["overall", "perceived_a", "perceived_b", "perceived_c"]] += 3
    frame.to_csv(tmp_path / "surveys.csv", index=False)
    mapping = tmp_path / "surveys.toml"
    mapping.write_text('table = "surveys"\n[scales]\noverall = [0, 10]\nperceived = [0, 10]\n')
    load([tmp_path / "surveys.csv"], tmp_path / "store", mapping=mapping)
    _every_part(open_page, tmp_path / "store")


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("file", "mapping", "says"),
    [
        ("bank_ecsi_spain_250.csv", "bank_survey.toml", "Value goes most with satisfaction"),
        ("servqual_hospital_patients_235.csv", "servqual_survey.toml", "Overall satisfaction was not asked"),
    ],
)
def test_real_surveys(open_page, tmp_path, real_data, file, mapping, says):
    load([real_data / "satisfaction" / file], tmp_path / "store", mapping=EXAMPLES / mapping)
    pages = _every_part(open_page, tmp_path / "store")
    moves = pages["moves"]
    texts = [element.value for element in (*moves.markdown, *moves.caption)]
    assert any(says in text for text in texts)
    assert any("belong together" in text for text in texts), "reliability is told"


def _every_part(open_page, store: Path) -> dict:
    pages = {part: open_page(PAGE, store, about=part) for part in PARTS}
    for app in pages.values():
        assert not app.exception and not app.error
        assert app.title[0].value
    return pages
