"""One pass over columns against plain Python over the cases of random logs, and small logs by hand."""

from collections import Counter

import numpy as np
import pytest

from analytics.methods import by_person as persons
from analytics.methods import paths


def random_log(seed: int, n_cases: int = 60, k: int = 4):
    rng = np.random.default_rng(seed)
    n_steps = rng.integers(1, 9, n_cases)
    first = np.append(0, np.cumsum(n_steps))
    case = np.repeat(np.arange(n_cases), n_steps)
    start = rng.integers(0, 40, len(case))
    finish = start + rng.integers(0, 15, len(case))
    order = np.lexsort((finish, start, case))
    return (
        first,
        case,
        rng.integers(0, k, len(case)),
        start[order],
        finish[order],
        rng.integers(-1, 5, len(case)),
    )


def rows_of(first: np.ndarray) -> list[range]:
    return [range(a, b) for a, b in zip(first[:-1].tolist(), first[1:].tolist(), strict=True)]


def test_what_follows_what_by_hand():
    first, activity = np.array([0, 3, 5]), np.array([0, 1, 2, 0, 2])
    start, finish = np.array([0, 3, 4, 5, 7]), np.array([1, 5, 6, 6, 9])
    n, waited = paths.follows(first, activity, start, finish, 3)
    assert n.tolist() == [[0, 1, 1], [0, 0, 1], [0, 0, 0]]
    assert waited.tolist() == [[0, 2, 1], [0, 0, 0], [0, 0, 0]]


@pytest.mark.parametrize("seed", range(4))
def test_every_pass_by_plain_python(seed):
    first, _case, activity, start, finish, person = random_log(seed)
    n, waited, variants = Counter(), Counter(), Counter()
    before, since, repeats, busiest = [], [], [], []
    for rows in rows_of(first):
        seen, who = Counter(), Counter(person[i] for i in rows if person[i] >= 0)
        variants[tuple(activity[i] for i in rows)] += 1
        busiest.append(min((p for p in who if who[p] == max(who.values())), default=-1))
        for i in rows:
            repeats.append(seen[activity[i]])
            seen[activity[i]] += 1
            if i == rows[0]:
                before.append(-1)
                since.append(start[i])
                continue
            n[activity[i - 1], activity[i]] += 1
            waited[activity[i - 1], activity[i]] += max(start[i] - finish[i - 1], 0)
            last = max(range(rows[0], i), key=lambda j: (finish[j], j))
            since.append(finish[last])
            before.append(i - 1 if start[i] < finish[last] else last)
    found = paths.follows(first, activity, start, finish, 4)
    for counts, expected in zip(found, (n, waited), strict=True):
        assert {(a, b): counts[a, b] for a, b in np.argwhere(counts)} == {
            p: x for p, x in expected.items() if x
        }
    assert paths.ends(first, finish).tolist() == [max(finish[i] for i in rows) for rows in rows_of(first)]
    assert [x.tolist() for x in paths.waited(first, start, finish)] == [before, since]
    assert paths.repeats(first, activity, 4).tolist() == repeats
    assert paths.busiest(first, person, 5).tolist() == busiest
    number, examples = paths.variants(first, activity)
    of = [tuple(activity[i] for i in rows_of(first)[example]) for example in examples]
    assert len(set(of)) == len(of)
    assert [of[x] for x in number] == [tuple(activity[i] for i in rows) for rows in rows_of(first)]
    assert Counter(of[x] for x in number) == variants


def test_paths_with_one_hash_are_told_apart(monkeypatch):
    first, _case, activity, *_rest = random_log(9)
    hashes = paths._hashes
    monkeypatch.setattr(
        paths, "_hashes", lambda f, a, seed: hashes(f, a, seed) // (2**60 if seed == 0 else 1)
    )
    number, examples = paths.variants(first, activity)
    assert len(examples) == len({tuple(activity[i] for i in rows) for rows in rows_of(first)})
    assert number.max() == len(examples) - 1


@pytest.mark.parametrize("scale", [1, 10**15], ids=["one key", "key too long"])
def test_work_by_person_and_time(monkeypatch, scale):
    monkeypatch.setattr(persons, "PART_ROWS", 40)
    _first, _case, _activity, start, finish, person = random_log(5, n_cases=200)
    rows, _begins, parts, *_columns = persons.by_person(person, start * scale, finish * scale * 100)
    known = np.flatnonzero(person >= 0)
    assert rows.tolist() == known[np.lexsort((known, finish[known], start[known], person[known]))].tolist()
    people = [set(person[rows[part]].tolist()) for part in parts]
    assert len(parts) > 2 and sum(map(len, people)) == len(set().union(*people)), "each person is in one part"
    assert sum(part.stop - part.start for part in parts) == len(rows)
    assert persons.by_person(np.full(3, -1), start[:3], finish[:3]).rows.tolist() == []
