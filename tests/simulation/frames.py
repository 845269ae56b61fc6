"""Ticket logs for tests, drawn by plain loops that share nothing with the engine."""

import heapq
from datetime import date, timedelta

import numpy as np
import pandas as pd


def no_rosters() -> pd.DataFrame:
    return pd.DataFrame(
        columns=[
            "role",
            "weekday",
            "headcount",
            "hourly_cost",
            "valid_from",
            "valid_to",
            "from_min",
            "to_min",
        ]
    )


def roster(
    headcount: int, from_min: int = 540, to_min: int = 1020, hourly_cost: float = 40.0
) -> pd.DataFrame:
    rows = [("counter", w, headcount, hourly_cost, None, None, from_min, to_min) for w in range(1, 6)]
    return pd.DataFrame(rows, columns=no_rosters().columns)


def log(
    n_days: int = 30,
    per_hour: float = 24.0,
    counters: int = 3,
    seed: int = 1,
    vip_share: float = 0.2,
    credit_min: float = 0.0,
    kept: int = 0,
    slow: dict[int, float] | None = None,
    patience_mean_min: float = 60.0,
    first: date = date(2026, 1, 5),
) -> pd.DataFrame:
    """A hall open 9–17 on weekdays: next is who has the earliest arrival less his credit; the first `kept` counters
    serve VIPs alone. Columns as simulation.history reads them."""
    rng = np.random.default_rng(seed)
    rows = []
    day = first
    while len({r["arrived_on"] for r in rows}) < n_days:
        if day.weekday() < 5:
            rows += _day(
                rng, day, per_hour, counters, vip_share, credit_min, kept, slow or {}, patience_mean_min
            )
        day += timedelta(days=1)
    return pd.DataFrame(rows)


def _day(rng, day, per_hour, counters, vip_share, credit_min, kept, slow, patience_mean_min):
    n = rng.poisson(per_hour * 8)
    arrivals = np.sort(rng.uniform(540, 1020, n))
    people = [
        {
            "segment": "VIP" if rng.random() < vip_share else "ordinary",
            "service": "cash" if rng.random() < 0.7 else "loans",
            "arrived_on": day, "arrived_min": a, "called_min": np.nan, "finished_min": np.nan, "left_min": np.nan,
            "counter": None, "teller_id": None, "gives_up": a + rng.exponential(patience_mean_min),
        }
        for a in arrivals
    ]  # fmt: skip
    free = [(540.0, c) for c in range(counters)]
    heapq.heapify(free)
    waiting: list[int] = []
    i = 0
    idle: list[tuple[float, int]] = []
    while i < n or waiting:
        now, c = heapq.heappop(free) if free else (np.inf, -1)
        if c < 0:
            break
        while i < n and people[i]["arrived_min"] <= now:
            waiting.append(i)
            i += 1
        waiting = [
            w
            for w in waiting
            if people[w]["gives_up"] > now or people[w].update(left_min=people[w]["gives_up"])
        ]
        able = [w for w in waiting if c >= kept or people[w]["segment"] == "VIP"]
        if not able:
            if i >= n:
                continue
            heapq.heappush(free, (people[i]["arrived_min"] + 1e-9 * (c + 1), c))
            continue
        w = min(able, key=lambda k: people[k]["arrived_min"] - credit_min * (people[k]["segment"] == "VIP"))
        waiting.remove(w)
        mean = 4.0 if people[w]["service"] == "cash" else 10.0
        minutes = rng.gamma(2, mean / 2) * slow.get(c, 1.0)
        at = max(now, people[w]["arrived_min"])
        people[w].update(called_min=at, finished_min=at + minutes, counter=f"C{c + 1}", teller_id=f"T{c + 1}")
        heapq.heappush(free, (at + minutes, c))
    del idle
    for p in people:
        p["customer_group"] = "vip" if p["segment"] == "VIP" else "ordinary"
        if np.isnan(p["called_min"]) and np.isnan(p["left_min"]):
            p["left_min"] = p["gives_up"]
        del p["gives_up"]
    return people
