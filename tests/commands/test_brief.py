"""`brief` writes a deck, and says in a sentence what it cannot do."""

import json

import pytest
from pptx import Presentation

from analytics.__main__ import main
from analytics.store.loading import load
from tests.pages.conftest import write_visits


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("brief")
    load([write_visits(folder / "visits.csv")], folder / "store")
    return folder / "store"


def test_it_writes_four_slides(store, tmp_path, capsys):
    out, measures = tmp_path / "b.pptx", tmp_path / "m.json"
    measures.write_text('[{"measure": "divert", "service": "bill payment", "share": 0.5}]')
    assert (
        main(["brief", "--store", str(store), "--out", str(out), "--measures", str(measures), "--json"]) == 0
    )
    said = json.loads(capsys.readouterr().out)
    assert len(Presentation(str(out)).slides) == len(said["slides"]) == 4


def test_the_slides_tell_the_figures_of_the_command_line_for_the_same_days(store, tmp_path, capsys):
    measures = tmp_path / "m.json"
    measures.write_text('[{"measure": "divert", "service": "bill payment", "share": 0.5}]')
    words = ["--store", str(store), "--measures", str(measures)]
    assert main(["forecast", *words, "--horizon-days", "22", "--json"]) == 0
    wait = json.loads(capsys.readouterr().out)["by_segment"]["ordinary"]["wait_mean_min"]
    assert main(["brief", *words, "--out", str(tmp_path / "b.pptx")]) == 0
    cells = [
        cell.text
        for slide in Presentation(str(tmp_path / "b.pptx")).slides
        for shape in slide.shapes
        if shape.has_table
        for row in shape.table.rows
        for cell in row.cells
    ]
    assert f"{wait['before']['mean']:.1f} → {wait['after']['mean']:.1f}" in cells
    assert main(["forecast", *words, "--horizon-days", "22"]) == 0
    assert "Forecast of 22 working days from" in capsys.readouterr().out.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("b.pdf", "[]", "only .pptx"),
        ("b.html", "[]", "only .pptx"),
        ("b.txt", "[]", "must end in .pptx"),
        ("gone/b.pptx", "[]", "cannot be written"),
        ("b.pptx", '[{"measure": "divert", "service": "cash", "share": 1.7}]', "1.7"),
        ("b.pptx", "{", "no JSON"),
        ("b.pptx", "{}", "list"),
        ("b.pptx", "3", "list"),
    ],
)
def test_a_bad_request_is_one_sentence(store, tmp_path, capsys, name, content, said):
    (tmp_path / "m.json").write_text(content)
    words = ["brief", "--store", str(store), "--out", str(tmp_path / name)]
    assert main([*words, "--measures", str(tmp_path / "m.json")]) == 1
    error = capsys.readouterr().err.strip()
    assert said in error and "Traceback" not in error and len(error.splitlines()) == 1


def test_a_place_that_is_not_there_is_said_as_forecast_says_it(store, tmp_path, capsys):
    said = []
    for words in (["brief", "--out", str(tmp_path / "b.pptx")], ["forecast"]):
        assert main([*words, "--store", str(store), "--scope", "process:dance"]) == 1
        said.append(capsys.readouterr().err)
    assert said[0] == said[1] and "process:dance" in said[0]
