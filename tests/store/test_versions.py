"""Versions are immutable, CURRENT is repointed last, undo goes back, two loaders do not collide."""

import pytest

from analytics.errors import RequestError
from analytics.store import Store, load
from analytics.store.versions import current_version, loading_lock, undo, versions
from tests.store.bench import visit, write


@pytest.fixture
def store(tmp_path):
    for n in (1, 2, 3):
        load([write(tmp_path / f"visits_{n}.csv", [visit(str(n))])], tmp_path / "store")
    return tmp_path / "store"


def count(store) -> int:
    return Store.open(store).rows("select count(*) from visits")[0][0]


def test_each_load_is_a_version(store):
    found = versions(store)
    assert [(v.version, v.parent, v.files, v.rows, v.is_current) for v in found] == [
        ("v0001", None, ("visits_1.csv",), 1, False),
        ("v0002", "v0001", ("visits_2.csv",), 2, False),
        ("v0003", "v0002", ("visits_3.csv",), 3, True),
    ]
    assert found[0].created_at < found[2].created_at


def test_undo_goes_back_one_by_one_and_not_before_the_first(store):
    assert (undo(store), count(store)) == ("v0002", 2)
    assert (undo(store), count(store)) == ("v0001", 1)
    with pytest.raises(RequestError, match="first"):
        undo(store)


def test_after_an_undo_a_load_goes_on_from_there_under_a_new_number(store, tmp_path):
    undo(store)
    report = load([write(tmp_path / "visits_4.csv", [visit("4")])], store)
    assert (report.version, count(store)) == ("v0004", 3)
    assert undo(store) == "v0002"


def test_an_open_store_keeps_its_version_while_a_new_one_is_published(store, tmp_path):
    before = Store.open(store)
    load([write(tmp_path / "visits_4.csv", [visit("4")])], store)
    assert (before.version, before.rows("select count(*) from visits")) == ("v0003", [(3,)])
    assert (Store.open(store).version, count(store)) == ("v0004", 4)


def test_an_empty_store_has_nothing_to_undo(tmp_path):
    with pytest.raises(RequestError, match="empty"):
        undo(tmp_path / "store")
    assert versions(tmp_path / "store") == []


def test_two_loaders_do_not_collide(store, tmp_path):
    path = write(tmp_path / "visits_4.csv", [visit("4")])
    with loading_lock(store), pytest.raises(RequestError, match="running"):
        load([path], store)
    assert load([path], store).version == "v0004"


def test_a_lost_current_file_is_said_and_undone(store):
    (store / "v0003.duckdb").unlink()
    with pytest.raises(RequestError, match="v0003"):
        Store.open(store)
    assert (undo(store), count(store)) == ("v0002", 2)


def test_a_damaged_current_file_is_said_and_undone(store):
    (store / "v0003.duckdb").write_bytes(b"not a database" * 1000)
    with pytest.raises(RequestError, match="v0003"):
        Store.open(store)
    assert undo(store) == "v0002"


def test_what_a_killed_load_left_is_swept_away_and_never_current(store, tmp_path):
    (store / "unfinished-1.duckdb").write_bytes(b"half")
    (store / "unfinished-1.duckdb.wal").write_bytes(b"half")
    (store / "unfinished-copy.csv").write_bytes(b"half")
    assert current_version(store) == "v0003"
    load([write(tmp_path / "visits_4.csv", [visit("4")])], store)
    assert not list(store.glob("unfinished*"))
