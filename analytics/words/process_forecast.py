"""What a forecast of a process says: time first, then what it brings, and what the share won hangs on."""

import math

import pandas as pd

from analytics.filters import Targets
from analytics.language import _, ngettext
from analytics.redesign.result import Forecast, MetricForecast, ProcessDetail, Spread
from analytics.words import numbers
from analytics.words.changes import Side, groups, is_status_quo, main_group, shown, side, whose
from analytics.words.phrases import capital
from analytics.words.trust import fit_reason, guardrail_verdict

Table = dict[str, MetricForecast]
CYCLE, WON = "cycle_time_mean_h", "won_per_week"


def headline(forecast: Forecast) -> str:
    """The answer, ordinary customers first; nothing that its interval does not carry."""
    who, table = main_group(forecast), groups(forecast)[main_group(forecast)]
    if not forecast.fit.passes:
        if forecast.fit.reason == "too_few_days":
            return _("Do not decide on this yet: too few weeks to test it")
        return _("Do not decide on this: the model misses this process")
    if is_status_quo(forecast):
        said = _("Without changes, {whose} cases would take {time}")
        return said.format(whose=whose(who), time=numbers.days_or_hours(table[CYCLE].before.mean))
    return _change(who, table, is_failed=not forecast.guardrail.passes)


def _change(who: str, table: Table, *, is_failed: bool) -> str:
    """What the measures bring one group, as a headline."""
    time, won = side(table[CYCLE]), side(table[WON]) if WON in table else "none"
    size = numbers.days_or_hours(abs(table[CYCLE].change.mean))
    more = numbers.plain(abs(table[WON].change.mean), "per_week") if WON in table else ""
    pattern = _PATTERNS[time, won]()
    if is_failed and time == "worse":
        pattern = _("{whose} cases would take {size} longer: guardrail failed")
    if (time, won) == ("none", "none"):
        others = {side(metric) for metric in table.values()}
        pattern = (
            _("No measurable change for {whose} cases")
            if others == {"none"}
            else _("No measurable change in how long {whose} cases take")
        )
    return capital(pattern.format(whose=whose(who), size=size, more=more))


_PATTERNS = {
    ("better", "better"): lambda: _("{whose} cases: {size} less, {more} more won a week"),
    ("better", "none"): lambda: _("{whose} cases would take {size} less"),
    ("better", "worse"): lambda: _("{whose} cases: {size} less, but {more} fewer won a week"),
    ("worse", "better"): lambda: _("{whose} cases: {size} longer, but {more} more won a week"),
    ("worse", "none"): lambda: _("{whose} cases would take {size} longer"),
    ("worse", "worse"): lambda: _("{whose} cases: {size} longer, {more} fewer won a week"),
    ("none", "better"): lambda: _("{whose} cases: {more} more won a week"),
    ("none", "worse"): lambda: _("{whose} cases: {more} fewer won a week"),
    ("none", "none"): lambda: "",
}


def reason(forecast: Forecast, targets: Targets) -> str:
    """From what to what, what it brings, what it means for the VIP cases, who pays."""
    table = groups(forecast)[main_group(forecast)]
    said = [] if forecast.fit.passes else [fit_reason(forecast, targets)]
    said.append(_time_sentence(forecast, table[CYCLE]))
    if WON in table:
        said.append(_won_sentence(table, is_status_quo(forecast)))
    if is_status_quo(forecast):
        return numbers.sentences(said)
    if "vip" in forecast.by_group:
        said.append(_change("vip", forecast.by_group["vip"], is_failed=False) + _("."))
    if not forecast.guardrail.passes:
        said.append(guardrail_verdict(forecast))
    return numbers.sentences(said)


def _time_sentence(forecast: Forecast, cycle: MetricForecast) -> str:
    after, interval = _span(cycle.after)
    before = numbers.days_or_hours(cycle.before.mean)
    won = WON in forecast.metrics
    if not math.isfinite(cycle.after.mean):
        text = _("No case would be won in this period.") if won else _("No case would end in this period.")
    elif is_status_quo(forecast):
        text = (
            _(
                "From first step to last a won case would take {after} by the calendar (95% interval {interval})."
            )
            if won
            else _(
                "From first step to last a case would take {after} by the calendar (95% interval {interval})."
            )
        )
    elif side(cycle) == "none":
        text = (
            _("By the calendar a won case still takes near {after} (95% interval {interval}).")
            if won
            else _("By the calendar a case still takes near {after} (95% interval {interval}).")
        )
    else:
        text = (
            _("By the calendar a won case takes {after} in place of {before} (95% interval {interval}).")
            if won
            else _("By the calendar a case takes {after} in place of {before} (95% interval {interval}).")
        )
    return text.format(after=after, before=before, interval=interval)


