"""`undo`: back to the version before."""

import argparse
from typing import Any

from analytics.commands.common import command, print_json
from analytics.language import _
from analytics.store.versions import undo


def add_parser(subparsers: Any) -> None:
    command(subparsers, "undo", run, _("go back to the version before the current one"))


def run(args: argparse.Namespace) -> int:
    version = undo(args.store)
    if args.json:
        print_json({"version": version})
    else:
        print(_("The store is back at {version}.").format(version=version))
    return 0
