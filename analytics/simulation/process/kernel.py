"""The event loop of cases with several steps, compiled by numba; the same numbers without compilation.

The hall's loop (`simulation/kernel.py`) knows one service per customer, patience and a day that begins empty; this one
knows routing, rework, steps side by side, batches, the customer's own time and work that lasts over night. Luck belongs
to the case: each uniform number is a hash of case, step and how often it was done, so that before and after differ by
the measure alone. Times are minutes along the axis of opened half hours.
"""

from typing import Any

import numpy as np
from numba import njit

from analytics.simulation.kernel import OPTIONS

DURATION, DELAY, ROUTE, PICK, PERSON, MACHINE, OWNER, RESIDUAL, VALUE = range(9)
"""What a uniform number is for."""
_GOLDEN, _MIX_1, _MIX_2 = (np.uint64(x) for x in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))
_S30, _S27, _S31, _S11 = (np.uint64(x) for x in (30, 27, 31, 11))
_INVERSE: Any = 1.0 / (1 << 53)
READY, FINISHED, MACHINE_DONE = range(3)
N_ENDS = 3
INSTANT = 1e-9


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
    return float(z >> _S11) * _INVERSE


@njit(**OPTIONS)
def uniforms(seed, case, purpose):
    """A uniform number of each case."""
    found = np.empty(len(case))
    for i in range(len(case)):
        found[i] = uniform(fate(seed, case[i]), 0, 0, purpose)
    return found


@njit(inline="always", **OPTIONS)
def _looked_up(table, row, u):
    """The value at probability u of a quantile table [row, quantile]."""
    x = u * (table.shape[1] - 1)
    k = int(x)
    low = table[row, k]
    return low + (x - k) * (table[row, k + 1] - low)


@njit(inline="always", **OPTIONS)
def _drawn(cumulative, u):
    """The entry that a uniform number falls on."""
    k = 0
    while k < len(cumulative) - 1 and cumulative[k] <= u:
        k += 1
    return k


@njit(**OPTIONS)
def _push(times, codes, n, time, code):
    i = n
    while i > 0:
        parent = (i - 1) >> 1
        if times[parent] <= time:
            break
        times[i], codes[i] = times[parent], codes[parent]
        i = parent
    times[i], codes[i] = time, code
    return n + 1


@njit(**OPTIONS)
def _pop(times, codes, n):
    """Take the first out of a heap of n; how many are left."""
    n -= 1
    time, code = times[n], codes[n]
    i = 0
    while True:
        child = 2 * i + 1
        if child >= n:
            break
        if child + 1 < n and times[child + 1] < times[child]:
            child += 1
        if times[child] >= time:
            break
        times[i], codes[i] = times[child], codes[child]
        i = child
    times[i], codes[i] = time, code
    return n


@njit(inline="always", **OPTIONS)
def _duty_until(worker, now, duty, slot_min):
    """Minutes on duty from the beginning until now."""
    k = min(int(now / slot_min), len(duty) - 1)
    done = duty[k, worker]
    if k < len(duty) - 1 and duty[k + 1, worker] > done:
        done += now - k * slot_min
    return done


@njit(**OPTIONS)
def _union(start, finish, first, n):
    """Minutes that lie in at least one of n spans [start, finish] from entry `first` on."""
    total, reached = 0.0, -np.inf
    while True:
        next_one = -1
        for j in range(first, first + n):
            if finish[j] > reached and (next_one < 0 or start[j] < start[next_one]):
                next_one = j
        if next_one < 0:
            return total
        total += finish[next_one] - max(start[next_one], reached)
        reached = finish[next_one]


@njit(**OPTIONS)
def _duty_end(worker, now, minutes, duty, slot_min):
    """When a worker who pauses off duty has worked so many minutes from now; duty[slot, worker]: minutes on duty until
    the slot begins. Infinite where the horizon ends before."""
    n_slots = len(duty) - 1
    k = min(int(now / slot_min), n_slots)
    wanted = _duty_until(worker, now, duty, slot_min) + minutes
    if duty[n_slots, worker] < wanted:
        return np.inf
    low, high = k, min(k + 1, n_slots)
    while duty[high, worker] < wanted:  # most work ends soon
        low, high = high, min(2 * high - k, n_slots)
    while low + 1 < high:
        middle = (low + high) // 2
        if duty[middle, worker] >= wanted:
            high = middle
        else:
            low = middle
    return low * slot_min + wanted - duty[low, worker]


