"""The slides that a forecast of a process fills: where it stands, now and forecast, as is and to be, how far to trust it."""

from analytics.briefing.forecast_slides import changes_table, check_row, sides, spread_series
from analytics.briefing.slide import Card, Cell, Chart, Series, Slide, Table, Tone
from analytics.charts.flow import lanes
from analytics.charts.tokens import AFTER, BEFORE, WAITING, WORKING
from analytics.diagnosis.bottlenecks import Bottlenecks
from analytics.filters import Targets
from analytics.language import _
from analytics.methods.estimate import Estimate
from analytics.redesign.result import Forecast, Spread
from analytics.words import bottlenecks as stand_words
from analytics.words import changes, measures, numbers, process_forecast, trust
from analytics.words import forecast as words
from analytics.words.forecast_notes import notes
from analytics.words.sections import Section, sections

N_HANDOVERS, N_STEPS = 6, 10


def where_it_stands(result: Bottlenecks, calendar: str, footer: str) -> Slide:
    """The process' four figures, and the hand-overs that take most of its time; calendar: the same time by the calendar."""
    rows = result.handovers.head(N_HANDOVERS)
    names = tuple(stand_words.pair(a, b) for a, b in zip(rows["before"], rows["activity"], strict=True))
    chart = Chart(
        stand_words.waits_title(result),
        _("Share of the cycle time, 95% interval, {cases}").format(cases=stand_words.population(result)),
        "bar",
        (
            Series(
                _("Share of the cycle time"),
                tuple(rows["cycle_share"].astype(float)),
                WAITING if result.has_starts else WORKING,
                tuple(rows["cycle_share_low"].astype(float)),
                tuple(rows["cycle_share_high"].astype(float)),
            ),
        ),
        names, number_format="0%", is_labelled=True,
    )  # fmt: skip
    table = Table(
        (
            _("Hand-over"),
            _("Mean wait, h (95%)") if result.has_starts else _("Step to step, h (95%)"),
            _("Number of cases"),
        ),
        tuple(
            (
                name,
                f"{numbers.plain(r['wait_h'], 'h')} ({numbers.spread(r['low'], r['high'], 'h')})",
                numbers.count(r["n_cases"]),
            )
            for name, r in zip(names, rows.to_dict("records"), strict=True)
        ),
        (3.2, 2.0, 1.0), title=stand_words.handovers_title(result),
    )  # fmt: skip
    return Slide(
        "status_quo",
        stand_words.headline(result),
        numbers.sentences([stand_words.why(result), calendar]),
        footer,
        cards=tuple(_card(title, getattr(result, field)) for field, title, _up, _n in stand_words.cards(result)),
        # Cases of one step each hand nothing over.
        charts=(chart,) if names else (),
        table=table if names else None,
    )  # fmt: skip


def _card(title: str, values: dict[str, Estimate]) -> Card:
    cells = [Cell(g, numbers.plain(e.value, e.unit), interval=numbers.interval(e)) for g, e in values.items()]
    n = " / ".join(numbers.count(e.n) for e in values.values())
    return Card(title, tuple(cells), _("n {n}").format(n=n))


def what_it_brings(forecast: Forecast, targets: Targets, footer: str) -> Slide:
    """Time and what is won, group by group, and what the share won hangs on."""
    shown = {section.name: section for section in sections(forecast, targets)}
    charts = [_columns(forecast, shown[name]) for name in process_forecast.counts(forecast) if name in shown]
    said = [measures.sentence(m) for m in forecast.measures]
    if not changes.is_status_quo(forecast):
        mark = "✓" if forecast.guardrail.passes else "✕"
        title = f"{mark} {trust.guardrail_title(forecast)}" + _(".")
        said.append(numbers.sentences([title, trust.guardrail_verdict(forecast)]))
    said += process_forecast.hangs_on(forecast)
    return Slide(
        "before_after",
        words.headline(forecast),
        words.reason(forecast, targets),
        footer,
        charts=tuple(charts[:2]),
        table=changes_table(forecast, targets),
        points=(*said, process_forecast.begins_with(forecast)),
    )


