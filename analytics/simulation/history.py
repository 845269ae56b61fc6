"""The tickets of the calibration period as arrays: what every part of the calibration reads."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.errors import RequestError
from analytics.filters import Filters
from analytics.language import _
from analytics.simulation.model import N_SLOTS, SLOT_MIN, Segment
from analytics.store import Store

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MAX_SERVICES, MAX_SEGMENTS = 24, 8
REST_SEGMENT, REST_SERVICE = "other", "other services"
"""The names of rare ones taken together; segments within their group, so that a rare VIP stays a VIP."""

TICKETS_SQL = """
select
    segment, customer_group, service, counter, teller_id, arrived_on,
    (epoch(arrived_at) - epoch(arrived_on::timestamp)) / 60 as arrived_min,
    (epoch(called_at) - epoch(arrived_on::timestamp)) / 60 as called_min,
    (epoch(finished_at) - epoch(arrived_on::timestamp)) / 60 as finished_min,
    (epoch(left_at) - epoch(arrived_on::timestamp)) / 60 as left_min
from tickets_in($branch_id, $start_on, $end_on, $grouping_kind, $vip_segments)
order by arrived_at, ticket_id
"""


@dataclass(frozen=True, eq=False)
class History:
    """One row per ticket, by arrival. Minutes count from the midnight of the day of arrival; NaN is unknown.

    day: index into `days`; weekday 0 = Monday; segment, service, counter, teller: indices, −1 where not recorded.
    """

    days: tuple[date, ...]
    weekday_of_day: Ints
    segments: tuple[Segment, ...]
    services: tuple[str, ...]
    counters: tuple[str, ...]
    tellers: tuple[str, ...]
    day: Ints
    segment: Ints
    service: Ints
    counter: Ints
    teller: Ints
    arrived: Floats
    called: Floats
    finished: Floats
    left: Floats

    @property
    def n(self) -> int:
        return len(self.day)

    @property
    def slot(self) -> Ints:
        return np.clip(self.arrived // SLOT_MIN, 0, N_SLOTS - 1).astype(np.int64)

    @property
    def is_served(self) -> NDArray[np.bool_]:
        return ~np.isnan(self.called)

    @property
    def wait(self) -> Floats:
        """Minutes from ticket to call, never below 0; NaN for those who left."""
        return np.maximum(self.called - self.arrived, 0.0)


@lru_cache(maxsize=8)
def read_history(store: Store, filters: Filters) -> History:
    """The tickets of branch and period, all groups. Raises RequestError where there are none."""
    frame = store.frame(TICKETS_SQL, **filters.binds())
    if frame.empty:
        raise RequestError(
            _(
                "No visits of branch {branch} between {start} and {end}: choose a period that holds tickets."
            ).format(branch=filters.branch_id, start=filters.start_on, end=filters.end_on)
        )
    return history_of(frame)


def history_of(frame: pd.DataFrame) -> History:
    """The arrays of a frame with the columns of TICKETS_SQL; rare segments and services are taken together."""
    day, days = pd.factorize(pd.to_datetime(frame["arrived_on"]).dt.date, sort=True)
    pairs = frame["segment"].astype(str) + "\x00" + frame["customer_group"].astype(str)
    segment, segment_names = coded(
        pairs, MAX_SEGMENTS, REST_SEGMENT + "\x00" + frame["customer_group"].astype(str)
    )
    names = frame["service"].astype(str)
    service, services = coded(names, MAX_SERVICES, pd.Series(REST_SERVICE, names.index))
    counter, counters = _ids(frame["counter"], by_name=True)
    teller, tellers = _ids(frame["teller_id"], by_name=False)
    return History(
        days=tuple(days),
        weekday_of_day=np.array([d.weekday() for d in days], np.int64),
        segments=tuple(Segment(*name.split("\x00")) for name in segment_names),
        services=services,
        counters=counters,
        tellers=tellers,
        day=day.astype(np.int64),
        segment=segment,
        service=service,
        counter=counter,
        teller=teller,
        **{name: frame[f"{name}_min"].to_numpy(float) for name in ("arrived", "called", "finished", "left")},
    )


def part(history: History, keep: NDArray[np.bool_]) -> History:
    """The history of the days that `keep` marks, with the same segments, services and people."""
    new_index = np.cumsum(keep) - 1
    rows = keep[history.day]
    fields = ("segment", "service", "counter", "teller", "arrived", "called", "finished", "left")
    return History(
        days=tuple(d for d, k in zip(history.days, keep, strict=True) if k),
        weekday_of_day=history.weekday_of_day[keep],
        segments=history.segments,
        services=history.services,
        counters=history.counters,
        tellers=history.tellers,
        day=new_index[history.day[rows]],
        **{f: getattr(history, f)[rows] for f in fields},
    )


def coded(names: pd.Series, most: int, rest: pd.Series) -> tuple[Ints, tuple[str, ...]]:
    """Indices by how often a name comes; where there are more than `most`, the rarest bear their name in `rest`."""
    counts = names.value_counts()
    order = sorted(counts.index, key=lambda name: (-counts[name], name))
    if len(order) > most:
        names = names.where(names.isin(order[: most - 1]), rest)
        order = list(dict.fromkeys([*order[: most - 1], *sorted(set(names))]))
    codes = pd.Categorical(names, categories=order).codes
    return np.asarray(codes, np.int64), tuple(order)


def _ids(values: pd.Series, *, by_name: bool) -> tuple[Ints, tuple[str, ...]]:
    """Codes by name, or in the order of first appearance: pseudonyms differ from store to store, the numbers must not."""
    codes, names = pd.factorize(values, sort=by_name)
    return codes.astype(np.int64), tuple(str(n) for n in names)
