"""Bottlenecks of three cases worked out by hand, of random logs by plain pandas, and of logs that say little."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from analytics.diagnosis.bottlenecks import bottlenecks, longest_handover, processes
from analytics.diagnosis.event_log import read
from analytics.diagnosis.waiting_causes import waiting_causes
from analytics.store.reader import Store
from analytics.words import bottlenecks as words
from tests.diagnosis.logs import PROCESS, asked, cases, events, of_branch, office_hours, store_of

# Monday 2 and Tuesday 3 March 2026; office hours nine to five.
# A (ordinary, won): waits 6 h for the check, then 18 clock hours = 2 working hours (9–11) for the approval;
#   works 1 + 1 + 1. Clock 27 h, working 11 h.
# B (ordinary, won): waits 0.5, 2, 0.5, 0; works 0.5, 1, 0.5, 1, 1; contacted and checked twice. 7 h.
# C (VIP, lost): one contact of one hour.
THREE = [
    ("A", "contact", "2026-03-02 09:00", "2026-03-02 10:00"),
    ("A", "check", "2026-03-02 16:00", "2026-03-02 17:00"),
    ("A", "approve", "2026-03-03 11:00", "2026-03-03 12:00"),
    ("B", "contact", "2026-03-02 09:00", "2026-03-02 09:30"),
    ("B", "check", "2026-03-02 10:00", "2026-03-02 11:00"),
    ("B", "contact", "2026-03-02 13:00", "2026-03-02 13:30"),
    ("B", "check", "2026-03-02 14:00", "2026-03-02 15:00"),
    ("B", "approve", "2026-03-02 15:00", "2026-03-02 16:00"),
    ("C", "contact", "2026-03-03 09:00", "2026-03-03 10:00"),
]
WHOSE = [("A", "ordinary", "won"), ("B", "ordinary", "won"), ("C", "VIP", "lost")]


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("three")
    return store_of(folder, events=events(THREE), cases=cases(WHOSE), rosters=office_hours())


def test_headlines_of_the_three_cases(three):
    result = bottlenecks(three, asked(three), PROCESS)
    assert (result.n_cases, result.n_complete, result.n_open, result.is_won_only) == (3, 2, 0, True)
    assert result.hours_per_week == 40
    assert result.cycle_time_h["ordinary"].value == pytest.approx((11 + 7) / 2)
    assert result.cycle_time_h["ordinary"].n == 2
    assert not result.cycle_time_h["vip"].is_known
    assert result.waiting_share["ordinary"].value == pytest.approx((8 + 3) / 18)
    assert result.rework_share["ordinary"].value == pytest.approx(1 / 2)
    assert result.rework_share["vip"].value == 0
    clock = bottlenecks(three, asked(three), PROCESS, "clock")
    assert clock.cycle_time_h["ordinary"].value == pytest.approx((27 + 7) / 2)
    assert clock.waiting_share["ordinary"].value == pytest.approx((24 + 3) / 34)


def test_hours_of_the_three_cases_by_step(three):
    steps = bottlenecks(three, asked(three), PROCESS).activities.set_index("activity")
    assert list(steps.index) == ["contact", "check", "approve"]
    assert steps["n"].tolist() == [4, 3, 2]
    assert steps["n_cases"].tolist() == [3, 2, 2]
    assert steps["work_h"].tolist() == pytest.approx([(1 + 0.5 + 0.5 + 1) / 4, 1, 1])
    assert steps["wait_case_h"].tolist() == pytest.approx([2 / 2, (6 + 0.5 + 0.5) / 2, 2 / 2])
    assert steps["work_case_h"].tolist() == pytest.approx([2 / 2, 3 / 2, 1])
    assert steps["repeat_share"].tolist() == pytest.approx([1 / 3, 1 / 2, 0])


def test_handovers_of_the_three_cases(three):
    rows = bottlenecks(three, asked(three), PROCESS).handovers.set_index(["before", "activity"])
    assert rows["n"].to_dict() == {("contact", "check"): 3, ("check", "approve"): 2, ("check", "contact"): 1}
    assert rows["wait_h"].to_dict() == pytest.approx(
        {("contact", "check"): 7 / 3, ("check", "approve"): 1.0, ("check", "contact"): 2.0}
    )
    assert rows["wait_clock_h"][("check", "approve")] == pytest.approx(18 / 2)
    assert rows["cycle_share"][("contact", "check")] == pytest.approx(7 / 18)
    assert rows["is_back"].to_dict() == {
        ("contact", "check"): False, ("check", "approve"): False, ("check", "contact"): True,
    }  # fmt: skip
    assert rows["n_again_cases"][("check", "contact")] == 1
    assert rows["again_share"][("check", "contact")] == pytest.approx(1 / 3)


def test_weeks_and_rounds_of_the_three_cases(three):
    result = bottlenecks(three, asked(three), PROCESS)
    week = result.weeks[result.weeks["week_on"] == pd.Timestamp("2026-03-02")].set_index("group")
    assert week["n_finished"].to_dict() == {"ordinary": 2, "vip": 1}
    assert week.loc["ordinary", "cycle_time_h"] == pytest.approx(9)
    assert result.weeks["n_finished"].sum() == 3
    # 23 and 30 March begin weeks of which the period holds one whole and one in part.
    whole = result.weeks.query("group == 'vip'").set_index("week_on")["is_whole"]
    assert whole["2026-03-23"] and not whole["2026-03-30"] and not whole["2026-02-23"]
    rounds = result.rounds.query("group == 'ordinary'").set_index("rounds")
    assert rounds["activity"].unique().tolist() == ["contact"]
    assert rounds["n_cases"].tolist() == [1, 1, 0, 0]


def test_the_longest_handover_of_the_three_cases(three):
    found = longest_handover(three, asked(three))
    assert (found.process, found.from_activity, found.to_activity) == (PROCESS, "contact", "check")
    assert found.mean_wait_h.value == pytest.approx(7 / 3)
    assert found.mean_wait_h.n == 3
    assert found.mean_cycle_time_h.value == pytest.approx(9)
    assert found.cycle_share.value == pytest.approx(7 / 18)


def test_one_group_alone(three):
    result = bottlenecks(three, asked(three, group="vip"), PROCESS)
    assert result.groups == ("vip",)
    assert result.n_cases == 1 and result.n_complete == 0


def test_a_step_within_another_waits_for_nothing(tmp_path):
    # Long 9–15, short 10–11 within it, end 16–17: one hour waited (15–16, for long), seven covered by work.
    steps = [
        ("P", "long", "2026-03-02 09:00", "2026-03-02 15:00"),
        ("P", "short", "2026-03-02 10:00", "2026-03-02 11:00"),
        ("P", "end", "2026-03-02 16:00", "2026-03-02 17:00"),
    ]
    store = store_of(tmp_path, events=events(steps))
    rows = bottlenecks(store, asked(store), PROCESS, "clock").handovers.set_index(["before", "activity"])
    assert rows["wait_h"].to_dict() == {("long", "short"): 0.0, ("long", "end"): 1.0}
    log = read(store, asked(store), PROCESS, "clock")
    assert log.cases[["cycle_time_h", "wait_h", "covered_h"]].iloc[0].tolist() == pytest.approx([8, 1, 7])


def random_log(seed: int, *, overlap: bool) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = []
    for case in range(80):
        at = pd.Timestamp("2026-03-02") + pd.Timedelta(minutes=int(rng.integers(0, 20_000)))
        for _step in range(rng.integers(1, 7)):
            start = at + pd.Timedelta(minutes=int(rng.integers(-90 if overlap else 0, 600)))
            finish = start + pd.Timedelta(minutes=int(rng.integers(0, 200)))
            rows.append((f"K{case}", str(rng.choice(["a", "b", "c", "d"])), start, finish))
            at = finish
    return events(rows)


@pytest.mark.parametrize("hours", ["working", "clock"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_waiting_and_work_make_up_the_cycle_time(tmp_path, seed, hours):
    log = random_log(seed, overlap=True)
    store = store_of(tmp_path, events=log, rosters=office_hours())
    result = read(store, asked(store), PROCESS, hours)
    assert (result.steps["wait_h"] >= 0).all() and (result.steps["covered_h"] >= 0).all()
    if hours == "clock":
        span = log.groupby("case_id").agg(first=("started_at", "min"), last=("finished_at", "max"))
        expected = (span["last"] - span["first"]).dt.total_seconds().to_numpy() / 3600
        assert sorted(result.cases["cycle_time_h"]) == pytest.approx(sorted(expected))
    found = bottlenecks(store, asked(store), PROCESS, hours)
    parts = found.activities[["wait_case_h", "work_case_h"]].sum().sum()
    assert parts == pytest.approx(found.overall_cycle_time_h.value)
    assert found.handovers["cycle_share"].sum() == pytest.approx(found.waiting_share["all"].value)


def test_a_random_log_by_plain_pandas(tmp_path):
    log = random_log(9, overlap=False)
    store = store_of(tmp_path, events=log)
    result = bottlenecks(store, asked(store), PROCESS, "clock")
    rows = log.sort_values(["case_id", "started_at", "finished_at"])
    before = rows.groupby("case_id")
    rows = rows.assign(
        before=before["activity"].shift(),
        wait_h=(rows["started_at"] - before["finished_at"].shift()).dt.total_seconds() / 3600,
    )
    expected = rows.groupby(["before", "activity"])["wait_h"].agg(["mean", "size"])
    found = result.handovers.set_index(["before", "activity"]).sort_index()
    assert found["wait_h"].tolist() == pytest.approx(expected["mean"].tolist())
    assert found["n"].tolist() == expected["size"].tolist()
    repeats = log.groupby(["case_id", "activity"]).size().groupby("case_id").max() > 1
    assert result.rework_share["all"].value == pytest.approx(repeats.mean())


def test_completions_alone_leave_work_unknown(tmp_path):
    steps = [
        ("A", "in", None, "2026-03-02 09:00"), ("A", "out", None, "2026-03-02 12:00"),
        ("B", "in", None, "2026-03-02 10:00"), ("B", "out", None, "2026-03-02 11:00"),
    ]  # fmt: skip
    store = store_of(tmp_path, events=events(steps))
    result = bottlenecks(store, asked(store), PROCESS, "clock")
    assert not result.has_starts
    assert not result.waiting_share["all"].is_known
    assert result.activities["work_h"].isna().all()
    assert result.cycle_time_h["all"].value == pytest.approx(2.0)
    assert result.longest.has_starts is False


def batched(who_files: str | None = "clerk") -> pd.DataFrame:
    """Asked one after the other from nine, approved in one go at three, filed at odd times two days later."""
    steps: list[tuple] = []
    for i in range(24):
        day = f"2026-03-{2 + i // 8:02d}"
        ask = pd.Timestamp(f"{day} 09:00") + pd.Timedelta(minutes=i % 8)
        approve = pd.Timestamp(f"{day} 15:00") + pd.Timedelta(minutes=5 * (i % 8))
        file = pd.Timestamp(f"{day} 09:30") + pd.Timedelta(days=2, minutes=55 * (i % 8))
        steps += [
            (f"K{i}", "ask", ask, ask + pd.Timedelta(minutes=1), "clerk"),
            (f"K{i}", "approve", approve, approve + pd.Timedelta(minutes=5), "boss"),
            (f"K{i}", "file", file, file + pd.Timedelta(minutes=1), who_files),
        ]
    return events(steps)


def test_a_wait_for_the_staff_comes_before_a_longer_one_of_the_customer(tmp_path):
    store = store_of(tmp_path, events=batched(), rosters=office_hours())
    result = bottlenecks(store, asked(store), PROCESS)
    rows = result.handovers.set_index("activity")
    # Ready from 9:01 to 9:08, begun at 15:00, and the last of the eight then at 15:35; the clerk is idle before filing.
    assert rows.loc["approve", ["staff_share", "cause_share"]].tolist() == pytest.approx([1, 1], abs=0.08)
    assert rows["cause"].to_dict() == {"approve": "batching", "file": "extraneous"}
    assert rows.loc["file", "staff_share"] < 0.1
    found = longest_handover(store, asked(store))
    assert (found.to_activity, found.is_for_staff, found.cause) == ("approve", True, "batching")


def test_by_the_clock_it_is_the_same_wait_though_nights_count_as_off_duty(tmp_path):
    store = store_of(tmp_path, events=batched(), rosters=office_hours())
    result = bottlenecks(store, asked(store), PROCESS, "clock")
    rows = result.handovers.set_index("activity")
    # From 15:22½ to 12:42½ two days later: 32 of 45⅓ hours are night, yet nobody keeps the case waiting.
    assert rows["wait_h"].to_dict() == pytest.approx({"approve": 6.217, "file": 45.333}, abs=0.001)
    assert rows.loc["file", "cause"] == "extraneous" and rows.loc["file", "staff_share"] < 0.1
    by_cause = waiting_causes(store, asked(store), PROCESS, "clock").handovers.set_index(
        ["activity", "cause"]
    )
    assert by_cause.loc[("file", "unavailability"), "mean_h"] == pytest.approx(32)
    assert "Counted in working hours: 9" in words.why(result)
    assert result.longest.to_activity == "approve"


def test_without_names_or_starts_whom_cases_wait_for_is_not_known(tmp_path):
    store = store_of(tmp_path / "nobody", events=batched(None), rosters=office_hours())
    rows = bottlenecks(store, asked(store), PROCESS).handovers.set_index("activity")
    assert np.isnan(rows.loc["file", "staff_share"]) and rows.loc["file", "cause"] == ""
    assert rows.loc["approve", "cause"] == "batching"
    completions = batched().assign(started_at=None)
    store = store_of(tmp_path / "ends", events=completions, rosters=office_hours())
    result = bottlenecks(store, asked(store), PROCESS)
    assert result.handovers["staff_share"].isna().all()
    assert result.longest.cause == "" and not result.longest.is_for_staff


def test_changes_against_the_days_before(tmp_path):
    # February's cases take 2 h, March's 4 h, exactly: the change is known to be two hours.
    steps = []
    for month, length in ((2, 2), (3, 4)):
        for day in range(2, 12):
            start = pd.Timestamp(2026, month, day, 9)
            steps.append((f"{month}-{day}", "do", start, start + pd.Timedelta(hours=length)))
    store = store_of(tmp_path, events=events(steps))
    result = bottlenecks(store, asked(store, date(2026, 3, 1), date(2026, 3, 29)), PROCESS, "clock")
    change = result.changes["cycle_time_h"]["all"]
    assert (change.value, change.low, change.high) == pytest.approx((2, 2, 2))
    assert change.excludes_zero
    assert bottlenecks(store, asked(store, date(2026, 2, 1), date(2026, 3, 1)), PROCESS).changes == {}


def test_cases_still_open_are_left_out(tmp_path):
    store = store_of(tmp_path, events=events(THREE), cases=cases([*WHOSE[:2], ("C", "VIP", None)]))
    result = bottlenecks(store, asked(store), PROCESS)
    assert (result.n_cases, result.n_open) == (2, 1)


def test_no_segments_no_split(tmp_path):
    visits = pd.DataFrame(
        {
            "ticket_id": ["1", "2"], "branch_id": "B1", "service": "cash", "segment": ["VIP", "ordinary"],
            "arrived_at": "2026-03-02 09:00",
        }
    )  # fmt: skip
    no_segment = cases([(case, None, outcome) for case, _segment, outcome in WHOSE])
    store = store_of(tmp_path, visits=visits, events=events(THREE), cases=no_segment)
    assert asked(store).grouping.is_split
    result = bottlenecks(store, asked(store, group="vip"), PROCESS)
    assert result.groups == ("all",)
    assert result.n_cases == 3


def test_nothing_there(tmp_path, three):
    empty = Store.open(tmp_path / "nothing")
    assert processes(empty, asked(empty)).empty
    assert bottlenecks(empty, asked(empty), PROCESS) is None
    assert longest_handover(empty, asked(empty)) is None
    assert bottlenecks(three, asked(three, date(2025, 1, 1), date(2025, 2, 1)), PROCESS) is None
    assert bottlenecks(three, asked(three), "another process") is None


def test_the_sample_shows_its_batches_of_approvals(sample_store):
    store = Store.open(sample_store)
    found = longest_handover(store, of_branch(store, "Sandaojie"))
    assert (found.process, found.to_activity, found.cause) == (
        "relationship marketing",
        "credit approval",
        "batching",
    )
    assert found.is_for_staff and found.cause_share > 0.7
    healthy = longest_handover(store, of_branch(store, "Renminlu"))
    assert (healthy.is_for_staff, healthy.cause) == (False, "extraneous")


def test_how_often_work_comes_back_is_told_of_cases_and_of_times(tmp_path):
    # Of 40 cases 20 go back from check to ask once, 5 of them twice: half of the cases, 25 of 65 times.
    steps: list[tuple] = []
    for i in range(40):
        rounds = 3 if i < 5 else 2 if i < 20 else 1
        for step in (*("ask", "check") * rounds, "file"):
            at = pd.Timestamp("2026-03-02 09:00") + pd.Timedelta(hours=len(steps))
            steps.append((f"K{i}", step, at, at + pd.Timedelta(minutes=30), "clerk"))
    store = store_of(tmp_path, events=events(steps))
    said = words.why(bottlenecks(store, asked(store), PROCESS, "clock"))
    assert "50% of the cases go back from check to ask: 38% of the times check is done." in said


def test_of_completions_alone_the_words_speak_of_no_waiting(tmp_path):
    store = store_of(tmp_path, events=batched().assign(started_at=None), rosters=office_hours())
    result = bottlenecks(store, asked(store), PROCESS)
    said = [words.headline(result), words.why(result), words.shares_caption(result), words.waits_caption(result),
            words.groups_title(result), words.groups_caption(result)]  # fmt: skip
    assert said[0] == "File comes 13.3 working hours after the step before"
    assert "Only completions are recorded" in said[1]
    rest = " ".join(said).replace("working and waiting cannot be told apart", "").lower()
    assert "wait" not in rest and "staff" not in rest
