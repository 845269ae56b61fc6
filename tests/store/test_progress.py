"""What a load tells of its progress: within a file too, never backwards."""

import threading

import pytest

from analytics.errors import RequestError
from analytics.store import loading
from tests.store.bench import visit, write


def test_a_long_file_is_told_of_while_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(loading, "_LOOK_S", 0.001)
    rows = [visit(str(i)) for i in range(60_000)]
    path = write(tmp_path / "visits.csv", rows)
    told: list[tuple[float, str, str]] = []
    loading.load(
        [path],
        tmp_path / "store",
        progress=lambda share, text: told.append((share, text, threading.current_thread().name)),
    )
    shares = [share for share, _text, _thread in told]
    assert shares == sorted(shares) and shares[0] == 0 and shares[-1] == 1
    within = [share for share, text, thread in told if thread == "progress" and text.startswith("Reading")]
    assert within and all(0 < share <= 0.7 for share in within)
    assert not any(thread.name == "progress" for thread in threading.enumerate())


def test_a_load_that_fails_leaves_nobody_watching(tmp_path):
    path = write(tmp_path / "visits.csv", [visit("1", arrived_at="never")])
    with pytest.raises(RequestError):
        loading.load([path], tmp_path / "store")
    assert not any(thread.name == "progress" for thread in threading.enumerate())
