"""Waits added up in the database against the same tickets one by one in plain pandas, on an untidy hall."""

import numpy as np
import pandas as pd
import pytest

from analytics.diagnosis.causes import causes
from analytics.diagnosis.half_hours import on_duty
from analytics.diagnosis.patience import patience
from analytics.diagnosis.wait_times import wait_times, waits_by
from analytics.filters import Targets
from analytics.methods import intervals, rosters
from analytics.methods.kaplan_meier import kaplan_meier
from analytics.store import Store, load
from tests.diagnosis.test_wait_times import asked

TARGET = 7.3
OCTOBER = {"start": "2026-09-01", "end": "2026-11-01", "targets": Targets(wait_min=TARGET)}


@pytest.fixture(scope="module")
def hall(tmp_path_factory) -> tuple[Store, pd.DataFrame]:
    """Two months; arrivals to the microsecond, some called a little before they came, some of whom nobody knows when
    they left, tellers and ends that are missing, a service whose ends are never known."""
    rng = np.random.default_rng(11)
    days = pd.bdate_range("2026-09-01", "2026-10-30").repeat(120)
    n = len(days)
    minute = rng.uniform(8.8 * 60, 17 * 60, n)
    arrived = days + pd.to_timedelta((minute * 6e7).astype(np.int64), unit="us")
    wait = rng.exponential(8, n) + np.where((minute > 720) & (minute < 810), 6, 0)
    wait = np.where(rng.random(n) < 0.3, np.round(wait), wait)
    wait[rng.random(n) < 0.05] = -2 / 60
    is_left, is_open = rng.random(n) < 0.12, rng.random(n) < 0.9
    service = rng.choice(["cash", "loan", "advice"], n, p=[0.6, 0.3, 0.1])
    waited = pd.to_timedelta((wait * 6e7).astype(np.int64), unit="us")
    called = pd.Series(arrived + waited).where(~is_left)
    takes = pd.to_timedelta(
        (rng.gamma(3, np.where(service == "cash", 2, 5)) * 6e7).astype(np.int64), unit="us"
    )
    frame = pd.DataFrame(
        {
            "ticket_id": np.arange(n), "branch_id": "B", "service": service,
            "segment": rng.choice(["ordinary", "VIP"], n, p=[0.8, 0.2]),
            "arrived_at": arrived, "called_at": called,
            "finished_at": (called + takes).where(is_open & (service != "advice")),
            "left_at": pd.Series(arrived + waited.map(abs)).where(is_left & (rng.random(n) < 0.7)),
            "counter": np.where(is_left, None, rng.choice(["1", "2", "3", "4", "5", "6"], n)),
            "teller_id": np.where(is_left | (rng.random(n) < 0.1), None, rng.choice(list("abcdefg"), n)),
        }
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("untidy")
    frame.to_csv(folder / "visits.csv", index=False)
    load([folder / "visits.csv"], folder / "store")
    frame["group"] = np.where(frame["segment"] == "VIP", "vip", "ordinary")
    frame["day"] = frame["arrived_at"].dt.normalize()
    frame["wait"] = ((frame["called_at"] - frame["arrived_at"]) / pd.Timedelta(minutes=1)).clip(lower=0)
    frame["gone"] = (frame["left_at"] - frame["arrived_at"]) / pd.Timedelta(minutes=1)
    frame["takes"] = (frame["finished_at"] - frame["called_at"]) / pd.Timedelta(minutes=1)
    frame["cell"] = (
        frame["day"].dt.day_of_week * 48
        + frame["arrived_at"].dt.hour * 2
        + frame["arrived_at"].dt.minute // 30
    )
    return Store.open(folder / "store"), frame


def by_day(rows: pd.DataFrame, values: pd.Series, days: pd.Index) -> np.ndarray:
    return (
        values[rows.index]
        .fillna(0)
        .groupby(rows["day"])
        .sum()
        .reindex(days, fill_value=0)
        .to_numpy()[None, :]
    )


def p90(rows: pd.DataFrame, days: pd.Index) -> tuple[float, float, float]:
    """Woodruff's interval, ticket by ticket."""
    waits = rows["wait"].dropna()
    value = waits.quantile(0.9)
    share, low, high = intervals.shares(
        by_day(rows, (rows["wait"] <= value).astype(float), days), by_day(rows, rows["wait"].notna(), days)
    )
    return value, *(waits.quantile(float(np.clip(0.9 + (end - share)[0], 0, 1))) for end in (low, high))


def test_headlines_are_those_of_single_tickets(hall):
    store, frame = hall
    found = wait_times(store, asked(**OCTOBER))
    days = pd.Index(frame["day"].unique())
    for group in ("ordinary", "vip"):
        rows = frame[frame["group"] == group]
        assert found.wait_mean_min[group].value == pytest.approx(rows["wait"].mean())
        got = found.wait_p90_min[group]
        assert (got.value, got.low, got.high) == pytest.approx(p90(rows, days))
        share = intervals.shares(
            by_day(rows, rows["wait"] <= TARGET, days), by_day(rows, rows["wait"] > -1, days) * 0
            + rows.groupby("day").size().reindex(days, fill_value=0).to_numpy()
        )  # fmt: skip
        got = found.within_target_share[group]
        assert (got.value, got.low, got.high) == pytest.approx([float(part[0]) for part in share])
        assert found.abandon_share[group].value == pytest.approx(rows["wait"].isna().mean())
        bars = found.distribution[found.distribution["group"] == group]
        edges = np.append(bars["from_min"], np.inf)
        expected = pd.cut(rows["wait"], edges, include_lowest=True).value_counts(sort=False)
        assert bars["n"].tolist() == expected.tolist()


def test_half_hours_are_those_of_single_tickets(hall):
    store, frame = hall
    cells = wait_times(store, asked(**OCTOBER)).half_hours
    days = pd.Index(frame["day"].unique())
    mean = frame.groupby("service")["takes"].mean()
    queued = frame["wait"].fillna(frame["gone"])
    for cell in cells.sample(12, random_state=1).to_dict("records"):
        rows = frame[frame["cell"] == (cell["weekday"] - 1) * 48 + cell["half_hour"]]
        mine = rows[rows["group"] == "ordinary"]
        n_days = (pd.DatetimeIndex(days).day_of_week == cell["weekday"] - 1).sum()
        assert (cell["n_arrivals"], cell["n"]) == (len(rows), mine["wait"].count())
        assert (cell["wait_p90_min"], cell["low"], cell["high"]) == pytest.approx(p90(mine, days))
        assert cell["excess_min"] == pytest.approx((queued[rows.index] - TARGET).clip(lower=0).sum())
        work = rows["service"].map(mean).sum() / n_days / 30
        assert cell["work_erlang"] == pytest.approx(work)


@pytest.mark.parametrize(
    ("by", "column"), [("service", "service"), ("counter", "counter"), ("segment", "segment")]
)
def test_waits_by_name_are_those_of_single_tickets(hall, by, column):
    store, frame = hall
    found = waits_by(store, asked(**OCTOBER), by)
    rows = frame.dropna(subset=["wait", column])
    expected = rows.groupby([column, "group"]).agg(
        n=("wait", "size"), wait=("wait", "mean"), takes=("takes", "mean")
    )
    assert len(found) == len(expected)
    for row in found.to_dict("records"):
        n, wait, takes = expected.loc[(row["name"], row["group"])]
        got = row["n"], row["wait_mean_min"], row["service_mean_min"]
        assert got == pytest.approx((n, wait, takes), nan_ok=True)


def test_spells_on_duty_are_those_of_single_services(hall):
    store, frame = hall
    rows = frame.dropna(subset=["teller_id", "finished_at"]).sort_values(["day", "teller_id", "called_at"])
    expected = []
    for (day, _desk), services in rows.groupby(["day", "teller_id"]):
        spells: list[list[float]] = []
        for start, end in zip(services["called_at"], services["finished_at"], strict=True):
            first, last = ((at - day) / pd.Timedelta(minutes=1) for at in (start, end))
            if spells and first - spells[-1][1] <= rosters.SAME_SESSION_MIN:
                spells[-1][1] = max(spells[-1][1], last)
            else:
                spells.append([first, last])
        expected += [(day, *spell) for spell in spells]
    found = on_duty(store, asked(**OCTOBER))
    assert len(found) == len(expected) > rows.groupby(["day", "teller_id"]).ngroups
    got = found.sort_values(["arrived_on", "from_min", "to_min"])
    np.testing.assert_allclose(got[["from_min", "to_min"]], [e[1:] for e in sorted(expected)], atol=1e-6)


def test_patience_is_that_of_single_tickets(hall):
    store, frame = hall
    found = patience(store, asked(**OCTOBER))
    for group in ("ordinary", "vip"):
        rows = frame[frame["group"] == group]
        is_left = rows["called_at"].isna()
        queued = rows["wait"].fillna(rows["gone"].clip(lower=0))
        known = queued.notna()
        assert found.n_unknown[group] == (~known).sum() > 0
        weight = np.where(is_left[known], is_left.sum() / (is_left & known).sum(), 1.0)
        curve = kaplan_meier(queued[known].to_numpy(), is_left[known].to_numpy(), weight)
        at = np.searchsorted(curve.times_min, TARGET, side="right") - 1
        assert found.willing[group].value == pytest.approx(curve.share[at])
        kept = found.kept[found.kept["group"] == group].set_index("within_min")["share"]
        gone = rows.loc[is_left & known, "gone"]
        assert kept[TARGET] == pytest.approx((gone > TARGET).mean())


def test_daily_causes_are_those_of_single_tickets(hall):
    store, frame = hall
    days = causes(store, asked(**OCTOBER)).days.set_index("day_on")
    usual = frame["service"].map(frame.groupby("service")["takes"].mean())
    by = frame.assign(usual=usual, slow=frame["takes"] - usual).groupby("day")
    np.testing.assert_allclose(days["load"], by.size())
    np.testing.assert_allclose(days["mix"], by["usual"].mean())
    np.testing.assert_allclose(days["slow"], by["slow"].mean(), atol=1e-9)
    ordinary = frame[frame["group"] == "ordinary"].groupby("day")["wait"].mean()
    np.testing.assert_allclose(days["wait_mean_min"], ordinary)
    cells = frame.groupby(["day", "cell"]).size()
    n_cells = frame["arrived_at"].dt.strftime("%H%M").str[:2].nunique() * 2  # whole hours are all used
    half_hours = (frame["cell"] % 48).nunique()
    assert half_hours <= n_cells
    busiest = cells.groupby("day").apply(lambda n: n.nlargest(half_hours // 4).sum() / n.sum())
    np.testing.assert_allclose(days["timing"], busiest)
