"""The event loop: one hall, one period, compiled by numba; the same numbers without compilation.

`draw_customers` makes the customers of a period (random numbers are theirs, not the servers': before and after then
differ by the measure alone), `serve_period` runs them through the hall. Times are minutes since the day's midnight.
"""

import math
from typing import Any

import numpy as np
from numba import njit

N_WAIT_BINS = 1200
"""Histogram of waits: tenths of a minute up to an hour, then whole minutes up to 660."""
N_CSAT_BINS = 121
"""Expected score at whole minutes of wait, 0–120; linear between."""

OPTIONS: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy"}


def wait_bin_edges() -> np.ndarray:
    """Upper edges of the wait histogram, minutes."""
    return np.concatenate([np.arange(1, 601) / 10, 60.0 + np.arange(1, 601)])


@njit(**OPTIONS)
def draw_customers(rng, day_weekday, day_factor, slot_rate, class_cum, slot_min, arrival, klass, slot, u):
    """Fill the customers of one period, sorted by day and arrival; return the index of each day's first.

    slot_rate[weekday, slot]: expected arrivals in the slot; class_cum[weekday, slot, class]: cumulative shares.
    arrival, klass, slot [n]; u[n, 5]: the customer's own uniforms (service, patience, keep, server, teller).
    The buffers must be long enough; where they are not, -1 is returned as the last index.
    """
    n_days, n_slots, n_classes = len(day_weekday), slot_rate.shape[1], class_cum.shape[2]
    first = np.zeros(n_days + 1, np.int64)
    n = 0
    for day in range(n_days):
        first[day] = n
        weekday, factor = day_weekday[day], day_factor[day]
        for s in range(n_slots):
            rate = slot_rate[weekday, s] * factor
            if rate <= 0.0:
                continue
            t = -math.log(1.0 - rng.random()) / rate
            while t < 1.0:
                if n >= len(arrival):
                    first[n_days] = -1
                    return first
                arrival[n] = (s + t) * slot_min
                pick = rng.random()
                c = 0
                while c < n_classes - 1 and class_cum[weekday, s, c] <= pick:
                    c += 1
                klass[n] = c
                slot[n] = s
                for k in range(5):
                    u[n, k] = rng.random()
                n += 1
                t += -math.log(1.0 - rng.random()) / rate
    first[n_days] = n
    return first


