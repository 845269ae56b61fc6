"""What sample_data/README.md says of the hall is in the files."""

import json

import pandas as pd

from tests.sample import branch


def hours(frame: pd.DataFrame) -> pd.Series:
    return frame.arrived_at.dt.hour


def test_sandaojie_is_lively_and_believable() -> None:
    before = branch.visits().query("not is_after")
    ordinary, valued = branch.hall(before[before.is_ordinary]), branch.hall(before[~before.is_ordinary])
    assert 11 < ordinary["mean"] < 14 and 30 < ordinary["p90"] < 36
    assert 0.5 < ordinary["within"] < 0.6 and 0.05 < ordinary["left"] < 0.08
    assert 1.5 < valued["mean"] < 3 and valued["within"] > 0.9
    assert 65_000 < len(branch.visits()) < 75_000


def test_peers_are_smaller_and_healthier() -> None:
    for peer in branch.PEERS:
        tickets = branch.visits(peer)
        found = branch.hall(tickets[tickets.is_ordinary])
        assert len(tickets) < 0.8 * len(branch.visits())
        assert found["within"] > 0.8 and found["mean"] < 5, peer


def test_lunch_gap_counters_drop_while_customers_keep_coming() -> None:
    before = branch.visits().query("not is_after and arrived_at.dt.day_of_week < 5")
    is_lunch = hours(before).between(12, 13)
    per_hour = before.groupby(hours(before)).size()
    assert per_hour[[12, 13]].mean() > 0.95 * per_hour[[10, 11, 14, 15]].mean()
    ordinary = before[before.is_ordinary]
    waits = ordinary.groupby(hours(ordinary)).wait_min.mean()
    assert waits[[12, 13]].mean() > 2 * waits[[10, 11]].mean()
    assert set(before[is_lunch & (before.called_at.dt.hour == 13)].counter.dropna()) <= {
        "C1",
        "C2",
        "C3",
        "C4",
        "C5",
    }
    roster = branch.table("rosters").query("branch_id == 'Sandaojie' and role == 'counter' and weekday == 1")
    assert roster[roster.valid_to.notna()].headcount.tolist() == [5]
    assert roster[roster.from_time == "09:00"].headcount.tolist() == [7]


def test_kept_counters_idle_while_ordinary_customers_queue() -> None:
    tickets = branch.visits()
    is_kept = tickets.counter.isin(["C1", "C2"])
    assert not tickets[is_kept].is_ordinary.any()
    assert tickets[tickets.counter.notna() & ~is_kept].is_ordinary.all()
    assert branch.idle_while_queueing_share() > 0.6


def test_peers_keep_no_counters() -> None:
    for peer in branch.PEERS:
        tickets = branch.visits(peer)
        by_counter = tickets[tickets.counter.notna()].groupby("counter").is_ordinary.mean()
        assert by_counter.min() > 0.6, peer


def test_machines_could_do_much_of_it() -> None:
    ordinary = branch.visits().query("is_ordinary")
    share = ordinary.service.value_counts(normalize=True)
    assert 0.24 < share["bill payment"] < 0.28
    assert 0.42 < share[["bill payment", "passbook/statement", "transfer"]].sum() < 0.48


def test_lunch_cover_helps_and_does_not_cure() -> None:
    ordinary = branch.visits().query("is_ordinary")
    before, after = (branch.hall(ordinary[ordinary.is_after == flag]) for flag in (False, True))
    assert before["mean"] - after["mean"] > 4
    assert 0.65 < after["within"] < 0.8
    lunch = ordinary[hours(ordinary).between(12, 13)].groupby("is_after").wait_min.mean()
    assert lunch[True] < 0.5 * lunch[False]


def test_the_peers_tell_the_true_effect_of_the_lunch_cover() -> None:
    def change(branch_id: str) -> float:
        means = branch.visits(branch_id).query("is_ordinary").groupby("is_after").wait_min.mean()
        return means[True] - means[False]

    seen = change("Sandaojie") - sum(change(peer) for peer in branch.PEERS) / len(branch.PEERS)
    truth = json.loads((branch.FOLDER / "truths.json").read_text(encoding="utf-8"))["hall"]["after"]
    true = (
        truth["as it was"]["ordinary"]["wait_mean_min"]
        - truth["had there been no lunch cover"]["ordinary"]["wait_mean_min"]
    )
    assert true < -4 and abs(seen - true) < 1


def test_peers_saw_no_such_change() -> None:
    for peer in branch.PEERS:
        ordinary = branch.visits(peer).query("is_ordinary").groupby("is_after").wait_min.mean()
        assert abs(ordinary[True] - ordinary[False]) < 1, peer
        roster = branch.table("rosters").query("branch_id == @peer")
        assert roster.valid_from.isna().all() and roster.valid_to.isna().all()


def test_the_intervention_says_what_the_rosters_show() -> None:
    (row,) = branch.table("interventions").to_dict("records")
    assert row["branch_id"] == "Sandaojie" and row["went_live_on"] == branch.LIVE_ON
    assert branch.LIVE_ON.day_of_week == 0
    (measure,) = json.loads(row["measures"])
    assert measure == {
        "measure": "add_staff", "role": "counter", "headcount": 2, "from": "12:00", "to": "14:00",
    }  # fmt: skip
    roster = branch.table("rosters").query("branch_id == 'Sandaojie' and role == 'counter'")
    lunch = roster[roster.from_time == "12:00"]
    old = lunch[lunch.valid_to == branch.LIVE_ON].set_index("weekday").headcount
    new = lunch[lunch.valid_from == branch.LIVE_ON].set_index("weekday").headcount
    assert len(old) == 6 and ((new - old) == measure["headcount"]).all()


def test_peers_move_with_sandaojie_from_month_to_month() -> None:
    daily = pd.DataFrame(
        {b: branch.visits(b).groupby(branch.visits(b).arrived_at.dt.normalize()).size()
         for b in ("Sandaojie", *branch.PEERS)}
    )  # fmt: skip
    assert daily.notna().all().all(), "the branches are open on the same days"
    assert daily.corr().loc["Sandaojie", list(branch.PEERS)].min() > 0.75


def test_every_open_half_hour_has_tickets_and_closed_days_none() -> None:
    tickets = branch.visits()
    half_hour = tickets.arrived_at.dt.hour * 2 + tickets.arrived_at.dt.minute // 30
    n = tickets.groupby([tickets.arrived_at.dt.day_of_week, half_hour]).size().unstack()
    assert n.loc[0:4, 18:33].notna().all().all() and n.loc[5, 18:29].notna().all()
    assert n.min().min() >= 100
    days = set(tickets.arrived_at.dt.date.astype(str))
    assert len(days) == 287
    assert not days & {"2026-01-01", "2026-02-17", "2026-05-01", "2026-10-01", "2026-10-07"}


def test_people_lose_patience_at_a_growing_rate() -> None:
    left = branch.visits().query("called_at.isna() and is_ordinary")
    patience = (left.left_at - left.arrived_at).dt.total_seconds() / 60
    assert 0.1 < left.left_at.isna().mean() < 0.2
    assert patience.min() > 0 and patience.median() > 10
