"""`forecast` from the command line: the contract's JSON, words for people, one sentence for bad requests."""

import json
from pathlib import Path

import pytest

from analytics.__main__ import main
from analytics.store import Ledger

LUNCH = [{"measure": "add_staff", "role": "counter", "headcount": 2, "from": "12:00", "to": "14:00"}]


@pytest.fixture
def run(sample_store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    def run_it(measures=None, *options: str) -> tuple[int, str, str]:
        arguments = ["forecast", "--store", str(sample_store), *options]
        if "--branch" not in options:
            arguments += ["--branch", "Sandaojie"]
        if measures is not None:
            path = tmp_path / "measures.json"
            path.write_text(measures if isinstance(measures, str) else json.dumps(measures), "utf-8")
            arguments += ["--measures", str(path)]
        arguments += ["--from", "2026-08-01", "--replications", "20", "--horizon-days", "5"]
        status = main(arguments)
        out, err = capsys.readouterr()
        return status, out, err

    return run_it


def test_json_is_the_contracts(run) -> None:
    status, out, _ = run(LUNCH, "--json", "--seed", "4")
    content = json.loads(out)
    assert status == 0
    assert {"scope", "measures", "metrics", "by_segment", "guardrail", "fit", "horizon_days", "starts_on", "replications",
            "seed", "seconds", "data_version"} <= set(content)  # fmt: skip
    assert content["measures"] == LUNCH
    assert (content["seed"], content["replications"], content["horizon_days"]) == (4, 20, 5)
    assert set(content["metrics"]["wait_mean_min"]) == {"unit", "observed", "before", "after", "change"}


def test_target_is_the_options(run) -> None:
    shares = []
    for target in ("2", "30"):
        content = json.loads(run(None, "--json", "--target-min", target)[1])
        shares.append(content["metrics"]["within_target_share"]["before"]["mean"])
    assert shares[0] < shares[1]


def test_words_for_people(run) -> None:
    status, out, _ = run(LUNCH)
    assert status == 0
    assert "Mean wait" in out


def test_the_table_is_in_the_units_of_its_titles(run) -> None:
    _, out, _ = run(LUNCH)
    content = json.loads(run(LUNCH, "--json")[1])
    lines = out.splitlines()
    at = lines.index("Called within 10 min, %")
    share = content["by_segment"]["ordinary"]["within_target_share"]["before"]["mean"]
    assert lines[at + 1].split()[0] == "Ordinary"
    assert float(lines[at + 1].split()[2]) == pytest.approx(100 * share, abs=0.06)


def test_the_cost_is_a_sum_without_an_interval(run) -> None:
    lines = run(LUNCH)[1].splitlines()
    at = lines.index("Staff cost, CNY a month (hours × hourly cost)")
    assert len(lines[at + 1].split()) == 5  # whom, measured, before, after, change
    cost = json.loads(run(LUNCH, "--json")[1])["metrics"]["staff_cost_cny_per_month"]
    assert cost["change"]["interval"] == [cost["change"]["mean"]] * 2


@pytest.mark.parametrize(
    ("measures", "options", "word"),
    [
        ([{"measure": "divert", "service": "bill payment", "share": 1.7}], (), "share"),
        ([{"measure": "divert", "service": "opera", "share": 0.7}], (), "opera"),
        ([{"measure": "pool_counters", "counters": ["C99"]}], (), "C99"),
        ("{not json", (), "JSON"),
        (LUNCH, ("--branch", "Atlantis"), "Atlantis"),
        (LUNCH, ("--to", "2026-08-01"), "empty"),
        (LUNCH, ("--carry-over",), "--carry-over"),
        (None, ("--carry-over",), "--carry-over"),
    ],
)
def test_bad_requests_are_one_sentence_and_status_1(run, measures, options, word: str) -> None:
    status, out, err = run(measures, *options, "--json")
    assert status == 1
    assert out == ""
    assert word in err
    assert len(err.strip().splitlines()) == 1


def test_a_file_that_is_not_there(sample_store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["forecast", "--store", str(sample_store), "--measures", "nowhere.json"]) == 1
    assert "nowhere.json" in capsys.readouterr().err


def test_an_issued_forecast_is_in_the_ledger_as_it_was_printed(run, sample_store: Path) -> None:
    status, out, err = run(LUNCH, "--json", "--issue", "lunch-2")
    assert status == 0
    assert "lunch-2" in err
    kept = {f.intervention_id: f.content for f in Ledger.open(sample_store).issued_forecasts("Sandaojie")}
    assert kept["lunch-2"] == json.loads(out)
    status, out, err = run(LUNCH, "--json", "--issue", "lunch-2")
    assert (status, out) == (1, "")
    assert "already" in err
