"""An analysis is computed once a question, version and store."""

from dataclasses import dataclass, replace
from datetime import date

import pytest

from analytics.filters import Filters
from analytics.store.reader import Store
from pages.shared import context
from pages.shared.cached import cached

QUESTION = Filters("B1", date(2026, 9, 1), date(2026, 10, 1))
calls: list[tuple] = []


@dataclass(frozen=True)
class Count:
    n: int


def count(store, filters, *args):
    calls.append((store.version, filters, args))
    return Count(
        len(store.rows("select 1 from visits where branch_id = $branch_id", branch_id=filters.branch_id))
    )


@pytest.fixture
def opened(visits_store, monkeypatch):
    calls.clear()
    store = Store.open(visits_store)
    monkeypatch.setattr(context, "store", lambda: store)
    return store


def test_the_same_question_is_answered_from_memory(opened):
    assert cached(count, filters=QUESTION) == cached(count, filters=QUESTION) == Count(3600)
    assert len(calls) == 1


def test_another_question_is_computed(opened):
    cached(count, "b", filters=QUESTION)
    cached(count, "b", filters=replace(QUESTION, group="vip"))
    cached(count, "b", 2, filters=QUESTION)
    assert len(calls) == 3


def test_without_filters_it_is_an_error_of_the_page(opened, monkeypatch):
    monkeypatch.setattr(context, "filters", lambda: None)
    with pytest.raises(RuntimeError):
        cached(count)
