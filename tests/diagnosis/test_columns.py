"""The columns of a branch: steps, cases and people as numbers, from a store in order and from one made before it was."""

import duckdb
import numpy as np
import pandas as pd

from analytics.diagnosis.columns import Columns, read_columns
from analytics.store import Store, versions
from tests.diagnosis.logs import events, store_of

LOG = pd.concat(
    [
        events(
            [
                ("B", "sign", None, "2026-03-03 10:00"),
                ("B", "check", "2026-03-02 09:00", "2026-03-02 10:00", "Ann"),
            ]
        ),
        events([("A", "check", "2026-03-02 11:00", "2026-03-02 12:00", "Eve")]),
        # The last case of one process is called as the first one of the next.
        events([("A", "check", "2026-03-02 13:00", "2026-03-02 14:00", "Ann")], "later"),
    ]
)


def told(columns: Columns) -> list[tuple]:
    names, n = columns.steps["activity"].to_numpy(), len(columns.start)
    people = np.array([*columns.people, None], object)[columns.person]
    who = pd.factorize(people)[0].tolist()
    ids, steps = np.array(columns.names_of(columns.case).to_pylist(), object), names[columns.activity]
    return [(ids[i], steps[i], who[i], bool(columns.has_start[i])) for i in range(n)]


EXPECTED = [
    ("A", "check", 0, True),
    ("A", "check", 1, True),
    ("B", "check", 0, True),
    ("B", "sign", -1, False),
]


def test_cases_steps_and_people(tmp_path):
    columns = read_columns(store_of(tmp_path, events=LOG), "B1")
    assert told(columns) == EXPECTED
    assert columns.first.tolist() == [0, 1, 2, 4] and columns.start[3] == columns.finish[3]
    assert columns.steps.to_numpy().tolist() == [["later", "check"], ["loans", "check"], ["loans", "sign"]]
    assert columns.activity.tolist() == [0, 1, 1, 2]
    assert [columns.cases_of(name) for name in ("later", "loans", "none")] == [
        slice(0, 1),
        slice(1, 3),
        slice(0, 0),
    ]
    assert read_columns(columns.store, "another").n_cases == 0


def test_a_store_that_is_not_in_order(tmp_path):
    store = store_of(tmp_path, events=LOG)
    version = versions.path_of(store.folder, store.version)
    store.close()
    with duckdb.connect(version) as con:
        con.execute(
            "create table shuffled as select * replace (activity::varchar as activity) from events order by hash(finished_at)"
        )
        con.execute("drop table events; alter table shuffled rename to events")
    assert told(read_columns(Store.open(store.folder), "B1")) == EXPECTED
