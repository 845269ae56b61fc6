"""A loader killed at any moment leaves the previous version current and whole."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from analytics.store import Store, load
from analytics.store.versions import undo
from tests.store.bench import visit, write

ROOT = Path(__file__).parents[2]


def start(path: Path, store: Path) -> subprocess.Popen:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.store.killing", str(path), str(store)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout.readline() == b"ready\n"
    return process


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is not a signal of Windows")
def test_the_store_is_whole_after_kills_at_random_moments(tmp_path):
    store = tmp_path / "store"
    load([write(tmp_path / "visits_1.csv", [visit(str(n)) for n in range(1000)])], store)
    large = write(tmp_path / "visits_2.csv", [visit(f"x{n}") for n in range(60_000)])
    copy = tmp_path / "timed"
    started = time.perf_counter()
    process = start(large, copy)
    began = time.perf_counter()
    process.communicate(b"\n", timeout=60)
    whole_s = time.perf_counter() - began
    assert time.perf_counter() - started < 60
    moments = random.Random(7)
    n_killed = 0
    for _kill in range(50):
        process = start(large, store)
        process.stdin.write(b"\n")
        process.stdin.flush()
        time.sleep(moments.uniform(0, whole_s))
        process.send_signal(signal.SIGKILL)
        n_killed += process.wait() == -signal.SIGKILL
        opened = Store.open(store)
        expected = 61_000 if opened.version != "v0001" else 1000
        assert opened.rows("select count(*), count(distinct ticket_id) from visits") == [(expected, expected)]
        if opened.version != "v0001":
            undo(store)  # the next load has all to do again
    assert n_killed >= 20
    load([large], store)
    assert Store.open(store).rows("select count(*) from visits") == [(61_000,)]
    assert not list(store.glob("unfinished*"))
