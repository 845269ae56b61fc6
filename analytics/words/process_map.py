"""What the map of a process says, and the hours of its steps."""

from analytics.diagnosis.bottlenecks import Bottlenecks
from analytics.language import _, ngettext
from analytics.words import bottlenecks as words


def title(result: Bottlenecks) -> str:
    text = (
        _("How {cases} run, and where they wait")
        if result.has_starts
        else _("How {cases} run, and how long from step to step")
    )
    return text.format(cases=words.n_cases(result.n_cases))


def caption(result: Bottlenecks) -> str:
    if not result.has_starts:
        return _(
            "Boxes: cases. Lines: cases, the thicker the more, and mean {hours} from step to step. "
            "Above a row they go back, below it they skip steps."
        ).format(hours=words.hours_name(result))
    return _(
        "Boxes: cases and mean working time. Lines: cases, the thicker the more, and mean wait in {hours}. "
        "Above a row they go back, below it they skip steps."
    ).format(hours=words.hours_name(result))


def steps_title(result: Bottlenecks) -> str:
    hours = words.in_hours(result.overall_cycle_time_h.value, result)
    if not result.overall_cycle_time_h.is_known:
        return _("Which steps take the time")
    return (
        _("Where the {hours} of a won case go") if result.is_won_only else _("Where the {hours} of a case go")
    ).format(hours=hours)


def steps_caption(result: Bottlenecks, n_others: int) -> str:
    """What the bars of the steps show, and how many steps have none."""
    text = (
        _("{hours} of a case, waited before each step and worked on it, mean of {cases}, 95% interval")
        if result.has_starts
        else _("{hours} from the step before to each step's completion, mean of {cases}, 95% interval")
    ).format(hours=words.hours_name(result), cases=words.population(result))
    said = text[:1].upper() + text[1:]
    if not n_others:
        return said
    others = ngettext("one shorter step is not shown", "{n} shorter steps are not shown", n_others)
    return f"{said} · {others.format(n=n_others)}"
