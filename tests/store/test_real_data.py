"""Real logs load by the mapping files of docs/examples, and give what plain pandas computes from the raw files."""

import gzip
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.store import Store, load
from tests.store.bench import load_one, reasons

FOLDER = os.environ.get("REAL_DATA")
EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
PERIOD = {"a": "1990-01-01", "b": "2030-01-01"}
pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not FOLDER, reason="REAL_DATA names no folder with the real logs"),
]


def real(name: str) -> Path:
    return Path(FOLDER or "") / name


@pytest.fixture(scope="module")
def queue_store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("queue") / "store"
    path = real("queue/anonymous_bank_1999_february_1_14.csv.gz")
    report = load_one(path, folder, mapping=EXAMPLES / "queue_log.toml")
    assert (report.rows_read, report.loaded, report.rejected) == (17_456, 17_269, 187)
    assert reasons(report) == {("left_out", None): 168, ("order", "called_at"): 19}
    assert load_one(path, folder).unchanged == 17_269
    return folder


@pytest.fixture(scope="module")
def queue_raw() -> pd.DataFrame:
    """The raw log by the same rules, in pandas alone: wait_s of the served, patience_s of those who left."""
    raw = pd.read_csv(real("queue/anonymous_bank_1999_february_1_14.csv.gz"), dtype=str)
    for column in ("vru_exit", "q_exit", "ser_start", "ser_exit"):
        raw[column] = pd.to_datetime(raw[column])
    is_served = (raw.outcome == "AGENT") & raw.ser_start.notna()
    raw = raw[is_served | (raw.outcome == "HANG")].copy()
    raw["is_abandoned"] = raw.outcome == "HANG"
    wait_s = (raw.ser_start - raw.vru_exit).dt.total_seconds().where(~raw.is_abandoned)
    raw["wait_s"] = wait_s.clip(lower=0)
    raw["service_s"] = (raw.ser_exit - raw.ser_start).dt.total_seconds().where(~raw.is_abandoned)
    left_at = raw.q_exit.fillna(raw.vru_exit)
    raw["patience_s"] = (left_at - raw.vru_exit).dt.total_seconds().where(raw.is_abandoned)
    return raw[~(wait_s < -5)]


@pytest.fixture(scope="module")
def queue_tickets(queue_store) -> pd.DataFrame:
    sql = "from tickets_in('call centre', $a::date, $b::date, 'segment', ['VIP'])"
    return Store.open(queue_store).frame(sql, **PERIOD)


@pytest.mark.parametrize(
    ("ours", "raw"), [("wait_min", "wait_s"), ("patience_min", "patience_s"), ("service_min", "service_s")]
)
def test_waits_patience_and_service_equal_pandas(queue_tickets, queue_raw, ours, raw):
    found, expected = queue_tickets[ours].dropna() * 60, queue_raw[raw].dropna()
    assert len(found) == len(expected) > 2000
    quantiles = [0.1, 0.25, 0.5, 0.75, 0.9, 0.99]
    np.testing.assert_allclose(found.quantile(quantiles), expected.quantile(quantiles), atol=1e-6)
    np.testing.assert_allclose(np.sort(found), np.sort(expected), atol=1e-6)
    assert found.mean() == pytest.approx(expected.mean())


