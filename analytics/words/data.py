"""Words of the Data page: tables, columns, what a load did, what the store holds."""

from collections.abc import Sequence
from datetime import date, datetime

import pandas as pd

from analytics.language import _, ngettext
from analytics.store.completeness import Quality
from analytics.store.formats import Question
from analytics.store.report import LoadReport
from analytics.store.tables import TABLES
from analytics.store.versions import Version
from analytics.words import numbers


def table_label(name: str) -> str:
    """A table of the data dictionary as a person calls it."""
    return {
        "visits": _("Visits"),
        "rosters": _("Rosters"),
        "surveys": _("Surveys"),
        "events": _("Process events"),
        "cases": _("Cases"),
        "customers": _("Customers"),
        "interventions": _("Changes made"),
    }[name]


def table_meaning(name: str) -> str:
    """What one row of a table is."""
    return {
        "visits": _("one row per queue ticket"),
        "rosters": _("who is planned to work when"),
        "surveys": _("one row per answered questionnaire"),
        "events": _("one row per step of a process"),
        "cases": _("one row per case of a process"),
        "customers": _("one row per customer and snapshot"),
        "interventions": _("what was changed, and when"),
    }[name]


def moment(at: datetime) -> str:
    """24 Nov 2026, 11:10."""
    return _("{day}, {time}").format(day=numbers.day(at.date()), time=f"{at:%H:%M}")


def column_label(name: str) -> str:
    """A column of the data dictionary as a clerk calls it."""
    return {
        "ticket_id": _("Ticket number"),
        "branch_id": _("Branch"),
        "customer_id": _("Customer"),
        "segment": _("Customer group"),
        "service": _("Service asked for"),
        "arrived_at": _("Ticket taken at"),
        "called_at": _("Called at"),
        "finished_at": _("Finished at"),
        "left_at": _("Left unserved at"),
        "counter": _("Counter"),
        "teller_id": _("Teller"),
        "role": _("Role"),
        "weekday": _("Weekday, 1 = Monday"),
        "from_time": _("From, time of day"),
        "to_time": _("To, time of day"),
        "headcount": _("People on duty"),
        "hourly_cost": _("Cost per person-hour, CNY"),
        "valid_from": _("Valid from"),
        "valid_to": _("Valid until"),
        "response_id": _("Answer number"),
        "answered_at": _("Answered at"),
        "touchpoint": _("Touchpoint"),
        "case_id": _("Case"),
        "overall": _("Overall satisfaction"),
        "recommend": _("Would recommend, 0–10"),
        "comment": _("Comment"),
        "process": _("Process"),
        "activity": _("Step"),
        "resource": _("Person"),
        "started_at": _("Started at"),
        "product": _("Product"),
        "channel": _("Channel"),
        "value": _("Value, CNY"),
        "outcome": _("Outcome"),
        "as_of_on": _("Date of the snapshot"),
        "manager_id": _("Customer manager"),
        "joined_on": _("Customer since"),
        "left_on": _("Customer until"),
        "annual_profit": _("Yearly profit, CNY"),
        "balance": _("Balance, CNY"),
        "products": _("Number of products"),
        "phone_allowed": _("May be phoned"),
        "intervention_id": _("Number of the change"),
        "name": _("Name"),
        "went_live_on": _("In force since"),
        "measures": _("Measures, JSON"),
    }.get(name, name)


def table_choice(name: str) -> str:
    """A table with its meaning, to choose from."""
    return f"{table_label(name)}: {table_meaning(name)}"


def file_line(name: str, table: str | None, n_missing: int) -> str:
    """A file before it is loaded: what it is and what is still open."""
    if table is None:
        return _("{file}: say what it is").format(file=name)
    if n_missing:
        text = ngettext("{file}: {table}, {n} column open", "{file}: {table}, {n} columns open", n_missing)
        return text.format(file=name, table=table_label(table), n=n_missing)
    return _("{file}: {table}, ready").format(file=name, table=table_label(table))


def headline(covered: pd.DataFrame | None) -> str:
    """What the store holds, in at most 60 characters; covered as from `quality.coverage`."""
    if covered is None or covered.empty:
        return _("There are no data yet")
    n_tables = covered["table"].nunique()
    text = ngettext("{rows} rows of data in {n} table", "{rows} rows of data in {n} tables", n_tables)
    return text.format(rows=numbers.count(covered["rows"].sum()), n=n_tables)


