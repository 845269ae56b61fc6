"""`forecast`: before and after of measures."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analytics.commands.common import (
    add_filter_options,
    command,
    date_option,
    filters_from,
    open_ledger,
    open_store,
    print_json,
    progress_bar,
)
from analytics.errors import RequestError
from analytics.language import _

if TYPE_CHECKING:
    from analytics.filters import Targets
    from analytics.redesign.result import Forecast


def add_parser(subparsers: Any) -> None:
    parser = command(
        subparsers, "forecast", run, _("forecast the hall or a process before and after measures")
    )
    add_filter_options(parser)
    parser.add_argument(
        "--measures", metavar="FILE.json", type=Path, help=_("a JSON list of measures (none: the status quo)")
    )
    parser.add_argument(
        "--scope", metavar="SCOPE", help=_("hall or process:NAME (where the measures do not say)")
    )
    parser.add_argument(
        "--carry-over", action="store_true", help=_("a process begins with the cases that are open")
    )
    parser.add_argument(
        "--horizon-days",
        metavar="N",
        type=int,
        help=_("working days of the period (as many as the data had)"),
    )
    parser.add_argument(
        "--replications", metavar="N", type=int, default=200, help=_("simulated periods (200)")
    )
    parser.add_argument(
        "--start",
        metavar="DATE",
        type=date_option,
        help=_("first day (the first working day after the data)"),
    )
    parser.add_argument(
        "--issue",
        metavar="ID",
        help=_("keep it in the ledger as the forecast that this intervention was decided on"),
    )


def run(args: argparse.Namespace) -> int:
    from analytics.redesign import scope as scopes
    from analytics.redesign.forecast import forecast, to_json
    from analytics.redesign.measures import parse

    measures = parse(read_measures(args.measures)) if args.measures else ()
    store = open_store(args)
    filters = filters_from(args, store)
    place = scopes.decide(store, filters, measures, args.scope)
    if args.carry_over and place == scopes.HALL:
        raise RequestError(
            _("--carry-over is for a process: the hall is empty every morning, so there is nothing to carry over."),
            field="carry_over",
        )  # fmt: skip
    bar = progress_bar(args)
    result = forecast(
        store,
        filters,
        measures,
        horizon_days=args.horizon_days,
        replications=args.replications,
        starts_on=args.start,
        seed=args.seed,
        scope=place,
        carry_over=args.carry_over,
        progress=lambda share: bar(share, _("simulating")),
    )
    if args.issue is not None:
        open_ledger(args).issue_forecast(filters.branch_id, args.issue, to_json(result))
        print(_("Issued for {id}; it stays as it is.").format(id=args.issue), file=sys.stderr)
    if args.json:
        print_json(to_json(result))
        return 0
    from analytics.words import forecast as words
    from analytics.words import process_forecast, trust

    targets = filters.targets
    print(words.headline(result), words.reason(result, targets), "", sep="\n")
    print(before_after(result, targets), "", sep="\n")
    said = [
        trust.guardrail_verdict(result),
        *process_forecast.hangs_on(result),
        trust.fit_title(result),
        trust.fit_reason(result, targets),
        process_forecast.begins_with(result),
        *words.notes(result),
        words.print_line(result),
    ]
    print(*(sentence for sentence in said if sentence), sep="\n")
    return 0


def before_after(result: "Forecast", targets: "Targets") -> str:
    """Before, after and change as lines of text, each metric in the unit that its title names."""
    from analytics.words.changes import figure_of, group_name, is_status_quo, range_of, source
    from analytics.words.numbers import UNKNOWN
    from analytics.words.sections import sections

    head = [_("Measured"), _("Before"), "95%"]
    if not is_status_quo(result):
        head += [_("After"), "95%", _("Change"), "95%"]
    rows = [["", *head]]
    for section in sections(result, targets):
        behind = source(section.name)
        rows.append([f"{section.title} ({behind})" if behind else section.title])
        for group, metric in section.rows.items():
            observed = UNKNOWN if metric.observed is None else figure_of(metric.observed, metric.unit)
            row = [f"  {group_name(group)}", observed]
            for spread in (metric.before, metric.after, metric.change)[: len(head) // 2]:
                signed = spread is metric.change
                row += [
                    figure_of(spread.mean, metric.unit, signed=signed),
                    "" if behind else range_of(spread, metric.unit, signed=signed),
                ]
            rows.append(row)
    first = max(len(row[0]) for row in rows)
    widths = [max(len(row[i]) for row in rows if len(row) > i) for i in range(1, len(head) + 1)]
    return "\n".join(
        "  ".join(
            [row[0].ljust(first), *(cell.rjust(w) for cell, w in zip(row[1:], widths, strict=False))]
        ).rstrip()
        for row in rows
    )


def read_measures(path: Path) -> Any:
    """The content of a JSON file of measures; RequestError names the file and what is wrong with it."""
    try:
        return json.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise RequestError(_("There is no file {path}.").format(path=path), field="measures") from None
    except (OSError, UnicodeDecodeError, RecursionError):
        raise RequestError(_("{path} cannot be read as text.").format(path=path), field="measures") from None
    except json.JSONDecodeError as error:
        message = _("{path} is no JSON: line {line}, column {column}.")
        raise RequestError(
            message.format(path=path, line=error.lineno, column=error.colno), field="measures"
        ) from None
