"""The event loop: one hall, one period, compiled by numba; the same numbers without compilation.

`draw_customers` makes the customers of a period (random numbers are theirs, not the servers': before and after then
differ by the measure alone), `serve_period` runs them through the hall. Times are minutes since the day's midnight.
"""

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
def scale_rates(rates, ratio, mix):
    """Rates of one draw of the uncertainty: rates[weekday, slot, segment, service] × ratio[weekday, slot, segment] ×
    mix[segment, service]."""
    out = np.empty_like(rates)
    for w in range(rates.shape[0]):
        for s in range(rates.shape[1]):
            for g in range(rates.shape[2]):
                for v in range(rates.shape[3]):
                    out[w, s, g, v] = rates[w, s, g, v] * ratio[w, s, g] * mix[g, v]
    return out


@njit(**OPTIONS)
def sum_classes(rates):
    """slot_rate[weekday, slot] and the cumulative shares of its classes class_cum[weekday, slot, class]."""
    n_classes = rates.shape[2] * rates.shape[3]
    flat = rates.reshape(rates.shape[0], rates.shape[1], n_classes)
    slot_rate = np.zeros(rates.shape[:2])
    class_cum = np.zeros(flat.shape)
    for w in range(flat.shape[0]):
        for s in range(flat.shape[1]):
            for c in range(n_classes):
                slot_rate[w, s] += flat[w, s, c]
                class_cum[w, s, c] = slot_rate[w, s]
            if slot_rate[w, s] > 0.0:
                for c in range(n_classes):
                    class_cum[w, s, c] /= slot_rate[w, s]
    return slot_rate, class_cum


