"""`brief`: four slides for headquarters."""

import argparse
from pathlib import Path
from typing import Any

from analytics.commands.common import add_filter_options, command, filters_from, open_store, print_json
from analytics.commands.forecast import read_measures
from analytics.errors import RequestError
from analytics.language import _
from analytics.redesign.measures import parse

LATER = (".html", ".pdf", ".xlsx")


def add_parser(subparsers: Any) -> None:
    parser = command(subparsers, "brief", run, _("four slides for headquarters"))
    add_filter_options(parser)
    parser.add_argument(
        "--out", metavar="FILE.pptx", type=Path, required=True, help=_("where the slides are written")
    )
    parser.add_argument(
        "--measures",
        metavar="FILE.json",
        type=Path,
        help=_("a JSON list of measures (the best of a few ready ones)"),
    )
    parser.add_argument(
        "--scope", metavar="SCOPE", help=_("hall or process:NAME (where the measures do not say)")
    )


def run(args: argparse.Namespace) -> int:
    _check(args.out)
    measures = parse(read_measures(args.measures)) if args.measures else None
    store = open_store(args)
    filters = filters_from(args, store)
    from analytics.briefing.content import slides, title
    from analytics.briefing.deck import deck

    content = slides(store, filters, measures, scope=args.scope, seed=args.seed)
    try:
        args.out.write_bytes(deck(content, title(filters)))
    except OSError:
        message = _("{path} cannot be written; is it open elsewhere, or its folder missing?")
        raise RequestError(message.format(path=args.out), field="out") from None
    if args.json:
        print_json(
            {"file": str(args.out), "slides": [s.headline for s in content], "data_version": store.version}
        )
    else:
        print(*(s.headline for s in content), _("Written to {path}.").format(path=args.out), sep="\n")
    return 0


def _check(out: Path) -> None:
    if out.suffix.lower() in LATER:
        message = _("--out {path}: only .pptx can be written yet.")
        raise RequestError(message.format(path=out), field="out")
    if out.suffix.lower() != ".pptx":
        message = _("--out {path} must end in .pptx.")
        raise RequestError(message.format(path=out), field="out")
