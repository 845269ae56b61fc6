"""`sample`: the sample branch into the store."""

import argparse
from typing import Any

from analytics.commands.common import command, progress_bar
from analytics.commands.load import show
from analytics.language import _
from analytics.store.sample import load_sample


def add_parser(subparsers: Any) -> None:
    command(subparsers, "sample", run, _("load the sample branch into the store"))


def run(args: argparse.Namespace) -> int:
    show(args, load_sample(args.store, progress=progress_bar(args)))
    return 0
