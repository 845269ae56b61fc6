"""The event loop of cases with several steps, compiled by numba; the same numbers without compilation.

The hall's loop (`simulation/kernel.py`) knows one service per customer, patience and a day that begins empty; this one
knows routing, rework, steps side by side, batches, the customer's own time and work that lasts over night.
Luck belongs to the case (`luck.py`), rows lie in `records.py`. Times are minutes along the axis of opened half hours.
"""

import numpy as np
from numba import njit

from analytics.simulation.kernel import OPTIONS
from analytics.simulation.process.luck import (
    DELAY,
    DURATION,
    MACHINE,
    N_GUIDES,
    OWNER,
    PERSON,
    PICK,
    RESIDUAL,
    ROUTE,
    drawn,
    fate,
    guides,
    looked_up,
    uniform,
)
from analytics.simulation.process.records import index

READY, FINISHED, MACHINE_DONE = range(3)
N_ENDS = 3
INSTANT = 1e-9


@njit(**OPTIONS)
def _risen(times, codes, n, time, code):
    """Put an entry behind a heap of n."""
    i = index(n)
    while i > 0:
        parent = index((i - 1) >> 1)
        if times[parent] <= time:
            break
        times[i], codes[i] = times[parent], codes[parent]
        i = parent
    times[i], codes[i] = time, code


@njit(**OPTIONS)
def _sunk(times, codes, n, time, code):
    """Put an entry in place of the first of a heap of n; behind the last stands one that never comes."""
    i, child = index(0), index(1)
    times[index(n)] = np.inf
    while child < n:
        child = index(child + (times[index(child + 1)] < times[child]))
        if times[child] >= time:
            break
        times[i], codes[i] = times[child], codes[child]
        i = child
        child = index(2 * i + 1)
    times[i], codes[i] = time, code


@njit(inline="always", **OPTIONS)
def _duty_until(worker, now, duty, slot_min):
    """Minutes on duty from the beginning until now."""
    k = min(int(now / slot_min), len(duty) - 1)
    done = duty[index(k), worker]
    if k < len(duty) - 1 and duty[index(k + 1), worker] > done:
        done += now - k * slot_min
    return done


@njit(**OPTIONS)
def _duty_end(worker, now, minutes, duty, slot_min):
    """When a worker who pauses off duty has worked so many minutes from now; duty[slot, worker]: minutes on duty until
    the slot begins. Infinite where the horizon ends before."""
    n_slots = len(duty) - 1
    k = min(int(now / slot_min), n_slots)
    wanted = _duty_until(worker, now, duty, slot_min) + minutes
    if duty[index(n_slots), worker] < wanted:
        return np.inf
    low, high = k, min(k + 1, n_slots)
    while duty[index(high), worker] < wanted:  # most work ends soon
        low, high = high, min(2 * high - k, n_slots)
    while low + 1 < high:
        middle = (low + high) // 2
        if duty[index(middle), worker] >= wanted:
            high = middle
        else:
            low = middle
    return low * slot_min + wanted - duty[index(low), worker]


@njit(**OPTIONS)
def _union(jobs, first, n):
    """Minutes in which at least one of n jobs from `first` on is worked on."""
    total, reached = 0.0, -np.inf
    while True:
        next_one = -1
        for j in range(first, first + n):
            if jobs[j].finish > reached and (next_one < 0 or jobs[j].start < jobs[next_one].start):
                next_one = j
        if next_one < 0:
            return total
        total += jobs[next_one].finish - max(jobs[next_one].start, reached)
        reached = jobs[next_one].finish