def why(covered: pd.DataFrame | None, loads: pd.DataFrame | None) -> str:
    """Whose data they are, until when, and whether rows were turned away."""
    if covered is None or loads is None or covered.empty:
        return _("Add the branch's files: queue tickets, surveys, rosters, process events, customers.")
    branches = sorted(covered["branch_id"].dropna().unique())
    whose = ngettext("They are of {n} branch, {names}", "They are of {n} branches, {names}", len(branches))
    parts = [whose.format(n=len(branches), names=_(", ").join(branches))]
    first_on, last_on = covered["first_on"].min(), covered["last_on"].max()
    if pd.notna(first_on):
        parts[0] += _(", from {first} to {last}").format(first=_day(first_on), last=_day(last_on))
    parts[0] += _(".")
    n_rejected = int(loads["rejected"].sum())
    if n_rejected:
        text = ngettext("{n} row could not be used.", "{n} rows could not be used.", n_rejected)
        parts.append(text.format(n=numbers.count(n_rejected)))
    return numbers.sentences(parts)


def caption(version: str, loads: pd.DataFrame | None) -> str:
    """«data v0008 · last load 24 Nov 2026, 11:10»."""
    if loads is None or loads.empty:
        return ""
    at = moment(loads["loaded_at"].max())
    return _("data {version} · last load {at}").format(version=version, at=at)


def _day(on: date) -> str:
    return numbers.day(pd.Timestamp(on).date())


def coverage_table(covered: pd.DataFrame, branch_id: str) -> pd.DataFrame:
    """What each table holds of a branch and in all, headed for a reader; tables without rows are named too."""
    here = covered[covered["branch_id"] == branch_id].set_index("table").reindex(list(TABLES))
    rows = here["rows"].fillna(0).astype(int)
    in_all = covered.groupby("table")["rows"].sum().reindex(list(TABLES)).fillna(0).astype(int)
    return pd.DataFrame(
        {
            _("Table"): [table_label(name) for name in TABLES],
            _("Rows"): rows.to_numpy(),
            _("First day"): here["first_on"].to_numpy(),
            _("Last day"): here["last_on"].to_numpy(),
            _("All branches"): in_all.to_numpy(),
        }
    )


def version_table(versions: Sequence[Version]) -> pd.DataFrame:
    """The versions, newest first."""
    return pd.DataFrame(
        {
            _("Version"): [v.version for v in reversed(versions)],
            _("Made"): [moment(v.created_at) for v in reversed(versions)],
            _("Rows"): [v.rows for v in reversed(versions)],
            _("Files"): [len(v.files) for v in reversed(versions)],
        }
    )


def in_force(version: str) -> str:
    """Which version is shown, and what undo does."""
    return _("{version} is in force; undo goes back one load").format(version=version)


def rejects_title(n: int) -> str:
    """How many rows were turned away, as a finding."""
    if not n:
        return _("Every row could be used")
    text = ngettext("{n} row could not be used", "{n} rows could not be used", n)
    return text.format(n=numbers.count(n))


def reject_table(rejects: pd.DataFrame) -> pd.DataFrame:
    """The rejected rows, headed for a reader."""
    return pd.DataFrame(
        {
            _("File"): rejects["file"],
            _("Line"): rejects["line"],
            _("Reason"): rejects["reason"],
            _("Row"): rejects["raw"],
        }
    )


def load_title(report: LoadReport) -> str:
    """What a load did, as a finding."""
    if not report.is_new_version:
        return _("Nothing new: everything was here already")
    loaded, rejected = (sum(getattr(f, part) for f in report.files) for part in ("loaded", "rejected"))
    text = ngettext("{n} row loaded", "{n} rows loaded", loaded).format(n=numbers.count(loaded))
    return text + (_(", {n} turned away").format(n=numbers.count(rejected)) if rejected else "")


def load_caption(report: LoadReport) -> str:
    """Which version is in force after a load."""
    return _("Version {version} is in force").format(version=report.version)


def load_table(report: LoadReport) -> pd.DataFrame:
    """What became of each file's rows: read = loaded + unchanged + turned away."""
    files = report.files
    return pd.DataFrame(
        {
            _("File"): [f.file for f in files],
            _("Table"): [table_label(f.table) for f in files],
            _("Rows read"): [f.rows_read for f in files],
            _("Loaded"): [f.loaded for f in files],
            _("Unchanged"): [f.unchanged for f in files],
            _("Turned away"): [f.rejected for f in files],
        }
    )