def by_calendar(forecast: Forecast) -> str:
    """How long cases took by the calendar, for a reader who has just seen working hours."""
    observed = forecast.metrics[CYCLE].observed
    if observed is None:
        return ""
    text = (
        _("By the calendar, nights and weekends included, a won case took {time}.")
        if WON in forecast.metrics
        else _("By the calendar, nights and weekends included, a case took {time}.")
    )
    return text.format(time=numbers.days_or_hours(observed))


def _span(spread: Spread) -> tuple[str, str]:
    """Mean with its unit and interval in the same unit."""
    by = 24 if abs(spread.mean) >= 24 else 1
    return numbers.days_or_hours(spread.mean), numbers.spread(spread.low / by, spread.high / by, "h")


def _won_sentence(table: Table, is_quo: bool) -> str:
    won = table[WON]
    if is_quo:
        return _("{n} would be won a week ({interval}).").format(
            n=numbers.plain(won.after.mean, "per_week"),
            interval=numbers.spread(won.after.low, won.after.high, "per_week"),
        )
    if side(won) == "none":
        return _("How many are won a week does not change measurably.")
    text = (
        _("{n} more are won a week ({interval}).")
        if won.change.mean > 0
        else _("{n} fewer are won a week ({interval}).")
    )
    return text.format(
        n=numbers.plain(abs(won.change.mean), "per_week"),
        interval=numbers.spread(won.change.low, won.change.high, "per_week", signed=True),
    )


def hangs_on(forecast: Forecast) -> list[str]:
    """What the share won hangs on, as far as the data show; empty where the cases give no outcomes."""
    detail = forecast.process
    if detail is None or WON not in forecast.metrics:
        return []
    if not detail.loss_links:
        return [
            _(
                "The data do not show that shorter cases are won more often, so the share won hangs on no time."
            )
        ]
    return [
        *(
            (
                _("Cases that took longer were lost more often after «{step}»: {odds} for each working day.")
                if link.odds_ratio > 1
                else _(
                    "Cases that took longer were lost less often after «{step}»: {odds} for each working day."
                )
            ).format(
                step=link.activity,
                odds=_("odds ×{ratio} ({low}–{high}; {n})").format(
                    ratio=f"{link.odds_ratio:.2f}", low=f"{link.low:.2f}", high=f"{link.high:.2f}",
                    n=numbers.n(link.n),
                ),
            )
            for link in detail.loss_links
        ),
        _("The forecast goes on with that; whether time is the cause the data cannot say."),
    ]  # fmt: skip


def begins_with(forecast: Forecast) -> str:
    """How the period begins, and what follows for its figures."""
    detail = forecast.process
    if detail is None:
        return ""
    if detail.n_carried_over:
        return ngettext(
            "The period begins with the {n} case that is open now.",
            "The period begins with the {n} cases that are open now.",
            detail.n_carried_over,
        ).format(n=numbers.count(detail.n_carried_over))
    return _(
        "The period begins with no open case and counts what ends inside it, so times and wins read lower than measured."
    )


def with_start(text: str, forecast: Forecast) -> str:
    """A caption with how the period begins."""
    if forecast.process is not None and forecast.process.n_carried_over:
        return text
    return _("{said}. The period begins without open cases").format(said=text)


def segments_title(forecast: Forecast) -> str:
    """Whether all segments gain."""
    found: list[Side] = [side(table[CYCLE]) for table in forecast.by_segment.values()]
    if is_status_quo(forecast):
        return _("By segment, if nothing changes")
    if "worse" in found:
        return _("Not every segment gains time")
    if found and set(found) == {"better"}:
        return _("Every segment gains time")
    return _("Some segments gain time") if "better" in found else _("No segment gains time measurably")


