"""What commands share: the common options, the store they read, output and progress."""

import argparse
import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from analytics.errors import RequestError
from analytics.filters import Filters
from analytics.language import _
from analytics.store import Ledger, Store


def command(
    subparsers: Any, name: str, run: Callable[[argparse.Namespace], int], help: str
) -> argparse.ArgumentParser:
    """A parser for a command with `--store` and `--json`."""
    parser: argparse.ArgumentParser = subparsers.add_parser(name, help=help, description=help)
    parser.set_defaults(run=run)
    parser.add_argument(
        "--store", metavar="DIR", type=Path, default=Path("data"), help=_("the store's folder (data/)")
    )
    parser.add_argument(
        "--json", action="store_true", help=_("one JSON object on standard output, nothing else there")
    )
    return parser


def add_filter_options(parser: argparse.ArgumentParser) -> None:
    """`--branch`, `--from`, `--to`, `--target-min`, `--seed`."""
    parser.add_argument("--branch", metavar="ID", help=_("needed only where the store holds several"))
    parser.add_argument(
        "--from", dest="start_on", metavar="DATE", type=date_option, help=_("first day (all)")
    )
    parser.add_argument(
        "--to", dest="end_on", metavar="DATE", type=date_option, help=_("the day after the last (all)")
    )
    parser.add_argument("--target-min", metavar="MIN", type=_minutes, help=_("target wait in minutes (10)"))
    parser.add_argument("--seed", metavar="N", type=int, default=1, help=_("seed of the random numbers (1)"))


def open_store(args: argparse.Namespace) -> Store:
    """The store that `--store` names; RequestError where nothing has been loaded."""
    store = Store.open(args.store)
    if not store.branches():
        raise RequestError(
            _("The store in {folder} is empty; load files or the sample first.").format(folder=args.store)
        )
    return store


def open_ledger(args: argparse.Namespace) -> Ledger:
    return Ledger.open(args.store)


def filters_from(args: argparse.Namespace, store: Store, ledger: Ledger | None = None) -> Filters:
    """The question the options ask; targets and VIP segments are the branch's own unless an option is given."""
    from dataclasses import replace

    branch_id = _branch(args.branch, store.branches())
    ledger = ledger or open_ledger(args)
    period = store.period(branch_id)
    start_on = args.start_on or (period[0] if period else None)
    end_on = args.end_on or (period[1] if period else None)
    if start_on is None or end_on is None:
        raise RequestError(
            _("Branch {branch} has no dated rows; give --from and --to.").format(branch=branch_id)
        )
    if start_on >= end_on:
        message = _("The period is empty: --from {start} is not before --to {end}.")
        raise RequestError(message.format(start=start_on, end=end_on))
    targets = ledger.targets(branch_id)
    if args.target_min is not None:
        targets = replace(targets, wait_min=args.target_min)
    grouping = store.grouping(branch_id, ledger.vip_segments(branch_id))
    return Filters(branch_id, start_on, end_on, grouping=grouping, targets=targets)


def print_json(content: dict[str, Any] | str) -> None:
    """One JSON object on standard output."""
    print(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, default=str))


def progress_bar(args: argparse.Namespace) -> Callable[[float, str], None]:
    """A bar on standard error where that is a terminal; silent elsewhere."""
    if not sys.stderr.isatty():
        return lambda _share, _text: None

    def show(share: float, text: str) -> None:
        bar = "█" * round(share * 24)
        end = "\n" if share >= 1 else ""
        print(f"\r\x1b[K{bar:░<24} {share:4.0%}  {text[:60]}", end=end, file=sys.stderr, flush=True)

    return show


def _branch(asked: str | None, known: list[str]) -> str:
    if asked is None and len(known) == 1:
        return known[0]
    names = ", ".join(known)
    if asked is None:
        raise RequestError(
            _("The store holds several branches; give --branch, one of: {names}.").format(names=names)
        )
    if asked not in known:
        raise RequestError(
            _("There is no branch {branch}; the store holds {names}.").format(branch=asked, names=names)
        )
    return asked


def date_option(text: str) -> date:
    return date.fromisoformat(text)


def _minutes(text: str) -> float:
    value = float(text)
    if not 0 < value < 24 * 60:
        raise argparse.ArgumentTypeError(_("a target wait lies between 0 and 1440 minutes"))
    return value


date_option.__name__ = "date (YYYY-MM-DD)"  # what argparse names in its message
_minutes.__name__ = "minutes"
