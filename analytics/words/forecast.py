"""A forecast in words: headline, reason, titles of its cards, the table of before and after; of the hall or a process."""

import pandas as pd

from analytics.filters import Targets
from analytics.language import _, ngettext
from analytics.redesign.result import Forecast
from analytics.words import hall_forecast, measures, numbers, process_forecast
from analytics.words.changes import (
    groups,
    is_judged,
    is_status_quo,
    main_group,
    metric_title,
    shown,
    side,
    whom,
)
from analytics.words.forecast_notes import notes


def headline(forecast: Forecast) -> str:
    """The answer, ordinary customers first."""
    if forecast.process is not None:
        return process_forecast.headline(forecast)
    return hall_forecast.headline(forecast)


def reason(forecast: Forecast, targets: Targets) -> str:
    """Two or three sentences: what changes from what to what, for the others, at what cost."""
    if forecast.process is not None:
        return process_forecast.reason(forecast, targets)
    return hall_forecast.reason(forecast, targets)


def lead(forecast: Forecast, targets: Targets) -> str:
    """The reason, with what to do next where nothing is chosen yet."""
    text = reason(forecast, targets)
    if forecast.measures or not forecast.fit.passes:
        return text
    return numbers.sentences([text, _("Choose a measure to see what it would bring.")])


def caption(forecast: Forecast) -> str:
    """The small print under the headline."""
    return " · ".join(
        [
            horizon(forecast),
            numbers.close_up(rests_on(forecast)),
            _("small figures: 95% interval"),
            small_print(forecast),
        ]
    )


def rests_on(forecast: Forecast) -> str:
    """What the model was calibrated on."""
    if forecast.process is not None:
        return _("from {n} cases").format(n=numbers.count_in_prose(forecast.process.n_cases))
    return _("from {n} tickets").format(n=numbers.count_in_prose(forecast.n_tickets))


def horizon(forecast: Forecast) -> str:
    pattern = ngettext("{n} working day from {day}", "{n} working days from {day}", forecast.horizon_days)
    return pattern.format(n=forecast.horizon_days, day=numbers.day(forecast.starts_on))


def small_print(forecast: Forecast) -> str:
    """What one needs to get the same numbers again."""
    return " · ".join(
        [
            _("{n} runs").format(n=numbers.count(forecast.replications)),
            _("seed {seed}").format(seed=forecast.seed),
            _("data {version}").format(version=forecast.data_version),
        ]
    )


def rows_title(forecast: Forecast) -> str:
    """What the card of before and after finds."""
    if is_status_quo(forecast):
        return _("The coming weeks if nothing changes")
    table = groups(forecast)[main_group(forecast)]
    found = [side(table[name]) for name in shown(forecast) if name in table and is_judged(name)]
    who, gains, losses = whom(main_group(forecast)), found.count("better"), found.count("worse")
    if losses and gains:
        return _("{who} gain on {gains}, lose on {losses}").format(who=who, gains=gains, losses=losses)
    if losses:
        return _("{who} lose on {n} of {all} counts").format(who=who, n=losses, all=len(found))
    if gains:
        pattern = (
            _("{who} gain on all {n} counts")
            if gains == len(found)
            else _("{who} gain on {n} of {all} counts")
        )
        said = pattern.format(who=who, n=gains, all=len(found))
        vip = forecast.by_group.get("vip", {})
        is_vip_worse = any(side(vip[name]) == "worse" for name in shown(forecast) if name in vip)
        return _("{said}, VIP lose").format(said=said) if is_vip_worse else said
    return _("{who} would notice no change").format(who=who)


def rows_caption(forecast: Forecast) -> str:
    """How the figures are read, and what period they are of."""
    if is_status_quo(forecast):
        said = _("Ring: measured. Dot and bar: expected, 95% interval")
    elif forecast.process is not None:
        said = _("Change first. Ring: the same period as it runs now. Dot and bar: forecast, 95% interval")
    else:
        said = _("Change first. Ring: as now. Dot and bar: forecast, 95% interval")
    said = _("{said}. Forecast of {horizon}").format(said=said, horizon=horizon(forecast))
    return said if forecast.process is None else process_forecast.with_start(said, forecast)


def before_after(forecast: Forecast, targets: Targets) -> pd.DataFrame:
    """One row per group and metric: the table to download, in the metric's own units (shares 0–1)."""
    rows = []
    for group, table in {**forecast.by_group, "all": forecast.metrics}.items():
        for name, m in table.items():
            rows.append(
                {
                    "group": group, "metric": name, "title": metric_title(name, targets), "unit": m.unit,
                    "observed": m.observed,
                    "before": m.before.mean, "before_low": m.before.low, "before_high": m.before.high,
                    "after": m.after.mean, "after_low": m.after.low, "after_high": m.after.high,
                    "change": m.change.mean, "change_low": m.change.low, "change_high": m.change.high,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def all_small_print(forecast: Forecast) -> str:
    """What the measures suppose, what could not be estimated, and how to get the same numbers again."""
    said = [measures.sentence(m) for m in forecast.measures]
    if forecast.process is not None:
        said.append(process_forecast.begins_with(forecast))
    return numbers.sentences([*said, *notes(forecast), print_line(forecast)])


def print_line(forecast: Forecast) -> str:
    """What one needs to get the same numbers again, as a sentence."""
    return _("Forecast of {horizon}; {small_print}.").format(
        horizon=horizon(forecast), small_print=small_print(forecast)
    )