@njit(**OPTIONS)
def serve_cases(  # noqa: PLR0912, PLR0915
    seed, ident, arrival, segment, process, kept, resumed, elapsed, came, born, visits,
    start_cum, routing_cum, dwell_until, side_cum, lost, side_first, side_members, is_owned, owner_cum,
    steps, duration_table, delay_row, delay_table, delay_factor, release_open, release_shut,
    workers, speed, queues, servers, served, turn_at, turn_worker, turn_until, duty,
    day_end, day_min, slot_min, until,
    places, jobs, done, owner, times, codes,
    case_start, case_end, case_outcome, case_work, handovers, trace_case, trace_step, trace_times,
):  # fmt: skip
    """Run the cases of one period through the process; fill the outputs; return the number of steps done.

    ident[n]: what the case's luck hangs on; arrival[n] sorted, segment[n], process[n]. Of the first, open cases:
    kept[case, role]: the worker who has the case already (−1: none yet); resumed[case]: the step that it had finished
    last, elapsed[case]: minutes since, came[case]: when it came to that step, born[case]: its first start,
    visits[case, step]: how often it had done each step.
    start_cum[segment, process, target], routing_cum[level, segment, step, target], side_cum[segment, side, target]:
    cumulative; targets: steps, (won, lost, ended), sides. dwell_until[step, level]: the minutes since the case came to a
    step up to which a level holds, and the same level of delay_row[level, step before, step]; without any, the level is
    whether the step is repeated. lost[level, segment, step]: probability of the target lost at
    the mean age where the step's age_slope is not 0; beyond age_most it rises no more.
    side_members[side_first[side] : side_first[side + 1]]. owner_cum[role, worker] where is_owned[role].
    steps, workers, queues (one more of each worker's own): rows of `records`; servers, served: lists that the rows of
    queues and workers point into; release_open, release_shut: that the steps' do (the latest before the period are
    negative). turn_at, turn_worker, turn_until: somebody comes on duty until then, or goes (0); duty[slot, worker]:
    minutes on duty until the slot; day_end[slot]: minute at which the slot's day ends; day_min: mean minutes of a day.
    places … codes: from `records.room`.
    Outputs: case_start, case_end (NaN), case_outcome (−1 open), case_work (minutes in which anybody works on it);
    handovers[step before, step, 4]: times done, minutes waited, of these the customer's own, minutes worked; one more row
    for the beginning and column for the end; the workers' busy_min;
    trace_*: a row per step done (ready, start, finish), as far as they are long.
    """
    infinity = np.inf
    n_cases, n_open, n_steps, n_workers = len(arrival), len(resumed), len(steps), len(workers)
    n_bounds = dwell_until.shape[1]
    n_shared, n_speeds, n_turns = len(queues) - n_workers, speed.shape[1], len(turn_at)
    nobody = len(jobs) - 1
    width = nobody // max(n_cases, 1)
    guide = guides(routing_cum)
    # A case under way has a place, and gives it back when it ends: what the loop touches stays small and near.
    spare, n_spare, n_used = np.empty(n_cases, np.uint64), 0, 0
    free, ready = np.empty(n_workers + 1, np.uint64), np.empty(width + 1, np.uint64)
    # Who begins with what, and what the heap gets: at most one for each worker and job.
    most = n_workers + width + 1
    pair_worker, pair_job = np.empty(most, np.uint64), np.empty(most, np.uint64)
    coming_time, coming_code = np.empty(2 * most), np.empty(2 * most, np.int64)
    n_heap, turn, n_done, i = 0, 0, 0, 0
    times[0] = infinity
    t_arrival, t_turn = arrival[0] if n_cases else infinity, turn_at[0] if n_turns else infinity
    while True:
        n_free, n_ready, n_pairs, n_coming, has_gap = 0, 0, 0, 0, False
        p, target, before, stay, chance, is_carried = index(0), -1, index(n_steps), 0, 0.0, False
        now = min(times[0], t_arrival, t_turn)
        if now >= until:
            return n_done
        if now == t_turn:
            while t_turn == now:
                w = index(turn_worker[turn])
                worker = workers[w]
                worker.spell_ends = turn_until[turn]
                worker.on = worker.spell_ends > now
                worker.idle = worker.on and not worker.is_busy
                if worker.idle:
                    free[index(n_free)] = w
                    n_free += 1
                turn += 1
                t_turn = turn_at[turn] if turn < n_turns else infinity
        elif now == times[0]:
            has_gap = True  # mostly something comes into it at once
            j, kind = index(codes[0] >> 2), codes[0] & 3
            if kind == READY:
                ready[0] = j
                n_ready = 1
            else:
                job = jobs[j]
                if kind == FINISHED:
                    free[0] = job.worker
                    worker = workers[job.worker]
                    worker.is_busy, worker.idle = False, worker.on
                    n_free = int(worker.on)
                job.finish = now
                p, before, chance = index(job.place), index(job.step), job.chance
                place = places[p]
                if n_done < len(trace_case):
                    trace_case[n_done], trace_step[n_done] = place.case, job.step
                    trace_times[n_done, 0] = job.enabled
                    trace_times[n_done, 1] = job.start
                    trace_times[n_done, 2] = now
                n_done += 1
                if place.side < 0:
                    place.worked += now - job.start
                    target = -2
                else:
                    place.pending -= 1
                    if place.pending == 0:
                        f, first = place.side, int(p) * width
                        place.worked += _union(jobs, first, side_first[f + 1] - side_first[f])
                        target = drawn(side_cum[place.segment, f], jobs[first].chance, 0)
                        place.side = -1
        else:
            if n_spare > 0:
                n_spare -= 1
                p = spare[n_spare]
            else:
                p = index(n_used)
                n_used += 1
            place = places[p]
            place.case, place.segment, place.side = i, segment[i], -1
            place.luck, place.worked = fate(seed, ident[i]), case_work[i]
            place.begun, place.entered = np.nan, now
            for k in range(n_steps):
                done[p, k] = 0
            for k in range(len(is_owned)):
                if is_owned[k]:
                    owner[p, k] = drawn(owner_cum[k], uniform(place.luck, k, 0, OWNER), 0)
            if i < n_open:
                place.begun, place.entered = born[i], came[i]
                for k in range(n_steps):
                    done[p, k] = visits[i, k]
                for k in range(len(is_owned)):
                    if kept[i, k] >= 0:
                        owner[p, k] = kept[i, k]
                before, target, is_carried = index(resumed[i]), -2, True
                chance = uniform(place.luck, resumed[i], visits[i, resumed[i]] - 1, ROUTE)
            else:
                u = uniform(place.luck, 0, 0, ROUTE)
                target = drawn(start_cum[segment[i], process[i]], u, 0)
            i += 1
            t_arrival = arrival[i] if i < n_cases else infinity
        # --- what comes next in the case -------------------------------------------------------------------------
        place = places[p]
        if target == -2:
            level, g = index(done[p, before] > 1), place.segment
            step = steps[before]
            if n_bounds > 0 and dwell_until[before, 0] < infinity:
                # Of an open case it is the time at which it had finished the step.
                dwell = now - place.entered - (elapsed[place.case] if is_carried else 0.0)
                while stay < n_bounds and dwell > dwell_until[before, stay]:
                    stay += 1
                level = index(stay)
            follows = routing_cum[level, g, before]
            if is_carried:
                # An open case has not ended with the step it finished last: the ends are no choice.
                low, high = follows[n_steps - 1], follows[n_steps + N_ENDS - 1]
                rest = low + follows[-1] - high
                if rest > 0.0:
                    chance *= rest
                    chance += high - low if chance >= low else 0.0
            elif step.age_slope != 0.0 and 0.0 < lost[level, g, before] < 1.0:
                p_mean = lost[level, g, before]
                age = min((now - place.begun) / day_min, step.age_most)
                odds = p_mean / (1.0 - p_mean) * np.exp(step.age_slope * (age - step.age_mean))
                p_now = odds / (1.0 + odds)
                # The share that is lost comes first; the rest goes where the others go.
                if chance < p_now:
                    target = n_steps + 1
                else:
                    chance = (chance - p_now) / (1.0 - p_now)
            if target == -2:
                first = guide[level, g, before, index(chance * N_GUIDES)]
                target = drawn(follows, chance, first)
        if n_steps <= target < n_steps + N_ENDS:
            c = place.case
            case_start[c], case_end[c], case_work[c] = place.begun, now, place.worked
            case_outcome[c] = target - n_steps
            handovers[before, n_steps, 0] += 1
            spare[n_spare] = p
            n_spare += 1
        elif target >= 0:
            n_new, f = 1, 0
            if target != before:
                place.entered = now
            if target >= n_steps:
                f = target - n_steps - N_ENDS
                n_new = side_first[f + 1] - side_first[f]
                place.side, place.pending = f, n_new
            for m in range(n_new):
                s = index(target if target < n_steps else side_members[side_first[f] + m])
                j = index(p * width + m)
                step, job, visit = steps[s], jobs[j], done[p, s]
                done[p, s] = visit + 1
                job.place, job.step, job.visit, job.before = p, s, visit, before
                job.chance = uniform(place.luck, s, visit, ROUTE)
                u = uniform(place.luck, s, visit, DURATION)
                job.minutes = looked_up(duration_table, s, u) * step.duration_factor
                job.enabled = now
                # Open cases stand in the order given: an instant apart, too short to matter.
                due = now + INSTANT * place.case if is_carried else now
                row = delay_row[index(stay), before, s]
                if row >= 0:
                    u = uniform(place.luck, s, visit, DELAY)
                    wait = looked_up(delay_table, row, u) * delay_factor[row]
                    if is_carried:
                        # An open case has waited before the period: what is left of a time longer than that.
                        for k in range(1, 30):
                            if wait > elapsed[place.case]:
                                break
                            u = uniform(place.luck, s, k, RESIDUAL)
                            wait = looked_up(delay_table, row, u) * delay_factor[row]
                        wait = max(wait - elapsed[place.case], 0.0)
                    due += wait
                job.ready = due
                if step.auto_share > 0.0 and uniform(place.luck, s, visit, MACHINE) < step.auto_share:
                    job.start = due
                    if not place.begun <= due:
                        place.begun = due
                    # Where nobody is named it is done by no one's time, as long as seen.
                    minutes = job.minutes if np.isnan(step.auto_min) else step.auto_min
                    sums = handovers[before, s]
                    sums[0] += 1
                    sums[1] += due - now
                    sums[2] += due - now
                    sums[3] += minutes
                    coming_time[index(n_coming)], coming_code[index(n_coming)] = (
                        due + minutes,
                        j * 4 + MACHINE_DONE,
                    )
                    n_coming += 1
                    continue
                if step.release_first < step.release_end:
                    if is_carried and due - now < 1e-3:  # its pile may have been released before the period
                        k = step.release_first
                        while k < step.release_end and release_shut[k] < now - elapsed[place.case]:
                            k += 1
                    else:
                        k = step.next_release
                        # The customer's own time may end long after the release that comes next.
                        while k < step.release_end and release_shut[k] < now:
                            k += 1
                        step.next_release = k
                        while k < step.release_end and release_shut[k] < due:
                            k += 1
                    # A pile is worked off in the order in which it grew: an instant apart, too short to matter.
                    due = max(due, release_open[k] + INSTANT * due) if k < step.release_end else infinity
                job.due = due
                if due <= now:
                    ready[index(n_ready)] = j
                    n_ready += 1
                elif due < infinity:
                    coming_time[index(n_coming)], coming_code[index(n_coming)] = due, j * 4 + READY
                    n_coming += 1
        # --- whoever is free takes what has been ready longest ---------------------------------------------------
        for c in range(n_free):
            w = free[c]
            worker = workers[w]
            q, earliest = index(0), infinity
            for k in range(worker.queue_first, worker.queue_end):
                if queues[served[k]].due < earliest:
                    q = served[k]
                    earliest = queues[q].due
            if queues[index(n_shared + w)].due < earliest:
                q = index(n_shared + w)
                earliest = queues[q].due
            if earliest < infinity:
                queue = queues[q]
                j = index(queue.head)
                queue.head = jobs[j].after
                queue.due = jobs[queue.head].due
                worker.idle = False
                pair_worker[index(n_pairs)], pair_job[index(n_pairs)] = w, j
                n_pairs += 1
        # --- a step that is ready finds somebody, or queues ------------------------------------------------------
        for c in range(n_ready):
            j = ready[c]
            job = jobs[j]
            step = steps[job.step]
            queue, n_best = queues[step.queue], 0
            if step.owned_role >= 0:
                w = index(owner[job.place, step.owned_role])
                queue = queues[index(n_shared + w)]
                free[0], n_best = w, int(workers[w].idle)
            else:
                best = 1 << 30
                for k in range(queue.server_first, queue.server_end):
                    w = servers[k]
                    if workers[w].flexibility > best:
                        break
                    free[index(n_best)] = w
                    best = workers[w].flexibility if workers[w].idle else best
                    n_best += workers[w].idle
            if n_best > 0:
                w = free[0]
                if n_best > 1:
                    u = uniform(places[job.place].luck, job.step, job.visit, PICK)
                    w = free[index(u * n_best)]
                workers[w].idle = False
                pair_worker[index(n_pairs)], pair_job[index(n_pairs)] = w, j
                n_pairs += 1
            else:
                job.after = nobody
                if queue.due == infinity:
                    queue.head, queue.due = j, job.due
                else:
                    jobs[queue.tail].after = j
                queue.tail = j
        # --- they begin ------------------------------------------------------------------------------------------
        for c in range(n_pairs):
            w, j = pair_worker[c], pair_job[c]
            worker, job = workers[w], jobs[j]
            place, step = places[job.place], steps[job.step]
            minutes = job.minutes
            if n_speeds > 1:
                u = uniform(place.luck, job.step, job.visit, PERSON)
                minutes *= speed[w, index(u * n_speeds)]
            else:
                minutes *= speed[w, 0]
            begin = now
            if step.same_day:
                k = min(int(now / slot_min), len(day_end) - 1)
                if now + minutes > day_end[k]:
                    begin = day_end[k]
            finish = begin + minutes
            if finish > worker.spell_ends:  # pauses off duty; an extra hand only overnight
                k = min(int(begin / slot_min), len(day_end) - 1)
                if not worker.is_extra or finish > day_end[k]:
                    finish = _duty_end(w, begin, minutes, duty, slot_min)
            worker.is_busy = True
            job.worker, job.start = w, begin
            if not place.begun <= begin:  # unknown so far, or a machine's that begins later
                place.begun = begin
            sums = handovers[job.before, job.step]
            sums[0] += 1
            sums[1] += begin - job.enabled
            sums[2] += job.ready - job.enabled
            sums[3] += minutes
            if finish <= until:
                worker.busy_min += minutes
            elif begin < until:
                worker.busy_min += _duty_until(w, until, duty, slot_min) - _duty_until(
                    w, begin, duty, slot_min
                )
            if finish < infinity:
                coming_time[index(n_coming)], coming_code[index(n_coming)] = finish, j * 4 + FINISHED
                n_coming += 1
        # --- what will happen goes to the heap, the first of it in place of what has ----------------------------
        if has_gap:
            if n_coming == 0:
                n_heap -= 1
                coming_time[0], coming_code[0] = times[index(n_heap)], codes[index(n_heap)]
            _sunk(times, codes, n_heap, coming_time[0], coming_code[0])
        for k in range(int(has_gap), n_coming):
            _risen(times, codes, n_heap, coming_time[k], coming_code[k])
            n_heap += 1
        times[index(n_heap)] = infinity
