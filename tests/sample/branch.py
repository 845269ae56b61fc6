"""The sample's files as plain pandas reads them, and small sums over them."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

FOLDER = Path(__file__).parents[2] / "sample_data"
LIVE_ON = pd.Timestamp("2026-07-06")
PEERS = ("Beidajie", "Xinhualu", "Renminlu")
TIMES = ("arrived_at", "called_at", "finished_at", "left_at")


@cache
def visits(branch_id: str = "Sandaojie") -> pd.DataFrame:
    """One row per usable ticket: doubled rows once, rows whose clocks are off left out; wait_min in minutes."""
    frame = pd.read_csv(
        FOLDER / f"visits_{branch_id.lower()}.csv.gz", parse_dates=list(TIMES)
    ).drop_duplicates()
    is_off = (frame.called_at < frame.arrived_at) | (frame.finished_at < frame.called_at)
    frame = frame[~is_off].copy()
    frame["wait_min"] = (frame.called_at - frame.arrived_at).dt.total_seconds() / 60
    frame["is_ordinary"] = frame.segment == "ordinary"
    frame["is_after"] = frame.arrived_at >= LIVE_ON
    return frame


@cache
def table(name: str) -> pd.DataFrame:
    """Any other file by its name, dates parsed."""
    path = next(FOLDER.glob(f"{name}.csv*"))
    frame = pd.read_csv(path)
    for column in frame.columns:
        if column.endswith(("_at", "_on")) or column.startswith("valid_"):
            frame[column] = pd.to_datetime(frame[column])
    return frame


def hall(tickets: pd.DataFrame) -> dict[str, float]:
    """Mean and P90 wait, share called within 10 minutes of all tickets, share that left."""
    return {
        "mean": tickets.wait_min.mean(),
        "p90": tickets.wait_min.quantile(0.9),
        "within": (tickets.wait_min <= 10).mean(),
        "left": tickets.called_at.isna().mean(),
    }


def steps(branch_id: str, process: str) -> pd.DataFrame:
    """The events of a process at a branch with the minutes they took."""
    frame = table("events")
    frame = frame[(frame.branch_id == branch_id) & (frame.process == process)].copy()
    frame["work_min"] = (frame.finished_at - frame.started_at).dt.total_seconds() / 60
    return frame


def answers(branch_id: str = "Sandaojie") -> pd.DataFrame:
    """The answers inside the scale, with the wait of the ticket they name."""
    frame = table("surveys")
    frame = frame[(frame.branch_id == branch_id) & (frame.overall <= 5)]
    return frame.merge(visits(branch_id)[["ticket_id", "wait_min"]], on="ticket_id", how="left")


def idle_while_queueing_share() -> float:
    """Of the minutes in which ordinary customers queue, the share with C1 or C2 free; 20 days, minute by minute."""
    frame = visits()
    days = frame.arrived_at.dt.normalize()
    n_queue = n_idle = 0
    for day in sorted(days.unique())[5:205:10]:
        today = frame[days == day]
        clock = pd.date_range(day + pd.Timedelta(hours=9), periods=6 * 60, freq="min").to_numpy()
        ordinary = today[today.is_ordinary & today.called_at.notna()]
        kept = today[today.counter.isin(["C1", "C2"])]
        queue = between(ordinary.arrived_at, ordinary.called_at, clock)
        busy = between(kept.called_at, kept.finished_at, clock)
        n_queue += int((queue > 0).sum())
        n_idle += int(((queue > 0) & (busy < 2)).sum())
    return n_idle / n_queue


def between(start: pd.Series, end: pd.Series, clock: np.ndarray) -> np.ndarray:
    """How many of the spans are running at each instant."""
    begun = np.searchsorted(np.sort(start.to_numpy()), clock, side="right")
    ended = np.searchsorted(np.sort(end.to_numpy()), clock, side="right")
    return begun - ended
