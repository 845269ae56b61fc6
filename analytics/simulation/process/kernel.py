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
    """Put an entry into a heap of n, whose first may be a gap (−∞): then it goes there. How many there are."""
    if n > 0 and times[0] == -np.inf:
        return _sunk(times, codes, n, time, code)
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
def _sunk(times, codes, n, time, code):
    """Put an entry in place of the first of a heap of n."""
    i, child = 0, 1
    while child < n:
        if child + 1 < n and times[child + 1] < times[child]:
            child += 1
        if times[child] >= time:
            break
        times[i], codes[i] = times[child], codes[child]
        i = child
        child = 2 * i + 1
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
    seed, ident, arrival, segment, process, kept, resumed, elapsed, born, came, visits,
    start_cum, routing_cum, dwell_until, side_cum, lost, age_slope, age_mean, age_most,
    side_first, side_members,
    duration_table, duration_factor, delay_row, delay_table, delay_factor,
    release_first, release_open, release_shut, same_day, auto_share, auto_min,
    step_queue, step_role, is_owned, owner_cum,
    server_first, servers, queue_first, queues, flexibility, speed, turn_at, turn_worker, turn_until, duty,
    day_end, day_min, slot_min, until,
    case_start, case_end, case_outcome, case_work,
    handovers, busy, trace_case, trace_step, trace_times,
):  # fmt: skip
    """Run the cases of one period through the process; fill the outputs; return the number of steps done.

    ident[n]: what the case's luck hangs on; arrival[n] sorted, segment[n], process[n]; kept[n, role]: the worker
    who has the case already (−1: none yet); resumed[n]: the step that an open case had finished last (−1: new),
    elapsed[n]: minutes since, born[n]: its first start (NaN: new), came[n]: when it came to that step, visits[n, step]: how often it had done each step.
    start_cum[segment, process, target], routing_cum[level, segment, step, target], side_cum[segment, side, target]:
    cumulative; targets: steps, (won, lost, ended), sides. dwell_until[step, level]: the minutes since the case came to a
    step up to which a level holds, and the same level of delay_row[level, step before, step]; without any, the level is
    whether the step is repeated. lost[level, segment, step]: probability of the target lost at
    the mean age where age_slope[step] is not 0; beyond age_most[step] it rises no more. side_members[side_first[side] : side_first[side + 1]].
    release_first[step]: the step's entries in release_open, release_shut (none: as it comes); the latest before
    the period are negative.
    servers[server_first[queue] : server_first[queue + 1]]: who serves a queue, those that do the least else
    (flexibility[worker]) first; queues[queue_first[worker] : …]: the queues a worker serves.
    turn_at, turn_worker, turn_until: somebody comes on duty until then, or goes (0); duty[slot, worker]: minutes on duty
    until the slot; day_end[slot]: minute at which the
    slot's day ends; day_min: mean minutes of a day.
    Outputs: case_start, case_end (NaN), case_outcome (−1 open), case_work (minutes in which anybody works on it);
    handovers[step before, step, 4]: times done, minutes waited, of these the customer's own, minutes worked; one more row
    for the beginning and column for the end; busy[worker];
    trace_*: a row per step done (ready, start, finish), as far as they are long.
    """
    infinity = np.inf
    n_cases, n_steps = len(arrival), len(step_queue)
    n_sides, n_roles = len(side_first) - 1, len(is_owned)
    n_workers, n_shared = len(flexibility), len(server_first) - 1
    width = 1
    for f in range(n_sides):
        width = max(width, side_first[f + 1] - side_first[f])
    # A case under way has a place, and gives it back when it ends: what the loop touches stays small and near.
    n_jobs = n_cases * width
    place_case, places, n_places, n_used = np.empty(n_cases, np.int64), np.empty(n_cases, np.int64), 0, 0
    in_side, pending = np.empty(n_cases, np.int64), np.empty(n_cases, np.int64)
    luck, begun, worked = np.empty(n_cases, np.uint64), np.empty(n_cases), np.empty(n_cases)
    n_bounds, entered = dwell_until.shape[1], np.empty(n_cases)
    owner = np.empty((n_cases, n_roles), np.int64)
    done = np.empty((n_cases, n_steps), np.int64)
    job_place, job_step = np.empty(n_jobs, np.int64), np.empty(n_jobs, np.int64)
    job_before = np.empty(n_jobs, np.int64)
    job_visit, job_worker = np.empty(n_jobs, np.int64), np.empty(n_jobs, np.int64)
    after = np.empty(n_jobs, np.int64)
    job_enabled, job_ready = np.empty(n_jobs), np.empty(n_jobs)
    job_start, job_finish = np.empty(n_jobs), np.empty(n_jobs)
    job_due = np.empty(n_jobs)  # when it joins the queue: after the customer's own time and the batch
    head, tail = np.full(n_shared + n_workers, -1, np.int64), np.full(n_shared + n_workers, -1, np.int64)
    is_busy, on, idle = (
        np.zeros(n_workers, np.bool_),
        np.zeros(n_workers, np.bool_),
        np.zeros(n_workers, np.bool_),
    )
    free, spell_ends = np.empty(n_workers, np.int64), np.zeros(n_workers)
    times, codes, n_heap = np.empty(n_jobs + 1), np.empty(n_jobs + 1, np.int64), 0
    next_release = release_first[:-1].copy()
    n_slots, n_speeds = len(day_end), speed.shape[1]
    n_turns, turn, n_done, i = len(turn_at), 0, 0, 0
    at_once, n_taken, n_at_once = np.empty(width, np.int64), 0, 0  # jobs ready at this very moment
    now = 0.0
    while True:
        n_free, job, place, target, before, is_carried = 0, -1, -1, -1, n_steps, False
        stay = 0
        if n_heap > 0 and n_taken == n_at_once and times[0] == -infinity:
            n_heap -= 1  # nothing came into the gap
            _sunk(times, codes, n_heap, times[n_heap], codes[n_heap])
        t_heap = times[0] if n_heap else infinity
        t_arrival = arrival[i] if i < n_cases else infinity
        t_turn = turn_at[turn] if turn < n_turns else infinity
        if n_taken < n_at_once:
            job = at_once[n_taken]
            n_taken += 1
        elif min(t_heap, t_arrival, t_turn) >= until:
            break
        elif t_turn <= min(t_heap, t_arrival):
            now = t_turn
            while turn < n_turns and turn_at[turn] == now:
                w = turn_worker[turn]
                spell_ends[w] = turn_until[turn]
                on[w] = spell_ends[w] > now
                idle[w] = on[w] and not is_busy[w]
                if idle[w]:
                    free[n_free] = w
                    n_free += 1
                turn += 1
        elif t_heap <= t_arrival:
            now = t_heap
            code = codes[0]
            times[0] = -infinity  # a gap: mostly something comes into it at once
            job, kind = code >> 2, code & 3
            if kind != READY:
                place, step = job_place[job], job_step[job]
                if kind == FINISHED:
                    w = job_worker[job]
                    is_busy[w], idle[w] = False, on[w]
                    if on[w]:
                        free[0], n_free = w, 1
                n_done += 1
                job_finish[job] = now
                if n_done <= len(trace_case):
                    trace_case[n_done - 1], trace_step[n_done - 1] = place_case[place], step
                    trace_times[n_done - 1, 0] = job_enabled[job]
                    trace_times[n_done - 1, 1] = job_start[job]
                    trace_times[n_done - 1, 2] = now
                before = step
                if in_side[place] >= 0:
                    pending[place] -= 1
                    if pending[place] == 0:
                        f = in_side[place]
                        first = place * width
                        worked[place] += _union(
                            job_start, job_finish, first, side_first[f + 1] - side_first[f]
                        )
                        u = uniform(luck[place], job_step[first], job_visit[first], ROUTE)
                        target = _drawn(side_cum[segment[place_case[place]], f], u)
                        in_side[place] = -1
                else:
                    worked[place] += now - job_start[job]
                    target = -2
                job = -1
        else:
            now = t_arrival
            if n_places > 0:
                n_places -= 1
                place = places[n_places]
            else:
                place = n_used
                n_used += 1
            case = i
            i += 1
            place_case[place] = case
            luck[place] = fate(seed, ident[case])
            in_side[place], worked[place], begun[place] = -1, case_work[case], born[case]
            entered[place] = came[case]
            for k in range(n_steps):
                done[place, k] = visits[case, k]
            for k in range(n_roles):
                if is_owned[k]:
                    drawn = _drawn(owner_cum[k], uniform(luck[place], k, 0, OWNER))
                    owner[place, k] = kept[case, k] if kept[case, k] >= 0 else drawn
            if resumed[case] >= 0:
                before, target, is_carried = resumed[case], -2, True
            else:
                u = uniform(luck[place], 0, 0, ROUTE)
                target = _drawn(start_cum[segment[case], process[case]], u)
        # --- what comes next in the case -------------------------------------------------------------------------
        if target == -2:
            visit = done[place, before] - 1
            level, g = (1 if visit > 0 else 0), segment[place_case[place]]
            if n_bounds > 0 and dwell_until[before, 0] < infinity:
                # Of an open case it is the time at which it had finished the step.
                dwell = now - entered[place] - (elapsed[place_case[place]] if is_carried else 0.0)
                while stay < n_bounds and dwell > dwell_until[before, stay]:
                    stay += 1
                level = stay
            follows = routing_cum[level, g, before]
            u = uniform(luck[place], before, visit, ROUTE)
            p = lost[level, g, before]
            if is_carried:
                # An open case has not ended with the step it finished last: the ends are no choice.
                low, high = follows[n_steps - 1], follows[n_steps + N_ENDS - 1]
                rest = low + follows[-1] - high
                if rest > 0.0:
                    u *= rest
                    u += high - low if u >= low else 0.0
            elif age_slope[before] != 0.0 and 0.0 < p < 1.0:
                age = min((now - begun[place]) / day_min, age_most[before])
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
            case = place_case[place]
            case_start[case], case_end[case], case_work[case] = begun[place], now, worked[place]
            case_outcome[case] = target - n_steps
            handovers[before, n_steps, 0] += 1
            places[n_places] = place
            n_places += 1
        elif target >= 0:
            n_new = 1
            if n_bounds > 0 and target != before:
                entered[place] = now
            if target >= n_steps:
                f = target - n_steps - N_ENDS
                in_side[place] = f
                n_new = side_first[f + 1] - side_first[f]
                pending[place] = n_new
            for m in range(n_new):
                step = target if target < n_steps else side_members[side_first[f] + m]
                j = place * width + m
                visit = done[place, step]
                done[place, step] += 1
                job_place[j], job_step[j], job_visit[j], job_before[j] = place, step, visit, before
                job_enabled[j] = now
                # Open cases stand in the order given: an instant apart, too short to matter.
                due = now + INSTANT * place_case[place] if is_carried else now
                row = delay_row[stay, before, step]
                if row >= 0:
                    u = uniform(luck[place], step, visit, DELAY)
                    wait = _looked_up(delay_table, row, u) * delay_factor[row]
                    if is_carried:
                        # An open case has waited before the period: what is left of a time longer than that.
                        for k in range(1, 30):
                            if wait > elapsed[place_case[place]]:
                                break
                            u = uniform(luck[place], step, k, RESIDUAL)
                            wait = _looked_up(delay_table, row, u) * delay_factor[row]
                        wait = max(wait - elapsed[place_case[place]], 0.0)
                    due += wait
                job_ready[j] = due
                if auto_share[step] > 0.0 and uniform(luck[place], step, visit, MACHINE) < auto_share[step]:
                    job_start[j] = due
                    if not begun[place] <= due:
                        begun[place] = due
                    minutes = auto_min[step]
                    if np.isnan(minutes):  # nobody is named: done by no one's time, as long as seen
                        u = uniform(luck[place], step, visit, DURATION)
                        minutes = _looked_up(duration_table, step, u) * duration_factor[step]
                    finish = due + minutes
                    sums = handovers[before, step]
                    sums[0] += 1
                    sums[1] += due - now
                    sums[2] += due - now
                    sums[3] += minutes
                    n_heap = _push(times, codes, n_heap, finish, j * 4 + MACHINE_DONE)
                    continue
                if release_first[step] < release_first[step + 1]:
                    if is_carried and due - now < 1e-3:  # its pile may have been released before the period
                        k = release_first[step]
                        while (
                            k < release_first[step + 1] and release_shut[k] < now - elapsed[place_case[place]]
                        ):
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
            step, place = job_step[job], job_place[job]
            role = step_role[step]
            n_best, q = 0, step_queue[step]
            if role >= 0 and is_owned[role]:
                w = owner[place, role]
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
                    w = free[int(uniform(luck[place], step, job_visit[job], PICK) * n_best)]
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
            place, step, visit = job_place[job], job_step[job], job_visit[job]
            minutes = _looked_up(duration_table, step, uniform(luck[place], step, visit, DURATION))
            minutes *= duration_factor[step]
            if n_speeds > 1:
                minutes *= speed[w, int(uniform(luck[place], step, visit, PERSON) * n_speeds)]
            else:
                minutes *= speed[w, 0]
            begin = now
            if same_day[step]:
                k = min(int(now / slot_min), n_slots - 1)
                if now + minutes > day_end[k]:
                    begin = day_end[k]
            finish = begin + minutes
            if finish > spell_ends[w]:  # pauses off duty
                finish = _duty_end(w, begin, minutes, duty, slot_min)
            is_busy[w], idle[w] = True, False
            job_worker[job], job_start[job] = w, begin
            if not begun[place] <= begin:  # unknown so far, or a machine's that begins later
                begun[place] = begin
            sums = handovers[job_before[job], step]
            sums[0] += 1
            sums[1] += begin - job_enabled[job]
            sums[2] += job_ready[job] - job_enabled[job]
            sums[3] += minutes
            if finish <= until:
                busy[w] += minutes
            elif begin < until:
                busy[w] += _duty_until(w, until, duty, slot_min) - _duty_until(w, begin, duty, slot_min)
            if finish < infinity:
                n_heap = _push(times, codes, n_heap, finish, job * 4 + FINISHED)
            job = -1
    return n_done
