"""Bad files and bad words: one sentence on standard error, status 1 or 2, never a traceback."""

import json

import pytest

from analytics.__main__ import main
from analytics.store import loading
from tests.store.bench import visit, write


@pytest.fixture
def fails(tmp_path, capsys):
    def fails(*words: str, status: int = 1) -> str:
        with_store = [words[0], "--store", str(tmp_path / "store"), *words[1:]]
        assert main(with_store) == status
        out, err = capsys.readouterr()
        assert out == ""
        assert len(err.strip().splitlines()) == 1
        assert "Traceback" not in err
        return err

    return fails


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_file_that_is_not_there(fails, tmp_path, options):
    assert "nowhere.csv" in fails("load", str(tmp_path / "nowhere.csv"), *options)


def test_noise_and_a_missing_column_name_the_file_and_the_column(fails, tmp_path):
    noise = tmp_path / "visits.csv"
    noise.write_bytes(bytes(range(256)) * 20)
    assert "visits.csv" in fails("load", str(noise))
    lacking = write(tmp_path / "visits_2.csv", [{"ticket_id": "1", "branch_id": "B1", "service": "cash"}])
    message = fails("load", str(lacking))
    assert "visits_2.csv" in message and "arrived_at" in message


def test_an_unknown_table_lists_the_tables(fails, tmp_path):
    path = write(tmp_path / "a.csv", [visit("1")])
    assert "rosters" in fails("load", str(path), "--as", "tickets")


def test_a_mapping_that_is_not_there_or_no_toml(fails, tmp_path):
    path = write(tmp_path / "visits.csv", [visit("1")])
    assert "none.toml" in fails("load", str(path), "--mapping", str(tmp_path / "none.toml"))
    (tmp_path / "bad.toml").write_text("table = visits")
    assert "bad.toml" in fails("load", str(path), "--mapping", str(tmp_path / "bad.toml"))


def test_an_empty_folder_and_an_empty_store(fails, tmp_path):
    (tmp_path / "empty").mkdir()
    assert "empty" in fails("load", str(tmp_path / "empty"))
    assert "empty" in fails("undo")


def test_a_folder_in_which_nothing_is_ours_tells_what_is_there_and_how_files_are_known(fails, tmp_path):
    folder = tmp_path / "month"
    (folder / "inner").mkdir(parents=True)
    assert "inner" in fails("load", str(folder))
    write(folder / "totals.csv", [{"a": "1", "b": "2"}])
    (folder / "notes.txt").write_text("hello")
    message = fails("load", str(folder))
    assert all(word in message for word in ("totals.csv: ", "notes.txt", "visits", "--as", "--mapping"))
    for n in range(20):
        (folder / f"more_{n:02d}.txt").write_text("hello")
    message = fails("load", str(folder))
    assert "more_09.txt" in message and "more_10.txt" not in message and "and 12 more" in message


def test_the_lines_that_a_message_gives_make_the_file_load(fails, tmp_path):
    tickets = write(
        tmp_path / "visits.csv", [{"票号": "1", "branch_id": "B1", "时刻": "x", "业务类型": "cash"}]
    )
    message = fails("load", str(tickets))
    assert 'columns = {ticket_id = "票号", service = "业务类型", arrived_at = "THEIR COLUMN"}' in message
    path = tmp_path / "loans 2026.xes"
    path.write_text(
        '<log><trace><string key="concept:name" value="k1"/><event><string key="concept:name" value="check"/>'
        '<date key="time:timestamp" value="2026-03-02T09:00:00+08:00"/></event></trace></log>'
    )
    message = fails("load", str(path))
    assert 'process = "loans 2026"' in message
    (tmp_path / "m.toml").write_text(message[message.index("constants") :].strip().rstrip("."))
    words = ["load", "--store", str(tmp_path / "store"), str(path), "--mapping", str(tmp_path / "m.toml")]
    assert main(words) == 0


def test_a_defect_is_a_sentence_too(fails, tmp_path, monkeypatch):
    def broken(*_args: object) -> None:
        raise ZeroDivisionError("by\nzero")

    monkeypatch.setattr(loading, "merge", broken)
    path = write(tmp_path / "visits.csv", [visit("1")])
    assert "ZeroDivisionError" in fails("load", str(path))
    assert not (tmp_path / "store" / "CURRENT").exists()


@pytest.mark.parametrize(
    "words", [[], ["dance"], ["load"], ["load", "x.csv", "--loud"], ["versions", "extra"]]
)
def test_wrong_words_end_with_status_2(words, capsys):
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert capsys.readouterr().out == ""


def test_help_names_every_command(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    out = capsys.readouterr().out
    assert all(name in out for name in ("load", "sample", "versions", "undo"))


def test_json_of_a_failed_load_is_nothing_on_standard_output(tmp_path, capsys):
    good = write(tmp_path / "visits.csv", [visit("1")])
    assert main(["load", str(good), "--store", str(tmp_path / "store"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["version"] == "v0001"
    assert (
        main(["load", str(good), str(tmp_path / "no.csv"), "--store", str(tmp_path / "store"), "--json"]) == 1
    )
    assert capsys.readouterr().out == ""
