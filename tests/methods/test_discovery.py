"""Weekly calendars read off work whose hours are known."""

import numpy as np
import pandas as pd
import pytest

from analytics.methods.discovery import discovered


def pieces(
    days: pd.DatetimeIndex, hours: list[float], length_min: float = 30
) -> tuple[np.ndarray, np.ndarray]:
    start = pd.DatetimeIndex([d + pd.Timedelta(hours=h) for d in days for h in hours])
    return start.to_numpy(), (start + pd.Timedelta(minutes=length_min)).to_numpy()


MONDAYS = pd.date_range("2026-01-05", periods=10, freq="7D")


def test_mondays_from_nine_to_noon():
    found = discovered(*pieces(MONDAYS, [9, 10, 11]))
    assert found.calendar.windows == ((1, 9.0, 12.0),)
    assert (found.confidence, found.support, found.n, found.n_days) == (1.0, 1.0, 30, 10)


def test_work_over_several_granules_counts_in_each():
    found = discovered(*pieces(MONDAYS, [9.5], 150))
    assert found.calendar.windows == ((1, 9.0, 12.0),)


def test_a_stray_evening_is_left_out_unless_support_asks_for_it():
    usual, stray = pieces(MONDAYS.repeat(2), [9, 10]), pieces(MONDAYS[:1], [20])
    both = [np.concatenate(x) for x in zip(usual, stray, strict=True)]
    found = discovered(*both, least_confidence=0.2)
    assert found.calendar.windows == ((1, 9.0, 11.0),)
    assert found.support == pytest.approx(40 / 41)
    assert discovered(*both, least_confidence=0.2, least_support=1.0).calendar.windows == (
        (1, 9.0, 11.0),
        (1, 20.0, 21.0),
    )


def test_confidence_is_of_the_days_worked_on_that_weekday():
    early, late = pieces(MONDAYS, [9]), pieces(MONDAYS[:4], [15])
    found = discovered(*[np.concatenate(x) for x in zip(early, late, strict=True)])
    assert found.confidence == pytest.approx((1.0 + 0.4) / 2)


def test_finer_granules_and_nothing_at_all():
    found = discovered(*pieces(MONDAYS, [9.5]), granule_min=30)
    assert found.calendar.windows == ((1, 9.5, 10.0),)
    empty = np.zeros(0, "datetime64[us]")
    assert discovered(empty, empty) is None
