"""Why the cases of small logs wait, worked out by hand over nights, weekends and other processes; and the sample's causes."""

import numpy as np
import pandas as pd
import pytest

from analytics.diagnosis.waiting_causes import CAUSES, WaitingCauses, _top, waiting_causes
from analytics.store.reader import Store
from tests.diagnosis.logs import PROCESS, asked, cases, events, of_branch, office_hours, store_of


def of(found: WaitingCauses, case: str, activity: str) -> dict[str, float]:
    row = found.waits.query("case_id == @case and activity == @activity").iloc[0]
    return {name: round(row[name], 6) for name in CAUSES if row[name] > 0}


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    # Ann checks. Monday 2 March 2026: A is ready at 10, but Ann is busy with B (ready 9:30) until 12 and with C
    # (ready 11) until 14; the day ends at 17. D is ready on Friday 6 at 16 and checked on Monday 9 at 9:30.
    rows = [
        ("B", "open", "2026-03-02 09:00", "2026-03-02 09:30", "Bob"),
        ("B", "check", "2026-03-02 09:30", "2026-03-02 12:00", "Ann"),
        ("A", "open", "2026-03-02 09:30", "2026-03-02 10:00", "Bob"),
        ("C", "open", "2026-03-02 10:30", "2026-03-02 11:00", "Bob"),
        ("C", "check", "2026-03-02 12:00", "2026-03-02 14:00", "Ann"),
        ("A", "check", "2026-03-02 14:00", "2026-03-02 15:00", "Ann"),
        ("D", "open", "2026-03-06 15:00", "2026-03-06 16:00", "Bob"),
        ("D", "check", "2026-03-09 09:30", "2026-03-09 10:00", "Ann"),
    ]
    whose = [(c, "VIP" if c == "C" else "ordinary", "won") for c in "ABCD"]
    other = events([("X", "call", "2026-03-06 16:00", "2026-03-06 16:30", "Ann")], "calls")
    log = pd.concat([events(rows), other])
    return store_of(
        tmp_path_factory.mktemp("desk"), events=log, cases=cases(whose),
        rosters=office_hours().assign(hourly_cost=60),
    )  # fmt: skip


def test_what_the_person_did_meanwhile(desk):
    found = waiting_causes(desk, asked(desk), PROCESS)
    assert of(found, "A", "check") == {"contention": 2, "prioritisation": 2}
    assert of(found, "C", "check") == {"contention": 1}
    # The call of another process is work too; then Ann is free for half an hour on Friday and on Monday.
    assert of(found, "D", "check") == {"contention": 0.5, "extraneous": 1.0}
    assert found.total_h.value == pytest.approx((4 + 1 + 1.5) / 4)
    by_cause = found.causes.query("group == 'all'").set_index("cause")
    assert by_cause["hours"].to_dict() == pytest.approx(
        {"batching": 0, "contention": 3.5, "prioritisation": 2, "unavailability": 0, "extraneous": 1}
    )
    assert by_cause["share"].sum() == pytest.approx(1)
    assert by_cause.loc["contention", "value_cny"] == pytest.approx(3.5 * 60)
    vip = found.causes.query("group == 'vip'").set_index("cause")
    assert vip.loc["contention", "per_case_h"] == pytest.approx(1) and vip["n"].unique().tolist() == [1]


def test_by_the_clock_nights_and_weekends_are_unavailability(desk):
    found = waiting_causes(desk, asked(desk), PROCESS, "clock")
    assert of(found, "D", "check") == {"contention": 0.5, "extraneous": 1.0, "unavailability": 64}
    row = found.waits.query("case_id == 'D'").iloc[0]
    assert row["wait_clock_h"] == pytest.approx(65.5)
    assert found.duty["source"].unique().tolist() == ["roster"]


def test_the_parts_of_every_frame_add_up(sample_store):
    store = Store.open(sample_store)
    found = waiting_causes(store, of_branch(store, "Sandaojie"), "relationship marketing")
    waits = found.waits
    assert (waits[list(CAUSES)].sum(axis=1) - waits["wait_h"]).abs().max() < 1e-9
    every = found.causes.query("group == 'all'")
    assert every["hours"].sum() == pytest.approx(found.total_h.value * found.n_cases)
    assert found.handovers["hours"].sum() == pytest.approx(found.total_h.value * found.n_cases)
    assert found.handovers["share"].sum() == pytest.approx(1)
    split = found.causes.query("group != 'all'").groupby("cause")["hours"].sum()
    assert split.to_dict() == pytest.approx(every.set_index("cause")["hours"].to_dict())
    assert every["value_cny"].sum() == pytest.approx(found.handovers["value_cny"].sum())


