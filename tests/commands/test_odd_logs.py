"""Odd process logs at the command line: loaded, forecast and briefed, or one clear sentence; never a traceback."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.__main__ import main

STEPS = ("contact", "collect", "check", "sign")
NAMES = ('say "hi", ok', "O'Brien; drop table events;--", "检查📄材料", "x" * 500)
TIMES = ["started_at", "finished_at"]


def log(steps=STEPS, process: str = "loans", n: int = 80) -> pd.DataFrame:
    """Cases on 40 working days, one in five back from the third step to the second; two pools of three."""
    rng, days, rows = np.random.default_rng(3), pd.bdate_range("2026-01-05", periods=40), []
    for case in range(n):
        day, at, k = int(rng.integers(0, 25)), int(rng.integers(540, 700)), 0
        while k < len(steps):
            start = days[day] + pd.Timedelta(minutes=at)
            finish = start + pd.Timedelta(minutes=int(rng.integers(3, 30)))
            rows.append(
                (
                    f"c{case}",
                    process,
                    "B1",
                    steps[k],
                    f"p{k % 2}{rng.integers(0, 3)}",
                    f"role {k % 2}",
                    start,
                    finish,
                )
            )
            day, at = day + int(rng.integers(0, 2)), int(rng.integers(at + 30, at + 60)) if at < 900 else 560
            k = 1 if k == 2 and rng.random() < 0.2 else k + 1
    columns = ["case_id", "process", "branch_id", "activity", "resource", "role", *TIMES]
    return pd.DataFrame(rows, columns=columns)  # fmt: skip


def changed(change) -> pd.DataFrame:
    frame = log()
    for column in TIMES:
        frame[column] = change(frame[column], frame)
    return frame


ODD = {
    "two processes of the same cases": lambda: pd.concat([log(), log(process="accounts")]),
    "one activity": lambda: log(("only",)),
    "steps of no length": lambda: log().assign(finished_at=lambda f: f["started_at"]),
    "events out of order": lambda: log().sample(frac=1, random_state=1),
    "events twice": lambda: pd.concat([log(), log().sample(frac=0.3, random_state=2)]),
    "names with quotes, commas, an emoji, 500 characters": lambda: log(NAMES, 'proc "q", 贷款🏦'),
    "offsets": lambda: changed(lambda x, f: x.dt.strftime("%Y-%m-%dT%H:%M:%S") + np.where(f.index % 2, "+08:00", "+0800")),
    "a person an event": lambda: log().assign(resource=lambda f: [f"u{i}" for i in f.index]),
    "nobody": lambda: log().assign(resource="", role=""),
    "completions alone": lambda: log().assign(started_at=""),
    "all at one time": lambda: changed(lambda x, f: x.groupby(f["case_id"]).transform("first")),
}  # fmt: skip
MEASURES = [
    {"measure": "end_batching", "activity": "check"},
    {"measure": "reduce_rework", "from": "check", "to": "collect", "factor": 0.5},
    {"measure": "reduce_rework", "from": "only", "to": "only", "factor": 0.5},
    {"measure": "empower", "activity": "check", "share": 0.5},
    {"measure": "parallelise", "activities": ["collect", "check"]},
    {"measure": "demand", "factor": 0},
]


@pytest.fixture
def run(tmp_path: Path, capsys):
    def run(*words: str) -> tuple[int, str]:
        """Status and output; a refusal is one sentence that is no defect."""
        status = main([words[0], "--store", str(tmp_path / "store"), *words[1:]])
        out, err = capsys.readouterr()
        if status:
            assert (status, out, len(err.strip().splitlines())) == (1, "", 1), err
            assert "should not have happened" not in err
        return status, out or err

    return run


def load(run, tmp_path: Path, frame: pd.DataFrame) -> dict:
    frame.to_csv(tmp_path / "events.csv", index=False)
    status, out = run("load", str(tmp_path / "events.csv"), "--json")
    assert status == 0
    return json.loads(out)["files"][0]


@pytest.mark.slow
@pytest.mark.parametrize("name", ODD)
def test_an_odd_log_is_forecast_and_briefed_or_refused_in_a_sentence(run, tmp_path, name):
    frame = ODD[name]()
    assert load(run, tmp_path, frame)["loaded"] == len(frame)
    options = [
        "--scope",
        f"process:{frame['process'].iloc[0]}",
        "--replications",
        "3",
        "--horizon-days",
        "10",
    ]
    status, out = run("forecast", *options, "--json")
    assert status == 0, out
    json.loads(out, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    assert run("brief", *options[:2], "--out", str(tmp_path / "b.pptx"))[0] == 0
    for measure in MEASURES:
        (tmp_path / "m.json").write_text(json.dumps([measure]))
        run("forecast", *options, "--measures", str(tmp_path / "m.json"))


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (log(n=5), "5 cases"),
        (log(STEPS[:1]).assign(started_at="2026-01-05 09:00", finished_at="2026-01-05 09:10"), "on 1 days"),
        (log(n=150).assign(activity=lambda f: "step " + f.index.astype(str)), "different steps"),
    ],
    ids=["five cases", "one day", "a step an event"],
)
def test_a_log_that_no_forecast_can_rest_on_says_why(run, tmp_path, frame, said):
    load(run, tmp_path, frame)
    for words in (["forecast"], ["brief", "--out", str(tmp_path / "b.pptx")]):
        status, told = run(*words, "--scope", "process:loans")
        assert status == 1 and said in told


def test_a_file_in_place_of_the_store_is_said_in_a_sentence(tmp_path, capsys):
    (tmp_path / "notes.txt").write_text("x")
    for words in (["versions"], ["undo"], ["forecast"], ["load", str(tmp_path / "notes.txt")]):
        assert main([*words, "--store", str(tmp_path / "notes.txt")]) == 1
        told = capsys.readouterr().err
        assert "notes.txt" in told and len(told.splitlines()) == 1
        assert "should not have happened" not in told


@pytest.mark.slow
def test_a_forecast_says_nothing_beside_its_object(run, tmp_path):
    load(run, tmp_path, log())
    words = ["forecast", "--store", str(tmp_path / "store"), "--replications", "3", "--horizon-days", "10"]
    done = subprocess.run(
        [sys.executable, "-m", "analytics", *words, "--json"], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["scope"] == "process:loans"


def test_a_step_that_ends_before_it_began_is_rejected_with_its_reason(run, tmp_path):
    frame = log()
    bad = frame.index % 10 == 0
    frame.loc[bad, "started_at"] = frame.loc[bad, "finished_at"] + pd.Timedelta(hours=1)
    found = load(run, tmp_path, frame)
    assert [(r["code"], r["n"]) for r in found["reasons"]] == [("order", int(bad.sum()))]
    assert found["loaded"] == int((~bad).sum())
