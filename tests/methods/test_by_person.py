"""Work in order of person, start, finish and row, against a plain sort; with very many steps at one instant."""

import numpy as np
import pytest

from analytics.methods import by_person as module
from analytics.methods.by_person import by_person


@pytest.mark.parametrize("n_instants", [1, 20, 10**13])
def test_order_against_a_plain_sort(n_instants, monkeypatch):
    monkeypatch.setattr(module, "PART_ROWS", 500)
    rng = np.random.default_rng(n_instants % 97)
    n = 2_000
    person = rng.integers(-1, 6, n).astype(np.int32)
    start = rng.integers(0, n_instants, n)
    finish = start + rng.integers(0, 3, n)
    found = by_person(person, start, finish, person)
    known = np.flatnonzero(person >= 0)
    rows = known[np.lexsort((known, finish[known], start[known], person[known]))]
    assert found.rows.tolist() == rows.tolist()
    assert (found.start == start[rows]).all() and (found.finish == finish[rows]).all()
    assert (found.more[0] == person[rows]).all()
    for who in range(6):
        assert set(found.more[0][found.begins[who] : found.begins[who + 1]]) == {who}
    # Each person is in one of the parts, which follow one another.
    assert [part.start for part in found.parts[1:]] == [part.stop for part in found.parts[:-1]]
    assert {part.stop for part in found.parts} <= set(found.begins.tolist())


def test_nobody_known():
    found = by_person(np.array([-1, -1]), np.array([1, 2]), np.array([1, 2]))
    assert not len(found.rows) and not found.parts and found.begins.tolist() == [0]