@njit(**OPTIONS)
def serve_cases(  # noqa: PLR0912, PLR0915
    seed, ident, arrival, segment, process, resumed, elapsed, born, visits,
    start_cum, routing_cum, side_cum, lost, age_slope, age_mean,
    side_first, side_members,
    duration_table, duration_factor, delay_row, delay_table, delay_factor,
    release_first, release_open, release_shut, same_day, auto_share, auto_min,
    step_queue, step_role, is_owned, owner_cum,
    server_first, servers, queue_first, queues, flexibility, speed, on_duty, next_change, duty, is_partial,
    day_end, day_min, slot_min, until,
    case_start, case_end, case_outcome, case_work,
    step_sums, edge_n, edge_wait, busy, trace_case, trace_step, trace_times,
):  # fmt: skip
    """Run the cases of one period through the process; fill the outputs; return the number of steps done.

    ident[n]: what the case's luck hangs on; arrival[n] sorted, segment[n], process[n]; resumed[n]: the step that an open case had finished last (−1: new),
    elapsed[n]: minutes since, born[n]: its first start (NaN: new), visits[n, step]: how often it had done each step.
    start_cum[segment, process, target], routing_cum[level, segment, step, target], side_cum[segment, side, target]:
    cumulative; targets: steps, (won, lost, ended), sides. lost[level, segment, step]: probability of the target lost at
    the mean age where age_slope[step] is not 0. side_members[side_first[side] : side_first[side + 1]].
    release_first[step]: the step's entries in release_open, release_shut (none: as it comes); the latest before
    the period are negative.
    servers[server_first[queue] : server_first[queue + 1]]: who serves a queue, those that do the least else
    (flexibility[worker]) first; queues[queue_first[worker] : …]: the queues a worker serves.
    on_duty[slot, worker]; next_change[slot]; duty[slot, worker]: minutes until then; day_end[slot]: minute at which the
    slot's day ends; day_min: mean minutes of a day.
    Outputs: case_start, case_end (NaN), case_outcome (−1 open), case_work (minutes in which anybody works on it);
    step_sums[step, 4]: times done, minutes waited, of these the customer's own, minutes worked;
    edge_n, edge_wait[step before, step] with one more row for the beginning and column for the end; busy[worker];
    trace_*: a row per step done (ready, start, finish), as far as they are long.
    """
    infinity = np.inf
    n_cases, n_steps = len(arrival), len(step_queue)
    n_sides, n_roles = len(side_first) - 1, len(is_owned)
    n_workers, n_shared = len(flexibility), len(server_first) - 1
    width = 1
    for f in range(n_sides):
        width = max(width, side_first[f + 1] - side_first[f])
    n_jobs = n_cases * width
    job_step, job_before = np.empty(n_jobs, np.int64), np.empty(n_jobs, np.int64)
    job_visit, job_worker = np.empty(n_jobs, np.int64), np.empty(n_jobs, np.int64)
    job_case = np.repeat(np.arange(n_cases), width)
    job_enabled, job_ready = np.empty(n_jobs), np.empty(n_jobs)
    job_start, job_finish = np.empty(n_jobs), np.empty(n_jobs)
    job_due = np.empty(n_jobs)  # when it joins the queue: after the customer's own time and the batch
    after = np.full(n_jobs, -1, np.int64)
    pending, in_side = np.zeros(n_cases, np.int64), np.full(n_cases, -1, np.int64)
    luck = np.empty(n_cases, np.uint64)
    owner = np.full((n_cases, n_roles), -1, np.int64)
    head, tail = np.full(n_shared + n_workers, -1, np.int64), np.full(n_shared + n_workers, -1, np.int64)
    is_busy, on, idle = (
        np.zeros(n_workers, np.bool_),
        np.zeros(n_workers, np.bool_),
        np.zeros(n_workers, np.bool_),
    )
    free = np.empty(n_workers, np.int64)
    times, codes, n_heap = np.empty(n_jobs + 1), np.empty(n_jobs + 1, np.int64), 0
    next_release = release_first[:-1].copy()
    n_slots, n_speeds = len(on_duty), speed.shape[1]
    change, n_done, i = 0, 0, 0
    at_once, n_taken, n_at_once = np.empty(width, np.int64), 0, 0  # jobs ready at this very moment
    now = 0.0
    while True:
        n_free, job, case, target, before, is_carried = 0, -1, -1, -1, n_steps, False
        t_heap = times[0] if n_heap else infinity
        t_arrival = arrival[i] if i < n_cases else infinity
        t_change = change * slot_min if change < n_slots else infinity
        if n_taken < n_at_once:
            job = at_once[n_taken]
            n_taken += 1
        elif min(t_heap, t_arrival, t_change) >= until:
            break
        elif t_change <= min(t_heap, t_arrival):
            now = t_change
            for w in range(n_workers):
                if on_duty[change, w] and not on[w] and not is_busy[w]:
                    free[n_free] = w
                    n_free += 1
                on[w] = on_duty[change, w]
                idle[w] = on[w] and not is_busy[w]
            change = next_change[change]
        elif t_heap <= t_arrival:
            now = t_heap
            code = codes[0]
            n_heap = _pop(times, codes, n_heap)
            job, kind = code >> 2, code & 3
            if kind != READY:
                case, step = job_case[job], job_step[job]
                if kind == FINISHED:
                    w = job_worker[job]
                    is_busy[w], idle[w] = False, on[w]
                    if on[w]:
                        free[0], n_free = w, 1
                n_done += 1
                job_finish[job] = now
                if n_done <= len(trace_case):
                    trace_case[n_done - 1], trace_step[n_done - 1] = case, step
                    trace_times[n_done - 1, 0] = job_enabled[job]
                    trace_times[n_done - 1, 1] = job_start[job]
                    trace_times[n_done - 1, 2] = now
                before = step
                if in_side[case] >= 0:
                    pending[case] -= 1
                    if pending[case] == 0:
                        f = in_side[case]
                        first = case * width
                        case_work[case] += _union(
                            job_start, job_finish, first, side_first[f + 1] - side_first[f]
                        )
                        u = uniform(luck[case], job_step[first], job_visit[first], ROUTE)
                        target = _drawn(side_cum[segment[case], f], u)
                        in_side[case] = -1
                else:
                    case_work[case] += now - job_start[job]
                    target = -2
                job = -1
        else:
            now = t_arrival
            case = i
            i += 1
            luck[case] = fate(seed, ident[case])
            for r in range(n_roles):
                if is_owned[r]:
                    u = uniform(luck[case], r, 0, OWNER)
                    owner[case, r] = _drawn(owner_cum[r], u)
            case_start[case] = born[case]
            if resumed[case] >= 0:
                before, target, is_carried = resumed[case], -2, True
            else:
                u = uniform(luck[case], 0, 0, ROUTE)
                target = _drawn(start_cum[segment[case], process[case]], u)
        # --- what comes next in the case -------------------------------------------------------------------------
        if target == -2:
            visit = int(visits[case, before]) - 1
            level, g = (1 if visit > 0 else 0), segment[case]
            follows = routing_cum[level, g, before]
            u = uniform(luck[case], before, visit, ROUTE)
            p = lost[level, g, before]
            if is_carried:
                # An open case has not ended with the step it finished last: the ends are no choice.
                low, high = follows[n_steps - 1], follows[n_steps + N_ENDS - 1]
                rest = low + follows[-1] - high
                if rest > 0.0:
                    u *= rest
                    u += high - low if u >= low else 0.0
            elif age_slope[before] != 0.0 and 0.0 < p < 1.0:
                age = (now - case_start[case]) / day_min
                odds = p / (1.0 - p) * np.exp(age_slope[before] * (age - age_mean[before]))
                p_now = odds / (1.0 + odds)
                # The share that is lost comes first; the rest goes where the others go.
                if u < p_now:
                    target = n_steps + 1
                else:
                    u = (u - p_now) / (1.0 - p_now)
            if target == -2:
                target = _drawn(follows, u)
        if n_steps <= target < n_steps + N_ENDS:
            case_end[case] = now
            case_outcome[case] = target - n_steps
            edge_n[before, n_steps] += 1
        elif target >= 0:
            n_new = 1
            if target >= n_steps:
                f = target - n_steps - N_ENDS
                in_side[case] = f
                n_new = side_first[f + 1] - side_first[f]
                pending[case] = n_new
            for m in range(n_new):
                step = target if target < n_steps else side_members[side_first[f] + m]
                j = case * width + m
                visit = int(visits[case, step])
                visits[case, step] += 1
                job_step[j], job_visit[j], job_before[j] = step, visit, before
                job_enabled[j] = now
                # Open cases stand in the order given: an instant apart, too short to matter.
                due = now + INSTANT * case if is_carried else now
                row = delay_row[before, step]
                if row >= 0:
                    u = uniform(luck[case], step, visit, DELAY)
                    wait = _looked_up(delay_table, row, u) * delay_factor[row]
                    if is_carried:
                        # An open case has waited before the period: what is left of a time longer than that.
                        for k in range(1, 30):
                            if wait > elapsed[case]:
                                break
                            u = uniform(luck[case], step, k, RESIDUAL)
                            wait = _looked_up(delay_table, row, u) * delay_factor[row]
                        wait = max(wait - elapsed[case], 0.0)
                    due += wait
                job_ready[j] = due
                if auto_share[step] > 0.0 and uniform(luck[case], step, visit, MACHINE) < auto_share[step]:
                    job_start[j] = due
                    if not case_start[case] <= due:
                        case_start[case] = due
                    minutes = auto_min[step]
                    if np.isnan(minutes):  # nobody is named: done by no one's time, as long as seen
                        u = uniform(luck[case], step, visit, DURATION)
                        minutes = _looked_up(duration_table, step, u) * duration_factor[step]
                    finish = due + minutes
                    step_sums[step, 0] += 1
                    step_sums[step, 1] += due - now
                    step_sums[step, 2] += due - now
                    step_sums[step, 3] += minutes
                    edge_n[before, step] += 1
                    edge_wait[before, step] += due - now
                    n_heap = _push(times, codes, n_heap, finish, j * 4 + MACHINE_DONE)
                    continue
                if release_first[step] < release_first[step + 1]:
                    if is_carried and due - now < 1e-3:  # its pile may have been released before the period
                        k = release_first[step]
                        while k < release_first[step + 1] and release_shut[k] < now - elapsed[case]:
                            k += 1
                    else:
                        k = next_release[step]
                        # The customer's own time may end long after the release that comes next.
                        while k < release_first[step + 1] and release_shut[k] < now:
                            k += 1
                        next_release[step] = k
                        while k < release_first[step + 1] and release_shut[k] < due:
                            k += 1
                    # A pile is worked off in the order in which it grew: an instant apart, too short to matter.
                    due = (
                        max(due, release_open[k] + INSTANT * due) if k < release_first[step + 1] else infinity
                    )
                job_due[j] = due
                if due <= now:
                    if n_taken == n_at_once:
                        n_taken, n_at_once = 0, 0
                    at_once[n_at_once] = j
                    n_at_once += 1
                elif due < infinity:
                    n_heap = _push(times, codes, n_heap, due, j * 4 + READY)
        # --- a step that is ready finds somebody, or queues ------------------------------------------------------
        if job >= 0:
            step = job_step[job]
            case = job_case[job]
            role = step_role[step]
            n_best, q = 0, step_queue[step]
            if role >= 0 and is_owned[role]:
                w = owner[case, role]
                q = n_shared + w
                if idle[w]:
                    free[0], n_best = w, 1
            else:
                best = 1 << 30
                for k in range(server_first[q], server_first[q + 1]):
                    w = servers[k]
                    if idle[w]:
                        if flexibility[w] > best:
                            break
                        best = flexibility[w]
                        free[n_best] = w
                        n_best += 1
            if n_best > 0:
                w = free[0]
                if n_best > 1:
                    w = free[int(uniform(luck[case], step, job_visit[job], PICK) * n_best)]
                free[0], n_free = w, 1
            else:
                after[job] = -1
                if head[q] < 0:
                    head[q] = job
                else:
                    after[tail[q]] = job
                tail[q] = job
                job = -1
        # --- whoever is free takes what has been ready longest ---------------------------------------------------
        for c in range(n_free):
            w = free[c]
            if job < 0:
                earliest, best_queue = infinity, -1
                for k in range(queue_first[w], queue_first[w + 1]):
                    q = queues[k]
                    if head[q] >= 0 and job_due[head[q]] < earliest:
                        earliest, best_queue = job_due[head[q]], q
                q = n_shared + w
                if head[q] >= 0 and job_due[head[q]] < earliest:
                    best_queue = q
                if best_queue < 0:
                    continue
                job = head[best_queue]
                head[best_queue] = after[job]
            case, step, visit = job_case[job], job_step[job], job_visit[job]
            minutes = _looked_up(duration_table, step, uniform(luck[case], step, visit, DURATION))
            minutes *= duration_factor[step]
            if n_speeds > 1:
                minutes *= speed[w, int(uniform(luck[case], step, visit, PERSON) * n_speeds)]
            else:
                minutes *= speed[w, 0]
            begin = now
            k = min(int(now / slot_min), n_slots - 1)
            if same_day[step] and now + minutes > day_end[k]:
                begin = day_end[k]
            finish = _duty_end(w, begin, minutes, duty, slot_min) if is_partial[w] else begin + minutes
            is_busy[w], idle[w] = True, False
            job_worker[job], job_start[job] = w, begin
            if not case_start[case] <= begin:  # unknown so far, or a machine's that begins later
                case_start[case] = begin
            wait = begin - job_enabled[job]
            step_sums[step, 0] += 1
            step_sums[step, 1] += wait
            step_sums[step, 2] += job_ready[job] - job_enabled[job]
            step_sums[step, 3] += minutes
            edge_n[job_before[job], step] += 1
            edge_wait[job_before[job], step] += wait
            if finish <= until:
                busy[w] += minutes
            elif begin < until:
                busy[w] += (
                    _duty_until(w, until, duty, slot_min) - _duty_until(w, begin, duty, slot_min)
                    if is_partial[w]
                    else until - begin
                )
            if finish < infinity:
                n_heap = _push(times, codes, n_heap, finish, job * 4 + FINISHED)
            job = -1
    return n_done