def _columns(forecast: Forecast, section: Section) -> Chart:
    """Now and forecast, a pair of columns a group."""
    return Chart(
        section.title,
        _("{n} working days, 95% interval").format(n=forecast.horizon_days),
        "column",
        tuple(
            spread_series(name, [getattr(m, which) for m in section.rows.values()], color)
            for which, name, color in sides(forecast)
        ),
        tuple(changes.group_name(group) for group in section.rows),
        is_labelled=True,
    )


def as_is_to_be(forecast: Forecast, footer: str) -> Slide:
    """The process before and after side by side, and how long cases wait before each step."""
    detail = forecast.process
    assert detail is not None
    steps = detail.steps.nlargest(N_STEPS, "n_per_case_before").sort_values("place")
    waits = [
        " → ".join(
            numbers.plain(float(row[f"wait_{which}_h"]), "h") for which, _name, _color in sides(forecast)
        )
        for _i, row in steps.iterrows()
    ]
    series = [
        spread_series(
            name,
            [Spread(*(float(row[f"wait_{which}{end}_h"]) for end in ("", "_low", "_high"))) for _i, row in steps.iterrows()],
            color,
        )
        for which, name, color in sides(forecast)
    ]  # fmt: skip
    return Slide(
        "as_is_to_be",
        process_forecast.steps_title(forecast),
        process_forecast.map_caption(forecast) + _("."),
        footer,
        charts=(
            Chart(
                *process_forecast.waits_of_steps(forecast),
                "column", tuple(series),
                tuple(f"{stand_words.step(str(a))}\n{wait}" for a, wait in zip(steps["activity"], waits, strict=True)),
                is_told=True,
            ),
        ),
        flow=lanes(forecast),
    )  # fmt: skip


def how_far(forecast: Forecast, targets: Targets, footer: str) -> Slide:
    """The forecast against weeks it has not seen, and what it leaves out."""
    fit = forecast.fit
    tones: tuple[Tone, ...] = tuple("better" if check.passes else "worse" for check in fit.checks)
    reason = trust.fit_reason(forecast, targets) or _(
        "Made without the last weeks, the forecast is set against what happened then."
    )
    points = [*notes(forecast)]
    if fit.held_out_from and fit.held_out_to:
        points.append(
            _("Held out: {period}, {n} cases.").format(
                period=numbers.period(fit.held_out_from, fit.held_out_to), n=numbers.count(fit.n_cases)
            )
        )
    points.append(
        _("Interval: in 95 of 100 such periods the figure would lie inside, if the branch stays as it was.")
    )
    chart = _cycle_times(forecast)
    return Slide(
        "trust",
        trust.fit_title(forecast),
        reason,
        footer,
        charts=(chart,) if chart.categories else (),
        table=Table(
            (_("Held-out days"), _("Measured"), _("Forecast, 95%"), _("Verdict")),
            tuple(check_row(check, targets) for check in fit.checks), (3.6, 1.5, 2.0, 1.3), tones,
            _("Measured against forecast"),
        ),
        points=tuple(points),
    )  # fmt: skip


def _cycle_times(forecast: Forecast) -> Chart:
    """Measured and simulated cycle time of the cases left out, a pair of columns a group."""
    checks = [check for check in forecast.fit.all_checks if check.name == "cycle_time_mean_h"]
    return Chart(
        _("Cycle time of the cases left out, days"),
        _("Mean, simulated with its 95% interval"),
        "column",
        (
            Series(_("Measured"), tuple(check.measured / 24 for check in checks), BEFORE),
            spread_series(
                _("Simulated"),
                [Spread(c.simulated.mean / 24, c.simulated.low / 24, c.simulated.high / 24) for c in checks],
                AFTER,
            ),
        ),
        tuple(changes.group_name(check.group) for check in checks),
        is_labelled=True,
    )
