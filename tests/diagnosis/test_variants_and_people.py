"""Variants, drivers of cycle time and people: counts by hand, planted effects found again."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from analytics.diagnosis.event_log import calendar_of
from analytics.diagnosis.people import people
from analytics.diagnosis.variants import path_of, variants
from analytics.store.reader import Store
from analytics.words import process_views as words
from tests.diagnosis.logs import PROCESS, asked, cases, events, of_branch, office_hours, store_of
from tests.diagnosis.test_bottlenecks import THREE, WHOSE


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    return store_of(
        tmp_path_factory.mktemp("three"), events=events(THREE), cases=cases(WHOSE), rosters=office_hours()
    )


def test_the_variants_of_three_cases(three):
    found = variants(three, asked(three), PROCESS)
    assert found.first_time_right.value == pytest.approx(2 / 3)
    assert found.variants["n"].tolist() == [1, 1, 1]
    assert found.variants["cumulative_share"].tolist() == pytest.approx([1 / 3, 2 / 3, 1])
    assert found.n_for_most == 3
    by_steps = found.variants.set_index("steps")
    assert by_steps.loc[[("contact", "check", "approve")], "cycle_time_h"].tolist() == pytest.approx([11])
    assert found.effects.empty, "three cases say nothing of causes"


def test_planted_drivers_of_cycle_time_are_found(tmp_path):
    # Mortgages take twice as long; the channel changes nothing.
    rng, rows, whose = np.random.default_rng(6), [], []
    for i in range(400):
        at = pd.Timestamp("2026-03-02") + pd.Timedelta(hours=i)
        is_mortgage = rng.random() < 0.4
        end = at + pd.Timedelta(hours=4 * (2 if is_mortgage else 1) * float(np.exp(rng.normal(0, 0.3))))
        rows.append((f"K{i}", "do", at, end))
        whose.append((f"K{i}", "mortgage" if is_mortgage else "card", rng.choice(["phone", "branch"])))
    table = pd.DataFrame(whose, columns=["case_id", "product", "channel"]).assign(
        process=PROCESS, outcome="won"
    )
    store = store_of(tmp_path, events=events(rows), cases=table)
    found = variants(store, asked(store), PROCESS, "clock")
    effects = found.effects.set_index("attribute")
    mortgage, channel = effects.loc["product"], effects.loc["channel"]
    assert mortgage["level"] == "mortgage" and mortgage["low"] < 2 < mortgage["high"]
    assert mortgage["high"] - mortgage["low"] < 0.5
    assert channel["low"] < 1 < channel["high"]
    assert mortgage["is_clear"] and not channel["is_clear"]
    assert words.effects_title(found).endswith("longer with product: mortgage")
    assert mortgage["slow_share"] > 0.9 > mortgage["other_share"]
    assert set(found.by_attribute["attribute"]) == {"product", "channel"}


@pytest.mark.parametrize("seed", [2, 9])
def test_of_many_people_who_are_all_alike_none_is_said_to_be_slow(tmp_path, seed):
    # One of six people alike has an interval that excludes no change: chance, of so many. Steps done again take time.
    rng, rows = np.random.default_rng(seed), []
    for i in range(240):
        at, who = pd.Timestamp("2026-03-02") + pd.Timedelta(hours=3 * i), f"P{rng.integers(6)}"
        for _step in range(1 + int(rng.random() < 0.3)):
            end = at + pd.Timedelta(hours=4 * float(np.exp(rng.normal(0, 0.3))))
            rows.append((f"K{i}", "do", at, end, who))
            at = end
    store = store_of(tmp_path, events=events(rows))
    found = variants(store, asked(store, end=date(2026, 5, 1)), PROCESS, "clock")
    effects = found.effects.set_index("attribute")
    assert effects.loc["rework", "is_clear"] and effects.loc["rework", "low"] > 1.5
    assert (effects.loc["person", "low"] > 1).sum() == 1 and not effects.loc["person", "is_clear"].any()
    assert words.effects_title(found) == "Only steps done again make cases clearly slower"


def test_the_load_of_two_clerks(tmp_path):
    # Monday 2 March 2026: Ann works 9-11 and 10-12, which overlap: three hours; Bob 12-13, after Ann's second.
    steps = [
        ("A", "in", "2026-03-02 09:00", "2026-03-02 11:00", "Ann"),
        ("B", "in", "2026-03-02 10:00", "2026-03-02 12:00", "Ann"),
        ("B", "out", "2026-03-02 12:00", "2026-03-02 13:00", "Bob"),
    ]
    log = pd.concat(
        [events(steps), events([("X", "call", "2026-03-02 14:00", "2026-03-02 15:00", "Ann")], "calls")]
    )
    store = store_of(tmp_path, events=log, rosters=office_hours())
    found = people(store, asked(store), PROCESS)
    persons = found.persons.set_index("n_steps")
    assert persons["busy_h"].to_dict() == pytest.approx({2: 4.0, 1: 1.0})
    assert persons["utilisation"].to_dict() == pytest.approx({2: 4 / 8, 1: 1 / 8})
    assert persons.loc[2, "other_share"] == pytest.approx(1 / 4)
    assert found.roles["staffed_h"].tolist() == [16.0]
    assert found.network["n"].tolist() == [1]
    assert people(store, asked(store), "none such") is None


def test_the_slow_manager_of_the_sample(sample_store):
    store = Store.open(sample_store)
    found = people(store, of_branch(store, "Sandaojie"), "relationship marketing").persons
    slow = found[found["pace_low"] > 1.3]
    assert slow["role"].tolist() == ["customer manager"]
    assert 2.2 < slow["pace"].iloc[0] < 2.7, "M03 takes 2.4 times as long as the others"
    peers = people(store, of_branch(store, "Renminlu"), "relationship marketing").persons
    assert not (peers["pace_low"] > 1.3).any()


def test_the_way_of_one_case(three):
    assert path_of(three, asked(three), PROCESS, "A") == ("contact", "check", "approve")
    assert path_of(three, asked(three), PROCESS, "no such case") == ()
    assert path_of(three, asked(three), "another process", "A") == ()


def test_pace_is_that_of_plain_pandas(sample_store):
    store = Store.open(sample_store)
    question = of_branch(store, "Sandaojie")
    found = people(store, question, "relationship marketing").persons.set_index("resource")
    steps = store.frame(
        "select resource, activity::varchar as activity, started_at, finished_at from events"
        " where branch_id = 'Sandaojie' and process = 'relationship marketing' and resource is not null"
    )
    opened = calendar_of(store, question, "relationship marketing")
    steps["h"] = opened.hours_between(steps["started_at"].to_numpy(), steps["finished_at"].to_numpy())
    steps = steps[steps["h"] > 0].assign(log_h=lambda s: np.log(s["h"]))
    for who, mine in steps.groupby("resource"):
        others = steps[steps["resource"] != who].groupby("activity")["log_h"].agg(["mean", "size"])
        against = mine["log_h"] - mine["activity"].map(others["mean"].where(others["size"] >= 30))
        expected = np.exp(against.mean() + np.array([0, -1.96, 1.96]) * against.sem())
        if against.count() < 30:
            assert np.isnan(found.loc[who, "pace"])
        else:
            assert found.loc[who, ["pace", "pace_low", "pace_high"]].tolist() == pytest.approx(expected)
    assert found["pace"].notna().sum() > 5


def test_of_many_cases_the_model_takes_a_sample(sample_store, monkeypatch):
    store = Store.open(sample_store)
    question = of_branch(store, "Sandaojie"), "relationship marketing"
    every = variants(store, *question)
    monkeypatch.setattr("analytics.diagnosis.variants._MOST_MODELLED", every.n_modelled - 1)
    most = variants(store, *question)
    assert (most.n_modelled, every.n_cases) == (every.n_modelled - 1, most.n_cases)
    value = every.effects.set_index("attribute").loc["rework", "factor"]
    assert most.effects.set_index("attribute").loc["rework", "factor"] == pytest.approx(value, rel=0.02)
    pd.testing.assert_frame_equal(most.by_attribute, every.by_attribute)