@njit(**OPTIONS)
def serve_period(  # noqa: PLR0912, PLR0915
    first, arrival, klass, slot, u,
    day_weekday, keep,
    class_segment, class_service, class_queue,
    service_table, service_factor, patience_table, patience_factor,
    day_pattern, staff_on, last_slot, next_change, slot_min,
    serves, flexibility, speed, credit, turnaround, target, csat_table,
    wait_bins, sums, slot_wait, slot_n, waits,
):  # fmt: skip
    """Run the customers of one period through the hall; accumulate into the outputs.

    keep[weekday, slot, class]: probability that a customer of the draw exists here. staff_on[pattern, slot, server];
    after last_slot[pattern] those of that slot stay until the hall is empty. next_change[pattern, slot]: the next slot
    in which somebody comes or goes. serves[server, queue]; flexibility[server]: fewer first; speed[server, 16].
    Outputs: wait_bins[segment, bin]; sums[segment, 6]: tickets, served, sum of waits, within target, left, sum of
    expected scores; the last row of sums: busy minutes, staffed minutes, overtime minutes;
    slot_wait, slot_n[segment, slot]: waits of the served by the slot of their ticket;
    waits[n]: each customer's wait (−1 left, −2 not there), filled where it is long enough.
    """
    infinity = np.inf
    n_servers, n_queues = serves.shape
    n_segments, n_slots = slot_wait.shape[0], staff_on.shape[1]
    n_points = service_table.shape[1] - 1
    keep_waits = len(waits) > 0
    finish = np.full(n_servers, infinity)
    on = np.zeros(n_servers, np.bool_)
    head = np.full(n_queues, -1, np.int64)
    tail = np.full(n_queues, -1, np.int64)
    longest = 0
    for day in range(len(first) - 1):
        longest = max(longest, first[day + 1] - first[day])
    after = np.full(longest, -1, np.int64)
    expires = np.empty(longest)
    candidates = np.empty(n_servers, np.int64)

    for day in range(len(first) - 1):
        i, end, base = first[day], first[day + 1], first[day]
        weekday, pattern = day_weekday[day], day_pattern[day]
        current, n_busy, n_waiting = 0, 0, 0
        for s in range(n_servers):
            on[s] = staff_on[pattern, 0, s]
        change = next_change[pattern, 0]
        for s_ in range(last_slot[pattern] + 1):
            for s in range(n_servers):
                if staff_on[pattern, s_, s]:
                    sums[n_segments, 1] += slot_min
        closes = (last_slot[pattern] + 1) * slot_min
        while True:
            while (
                i < end
                and keep[weekday, slot[i], klass[i]] < 1.0
                and u[i, 2] >= keep[weekday, slot[i], klass[i]]
            ):
                if keep_waits:
                    waits[i] = -2.0
                i += 1
            t_arrival = arrival[i] if i < end else infinity
            t_finish, who = infinity, -1
            if n_busy > 0:
                for s in range(n_servers):
                    if finish[s] < t_finish:
                        t_finish, who = finish[s], s
            t_change = change * slot_min if change < n_slots else infinity
            if t_arrival == infinity and n_busy == 0 and (n_waiting == 0 or t_change == infinity):
                break
            customer, server, n_candidates = -1, -1, 0
            if t_change <= t_finish and t_change <= t_arrival:
                now = t_change
                current = change
                change = next_change[pattern, current]
                for s in range(n_servers):
                    on[s] = staff_on[pattern, current, s]
                    if on[s] and finish[s] == infinity:
                        candidates[n_candidates] = s
                        n_candidates += 1
            elif t_finish <= t_arrival:
                now = t_finish
                finish[who] = infinity
                n_busy -= 1
                if on[who]:
                    candidates[0] = who
                    n_candidates = 1
            else:
                now = t_arrival
                q = class_queue[klass[i]]
                best, n_best = 1 << 30, 0
                for s in range(n_servers):
                    if on[s] and finish[s] == infinity and serves[s, q] and flexibility[s] <= best:
                        if flexibility[s] < best:
                            best, n_best = flexibility[s], 0
                        candidates[n_best] = s
                        n_best += 1
                if n_best > 0:
                    customer = i
                    server = candidates[0] if n_best == 1 else candidates[int(u[i, 3] * n_best)]
                else:
                    j = i - base
                    segment = class_segment[klass[i]]
                    x = u[i, 1] * n_points
                    k = int(x)
                    patience = patience_table[segment, k] + (x - k) * (
                        patience_table[segment, k + 1] - patience_table[segment, k]
                    )
                    expires[j] = now + patience * patience_factor[segment]
                    after[j] = -1
                    if head[q] < 0:
                        head[q] = j
                    else:
                        after[tail[q]] = j
                    tail[q] = j
                    n_waiting += 1
                i += 1
            # Whoever is free calls the next: the queue head with the earliest arrival less its credit.
            c = 0
            while customer >= 0 or c < n_candidates:
                if customer < 0:
                    server = candidates[c]
                    c += 1
                    if n_waiting == 0:
                        break
                    best_key, best_queue = infinity, -1
                    for q in range(n_queues):
                        if not serves[server, q]:
                            continue
                        while head[q] >= 0 and expires[head[q]] < now:
                            j = head[q] + base
                            segment = class_segment[klass[j]]
                            sums[segment, 0] += 1
                            sums[segment, 4] += 1
                            if keep_waits:
                                waits[j] = -1.0
                            head[q] = after[head[q]]
                            n_waiting -= 1
                        if head[q] >= 0:
                            key = arrival[head[q] + base] - credit[q]
                            if key < best_key:
                                best_key, best_queue = key, q
                    if best_queue < 0:
                        continue
                    customer = head[best_queue] + base
                    head[best_queue] = after[head[best_queue]]
                    n_waiting -= 1
                kind = klass[customer]
                segment, service = class_segment[kind], class_service[kind]
                x = u[customer, 0] * n_points
                k = int(x)
                minutes = service_table[service, k] + (x - k) * (
                    service_table[service, k + 1] - service_table[service, k]
                )
                minutes *= service_factor[service] * speed[server, int(u[customer, 4] * 16)]
                finish[server] = now + minutes + turnaround
                n_busy += 1
                wait = now - arrival[customer]
                sums[segment, 0] += 1
                sums[segment, 1] += 1
                sums[segment, 2] += wait
                if wait <= target:
                    sums[segment, 3] += 1
                x = min(wait, csat_table.shape[1] - 1.001)
                k = int(x)
                sums[segment, 5] += csat_table[kind, k] + (x - k) * (
                    csat_table[kind, k + 1] - csat_table[kind, k]
                )
                b = int(wait * 10) if wait < 60.0 else 600 + int(wait - 60.0)
                wait_bins[segment, min(b, wait_bins.shape[1] - 1)] += 1
                slot_wait[segment, slot[customer]] += wait
                slot_n[segment, slot[customer]] += 1
                sums[n_segments, 0] += minutes
                if now + minutes > closes:
                    sums[n_segments, 2] += now + minutes - max(now, closes)
                if keep_waits:
                    waits[customer] = wait
                customer = -1
        for q in range(n_queues):  # nobody is left to call them
            while head[q] >= 0:
                j = head[q] + base
                segment = class_segment[klass[j]]
                sums[segment, 0] += 1
                sums[segment, 4] += 1
                if keep_waits:
                    waits[j] = -1.0
                head[q] = after[head[q]]
            tail[q] = -1