def test_the_longest_waits_of_each_handover_and_cause_are_kept(sample_store, monkeypatch):
    store = Store.open(sample_store)
    asked = of_branch(store, "Sandaojie")
    kept = waiting_causes(store, asked, "relationship marketing").waits
    monkeypatch.setattr("analytics.diagnosis.waiting_causes.MOST_WAITS", 10**6)
    found = waiting_causes(store, asked, "relationship marketing")
    assert found.waits["wait_h"].sum() == pytest.approx(found.total_h.value * found.n_cases)
    assert found.waits["value_cny"].sum() == pytest.approx(found.handovers["value_cny"].sum())
    pairs = found.waits.groupby(["before", "activity"])
    assert (pairs.size() > 200).any() and len(kept) < len(found.waits)
    for cause in CAUSES:
        for pair, rows in pairs:
            every = rows.loc[rows[cause] > 0, cause].nlargest(200).to_list()
            mine = kept[(kept["before"] == pair[0]) & (kept["activity"] == pair[1])]
            assert mine[cause].nlargest(200).to_list()[: len(every)] == every


def test_the_sample_batches_its_approvals_and_its_peers_do_not(sample_store):
    store = Store.open(sample_store)
    found = waiting_causes(store, of_branch(store, "Sandaojie"), "relationship marketing")
    for_staff = found.handovers[found.handovers["cause"] != "extraneous"].iloc[0]
    assert (for_staff["activity"], for_staff["cause"]) == ("credit approval", "batching")
    approvals = found.handovers[found.handovers["activity"] == "credit approval"].set_index("cause")["share"]
    assert approvals["batching"] > 0.7 * approvals.sum()
    for branch, process in (("Renminlu", "relationship marketing"), ("Sandaojie", "account opening")):
        healthy = waiting_causes(store, of_branch(store, branch), process)
        share = healthy.causes.query("group == 'all'").set_index("cause")["share"]
        assert share["batching"] == 0
        assert share["prioritisation"] < 0.02
        assert share["extraneous"] > 0.7


def test_a_wait_for_someone_planned_on_other_days_is_unavailability(tmp_path):
    # Work is opened all week; the approver is planned on Thursdays and comes to each case as it is.
    rows = []
    for i in range(12):
        week = pd.Timestamp("2026-06-22") + pd.Timedelta(days=7 * i)
        rows += [
            (f"K{i}", "open", week + pd.Timedelta(hours=9), week + pd.Timedelta(hours=10), "Bob", "clerk"),
            (f"K{i}", "approve", week + pd.Timedelta(days=3, hours=9), week + pd.Timedelta(days=3, hours=9.5), "Eve", "approver"),
        ]  # fmt: skip
    log = pd.DataFrame(rows, columns=["case_id", "activity", "started_at", "finished_at", "resource", "role"])
    log = log.assign(process=PROCESS, branch_id="B1")
    rosters = pd.concat([office_hours(), office_hours("approver").query("weekday == 4")])
    store = store_of(tmp_path, events=log, rosters=rosters)
    found = waiting_causes(store, of_branch(store, "B1"), PROCESS)
    assert set(found.waits["wait_h"].round(6)) == {7 + 8 + 8}
    assert found.waits["cause"].unique().tolist() == ["unavailability"]
    assert found.waits["extraneous"].sum() == 0


def test_what_is_not_known_is_said(tmp_path, desk):
    rows = [("A", "in", None, "2026-03-02 09:00"), ("A", "out", None, "2026-03-02 12:00")]
    store = store_of(tmp_path / "ends", events=events(rows))
    assert waiting_causes(store, asked(store), PROCESS) is None
    assert waiting_causes(desk, asked(desk), "another process") is None
    rows = [
        ("A", "in", "2026-03-02 09:00", "2026-03-02 10:00"), ("A", "out", "2026-03-02 11:00", "2026-03-02 12:00"),
        ("A", "post", None, "2026-03-02 13:00"),
    ]  # fmt: skip
    store = store_of(tmp_path / "nobody", events=events(rows))
    found = waiting_causes(store, asked(store), PROCESS, "clock")
    assert (found.n_without_person, found.n_without_start) == (1, 1)
    assert of(found, "A", "out") == {"extraneous": 1}
    assert found.causes["value_cny"].isna().all()