def test_walk_aways_equal_pandas_by_day_service_and_half_hour(queue_tickets, queue_raw):
    assert queue_tickets.is_abandoned.sum() == queue_raw.is_abandoned.sum() == 2908
    for ours, theirs in (
        ("arrived_on", queue_raw.vru_exit.dt.normalize()),
        ("service", queue_raw.type),
        ("half_hour", queue_raw.vru_exit.dt.hour * 2 + queue_raw.vru_exit.dt.minute // 30),
        ("weekday", queue_raw.vru_exit.dt.day_of_week + 1),
    ):
        found = queue_tickets.groupby(ours).is_abandoned.agg(["size", "sum"])
        expected = queue_raw.groupby(theirs).is_abandoned.agg(["size", "sum"])
        assert found.to_numpy().tolist() == expected.to_numpy().tolist(), ours


def test_groups_customers_and_servers_equal_pandas(queue_tickets, queue_raw):
    assert (queue_tickets.customer_group == "vip").sum() == (queue_raw.priority == "2").sum()
    is_known = ~queue_raw.customer_id.isin(["0", "0.0"]) & queue_raw.customer_id.notna()
    assert queue_tickets.customer_id.notna().sum() == is_known.sum()
    assert queue_tickets.customer_id.nunique() == queue_raw.customer_id[is_known].nunique()
    is_server = queue_raw.server.notna() & (queue_raw.server != "NO_SERVER")
    assert (
        queue_tickets.teller_id.value_counts().tolist() == queue_raw.server[is_server].value_counts().tolist()
    )


def test_the_loan_log_loads_every_row(tmp_path):
    path = real("process/bpic_2012_w.csv.gz")
    report = load_one(path, tmp_path / "store", mapping=EXAMPLES / "loan_work_items.toml")
    assert (report.rows_read, report.loaded) == (59_302, 59_302)
    raw = pd.read_csv(path, parse_dates=["start_time", "end_time"], date_format="ISO8601")
    store = Store.open(tmp_path / "store")
    found = store.frame("from case_events_in('Dutch bank', $a::date, $b::date, 'none', [])", **PERIOD)
    assert found.case_id.nunique() == raw.case_id.nunique() == 8616
    assert found.resource.isna().sum() == raw.resource.isna().sum() == 6335
    assert found.activity.value_counts().to_dict() == raw.activity.value_counts().to_dict()
    ours = (found.finished_at - found.started_at).dt.total_seconds()
    theirs = (raw.end_time - raw.start_time).dt.total_seconds()
    assert ours.sum() == pytest.approx(theirs.sum(), rel=1e-9)


def test_the_permit_log_loads_in_local_time(tmp_path):
    path = real("process/receipt_coselog.csv.gz")
    report = load_one(path, tmp_path / "store", mapping=EXAMPLES / "permit_receipts.toml")
    assert (report.rows_read, report.loaded) == (8577, 8577)
    raw = pd.read_csv(path)
    local = (
        pd.to_datetime(raw["time:timestamp"], utc=True).dt.tz_convert("Europe/Amsterdam").dt.tz_localize(None)
    )
    found = Store.open(tmp_path / "store").frame("select finished_at from events").finished_at
    assert sorted(found) == sorted(local.dt.as_unit("us"))


def test_the_purchasing_log_loads_from_xes_in_pairs(tmp_path):
    path = real("process/purchasing_example.xes.gz")
    text = gzip.decompress(path.read_bytes()).decode()
    n_starts, n_ends = (text.count(f'"lifecycle:transition" value="{s}"') for s in ("start", "complete"))
    report = load_one(path, tmp_path / "store", mapping=EXAMPLES / "purchasing.toml")
    assert (report.rows_read, report.loaded) == (9119, 9119)
    assert n_starts == n_ends == 9119
    store = Store.open(tmp_path / "store")
    assert store.rows("select count(distinct case_id), count(started_at) from events") == [(608, 9119)]
    assert load_one(path, tmp_path / "store").unchanged == 9119


def test_surveys_load_on_our_scales(tmp_path):
    bank, hospital = (
        real("satisfaction/bank_ecsi_spain_250.csv"),
        real("satisfaction/servqual_hospital_patients_235.csv"),
    )
    assert load_one(bank, tmp_path / "store", mapping=EXAMPLES / "bank_survey.toml").loaded == 250
    assert load_one(hospital, tmp_path / "store", mapping=EXAMPLES / "servqual_survey.toml").loaded == 235
    store = Store.open(tmp_path / "store")
    raw = pd.read_csv(bank)
    found = store.frame(
        """
        select overall, recommend, perceived['quality_1'] as quality
        from surveys where branch_id = 'Spanish bank' order by response_id
        """
    )
    np.testing.assert_allclose(found.overall, 1 + raw.sat1 * 0.4)
    np.testing.assert_allclose(found.recommend, raw.loy3)
    np.testing.assert_allclose(found.quality, 1 + raw.qual1 * 0.6)
    raw = pd.read_csv(hospital)
    rows = store.rows(
        "select perceived['empathy'] from surveys where branch_id = 'hospital' order by response_id"
    )
    np.testing.assert_allclose([value for (value,) in rows], 1 + (raw.EMPAT - 1) * 1.5)


def test_the_loads_leave_the_logs_as_they_are_and_share_a_store(tmp_path):
    store = tmp_path / "store"
    load([real("process/receipt_coselog.csv.gz")], store, mapping=EXAMPLES / "permit_receipts.toml")
    load([real("process/bpic_2012_w.csv.gz")], store, mapping=EXAMPLES / "loan_work_items.toml")
    assert Store.open(store).branches() == ["Dutch bank", "municipality"]
