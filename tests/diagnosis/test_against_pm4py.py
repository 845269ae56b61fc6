"""Counts, directly-follows, variants and durations of a real log equal those of pm4py, case by case.

pm4py is AGPL: it is installed for this test alone and never imported by the product.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.diagnosis.columns import read_columns
from analytics.diagnosis.event_log import read
from analytics.diagnosis.variants import variants
from analytics.diagnosis.waiting_causes import CAUSES, waiting_causes
from analytics.methods.paths import follows
from analytics.store.loading import load
from analytics.store.reader import Store
from tests.diagnosis.logs import of_branch

pytestmark = pytest.mark.real_data
PROCESS, BRANCH = "loan application", "Dutch bank"
MAPPING = Path(__file__).parents[2] / "docs" / "examples" / "loan_work_items.toml"


@pytest.fixture(scope="module")
def store(real_data, tmp_path_factory) -> Store:
    folder = tmp_path_factory.mktemp("bpic") / "store"
    load([real_data / "process" / "bpic_2012_w.csv.gz"], folder, mapping=MAPPING)
    return Store.open(folder)


@pytest.fixture(scope="module")
def raw(real_data) -> pd.DataFrame:
    """The raw log for pm4py, in our order: by case, start, finish, activity."""
    frame = pd.read_csv(real_data / "process" / "bpic_2012_w.csv.gz", dtype={"case_id": str})
    for name in ("start_time", "end_time"):
        frame[name] = pd.to_datetime(frame[name], format="ISO8601").astype("datetime64[us]")
    frame = frame.sort_values(["case_id", "start_time", "end_time", "activity"], ignore_index=True)
    return frame.rename(
        columns={"case_id": "case:concept:name", "activity": "concept:name", "start_time": "start_timestamp"}
    )


@pytest.fixture(scope="module")
def pm4py():
    return pytest.importorskip("pm4py")


def test_counts_and_directly_follows(store, raw, pm4py):
    columns = read_columns(store, BRANCH)
    k, names = len(columns.steps), columns.steps["activity"].tolist()
    counts = dict(zip(names, np.bincount(columns.activity, minlength=k).tolist(), strict=True))
    assert counts == pm4py.get_event_attribute_values(
        raw.assign(**{"time:timestamp": raw["end_time"]}), "concept:name"
    )
    n, waited = follows(columns.first, columns.activity, columns.start, columns.finish, k)
    ours = {(names[a], names[b]): int(n[a, b]) for a, b in np.argwhere(n)}
    graph, _starts, _ends = pm4py.discover_dfg(raw.assign(**{"time:timestamp": raw["start_timestamp"]}))
    assert ours == {pair: int(n) for pair, n in graph.items()}
    times, _starts, _ends = pm4py.discover_performance_dfg(
        raw.assign(**{"time:timestamp": raw["end_time"]}), perf_aggregation_key="mean"
    )
    seconds = {(names[a], names[b]): waited[a, b] / n[a, b] / 1e6 for a, b in np.argwhere(n)}
    assert seconds == pytest.approx(times, abs=1e-3)


def test_variants_and_durations_case_by_case(store, raw, pm4py):
    filters = of_branch(store, BRANCH)
    log = read(store, filters, PROCESS, "clock")
    ended = raw[raw["case:concept:name"].isin(log.cases["case_id"])]
    theirs = pm4py.get_variants(ended.assign(**{"time:timestamp": ended["start_timestamp"]}))
    found = variants(store, filters, PROCESS, "clock").variants
    assert dict(zip(found["steps"], found["n"], strict=True)) == {tuple(k): int(n) for k, n in theirs.items()}
    # pm4py measures from a case's first to its last instant of one column: each step gives it both of its own.
    instants = pd.concat(
        [ended.assign(**{"time:timestamp": ended[at]}) for at in ("start_timestamp", "end_time")]
    )
    instants = instants.sort_values(["case:concept:name", "time:timestamp"]).drop(columns="start_timestamp")
    described = pm4py.statistics.traces.generic.pandas.case_statistics.get_cases_description(instants)
    durations = pd.Series({case: row["caseDuration"] for case, row in described.items()})
    ours = log.cases.set_index("case_id")["cycle_time_h"] * 3600
    assert len(ours) == len(durations)
    assert (ours - durations.reindex(ours.index)).abs().max() < 1e-3


def test_the_waits_of_the_log_add_up(store):
    found = waiting_causes(store, of_branch(store, BRANCH), PROCESS, "clock")
    assert (found.waits[list(CAUSES)].sum(axis=1) - found.waits["wait_clock_h"]).abs().max() < 1e-6
    assert found.causes.query("group == 'all'")["share"].sum() == pytest.approx(1)