def test_a_wait_over_the_leave_of_the_person_is_unavailability(tmp_path):
    # Every working day of eight weeks Bob opens a case at nine and Eve checks it at ten, but from Monday 23 March to
    # Friday 3 April Eve is on leave: the case of Friday 20 March opened at four is checked on Monday 6 April at ten.
    rows = []
    for i, day in enumerate(pd.bdate_range("2026-03-02", periods=40)):
        nine = day + pd.Timedelta(hours=9)
        rows.append((f"K{i}", "open", nine, nine + pd.Timedelta(hours=1), "Bob"))
        if not pd.Timestamp("2026-03-23") <= day < pd.Timestamp("2026-04-04"):
            rows.append(
                (f"K{i}", "check", nine + pd.Timedelta(hours=1), nine + pd.Timedelta(hours=1.5), "Eve")
            )
    rows += [
        ("L", "open", "2026-03-20 15:00", "2026-03-20 16:00", "Bob"),
        ("L", "check", "2026-04-06 10:30", "2026-04-06 11:00", "Eve"),
    ]
    store = store_of(tmp_path, events=events(rows), rosters=office_hours())
    found = waiting_causes(store, of_branch(store, "B1"), PROCESS)
    # An hour on Friday and one and a half on Monday (of which half an hour of other work), ten days of eight hours.
    assert of(found, "L", "check") == {"extraneous": 1 + 1, "prioritisation": 0.5, "unavailability": 80}
    by_clock = waiting_causes(store, of_branch(store, "B1"), PROCESS, "clock")
    hours = (pd.Timestamp("2026-04-06 10:30") - pd.Timestamp("2026-03-20 16:00")).total_seconds() / 3600
    assert of(by_clock, "L", "check") == {
        "extraneous": 1 + 1, "prioritisation": 0.5, "unavailability": hours - 2.5
    }  # fmt: skip


def test_by_the_clock_nobody_is_on_duty_on_a_day_off_of_the_process(tmp_path):
    # The branch works Monday to Friday but on Wednesday 11 March; eleven cases a day are opened and checked at once,
    # one of Tuesday at 17:00 on Thursday at nine. Nobody's hours are planned, and they worked on too few days to tell.
    rows = []
    for day in pd.bdate_range("2026-03-02", periods=15):
        for minute in range(0, 11 * 48, 48) if f"{day:%m-%d}" != "03-11" else ():
            at = [day + pd.Timedelta(hours=9, minutes=minute + m) for m in (0, 5, 10)]
            case = f"K{day:%d}{minute}"
            rows += [(case, "open", at[0], at[1], "Bob"), (case, "check", at[1], at[2], "Eve")]
    rows += [
        ("L", "open", "2026-03-10 17:20", "2026-03-10 17:30", "Bob"),
        ("L", "check", "2026-03-12 09:00", "2026-03-12 09:00", "Eve"),
    ]
    store = store_of(tmp_path, events=events(rows).assign(role=None))
    found = waiting_causes(store, of_branch(store, "B1"), PROCESS, "clock")
    assert found.duty["source"].unique().tolist() == ["process"]
    assert of(found, "L", "check") == {"unavailability": 39.5}
    assert waiting_causes(store, of_branch(store, "B1"), PROCESS).waits.query("case_id == 'L'").empty


def test_the_longest_are_found_among_many_alike():
    rng = np.random.default_rng(1)
    pair = rng.integers(0, 3, 5_000).astype(np.int32)
    parts = rng.integers(0, 40, (5_000, len(CAUSES)))  # many of the same length
    chosen = _top(pair, parts, 3, 50)
    for p in range(3):
        for cause in range(len(CAUSES)):
            mine, kept = (np.sort(parts[at][pair[at] == p, cause])[::-1] for at in (slice(None), chosen))
            assert kept[:50].tolist() == mine[:50].tolist()
    assert len(chosen) <= 3 * len(CAUSES) * 100


def test_handovers_of_hundreds_of_steps_keep_their_names(tmp_path):
    at = pd.date_range("2026-03-02", periods=400, freq="h")
    rows = [("A", f"step {i:03d}", str(at[2 * i]), str(at[2 * i + 1]), "Ann") for i in range(200)]
    store = store_of(tmp_path, events=events(rows))
    found = waiting_causes(store, of_branch(store, "B1"), PROCESS, "clock")
    pairs = set(zip(found.handovers["before"], found.handovers["activity"], strict=True))
    assert pairs == {(f"step {i:03d}", f"step {i + 1:03d}") for i in range(199)}
    assert found.total_h.value == pytest.approx(199)
