"""`load`: files or folders into a new version of the store."""

import argparse
import sys
from typing import Any

from analytics.commands.common import command, print_json, progress_bar
from analytics.language import _
from analytics.store import load
from analytics.store.report import LoadReport


def add_parser(subparsers: Any) -> None:
    parser = command(subparsers, "load", run, _("load files or folders into a new version of the store"))
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", help=_("CSV, .csv.gz, .xlsx, Parquet or XES, or a folder")
    )
    parser.add_argument(
        "--as", dest="table", metavar="TABLE", help=_("the table, where columns and name do not tell")
    )
    parser.add_argument("--mapping", metavar="FILE.toml", help=_("names our columns in the bank's files"))


def run(args: argparse.Namespace) -> int:
    report = load(args.paths, args.store, table=args.table, mapping=args.mapping, progress=progress_bar(args))
    show(args, report)
    return 0


def show(args: argparse.Namespace, report: LoadReport) -> None:
    """The report: JSON, or a few lines for a person."""
    if args.json:
        print_json(report.to_json())
        return
    for file in report.files:
        line = _(
            "{file} → {table}: {read:,} rows read, {loaded:,} loaded, {unchanged:,} unchanged, {rejected:,} rejected"
        )
        print(
            line.format(
                file=file.file, table=file.table, read=file.rows_read, loaded=file.loaded, unchanged=file.unchanged,
                rejected=file.rejected,
            )
        )  # fmt: skip
        for reason in file.reasons:
            print(f"    {reason.n:,} × {reason.reason}")
        for said in file.remarks:
            print(f"    {said}")
        if file.unused:
            print("    " + _("columns not used: {columns}").format(columns=", ".join(file.unused)))
    for skipped in report.skipped:
        print(_("{file} left aside: {reason}").format(file=skipped.file, reason=skipped.reason))
    text = (
        _("The store is now at {version}.")
        if report.is_new_version
        else _("Nothing new; the store stays at {version}.")
    )
    print(text.format(version=report.version), file=sys.stderr)