@njit(**OPTIONS)
def draw_customers(rng, day_weekday, day_factor, slot_rate, class_cum, slot_min, arrival, klass, slot):
    """Fill the customers of one period, sorted by day and arrival; return the index of each day's first.

    slot_rate[weekday, slot]: expected arrivals in the slot; class_cum[weekday, slot, class]: cumulative shares.
    The buffers arrival, klass, slot must be long enough; where they are not, -1 is returned as the last index.
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
            gap = 1.0 / rate
            t = rng.standard_exponential() * gap
            while t < 1.0:
                if n >= len(arrival):
                    first[n_days] = -1
                    return first
                arrival[n] = (s + t) * slot_min
                c = 0
                if n_classes > 1:
                    pick = rng.random()
                    while c < n_classes - 1 and class_cum[weekday, s, c] <= pick:
                        c += 1
                klass[n] = c
                slot[n] = s
                n += 1
                t += rng.standard_exponential() * gap
    first[n_days] = n
    return first


@njit(inline="always", **OPTIONS)
def _digits(x, scale):
    """The part of a uniform number behind its first log2(scale) binary digits: uniform again."""
    x *= scale
    return x - int(x)


@njit(**OPTIONS)
def serve_period(  # noqa: PLR0912, PLR0915
    first, arrival, klass, slot, u,
    day_weekday, keep, has_thinning,
    class_segment, class_service, class_queue,
    service_table, service_factor, patience_table, patience_factor,
    day_pattern, staff_on, last_slot, next_change, slot_min,
    serves, flexibility, speed, credit, turnaround, target, csat_table,
    wait_bins, sums, slot_wait, slot_n, waits,
):  # fmt: skip
    """Run the customers of one period through the hall; accumulate into the outputs.

    u[n, 3]: each customer's own uniforms: for his service, his patience, and one whose digits in turn choose the
    teller, the counter, and whether he is there at all. keep[weekday, slot, class]: probability that a customer of the draw exists here (read where has_thinning).
    staff_on[pattern, slot, server]; after last_slot[pattern] those of that slot stay until the hall is empty.
    next_change[pattern, slot]: the next slot in which somebody comes or goes. serves[server, queue];
    flexibility[server]: fewer first; speed[server, 16]: factors on service times, drawn evenly.
    Outputs: wait_bins[segment, bin]; sums[segment, 6]: tickets, served, sum of waits, within target, left, sum of
    expected scores; the last row of sums: busy minutes, staffed minutes, overtime minutes;
    slot_wait, slot_n[segment, weekday, slot]: waits of the served by the slot of their ticket;
    waits[n]: each customer's wait (−1 left, −2 not there), filled where it is as long as the draw.
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
        n_busy, n_waiting, n_idle = 0, 0, 0
        for s in range(n_servers):
            on[s] = staff_on[pattern, 0, s]
            n_idle += on[s]
        change = next_change[pattern, 0]
        for k in range(last_slot[pattern] + 1):
            for s in range(n_servers):
                if staff_on[pattern, k, s]:
                    sums[n_segments, 1] += slot_min
        closes = (last_slot[pattern] + 1) * slot_min
        t_change = change * slot_min if change < n_slots else infinity
        t_arrival, t_finish, who = -1.0, infinity, -1  # t_arrival below 0: to be looked up
        while True:
            if t_arrival < 0.0:
                if has_thinning:
                    # The digits after those that choose a server and a teller say who is there.
                    while i < end and _digits(u[i, 2], 1024.0) >= keep[weekday, slot[i], klass[i]]:
                        if keep_waits:
                            waits[i] = -2.0
                        i += 1
                t_arrival = arrival[i] if i < end else infinity
            if t_arrival == infinity and n_busy == 0 and (n_waiting == 0 or t_change == infinity):
                break
            customer, server, n_candidates = -1, -1, 0
            if t_finish <= t_arrival and t_finish < t_change:
                now = t_finish
                finish[who] = infinity
                n_busy -= 1
                if on[who]:
                    n_idle += 1
                    candidates[0] = who
                    n_candidates = 1
                t_finish, who = infinity, -1
                for s in range(n_servers):
                    if finish[s] < t_finish:
                        t_finish, who = finish[s], s
            elif t_arrival < t_change:
                now = t_arrival
                t_arrival = -1.0
                q = class_queue[klass[i]]
                n_best = 0
                if n_idle > 0:
                    best = 1 << 30
                    for s in range(n_servers):
                        if on[s] and finish[s] == infinity and serves[s, q] and flexibility[s] <= best:
                            if flexibility[s] < best:
                                best, n_best = flexibility[s], 0
                            candidates[n_best] = s
                            n_best += 1
                if n_best > 0:
                    customer = i
                    server = (
                        candidates[0] if n_best == 1 else candidates[int(_digits(u[i, 2], 16.0) * n_best)]
                    )
                else:
                    j = i - base
                    segment = class_segment[klass[i]]
                    x = u[i, 1] * n_points
                    k = int(x)
                    low = patience_table[segment, k]
                    expires[j] = (
                        now
                        + (low + (x - k) * (patience_table[segment, k + 1] - low)) * patience_factor[segment]
                    )
                    after[j] = -1
                    if head[q] < 0:
                        head[q] = j
                    else:
                        after[tail[q]] = j
                    tail[q] = j
                    n_waiting += 1
                i += 1
            else:
                now = t_change
                n_idle = 0
                for s in range(n_servers):
                    on[s] = staff_on[pattern, change, s]
                    if on[s] and finish[s] == infinity:
                        candidates[n_candidates] = s
                        n_candidates += 1
                        n_idle += 1
                change = next_change[pattern, change]
                t_change = change * slot_min if change < n_slots else infinity
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
                low = service_table[service, k]
                minutes = low + (x - k) * (service_table[service, k + 1] - low)
                minutes *= service_factor[service] * speed[server, int(u[customer, 2] * 16.0)]
                until = now + minutes + turnaround
                finish[server] = until
                if until < t_finish:
                    t_finish, who = until, server
                n_busy += 1
                n_idle -= 1
                wait = now - arrival[customer]
                sums[segment, 0] += 1
                sums[segment, 1] += 1
                sums[segment, 2] += wait
                if wait <= target:
                    sums[segment, 3] += 1
                x = min(wait, csat_table.shape[1] - 1.001)
                k = int(x)
                low = csat_table[kind, k]
                sums[segment, 5] += low + (x - k) * (csat_table[kind, k + 1] - low)
                b = int(wait * 10) if wait < 60.0 else 600 + int(wait - 60.0)
                wait_bins[segment, min(b, wait_bins.shape[1] - 1)] += 1
                slot_wait[segment, weekday, slot[customer]] += wait
                slot_n[segment, weekday, slot[customer]] += 1
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
