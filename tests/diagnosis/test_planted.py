"""The sample's planted problems stand on top of their own lists; a healthy process raises none of them."""

import heapq
from collections import deque
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analytics.diagnosis.bottlenecks import bottlenecks
from analytics.diagnosis.people import people
from analytics.diagnosis.waiting_causes import waiting_causes
from analytics.store.reader import Store
from analytics.words import bottlenecks as words
from analytics.words import process_views as view_words
from analytics.words import waiting_causes as cause_words
from tests.diagnosis.logs import PROCESS, of_branch, store_of

# Step: role, mean minutes. Between proposal and documents the customer takes time.
STEPS = {
    "contact": ("manager", 25), "analyse": ("manager", 45), "propose": ("manager", 70), "collect": ("manager", 40),
    "check": ("operations", 30), "approve": ("approver", 35), "sign": ("operations", 30),
}  # fmt: skip
POOLS = {"manager": 6, "operations": 2, "approver": 2}
DAY_MIN, N_DAYS, CASES_A_DAY = 480, 70, 9


def test_the_planted_problems_of_the_sample(sample_store):
    store = Store.open(sample_store)
    asked = of_branch(store, "Sandaojie")
    found = bottlenecks(store, asked, "relationship marketing")
    top = words.returns(found).iloc[0]
    assert (top["before"], top["activity"]) == ("check documents", "collect documents")
    assert "collect documents" in words.rework_title(found).lower()
    assert "go back from check documents to collect documents" in words.why(found)
    causes = waiting_causes(store, asked, "relationship marketing")
    assert cause_words.title(causes) == "Credit approval waits because work is left to pile up"
    first = cause_words.for_staff(causes).iloc[0]
    assert (first["activity"], first["cause"]) == ("credit approval", "batching")
    staff = people(store, asked, "relationship marketing")
    slowest = staff.persons.sort_values("pace_low", ascending=False).iloc[0]
    assert slowest["role"] == "customer manager" and slowest["pace_low"] > view_words.SLOW_PACE
    assert "times as long as colleagues" in view_words.people_title(staff)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_a_healthy_process_raises_none_of_them(tmp_path, seed):
    store = store_of(tmp_path, events=_healthy(seed))
    asked = of_branch(store, "B1")
    found, causes = bottlenecks(store, asked, PROCESS), waiting_causes(store, asked, PROCESS)
    share = causes.causes.query("group == 'all'").set_index("cause")["share"]
    assert share["batching"] < 0.02
    assert share["prioritisation"] < 0.05
    said = " ".join([words.headline(found), words.why(found), cause_words.title(causes)])
    assert "pile up" not in said and "newer work" not in said
    assert "a second time" not in said and "go back" not in said, "one in twelve comes back: no problem"
    is_short = found.longest.cycle_share.value < 0.1
    assert (words.headline(found) == "No single step keeps cases waiting long") == is_short
    tiny = replace(causes, n_cases=1000 * causes.n_cases)
    assert cause_words.title(tiny) == "Little of the waiting is for the staff"
    assert (
        view_words.people_title(people(store, asked, PROCESS))
        == "Nobody takes clearly longer than colleagues"
    )


def _healthy(seed: int) -> pd.DataFrame:
    """First come, first served over working minutes from 9 to 17, Monday to Friday; one case in twelve comes back."""
    rng = np.random.default_rng(seed)
    order, n = list(STEPS), 0
    idle = {role: deque(f"{role} {i}" for i in range(size)) for role, size in POOLS.items()}
    queue: dict[str, deque[tuple[int, str]]] = {role: deque() for role in POOLS}
    heap: list[tuple[float, int, str, str, float]] = []
    at = 0.0
    while (at := at + rng.exponential(DAY_MIN / CASES_A_DAY)) < N_DAYS * DAY_MIN:
        heap.append((at, n, order[0], "", at))
        n += 1
    heapq.heapify(heap)
    rows = []
    while heap:
        now, case, step, who, began = heapq.heappop(heap)
        role = STEPS[step][0]
        if not who:
            queue[role].append((case, step))
        else:
            idle[role].append(who)
            rows.append((f"K{case:04d}", step, who, role, began, now))
            back = step == "check" and rng.random() < 1 / 12
            after = "collect" if back else order[order.index(step) + 1] if step != order[-1] else ""
            if after:
                ready = now + (rng.exponential(240) if after == "collect" else 0)
                heapq.heappush(heap, (ready, case, after, "", ready))
        while queue[role] and idle[role]:
            waiting, what = queue[role].popleft()
            idle[role].rotate(int(rng.integers(POOLS[role])))
            end = now + rng.gamma(4, STEPS[what][1] / 4)
            heapq.heappush(heap, (end, waiting, what, idle[role].popleft(), now))
    frame = pd.DataFrame(rows, columns=["case_id", "activity", "resource", "role", "began", "ended"])
    days = pd.bdate_range("2026-05-06", periods=2 * N_DAYS)
    for name, minutes in (("started_at", frame.pop("began")), ("finished_at", frame.pop("ended"))):
        day, minute = np.divmod(minutes.to_numpy(), DAY_MIN)
        frame[name] = (days[day.astype(int)] + pd.to_timedelta(540 + minute, unit="min")).round("s")
    return frame.assign(process=PROCESS, branch_id="B1")
