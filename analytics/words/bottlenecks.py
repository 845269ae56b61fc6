"""What the bottlenecks of a process say: headline, reason, labels of steps and hand-overs."""

import unicodedata

import pandas as pd

from analytics.diagnosis.bottlenecks import FOR_STAFF, LEAST_CYCLE_SHARE, Bottlenecks, Handover
from analytics.language import _, ngettext
from analytics.words import numbers

HEADLINE_LENGTH = 60
# Work that may come back in fewer than one case in ten, by its interval, is no finding.
LEAST_AGAIN = 0.1
# What happens this often after a step happens always, rounded.
ALWAYS = 0.995


def step(name: str) -> str:
    """The step as the bank calls it, with a capital where its alphabet has any."""
    return name[:1].upper() + name[1:]


def pair(before: str, activity: str) -> str:
    """«Check documents → credit approval»; a step that follows itself reads «Call customer, again»."""
    if before == activity:
        return _("{step}, again").format(step=step(activity))
    return f"{step(before)} → {activity}"


def handover(before: str, activity: str, staff_share: float) -> str:
    """The pair, with a word where cases wait for the staff."""
    said = pair(before, activity)
    return f"{said} · {_('for the staff')}" if staff_share >= FOR_STAFF else said


def hours_name(result: Bottlenecks) -> str:
    return _("working hours") if result.hours == "working" else _("clock hours")


def in_hours(x: float, result: Bottlenecks) -> str:
    """9.6 working hours."""
    return _("{n} {hours}").format(n=numbers.plain(x, "h"), hours=hours_name(result))


def headline(result: Bottlenecks) -> str:
    longest = result.longest
    if longest is None:
        return _("No step of this process waits for another")
    if longest.has_starts and longest.cycle_share.value < LEAST_CYCLE_SHARE:
        return _("No single step keeps cases waiting long")
    hours = in_hours(longest.mean_wait_h.value, result)
    if not longest.has_starts:
        texts = (
            _("{step} comes {hours} after the step before"),
            _("One step comes {hours} after the one before"),
        )
    elif longest.staff_share < FOR_STAFF:
        texts = (
            _("{step} waits longest, but mostly not for staff"),
            _("The longest wait is mostly not for staff"),
        )
    else:
        texts = _("{step} keeps cases waiting {hours}"), _("Cases wait {hours} for one step")
    for text in texts:
        said = text.format(step=step(longest.to_activity), hours=hours)
        if width(said) <= HEADLINE_LENGTH:
            return said
    return said


def why(result: Bottlenecks) -> str:
    """What part the longest hand-over takes, its cause where known, how often work comes back, what is not known."""
    parts = [_share(result, result.longest), _cause(result, result.longest)] if result.longest else []
    back = returns(result)
    if _is_much(back):
        worst = back.iloc[0]
        parts.append(
            _("{share} of the cases do {step} a second time.").format(
                share=numbers.share(worst["again_share"]), step=worst["activity"]
            )
            if worst["before"] == worst["activity"]
            else _goes_back(result, worst)
        )
    if not result.has_starts:
        parts.append(_("Only completions are recorded: working and waiting cannot be told apart."))
    return numbers.sentences(parts)


def _goes_back(result: Bottlenecks, row: pd.Series) -> str:
    """How many cases go back, and how often the step before ends so; no word where it always does."""
    times = float(row["n"] / result.activities.set_index("activity")["n"][row["before"]])
    text = (
        _("{share} of the cases go back from {before} to {step}: {times} of the times {before} is done.")
        if times < ALWAYS
        else _("{share} of the cases go back from {before} to {step}.")
    )
    return text.format(
        share=numbers.share(row["again_share"]), before=row["before"], step=row["activity"], times=numbers.share(times)
    )  # fmt: skip


def _cause(result: Bottlenecks, longest: Handover) -> str:
    said = cause(longest)
    if result.hours == "working" or not longest.cause:
        return said
    return _("Counted in working hours: {said}").format(said=said)


