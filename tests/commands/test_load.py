"""The command line loads, lists, undoes: JSON for scripts, a few lines for people."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from analytics.__main__ import main
from tests.store.bench import visit, write

ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(tmp_path, capsys):
    def run(*words: str, status: int = 0) -> tuple[str, str]:
        assert main([words[0], "--store", str(tmp_path / "store"), *words[1:]]) == status
        return capsys.readouterr()

    return run


def test_load_prints_the_object_of_the_contract_and_nothing_else(run, tmp_path):
    folder = tmp_path / "month"
    folder.mkdir()
    write(
        folder / "visits.csv",
        [visit("1") | {"shoe": "42"}, visit("1") | {"shoe": "43"}, visit("2", service="") | {"shoe": ""}],
    )
    (folder / "notes.txt").write_text("hello")
    out, err = run("load", str(folder), "--json")
    assert json.loads(out) == {
        "version": "v0001",
        "is_new_version": True,
        "files": [
            {
                "file": "visits.csv",
                "table": "visits",
                "rows_read": 3,
                "loaded": 1,
                "unchanged": 1,
                "rejected": 1,
                "reasons": [
                    {
                        "column": "service",
                        "reason": "service is empty and must not be",
                        "code": "missing",
                        "n": 1,
                    }
                ],
                "unused": ["shoe"],
                "assumed": [],
                "warnings": [],
            }
        ],
        "skipped": ["notes.txt"],
        "skipped_reasons": {
            "notes.txt": "notes.txt is none of the formats CSV, .csv.gz, .xlsx, Parquet and XES."
        },
    }
    assert err == ""


def test_load_tells_a_person_what_it_did(run, tmp_path):
    path = write(tmp_path / "visits.csv", [visit("1"), visit("2", service="")])
    out, err = run("load", str(path))
    assert "visits.csv → visits: 2 rows read, 1 loaded, 0 unchanged, 1 rejected" in out
    assert "1 × service is empty" in out
    assert "v0001" in err
    assert "stays at v0001" in run("load", str(path))[1]


def test_a_table_and_a_mapping_can_be_named(run, tmp_path):
    path = write(tmp_path / "march.csv", [{"nr": "1", "what": "cash", "when": "2026-03-02 09:00"}])
    mapping = tmp_path / "m.toml"
    mapping.write_text(
        '[columns]\nticket_id="nr"\nservice="what"\narrived_at="when"\n[constants]\nbranch_id="B1"\n'
    )
    out, _err = run("load", str(path), "--as", "visits", "--mapping", str(mapping), "--json")
    assert json.loads(out)["files"][0]["loaded"] == 1


def test_versions_and_undo(run, tmp_path):
    assert json.loads(run("versions", "--json")[0]) == {"versions": []}
    for n in (1, 2):
        run("load", str(write(tmp_path / f"visits_{n}.csv", [visit(str(n))])))
    listed = json.loads(run("versions", "--json")[0])["versions"]
    assert [(v["version"], v["files"], v["rows"], v["is_current"]) for v in listed] == [
        ("v0001", ["visits_1.csv"], 1, False),
        ("v0002", ["visits_2.csv"], 2, True),
    ]
    assert json.loads(run("undo", "--json")[0]) == {"version": "v0001"}
    assert "* v0001" in run("versions")[0]


@pytest.mark.slow
def test_the_sample_loads_and_loads_again_as_a_process(tmp_path):
    words = [sys.executable, "-m", "analytics", "sample", "--store", str(tmp_path / "store"), "--json"]
    first, again = (
        json.loads(subprocess.run(words, cwd=ROOT, capture_output=True, check=True, text=True).stdout)
        for _n in range(2)
    )
    assert (first["is_new_version"], again["is_new_version"]) == (True, False)
    for report in (*first["files"], *again["files"]):
        assert report["rows_read"] == report["loaded"] + report["unchanged"] + report["rejected"]
    assert {f["table"] for f in first["files"]} >= {
        "visits",
        "surveys",
        "rosters",
        "events",
        "cases",
        "customers",
    }
    assert sum(f["loaded"] for f in again["files"]) == 0
