"""The waits of all steps by cause, worked out once for the parts of a page, and what they say of each hand-over."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pandas as pd
from numba import njit
from numpy.typing import NDArray

from analytics.diagnosis.columns import Codes, Ints
from analytics.diagnosis.event_log import EventLog, HoursKind, calendar_of
from analytics.diagnosis.work import Duty, Work, causes, duty, read_work, rosters
from analytics.filters import Filters
from analytics.methods.calendars import ALWAYS
from analytics.methods.waiting import CAUSES, EXTRANEOUS
from analytics.store.reader import Store

Floats = NDArray[np.float64]
_NONE = -1


@dataclass(frozen=True, eq=False)
class Split:
    """rows: of all steps of the branch; parts: each one's wait by cause [rows, 5] in µs of the process' hours; batch:
    the place that began its batch, −1 none (see `work.causes`). planned: the rosters in force.
    """

    work: Work
    planned: pd.DataFrame
    on_duty: Duty
    rows: Codes
    parts: Ints
    batch: Codes


def split(store: Store, filters: Filters, process: str, hours: HoursKind) -> Split:
    """All waits by cause, in the hours of that process, or by the clock; the group asked for makes no difference."""
    return _split(store, replace(filters, group="all"), process, hours)


# What a page asks for one after the other; large logs leave no room for more.
@lru_cache(maxsize=1)
def _split(store: Store, filters: Filters, process: str, hours: HoursKind) -> Split:
    work, planned = read_work(store, filters.branch_id), rosters(store, filters)
    opened = calendar_of(store, filters, process)
    # By the clock too, nobody is on duty while the process is closed.
    on_duty = duty(work, planned, opened)
    return Split(work, planned, on_duty, *causes(work, on_duty, ALWAYS if hours == "clock" else opened))


def by_handover(store: Store, filters: Filters, log: EventLog) -> pd.DataFrame:
    """A row per pair (before, activity) of the log: staff_share, cause, cause_share.

    Of its waiting in working hours, whatever the hours of the log, for by the clock a customer's nights would count as
    somebody off duty: the share for the staff, by any cause; the largest cause, and its share. NaN and "" where starts
    are not known, or not who did steps with at least half of the waiting.
    """
    number, pairs = log.pairs
    if not log.has_starts or pairs.empty:
        return pairs.assign(staff_share=np.nan, cause="", cause_share=np.nan)
    waited = _waited(split(store, filters, log.process, "working"), log, number, len(pairs))
    with np.errstate(invalid="ignore"):
        parts = waited / waited.sum(axis=1, keepdims=True)
    cause = np.where(np.isnan(parts[:, 0]), "", np.array(CAUSES)[parts.argmax(axis=1)])
    return pairs.assign(staff_share=1 - parts[:, EXTRANEOUS], cause=cause, cause_share=parts.max(axis=1))


def _waited(found: Split, log: EventLog, number: Codes, n_pairs: int) -> Floats:
    """The waiting of each pair by cause, of known people; NaN where they are too few."""
    columns = found.work.columns
    pair = _pair_of_rows(columns.first, log.numbers, log.first, number)
    pair[~columns.has_start] = _NONE
    waited, unknown = _sums(found.rows, found.parts, pair, columns.person, n_pairs)
    waited[unknown > waited.sum(axis=1)] = np.nan
    return waited


@njit(cache=True, nogil=True)
def _pair_of_rows(first: Ints, numbers: Ints, log_first: Ints, number: Codes) -> Codes:
    """For each row of all steps the number of its pair, −1 where it is not asked for."""
    found = np.full(first[-1], _NONE, np.int32)
    for case in range(len(numbers)):
        at = first[numbers[case]]
        for i in range(log_first[case], log_first[case + 1]):
            found[at + i - log_first[case]] = number[i]
    return found


@njit(cache=True, nogil=True)
def _sums(rows: Codes, parts: Ints, pair: Codes, person: Codes, n_pairs: int) -> tuple[Floats, Floats]:
    """The waiting of each pair by cause where the person is known, and all of it where not."""
    waited, unknown = np.zeros((n_pairs, parts.shape[1])), np.zeros(n_pairs)
    for at in range(len(rows)):
        row = rows[at]
        if pair[row] < 0:
            continue
        for cause in range(parts.shape[1]):
            if person[row] < 0:
                unknown[pair[row]] += parts[at, cause]
            else:
                waited[pair[row], cause] += parts[at, cause]
    return waited, unknown
