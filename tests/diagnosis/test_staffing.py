"""People needed beside people planned: a hall with a gap at lunch, and stores that lack things."""

import json

import numpy as np
import pandas as pd
import pytest

from analytics.charts import wait_staffing as charts
from analytics.diagnosis.staffing import staffing
from analytics.filters import Grouping, Targets
from analytics.methods.erlang import service_level_a
from analytics.redesign.measures import parse
from analytics.words import wait_staffing as words
from tests.diagnosis.test_wait_times import FIVE, asked, store_of

ASKED = {"start": "2026-09-01", "end": "2026-11-01", "grouping": Grouping()}
ROSTER = """branch_id,role,weekday,from_time,to_time,headcount
{rows}"""


@pytest.fixture(scope="module")
def visits() -> str:
    """Two months of weekdays 9:00–15:00, fifteen tickets each half hour, ten minutes each: five erlangs."""
    days = pd.bdate_range("2026-09-01", "2026-10-30")
    arrived = np.concatenate([day + pd.to_timedelta(np.arange(540, 900, 2), unit="min") for day in days])
    called = arrived + np.timedelta64(1, "m")
    frame = pd.DataFrame(
        {
            "ticket_id": np.tile(np.arange(180), len(days)), "branch_id": "B", "service": "cash", "arrived_at": arrived,
            "called_at": called, "finished_at": called + np.timedelta64(10, "m"), "counter": "1",
        }
    )  # fmt: skip
    return frame.to_csv(index=False)


def roster(*blocks) -> str:
    rows = [f"B,counter,{w},{a},{b},{n}" for w in range(1, 6) for a, b, n in blocks]
    return ROSTER.format(rows="\n".join(rows))


def test_needed_is_the_least_that_reaches_the_target(tmp_path, visits):
    found = staffing(store_of(tmp_path, visits=visits, rosters=roster(("09:00", "15:00", 7))), asked(**ASKED))
    needed = found.cells["n_needed"].unique().astype(int)
    assert len(needed) == 1 and found.service_min == 10
    level = [
        service_level_a(0.5, 0.1, int(n), 1 / found.patience_min, 10) for n in (needed[0] - 1, needed[0])
    ]
    assert level[0] < 0.8 <= level[1]
    # Days alike: no doubt about it.
    assert (found.cells["needed_low"] == found.cells["needed_high"]).all()
    assert found.hours_short.value == 0 and found.hours_over.value == (7 - needed[0]) * 6 * 5
    assert found.move is None and words.title(found).startswith("Hardly any")


def test_the_lunch_gap_is_found_and_the_move_is_a_measure(tmp_path, visits):
    blocks = ("09:00", "11:00", 8), ("11:00", "13:00", 4), ("13:00", "15:00", 7)
    found = staffing(store_of(tmp_path, visits=visits, rosters=roster(*blocks)), asked(**ASKED))
    short = found.cells[found.cells["gap"] > 0]
    assert sorted(short["half_hour"].unique()) == [22, 23, 24, 25]
    n = found.cells["n_needed"].iloc[0]
    assert found.hours_short.value == (n - 4) * 2 * 5
    assert (
        found.move.to_half_hours == (22, 26) and found.move.hours_short_after < found.move.hours_short_before
    )
    measure = words.move_measure(found.move)
    assert parse([measure]) == (measure,) and measure["to"] == ["11:00", "13:00"]
    assert "11:00" in words.move_sentence(found.move) and json.dumps(measure)
    assert charts.gap(found).data[0].z.shape == (5, 12)


def test_without_staff_there_is_what_is_needed_alone(tmp_path):
    lines = [line.rsplit(",", 2)[0] for line in FIVE.splitlines()]
    found = staffing(store_of(tmp_path, visits="\n".join(lines) + "\n"), asked())
    assert found.source == "unknown" and found.move is None and not found.hours_short.is_known
    assert "people are needed" in words.title(found)
    charts.gap(found)
    assert words.caption(found, Targets())


def test_without_service_times_there_is_nothing(tmp_path):
    frame = pd.read_csv(pd.io.common.StringIO(FIVE)).assign(finished_at=None)
    assert staffing(store_of(tmp_path, visits=frame.to_csv(index=False)), asked()) is None