def segments_caption(forecast: Forecast) -> str:
    if is_status_quo(forecast):
        return _("Cycle time and cases won, expected, 95% interval")
    return _("Change of cycle time and of cases won, 95% interval; right of the line: more")


def segments_frame(forecast: Forecast) -> pd.DataFrame:
    """A row a segment and metric, in the metric's own units: the table to download."""
    rows = [
        {
            "segment": segment, "metric": name, "unit": m.unit, "observed": m.observed, "before": m.before.mean,
            "after": m.after.mean, "after_low": m.after.low, "after_high": m.after.high, "change": m.change.mean,
            "change_low": m.change.low, "change_high": m.change.high,
        }
        for segment, table in forecast.by_segment.items()
        for name, m in table.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def has_starts(forecast: Forecast) -> bool:
    """Whether the log tells work from waiting at all."""
    return all(code != "completion_only" for code, _values in forecast.notes)


def steps_title(forecast: Forecast) -> str:
    """Where the most time goes, or which step's shrinks most."""
    detail = forecast.process
    assert detail is not None
    steps = detail.steps
    gain = (steps["wait_before_h"] - steps["wait_after_h"].fillna(0)) * steps["n_per_case_before"]
    if is_status_quo(forecast) or not (steps["wait_after_high_h"] < steps["wait_before_h"]).any():
        if not has_starts(forecast):
            return _("How long after the step before each step is done")
        worst = steps.iloc[int((steps["wait_before_h"] - steps["own_before_h"]).fillna(0).argmax())]
        return _("Cases wait most for the staff before «{step}»").format(step=worst["activity"])
    best = steps.iloc[int(gain.where(steps["wait_after_high_h"] < steps["wait_before_h"]).fillna(0).argmax())]
    text = (
        _("The wait before «{step}» shrinks most")
        if has_starts(forecast)
        else _("«{step}» comes sooner by most")
    )
    return text.format(step=best["activity"])


def steps_caption(forecast: Forecast) -> str:
    said = (
        _("Working hours each time the step is done: the customer’s own time, waiting, working")
        if has_starts(forecast)
        else _("Working hours from the step before to the step’s completion, each time it is done")
    )
    if is_status_quo(forecast):
        return said
    return _("{said}. Upper bar now, lower bar forecast").format(said=said)


def waits_of_steps(forecast: Forecast) -> tuple[str, str]:
    """Title and caption of how long cases wait before each step."""
    if has_starts(forecast):
        return (
            _("Wait before each step, working hours"),
            _("Each time the step is done, the customer’s own time included, 95% interval"),
        )
    return (
        _("To each step’s completion, working hours"),
        _("From the step before, each time the step is done, 95% interval"),
    )


def map_title(forecast: Forecast) -> str:
    return _("The process as it is") if is_status_quo(forecast) else _("As is and to be")


def map_caption(forecast: Forecast) -> str:
    said = (
        _("Times done per case, minutes of work; on the arrows times per case, mean wait in working hours")
        if has_starts(forecast)
        else _(
            "Times done per case; on the arrows times per case, mean working hours to the step’s completion"
        )
    )
    if is_status_quo(forecast):
        return said
    return _("{said}. Changed steps are marked ✎, left out ✕, side by side ∥").format(said=said)


def change_mark(code: str) -> str:
    """A sign and a word for a step that changes."""
    return {
        "changed": _("✎ changed"),
        "removed": _("✕ left out"),
        "merged": _("⤺ merged"),
        "parallel": _("∥ side by side"),
    }.get(code, "")


def step_mark(detail: ProcessDetail, activity: str) -> str:
    """What happens to a step, as a sign and words; empty where nothing does."""
    if any(activity in group for group in detail.parallel):
        return change_mark("parallel")
    code = detail.steps.loc[detail.steps["activity"] == activity, "change"].iloc[0]
    return change_mark(str(code))


def times_per_case(n: float) -> str:
    """How often a step is done in a case."""
    return numbers.plain(n, "scale") + "×"


def counts(forecast: Forecast) -> list[str]:
    """The metrics of a segment that a page shows beside each other."""
    return [name for name in (CYCLE, WON, "throughput_per_week") if name in (*shown(forecast), WON)
            and name in forecast.metrics]  # fmt: skip
