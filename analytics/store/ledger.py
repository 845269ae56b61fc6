"""The ledger: what people decided, in SQLite beside the versions; a change is a new row."""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from analytics.errors import RequestError
from analytics.filters import Targets
from analytics.language import _

_SCHEMA = """
create table if not exists settings (
    branch_id text not null, name text not null, value text, at text not null
);
create index if not exists settings_by_name on settings (branch_id, name);
create trigger if not exists settings_stay before update on settings
begin select raise(abort, 'a setting stays as it was; a change is a new row'); end;
create trigger if not exists settings_are_kept before delete on settings
begin select raise(abort, 'a setting is kept'); end;
create table if not exists scenarios (
    id integer primary key autoincrement, branch_id text not null, name text not null, measures text not null,
    created_at text not null, deleted_at text, scope text not null default ''
);
create table if not exists forecasts (
    branch_id text not null, intervention_id text not null, content text not null, issued_at text not null,
    primary key (branch_id, intervention_id)
);
create trigger if not exists forecasts_stay before update on forecasts
begin select raise(abort, 'an issued forecast stays as it is'); end;
create trigger if not exists forecasts_are_kept before delete on forecasts
begin select raise(abort, 'an issued forecast is kept'); end;
"""


@dataclass(frozen=True)
class Scenario:
    """A named list of measures; `measures` is the JSON list of the contract, scope what it was saved for (`hall`,
    `process:NAME`; empty where it was not said)."""

    id: int
    branch_id: str
    name: str
    measures: str
    created_at: datetime
    scope: str = ""


@dataclass(frozen=True)
class IssuedForecast:
    """The forecast a decision was taken on; `content` is the contract's JSON object. It cannot be changed."""

    branch_id: str
    intervention_id: str
    content: dict[str, Any]
    issued_at: datetime


@dataclass(frozen=True)
class KeptDesign:
    """A process as the branch designed it: a step a line, as it was written down."""

    text: str
    kept_at: datetime


