"""The committed files are those that the generator writes, small, and with the known faults alone."""

import gzip
import importlib
import json
import sys
from pathlib import Path

import pandas as pd
import pytest

from tests.sample import branch

sys.path.insert(0, str(branch.FOLDER))
NAMES = sorted(path.name for path in branch.FOLDER.glob("*.csv*"))


def content(path: Path) -> bytes:
    read = path.read_bytes()
    return gzip.decompress(read) if path.suffix == ".gz" else read.replace(b"\r\n", b"\n")


def test_every_table_is_there_and_small() -> None:
    assert len(NAMES) == 11
    assert sum((branch.FOLDER / name).stat().st_size for name in NAMES) < 10_000_000


@pytest.mark.slow
def test_the_generator_writes_the_committed_files(tmp_path: Path) -> None:
    generate = importlib.import_module("generate")
    generate.generate(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == NAMES
    for name in NAMES:  # unpacked, for packers differ from machine to machine
        assert content(tmp_path / name) == content(branch.FOLDER / name), name


@pytest.mark.slow
def test_the_truths_on_file_are_those_of_the_world() -> None:
    truths = importlib.import_module("truths").truths()
    assert truths == json.loads((branch.FOLDER / "truths.json").read_text(encoding="utf-8"))


def test_a_day_played_again_is_the_day_in_the_files() -> None:
    generate, hall, days = (importlib.import_module(m) for m in ("generate", "world.hall", "world.days"))
    settings = importlib.import_module("world.settings")
    day = pd.Timestamp("2026-03-02").date()
    factor = days.demand_factors(generate.SEED)[day]
    played = hall.run_day(settings.BRANCHES[0], day, factor, generate.SEED, covered=False)
    frame = branch.visits()
    written = frame[frame.arrived_at.dt.date == day].set_index("ticket_id")
    assert abs(len(written) - len(played)) <= 2
    for ticket in played:
        if ticket.ticket_id in written.index and ticket.is_served:
            row = written.loc[ticket.ticket_id]
            assert abs(row.wait_min - ticket.wait) < 1.1 / 60
            assert row.counter == f"C{ticket.counter}" and row.teller_id == ticket.teller_id


def test_another_seed_is_another_branch() -> None:
    hall, days = importlib.import_module("world.hall"), importlib.import_module("world.days")
    settings = importlib.import_module("world.settings")
    day = pd.Timestamp("2026-03-02").date()
    runs = [
        hall.run_day(settings.BRANCHES[0], day, days.demand_factors(seed)[day], seed, covered=False)
        for seed in (1, 2)
    ]
    assert [t.arrived for t in runs[0]] != [t.arrived for t in runs[1]]


def test_draws_stay_what_they_were() -> None:
    draws = importlib.import_module("world.draws").Draws(1, 2)
    assert [draws.uniform() for _ in range(2)] == [0.44841514333227195, 0.4308819875443376]


def test_the_faults_are_few_and_known() -> None:
    raw = pd.read_csv(branch.FOLDER / "visits_sandaojie.csv.gz", parse_dates=list(branch.TIMES))
    assert raw.duplicated().sum() == 12
    unique = raw.drop_duplicates()
    assert (unique.called_at < unique.arrived_at).sum() == 9
    assert (unique.called_at < unique.arrived_at - pd.Timedelta(minutes=3)).sum() == 9
    assert (unique.finished_at < unique.called_at).sum() == 6
    assert not unique.duplicated("ticket_id").any()
    assert (branch.table("surveys").overall > 5).sum() == 4


def test_times_are_in_order_and_inside_the_year() -> None:
    first, last = pd.Timestamp("2025-11-01"), pd.Timestamp("2026-11-01")
    for branch_id in ("Sandaojie", *branch.PEERS):
        tickets = branch.visits(branch_id)
        assert (tickets.wait_min.dropna() >= 0).all() and (tickets.left_at.dropna() >= first).all()
        assert (tickets.called_at.notna() == tickets.finished_at.notna()).all()
        assert (tickets.called_at.isna() | tickets.left_at.isna()).all()
        assert tickets.arrived_at.between(first, last).all()
    events = branch.table("events")
    assert (events.started_at < events.finished_at).all() and events.finished_at.between(first, last).all()
    assert branch.table("surveys").answered_at.between(first, last).all()


def test_nobody_is_in_two_places_at_once() -> None:
    for frame, who, start in (
        (branch.visits(), "teller_id", "called_at"),
        (branch.table("events"), "resource", "started_at"),
    ):
        busy = frame.dropna(subset=[who, start]).sort_values([who, start])
        overlap = busy.groupby(who).finished_at.shift() - busy[start]
        assert overlap.max() <= pd.Timedelta(seconds=1)


def test_names_point_to_rows() -> None:
    surveys, cases, events = (branch.table(name) for name in ("surveys", "cases", "events"))
    tickets = {t for b in ("Sandaojie", *branch.PEERS) for t in branch.visits(b).ticket_id + b}
    named = surveys.dropna(subset=["ticket_id"])
    unknown = ~(named.ticket_id + named.branch_id).isin(tickets)
    assert unknown.sum() <= 15, "answers about the few tickets whose clocks are off"
    assert surveys.case_id.dropna().isin(cases.case_id).all()
    assert set(events.case_id) == set(cases.case_id)
    customers = set(branch.table("customers_2026-10-31").customer_id)
    assert cases.customer_id.dropna().isin(customers).all()
    assert branch.visits().customer_id.dropna().isin(customers).all()
