"""Stores of tests: a few rows of each table as a bank would bring them, loaded."""

from datetime import date
from pathlib import Path

import pandas as pd

from analytics.filters import Filters
from analytics.store.loading import load
from analytics.store.reader import Store

PROCESS = "loans"


def store_of(folder: Path, **tables: pd.DataFrame) -> Store:
    """A store that holds these tables (named events, cases, surveys, visits, rosters …)."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in tables.items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    load([folder / f"{name}.csv" for name in tables], folder / "store")
    return Store.open(folder / "store")


def events(steps: list[tuple], process: str = PROCESS) -> pd.DataFrame:
    """steps: case, activity, start, finish and perhaps who."""
    frame = pd.DataFrame([(*s, None)[:5] for s in steps])
    frame.columns = ["case_id", "activity", "started_at", "finished_at", "resource"]
    return frame.assign(process=process, branch_id="B1", role="clerk")


def cases(rows: list[tuple[str, str | None, str | None]], process: str = PROCESS) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["case_id", "segment", "outcome"]).assign(process=process)


def office_hours(role: str = "clerk") -> pd.DataFrame:
    """Monday to Friday, nine to five."""
    return pd.DataFrame(
        {
            "branch_id": "B1", "role": role, "weekday": range(1, 6), "from_time": "09:00", "to_time": "17:00",
            "headcount": 2,
        }
    )  # fmt: skip


def asked(store: Store, start: date = date(2026, 3, 1), end: date = date(2026, 4, 1), **other) -> Filters:
    return Filters("B1", start, end, grouping=store.grouping("B1"), **other)


def of_branch(store: Store, branch_id: str) -> Filters:
    """All data of the branch."""
    start, end = store.period(branch_id)
    return Filters(branch_id, start, end, grouping=store.grouping(branch_id))
