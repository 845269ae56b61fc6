"""`versions`: the store's versions, oldest first."""

import argparse
from dataclasses import asdict
from typing import Any

from analytics.commands.common import command, print_json
from analytics.language import _
from analytics.store.versions import versions


def add_parser(subparsers: Any) -> None:
    command(subparsers, "versions", run, _("list the store's versions"))


def run(args: argparse.Namespace) -> int:
    found = versions(args.store)
    if args.json:
        print_json({"versions": [asdict(version) for version in found]})
        return 0
    if not found:
        print(_("The store is empty."))
    for version in found:
        mark = "*" if version.is_current else " "
        line = _("{mark} {version}  {when:%Y-%m-%d %H:%M}  {rows:,} rows  from {files}")
        files = ", ".join(version.files)
        print(
            line.format(
                mark=mark, version=version.version, when=version.created_at, rows=version.rows, files=files
            )
        )
    return 0