def cause(longest: Handover) -> str:
    """The largest cause of the wait, and its part of it, as far as the data tell."""
    if not longest.has_starts:
        return ""
    if not longest.cause:
        return _("Nobody is named for these steps: whether they wait for the staff is not known.")
    text = {
        "batching": _("{share} of that wait is work left to pile up."),
        "contention": _("{share} of that wait is the person busy with earlier work."),
        "prioritisation": _("{share} of that wait is newer work going first."),
        "unavailability": _("{share} of that wait is the person off duty."),
        "extraneous": _("{share} of that wait is the customer's own time or not recorded."),
    }[longest.cause]
    return text.format(share=numbers.share(longest.cause_share))


def _share(result: Bottlenecks, longest: Handover) -> str:
    """The part of the cycle time; with the step's name where the headline had no room for it."""
    is_named = step(longest.to_activity) in headline(result)
    if not longest.has_starts:
        text = (
            _("From {before} to {step} go {share} of the {hours} that a won case takes.")
            if result.is_won_only
            else _("From {before} to {step} go {share} of the {hours} that a case takes.")
        )
    elif is_named:
        text = (
            _("Waiting for it makes up {share} of the {hours} that a won case takes.")
            if result.is_won_only
            else _("Waiting for it makes up {share} of the {hours} that a case takes.")
        )
    else:
        text = (
            _("Waiting for {step} makes up {share} of the {hours} that a won case takes.")
            if result.is_won_only
            else _("Waiting for {step} makes up {share} of the {hours} that a case takes.")
        )
    return text.format(
        before=longest.from_activity,
        step=longest.to_activity,
        share=numbers.share(longest.cycle_share.value),
        hours=in_hours(result.overall_cycle_time_h.value, result),
    )


def returns(result: Bottlenecks) -> pd.DataFrame:
    """The hand-overs back to a step that the case has done before, the most frequent first."""
    back = result.handovers[result.handovers["is_back"] & (result.handovers["n_again_cases"] > 0)]
    return back.sort_values("n_again_cases", ascending=False, ignore_index=True)


def _is_much(back: pd.DataFrame) -> bool:
    """Whether the most frequent return is worth saying."""
    return not back.empty and bool(back.iloc[0]["again_low"] > LEAST_AGAIN)


def noun(result: Bottlenecks) -> str:
    return ngettext("finished case", "finished cases", result.n_cases)


def population(result: Bottlenecks) -> str:
    """Which cases the cycle times rest on."""
    n = numbers.count(result.n_complete)
    return _("{n} won cases").format(n=n) if result.is_won_only else n_cases(result.n_complete)


def n_cases(n: int) -> str:
    return ngettext("{n} case", "{n} cases", n).format(n=numbers.count(n))


def waits_title(result: Bottlenecks) -> str:
    """How few hand-overs take half of the cycle time, or most of it; the longest ones come first."""
    together = result.handovers["cycle_share"].cumsum()
    if not (together >= 0.5).any():
        return _("Which hand-overs take the time")
    n = int((together < 0.5).sum()) + 1
    if together.iloc[n - 1] < 0.53:
        return ngettext(
            "One hand-over takes half of the cycle time", "{n} hand-overs take half of the cycle time", n
        ).format(n=number_word(n))
    return ngettext(
        "One hand-over takes most of the cycle time", "{n} hand-overs take most of the cycle time", n
    ).format(n=number_word(n))


def number_word(n: int) -> str:
    words = {2: _("Two"), 3: _("Three"), 4: _("Four"), 5: _("Five"), 6: _("Six")}
    return words.get(n, str(n))


def shares_caption(result: Bottlenecks) -> str:
    text = (
        _("Share of the cycle time, 95% interval; mean wait; {cases}")
        if result.has_starts
        else _("Share of the cycle time, 95% interval; mean time from step to step; {cases}")
    )
    return text.format(cases=population(result).replace(" ", numbers.NBSP))


def handovers_title(result: Bottlenecks) -> str:
    """Of a table of the longest hand-overs."""
    text = _("Waits in {hours}") if result.has_starts else _("Times from step to step in {hours}")
    return text.format(hours=hours_name(result))


def waits_caption(result: Bottlenecks) -> str:
    text = (
        _("Mean wait, share of the cycle time, {cases}")
        if result.has_starts
        else _("Mean time from step to step, share of the cycle time, {cases}")
    )
    return text.format(cases=population(result))


