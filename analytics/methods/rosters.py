"""How many people are on duty at a branch's counters, half hour by half hour: as planned, or as the work shows."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

HALF_HOURS, WIDTH_MIN = 48, 30
HALL_ROLES = ("counter", "teller", "window", "desk", "柜", "窗口")
OTHER_ROLES = ("manager", "approv", "operations", "back office", "help", "经理", "审批", "运营", "后台")
# Who serves again within so many minutes was on duty in between.
SAME_SESSION_MIN = 40.0


def hall_roles(roles: list[str]) -> list[str]:
    """The pools that serve the hall: those named like counters, or the only one there is, unless its name says other
    work."""
    others = {role for role in roles if any(word in role.lower() for word in OTHER_ROLES)}
    named = [r for r in roles if r not in others and any(word in r.lower() for word in HALL_ROLES)]
    if named or len(roles) != 1:
        return named
    return [role for role in roles if role not in others]


def planned(
    rosters: pd.DataFrame, days: pd.DatetimeIndex, roles: Sequence[str] | None = None
) -> pd.DataFrame | None:
    """Mean headcount on those days by weekday (1–7) and half_hour (0–47): weekday, half_hour, n_staff above 0.

    rosters: role, weekday, from_min, to_min (minutes since midnight), headcount, valid_from, valid_to (half-open, NaT
    is open). roles: of these together, the hall's where None. None where no roster of theirs is in force on any of the
    days.
    """
    people = planned_by_day(rosters, days, roles)
    return None if people is None else _by_weekday(people, days)


def planned_by_day(
    rosters: pd.DataFrame, days: pd.DatetimeIndex, roles: Sequence[str] | None = None
) -> np.ndarray | None:
    """The same day by day: people by half hour, [days × 48]."""
    if roles is None:
        roles = hall_roles(list(dict.fromkeys(rosters["role"])))
    rows = rosters[rosters["role"].isin(roles)]
    on_day = days.to_numpy()[:, None]
    start, end = (pd.to_datetime(rows[name]).to_numpy()[None, :] for name in ("valid_from", "valid_to"))
    in_force = (np.isnat(start) | (start <= on_day)) & (np.isnat(end) | (end > on_day))
    in_force &= days.isocalendar()["day"].to_numpy(int)[:, None] == rows["weekday"].to_numpy(int)[None, :]
    people = rows["headcount"].to_numpy(float)[:, None] * _overlap(rows["from_min"], rows["to_min"])
    return in_force @ people if in_force.any() else None


def seen(on_duty: pd.DataFrame, days: pd.DatetimeIndex) -> pd.DataFrame | None:
    """The same as seen from who worked when: weekday, half_hour, n_staff; None where nobody is known.

    on_duty: one row per person or place and spell of work, without longer breaks than SAME_SESSION_MIN: day (index
    into days), from_min, to_min.
    """
    people = seen_by_day(on_duty, days)
    return None if people is None else _by_weekday(people, days)


def seen_by_day(on_duty: pd.DataFrame, days: pd.DatetimeIndex) -> np.ndarray | None:
    """The same day by day: people by half hour, [days × 48]."""
    if on_duty.empty:
        return None
    people = np.zeros((len(days), HALF_HOURS))
    np.add.at(people, on_duty["day"].to_numpy(int), _overlap(on_duty["from_min"], on_duty["to_min"]))
    return people


def _overlap(from_min: pd.Series, to_min: pd.Series) -> np.ndarray:
    """Share of each half hour between from and to: [rows × 48]."""
    start = np.arange(HALF_HOURS) * WIDTH_MIN
    begin, end = from_min.to_numpy(float)[:, None], to_min.to_numpy(float)[:, None]
    return np.clip(np.minimum(end, start + WIDTH_MIN) - np.maximum(begin, start), 0, None) / WIDTH_MIN


def _by_weekday(people: np.ndarray, days: pd.DatetimeIndex) -> pd.DataFrame:
    """The mean over days of a weekday; people: [days × 48]."""
    frame = pd.DataFrame(people).groupby(days.isocalendar()["day"].to_numpy(int)).mean()
    mean = frame.to_numpy()
    row, half_hour = np.nonzero(mean)
    return pd.DataFrame(
        {"weekday": frame.index.to_numpy()[row], "half_hour": half_hour, "n_staff": mean[row, half_hour]}
    )
