"""What sample_data/README.md says of processes, customers and satisfaction is in the files."""

import pandas as pd
import pytest

from tests.sample import branch

MARKETING, OPENING = "relationship marketing", "account opening"


@pytest.mark.parametrize("process", [MARKETING, OPENING])
def test_documents_bounce(process: str) -> None:
    def rework(branch_id: str) -> float:
        n = branch.steps(branch_id, process).groupby(["case_id", "activity"]).size().unstack(fill_value=0)
        return (n[n["check documents"] > 0]["collect documents"] > 1).mean()

    assert 0.35 < rework("Sandaojie") < 0.45
    assert max(rework(peer) for peer in branch.PEERS) < 0.22


def test_one_manager_is_slow_in_every_step() -> None:
    steps = branch.steps("Sandaojie", MARKETING).query("role == 'customer manager'")
    mean = steps.pivot_table(index="activity", columns="resource", values="work_min")
    others = mean.drop(columns="M03")
    assert (mean["M03"] / others.mean(axis=1)).between(1.8, 2.8).all()
    assert (others.max(axis=1) / others.min(axis=1)).max() < 1.4
    cases = steps.groupby("resource").case_id.nunique()
    assert cases["M03"] < 1.25 * cases.drop("M03").mean(), "slow, not overloaded with cases"


def test_credit_approvals_come_in_batches() -> None:
    started = branch.steps("Sandaojie", MARKETING).query("activity == 'credit approval'").started_at
    assert set(started.dt.day_name()) == {"Tuesday", "Friday"}
    assert started.dt.hour.min() >= 14
    for peer in branch.PEERS:
        at_peer = branch.steps(peer, MARKETING).query("activity == 'credit approval'").started_at
        assert at_peer.dt.day_name().nunique() == 5
    accounts = branch.steps("Sandaojie", OPENING).query("activity == 'approve account'").started_at
    assert accounts.dt.day_name().nunique() == 5, "the approvers are at work on the other days"


@pytest.mark.parametrize("as_of", ["2025-11-01", "2026-10-31"])
def test_a_fifth_of_the_customers_brings_four_fifths_of_the_profit(as_of: str) -> None:
    here = branch.table(f"customers_{as_of}").query("branch_id == 'Sandaojie' and left_on.isna()")
    profit = here.annual_profit.sort_values(ascending=False)
    assert 0.77 < profit.head(len(profit) // 5).sum() / profit.sum() < 0.83


def test_ordinary_customers_are_neglected() -> None:
    now = branch.table("customers_2026-10-31").query("branch_id == 'Sandaojie' and left_on.isna()")
    assert now[now.segment == "VIP"].manager_id.notna().all()
    ordinary = now[now.segment == "ordinary"]
    assert ordinary.manager_id.notna().mean() < 0.1
    contacted = set(branch.table("cases").query("process == @MARKETING").customer_id)
    reached = now.groupby("segment").customer_id.apply(lambda ids: ids.isin(contacted).mean())
    assert reached["VIP"] > 0.7 and reached["ordinary"] < 0.05
    gold_median = now[now.segment == "gold"].balance.median()
    assert (ordinary[ordinary.manager_id.isna()].balance > gold_median).sum() > 400
    left = branch.table("customers_2026-10-31").query("segment == 'ordinary'")
    shares = left.groupby("branch_id").left_on.apply(lambda day: day.notna().mean())
    assert shares.idxmax() == "Sandaojie"


def test_customers_move_between_segments_and_grow() -> None:
    first, last = (branch.table(f"customers_{day}") for day in ("2025-11-01", "2026-10-31"))
    both = first.merge(last, on=["branch_id", "customer_id"]).query("branch_id == 'Sandaojie'")
    moves = pd.crosstab(both.segment_x, both.segment_y)
    assert moves.loc["ordinary", "gold"] > 50 and moves.loc["gold", "ordinary"] > 50
    assert moves.loc["gold", "VIP"] > 20 and moves.loc["ordinary", "VIP"] == 0
    unmanaged = both.query("segment_x == 'ordinary' and manager_id_x.isna()")
    assert (unmanaged.products_y >= unmanaged.products_x + 2).sum() > 300


def test_satisfaction_falls_with_waiting() -> None:
    ordinary = branch.answers().query("touchpoint == 'counter' and segment == 'ordinary'")
    bins = pd.cut(ordinary.wait_min, [-1, 5, 10, 20, 30, 120])
    satisfied = (ordinary.overall >= 4).groupby(bins, observed=True).mean()
    assert satisfied.is_monotonic_decreasing
    assert satisfied.iloc[0] > 0.9 and satisfied.iloc[-1] < 0.25
    counter = branch.answers().query("touchpoint == 'counter'")
    by_group = (counter.overall >= 4).groupby(counter.segment == "ordinary").mean()
    assert by_group[True] < 0.8 and by_group[False] > 0.85


def test_responsiveness_has_the_widest_gap() -> None:
    counter = branch.answers().query("touchpoint == 'counter'")
    dimensions = ("tangibles", "reliability", "responsiveness", "assurance", "empathy")
    gaps = pd.Series({d: (counter[f"perceived_{d}"] - counter[f"expected_{d}"]).mean() for d in dimensions})
    assert gaps.idxmin() == "responsiveness" and gaps.min() < -1 and gaps.nsmallest(2).diff().iloc[-1] > 0.5
    assert 0.3 < counter.expected_empathy.notna().mean() < 0.4


def test_every_month_and_touchpoint_has_answers() -> None:
    frame = branch.answers()
    n = frame.groupby([frame.answered_at.dt.to_period("M"), "touchpoint"]).size().unstack()
    assert n.shape == (12, 4) and n.min().min() >= 5 and n["counter"].min() >= 300
    counter = frame.query("touchpoint == 'counter' and segment == 'ordinary'")
    satisfied = (counter.overall >= 4).groupby(counter.answered_at >= branch.LIVE_ON).mean()
    assert satisfied[True] > satisfied[False] + 0.04