class Ledger:
    """Decisions of the branches; every call opens its own connection, so threads may share a ledger."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def open(cls, folder: str | Path) -> "Ledger":
        """The ledger of the store in `folder`, made if it is not there."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        ledger = cls(folder / "ledger.sqlite")
        with closing(ledger._connect()) as con:
            con.execute("pragma journal_mode = wal")
            con.executescript(_SCHEMA)
            if "scope" not in [row[1] for row in con.execute("pragma table_info(scenarios)")]:
                # Ledgers of earlier versions kept scenarios of the hall alone.
                con.execute("alter table scenarios add column scope text not null default ''")
        return ledger

    def targets(self, branch_id: str) -> Targets:
        """The branch's targets; the defaults where it set none."""
        known = {field.name for field in fields(Targets)}
        kept = json.loads(self._setting(branch_id, "targets") or "{}")
        return Targets(**{name: value for name, value in kept.items() if name in known})

    def set_targets(self, branch_id: str, targets: Targets) -> None:
        self._set(branch_id, "targets", asdict(targets))

    def vip_segments(self, branch_id: str) -> tuple[str, ...] | None:
        """The segments the branch names as its VIPs; None where it left that to the default."""
        kept = json.loads(self._setting(branch_id, "vip_segments") or "null")
        return None if kept is None else tuple(kept)

    def set_vip_segments(self, branch_id: str, segments: Sequence[str] | None) -> None:
        self._set(branch_id, "vip_segments", None if segments is None else list(segments))

    def design(self, branch_id: str, process: str) -> KeptDesign | None:
        """The process as the branch last wrote it down; None where it did not, or took it back."""
        with closing(self._connect()) as con:
            row = con.execute(
                "select value, at from settings where branch_id = ? and name = ? order by rowid desc limit 1",
                (branch_id, _design_of(process)),
            ).fetchone()
        text = json.loads(row[0]) if row else None
        return None if text is None else KeptDesign(text, datetime.fromisoformat(row[1]))

    def set_design(self, branch_id: str, process: str, text: str | None) -> None:
        """Keep the designed process, a step a line; None takes it back. Earlier ones stay in the file."""
        if text is not None and not text.strip():
            raise RequestError(_("The designed process has no step."), field="design")
        self._set(branch_id, _design_of(process), None if text is None else text.strip())

    def scenarios(self, branch_id: str) -> list[Scenario]:
        """The branch's saved scenarios, newest first."""
        return self._scenarios("branch_id = ? and deleted_at is null order by id desc", branch_id)

    def scenario(self, scenario_id: int) -> Scenario:
        """The scenario of that number; deleted ones can still be opened by their link."""
        found = self._scenarios("id = ?", scenario_id)
        if not found:
            raise RequestError(_("There is no scenario number {id}.").format(id=scenario_id))
        return found[0]

    def save_scenario(self, branch_id: str, name: str, measures_json: str, scope: str = "") -> int:
        """Keep a list of measures, and what it is for, under a name; returns its number."""
        if not name.strip():
            raise RequestError(_("A scenario needs a name."), field="name")
        try:
            measures = json.loads(measures_json)
        except json.JSONDecodeError as error:
            raise RequestError(_("The measures are not a JSON list."), field="measures") from error
        if not isinstance(measures, list):
            raise RequestError(_("The measures are not a JSON list."), field="measures")
        with closing(self._connect()) as con, con:
            cursor = con.execute(
                "insert into scenarios (branch_id, name, measures, created_at, scope) values (?, ?, ?, ?, ?)",
                (branch_id, name.strip(), json.dumps(measures, ensure_ascii=False), _now(), scope),
            )
            return int(cursor.lastrowid or 0)

    def delete_scenario(self, scenario_id: int) -> None:
        """Take a scenario off the list."""
        with closing(self._connect()) as con, con:
            con.execute(
                "update scenarios set deleted_at = ? where id = ? and deleted_at is null",
                (_now(), scenario_id),
            )

    def issue_forecast(self, branch_id: str, intervention_id: str, content: dict[str, Any]) -> None:
        """Keep a forecast as the one that the decision on an intervention rests on; there is one, and it stays."""
        if not intervention_id.strip():
            raise RequestError(_("An issued forecast needs the name of its intervention."), field="issue")
        try:
            with closing(self._connect()) as con, con:
                con.execute(
                    "insert into forecasts (branch_id, intervention_id, content, issued_at) values (?, ?, ?, ?)",
                    (branch_id, intervention_id.strip(), json.dumps(content, ensure_ascii=False), _now()),
                )
        except sqlite3.IntegrityError as error:
            message = _("A forecast for {id} has been issued already; it stays as it is.")
            raise RequestError(message.format(id=intervention_id.strip()), field="issue") from error

    def issued_forecasts(self, branch_id: str) -> list[IssuedForecast]:
        """The branch's issued forecasts, newest first."""
        with closing(self._connect()) as con:
            rows = con.execute(
                "select branch_id, intervention_id, content, issued_at from forecasts where branch_id = ?"
                " order by issued_at desc, rowid desc",
                (branch_id,),
            ).fetchall()
        return [IssuedForecast(b, i, json.loads(c), datetime.fromisoformat(at)) for b, i, c, at in rows]

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, timeout=10)

    def _setting(self, branch_id: str, name: str) -> str | None:
        with closing(self._connect()) as con:
            row = con.execute(
                "select value from settings where branch_id = ? and name = ? order by rowid desc limit 1",
                (branch_id, name),
            ).fetchone()
        return row[0] if row else None

    def _set(self, branch_id: str, name: str, value: Any) -> None:
        with closing(self._connect()) as con, con:
            con.execute(
                "insert into settings (branch_id, name, value, at) values (?, ?, ?, ?)",
                (branch_id, name, json.dumps(value, ensure_ascii=False), _now()),
            )

    def _scenarios(self, where: str, value: str | int) -> list[Scenario]:
        with closing(self._connect()) as con:
            rows = con.execute(
                f"select id, branch_id, name, measures, created_at, scope from scenarios where {where}",
                (value,),
            ).fetchall()
        return [
            Scenario(id_, branch, name, measures, datetime.fromisoformat(at), scope)
            for id_, branch, name, measures, at, scope in rows
        ]


def _design_of(process: str) -> str:
    return f"design:{process}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
