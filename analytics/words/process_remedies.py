"""The measure that answers what holds cases up, where one does: as a reader would try it first."""

from typing import Any

from analytics.diagnosis.bottlenecks import Bottlenecks
from analytics.diagnosis.people import People
from analytics.diagnosis.waiting_causes import WaitingCauses
from analytics.words.bottlenecks import returns
from analytics.words.process_views import SLOW_PACE
from analytics.words.waiting_causes import LEAST_SHARE, for_staff

Measure = dict[str, Any]
HALF = 0.5


def against_waiting(found: WaitingCauses) -> Measure | None:
    """Against the cause of the most waiting that is in the branch's hands."""
    rows = for_staff(found)
    if rows.empty or rows.iloc[0]["share"] < LEAST_SHARE:
        return None
    worst = rows.iloc[0]
    return against_cause(found, str(worst["cause"]), str(worst["activity"]))


def against_cause(found: WaitingCauses, cause: str, activity: str) -> Measure | None:
    """Batches end; who is busy or away gets a colleague; nothing ready answers the other causes."""
    if cause == "batching":
        return {"measure": "end_batching", "activity": activity}
    if cause in ("contention", "unavailability"):
        role = found.roles.get(activity)
        if role is not None:
            return {"measure": "add_staff", "role": role, "headcount": 1}
    return None


def against_rework(result: Bottlenecks) -> Measure | None:
    """Half of the most frequent way back."""
    back = returns(result)
    back = back[back["before"] != back["activity"]]
    if back.empty:
        return None
    worst = back.iloc[0]
    return {"measure": "reduce_rework", "from": worst["before"], "to": worst["activity"], "factor": HALF}


def against_slowness(found: People) -> Measure | None:
    """The slowest person brought to the colleagues' pace, in steps of 5 %."""
    slow = found.persons[found.persons["pace_low"] > SLOW_PACE]
    if slow.empty:
        return None
    worst = slow.sort_values("pace_low", ascending=False).iloc[0]
    return {"measure": "shorten", "resource": worst["resource"], "factor": round(20 / worst["pace"]) / 20}
