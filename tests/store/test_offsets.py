"""Times with an offset become local; durations across a clock change stay right."""

from datetime import datetime

import pytest

from analytics.store import Store
from tests.store.bench import load_one, tickets, visit, write


def local(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("arrived", "called"),
    [
        ("2026-03-02T01:00:00Z", "2026-03-02T01:10:00+00:00"),
        ("2026-03-02 09:00:00+08:00", "2026-03-02 10:10:00.000+0900"),
        ("2026-03-02 09:00:00", "2026-03-02 01:10Z"),
        ("2026/3/2 9:00", "2026-03-02 09:10"),
    ],
)
def test_an_offset_is_taken_into_account_and_without_one_times_are_local(tmp_path, arrived, called):
    path = write(tmp_path / "visits.csv", [visit("1", arrived_at=arrived, called_at=called, finished_at="")])
    load_one(path, tmp_path / "store")
    assert tickets(tmp_path / "store", columns="arrived_at, wait_min") == [(local("2026-03-02 09:00"), 10.0)]


def test_a_wait_over_the_change_to_winter_time_is_as_long_as_it_was(tmp_path):
    (tmp_path / "m.toml").write_text('timezone = "Europe/Amsterdam"\n')
    row = visit(
        "1",
        arrived_at="2026-10-25T02:50:00+02:00",
        called_at="2026-10-25T02:10:00+01:00",
        finished_at="2026-10-25T02:40:00+01:00",
    )
    load_one(write(tmp_path / "visits.csv", [row]), tmp_path / "store", mapping=tmp_path / "m.toml")
    assert tickets(tmp_path / "store", columns="arrived_at, wait_min, service_min") == [
        (local("2026-10-25 02:50"), 20.0, 30.0)
    ]


def test_work_over_the_change_to_summer_time_is_as_long_as_it_was(tmp_path):
    (tmp_path / "m.toml").write_text('timezone = "Europe/Amsterdam"\n')
    event = {
        "case_id": "k", "process": "p", "branch_id": "B1", "activity": "a", "started_at": "2026-03-29T01:30:00+01:00",
        "finished_at": "2026-03-29T03:30:00+02:00",
    }  # fmt: skip
    load_one(write(tmp_path / "events.csv", [event]), tmp_path / "store", mapping=tmp_path / "m.toml")
    rows = Store.open(tmp_path / "store").rows("select started_at, finished_at - started_at from events")
    assert rows[0][0] == local("2026-03-29 01:30") and rows[0][1].total_seconds() == 3600