def loss_text(code: str, missing_share: float) -> str:
    """What a page loses where a column is missing."""
    text = {
        "no_service_times": _(
            "Wait times: {share} of the served tickets lack their end, so service times rest on the others"
        ),
        "no_counters": _("Wait times: {share} of the tickets lack their counter and are left out by counter"),
        "no_tellers": _("Wait times: {share} of the tickets lack their teller and are left out by teller"),
        "no_trend": _("Satisfaction: {share} of the answers lack their date and are in no month"),
        "no_waits_of_answers": _(
            "Satisfaction: {share} of the answers name no ticket, so their wait is unknown"
        ),
        "no_csat": _("Satisfaction: {share} of the answers lack the overall mark"),
        "no_nps": _("Satisfaction: {share} of the answers do not say whether they would recommend"),
        "no_touchpoints": _("Satisfaction: {share} of the answers lack their touchpoint"),
        "no_working_times": _(
            "Bottlenecks: {share} of the steps lack their start, so work and waiting cannot be told apart there"
        ),
        "no_persons": _("Bottlenecks: {share} of the steps lack their person"),
        "no_roles": _("Bottlenecks: {share} of the steps lack their role"),
    }[code]
    return text.format(share=f"{missing_share:.0%}")


def loss_texts(found: Quality) -> list[str]:
    """What each page loses."""
    losses = zip(found.losses["code"], found.losses["missing_share"], strict=True)
    return [loss_text(code, share) for code, share in losses]


def quality_title(found: Quality) -> str:
    """How complete the data are, as a finding."""
    gaps = found.months.groupby("table")["n_gap_days"].sum()
    n_gaps = int(gaps.max()) if len(gaps) else 0
    if not n_gaps and found.losses.empty:
        return _("The data are complete")
    if not n_gaps:
        text = ngettext(
            "{n} column has gaps that a page feels",
            "{n} columns have gaps that a page feels",
            len(found.losses),
        )
        return text.format(n=len(found.losses))
    return ngettext(
        "{table}: {n} day has no rows though it should",
        "{table}: {n} days have no rows though they should",
        n_gaps,
    ).format(table=table_label(str(gaps.idxmax())), n=n_gaps)


def quality_caption(branch_id: str) -> str:
    """What the map of completeness shows."""
    return _(
        "{branch}, by month: rows, open days without rows, share of values missing. Orange: a page feels it"
    ).format(branch=branch_id)


def quality_table(found: Quality) -> pd.DataFrame:
    """Rows, days without rows and shares missing by table, column and month, to download."""
    counts = found.months.melt(["table", "month"], ["n_rows", "n_days", "n_gap_days"], "measure")
    missing = found.missing.assign(measure="missing_share").rename(columns={"missing_share": "value"})
    return pd.concat([counts, missing])[["table", "month", "measure", "column", "value"]]


def read_as_last_time() -> str:
    """That the mapping kept from an earlier file is offered."""
    return _("Read like the last file with these columns; change what differs.")


def question(asked: Question) -> str:
    """What a file leaves open about a date or a number, as the label of a choice."""
    column = column_label(asked.columns[0])
    if asked.key == "decimal":
        text = _("{column}: what is the comma in «{example}»?")
    else:
        text = _("{column}: which date is «{example}»?")
    return text.format(column=column, example=asked.example)


def reading_choice(reading: str) -> str:
    """A way to read a date or a number, to choose from."""
    return {
        "dmy": _("day, month, year"),
        "mdy": _("month, day, year"),
        "ymd": _("year, month, day"),
        ".": _("it separates thousands"),
        ",": _("it is the decimal sign"),
    }[reading]


def load_notes(report: LoadReport) -> list[str]:
    """Why rows were turned away, what was assumed, what is odd, which columns were not ours, which files were left aside."""
    notes = []
    for file in report.files:
        for reason in sorted(file.reasons, key=lambda r: -r.n):
            count = ngettext("{n} row", "{n} rows", reason.n).format(n=numbers.count(reason.n))
            notes.append(f"{file.file}: {count}: {reason.reason}")
        notes += [f"{file.file}: {said}" for said in file.remarks]
        if file.unused:
            text = _("{file}: columns that are not ours: {columns}")
            notes.append(text.format(file=file.file, columns=_(", ").join(file.unused)))
    notes += [f"{skipped.file}: {skipped.reason}" for skipped in report.skipped]
    return notes