def rework_title(result: Bottlenecks) -> str:
    back = returns(result)
    if back.empty:
        return _("No step is done twice")
    if not _is_much(back):
        return _("Few cases do a step twice")
    return _("{step} comes back most").format(step=step(back.iloc[0]["activity"]))


def rework_caption(result: Bottlenecks) -> str:
    return _("Share of {n} cases that do it again, 95% interval").format(n=numbers.count(result.n_cases))


def rounds_caption(result: Bottlenecks) -> str:
    activity = result.rounds["activity"].iloc[0]
    ns = " / ".join(numbers.count(n) for n in result.rounds.groupby("group", sort=False)["n"].first())
    return _("How often cases do {step}, n {ns}").format(step=activity, ns=ns)


def rounds_name(rounds: int) -> str:
    return {1: _("once"), 2: _("twice"), 3: _("3 times"), 4: _("4 or more")}[rounds]


def groups_title(result: Bottlenecks) -> str:
    """Whether one group waits longer somewhere, judged by intervals that do not meet."""
    wide = result.handovers_by_group.pivot(
        index=["before", "activity"], columns="group", values=["low", "high"]
    )
    if ("low", "vip") not in wide or ("low", "ordinary") not in wide:
        return _("Waits by customer group") if result.has_starts else _("Times by customer group")
    n_longer = int((wide["low"]["ordinary"] > wide["high"]["vip"]).sum())
    n_shorter = int((wide["high"]["ordinary"] < wide["low"]["vip"]).sum())
    ordinary, vip, alike = (
        (_("Ordinary customers' cases wait longer"), _("VIP cases wait longer"), _("Both groups wait alike"))
        if result.has_starts
        else (
            _("Ordinary customers' cases take longer"),
            _("VIP cases take longer"),
            _("Both groups take as long"),
        )
    )
    if n_longer and n_longer >= n_shorter:
        return ordinary
    return vip if n_shorter else alike


def groups_caption(result: Bottlenecks) -> str:
    text = (
        _("Mean wait by hand-over, {hours}, 95% interval")
        if result.has_starts
        else _("Mean time from step to step, {hours}, 95% interval")
    )
    return text.format(hours=hours_name(result))


def weeks_title(result: Bottlenecks) -> str:
    return _("Cycle time and cases finished, week by week")


def weeks_caption(result: Bottlenecks) -> str:
    if result.is_won_only:
        return _("Five weeks' mean of won cases by the week they ended, 95% band; dots: single weeks")
    return _("Five weeks' mean of cases by the week they ended, 95% band; dots: single weeks")


def cards(result: Bottlenecks) -> list[tuple[str, str, bool, str]]:
    """Field of the result, title, whether more is better, what n counts; waiting where it can be told."""
    won = _("won cases") if result.is_won_only else _("cases")
    waiting = [("waiting_share", _("Cycle time spent waiting"), False, won)] if result.has_starts else []
    return [
        ("cycle_time_h", cycle_time_name(result), False, won),
        *waiting,
        ("rework_share", _("Cases with rework"), False, _("cases")),
        ("finished_per_week", _("Cases finished a week"), True, _("cases")),
    ]


def cycle_time_name(result: Bottlenecks) -> str:
    return _("Cycle time, working h") if result.hours == "working" else _("Cycle time, clock h")


def hours_column(result: Bottlenecks) -> str:
    return _("Working h") if result.hours == "working" else _("Mean, h")


def left_out(n: int) -> str:
    return ngettext("One rarer step is not drawn.", "{n} rarer steps are not drawn.", n).format(n=n)


def table(result: Bottlenecks) -> pd.DataFrame:
    """The hand-overs with their names and intervals as a person reads them."""
    rows = result.handovers
    return rows.assign(
        handover=[pair(a, b) for a, b in zip(rows["before"], rows["activity"], strict=True)],
        interval=[numbers.spread(a, b, "h") for a, b in zip(rows["low"], rows["high"], strict=True)],
        cycle_percent=(100 * rows["cycle_share"]).round(),
    )


def width(text: str) -> int:
    """How wide a text is set, in Latin letters: Chinese ones count double."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def cut(text: str, at: int) -> str:
    if width(text) <= at:
        return text
    while text and width(text) > at - 1:
        text = text[:-1]
    return text.rstrip() + "…"
