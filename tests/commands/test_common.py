"""The common options become the question of an analysis."""

import argparse
from datetime import date

import pytest

from analytics.commands.common import add_filter_options, command, filters_from, open_store
from analytics.errors import RequestError
from analytics.filters import Targets
from analytics.store import Ledger, load
from tests.store.bench import visit, write


@pytest.fixture
def ask(tmp_path):
    load(
        [write(tmp_path / "visits.csv", [visit("1", segment="VIP"), visit("2"), visit("1", branch_id="B2")])],
        tmp_path / "store",
    )

    def ask(*words: str):
        parser = argparse.ArgumentParser()
        made = command(parser.add_subparsers(), "ask", lambda _args: 0, "ask")
        add_filter_options(made)
        args = parser.parse_args(["ask", "--store", str(tmp_path / "store"), *words])
        return filters_from(args, open_store(args))

    return ask


def test_defaults_are_the_branchs_own(ask, tmp_path):
    ledger = Ledger.open(tmp_path / "store")
    ledger.set_targets("B1", Targets(wait_min=15))
    filters = ask("--branch", "B1")
    assert (filters.start_on, filters.end_on) == (date(2026, 3, 2), date(2026, 3, 3))
    assert filters.targets == Targets(wait_min=15)
    assert filters.grouping.vip_segments == ("VIP",)
    ledger.set_vip_segments("B1", ["ordinary"])
    assert ask("--branch", "B1").grouping.vip_segments == ("ordinary",)


def test_options_win(ask):
    filters = ask("--branch", "B1", "--from", "2026-01-01", "--to", "2026-02-01", "--target-min", "5")
    assert (filters.start_on, filters.end_on, filters.targets.wait_min) == (
        date(2026, 1, 1),
        date(2026, 2, 1),
        5,
    )


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ((), "B1, B2"),
        (("--branch", "B9"), "B9"),
        (("--branch", "B1", "--from", "2026-05-01", "--to", "2026-05-01"), "2026-05-01"),
    ],
)
def test_a_question_that_cannot_be_asked_is_said(ask, words, what):
    with pytest.raises(RequestError, match=what):
        ask(*words)


@pytest.mark.parametrize("words", [("--from", "May"), ("--target-min", "0"), ("--seed", "x")])
def test_an_option_of_the_wrong_kind_ends_with_status_2(ask, words):
    with pytest.raises(SystemExit) as ended:
        ask(*words)
    assert ended.value.code == 2


def test_an_empty_store_is_said(tmp_path):
    with pytest.raises(RequestError, match="empty"):
        open_store(argparse.Namespace(store=tmp_path / "nothing"))
