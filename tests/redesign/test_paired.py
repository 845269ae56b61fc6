"""Both sides of a forecast over the same replications."""

import numpy as np
import pytest

from analytics.redesign.paired import paired

NAN = float("nan")


def test_the_change_is_what_lies_between_the_two_sides() -> None:
    # No case ended in the second replication before, nor in the third after: only the first and the last compare.
    found = paired("x", "h", 7.0, np.array([1.0, NAN, 100.0, 3.0]), np.array([2.0, 50.0, NAN, 6.0]))
    assert (found.before.mean, found.after.mean, found.change.mean) == (2.0, 4.0, 2.0)
    assert found.observed == 7.0


def test_a_side_without_any_figure_leaves_the_other_as_it_is() -> None:
    found = paired("x", "h", None, np.array([1.0, 3.0]), np.array([NAN, NAN]))
    assert found.before.mean == 2.0
    assert np.isnan([found.after.mean, found.change.mean]).all()


def test_two_sides_of_no_replication_in_common_have_no_change() -> None:
    found = paired("x", "h", None, np.array([1.0, NAN]), np.array([NAN, 5.0]))
    assert (found.before.mean, found.after.mean) == (1.0, 5.0)
    assert found.change.mean == pytest.approx(NAN, nan_ok=True)
