"""Luck belongs to the case: each uniform number is a hash of case, step and how often it was done, so that before and
after differ by the measure alone, whatever order things happen in.

numba compiles these functions into the loop that calls them, and keeps it: after a change here, touch `kernel.py` and
`runs.py`."""

from typing import Any

import numpy as np
from numba import njit

from analytics.simulation.kernel import OPTIONS
from analytics.simulation.process.records import index

DURATION, DELAY, ROUTE, PICK, PERSON, MACHINE, OWNER, RESIDUAL, VALUE = range(9)
"""What a uniform number is for."""
_GOLDEN, _MIX_1, _MIX_2 = (np.uint64(x) for x in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))
_S30, _S27, _S31, _S11 = (np.uint64(x) for x in (30, 27, 31, 11))
_INVERSE: Any = 1.0 / (1 << 53)
N_GUIDES = 16


@njit(inline="always", **OPTIONS)
def _mixed(z):
    """The bits of a number stirred: splitmix64 (Steele, Lea and Flood 2014)."""
    z = (z ^ (z >> _S30)) * _MIX_1
    z = (z ^ (z >> _S27)) * _MIX_2
    return z ^ (z >> _S31)


@njit(inline="always", **OPTIONS)
def fate(seed, case):
    """What all uniform numbers of a case come from."""
    return _mixed(seed + np.uint64(case + 1) * _GOLDEN)


@njit(inline="always", **OPTIONS)
def uniform(fate_of_case, step, visit, purpose):
    """A uniform number of this case, step, visit and purpose: stirred a second time."""
    z = _mixed(fate_of_case + np.uint64((visit * 4096 + step) * 16 + purpose + 1) * _GOLDEN)
    return float(np.int64(z >> _S11)) * _INVERSE


@njit(inline="always", **OPTIONS)
def looked_up(table, row, u):
    """The value at probability u of a quantile table [row, quantile]."""
    x = u * (table.shape[1] - 1)
    k = index(x)
    low = table[row, k]
    return low + (x - k) * (table[row, index(k + 1)] - low)


@njit(inline="always", **OPTIONS)
def drawn(cumulative, u, k):
    """The entry that a uniform number falls on, the k-th or one behind it."""
    while k < len(cumulative) - 1 and cumulative[index(k)] <= u:
        k += 1
    return k


@njit(**OPTIONS)
def guides(cumulative):
    """Where to look from: the entry that each sixteenth of the uniform numbers falls on first [..., sixteenth]."""
    first = np.zeros((*cumulative.shape[:3], N_GUIDES), np.int16)
    for a, b, c in np.ndindex(cumulative.shape[:3]):
        for d in range(1, N_GUIDES):
            first[a, b, c, d] = drawn(cumulative[a, b, c], d / N_GUIDES, first[a, b, c, d - 1])
    return first
