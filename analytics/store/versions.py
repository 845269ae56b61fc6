"""The store's versions: immutable files beside each other, CURRENT names the one in force.

A version is written aside, gets its name when it is whole, and becomes current by replacing CURRENT last;
whatever happens before leaves the previous version in force.
"""

import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from analytics.errors import RequestError
from analytics.language import _

_NAME = re.compile(r"^v(\d{4,})\.duckdb$")
_UNFINISHED = "unfinished-*"
NONE_YET = "v0000"


@dataclass(frozen=True)
class Version:
    """A version: its name, when it was made and from which, the files it added and the rows it holds."""

    version: str
    parent: str | None
    created_at: datetime
    files: tuple[str, ...]
    rows: int
    is_current: bool


def current_version(folder: Path) -> str:
    """The name of the version in force, `v0000` where nothing has been loaded."""
    try:
        name = _named_current(folder)
    except FileNotFoundError:
        return NONE_YET
    if not path_of(folder, name).is_file():
        raise RequestError(
            _(
                "The file of version {version}, the current one, is missing; `undo` goes back to the one before."
            ).format(version=name)
        )
    return name


def path_of(folder: Path, version: str) -> Path:
    return folder / f"{version}.duckdb"


def versions(folder: Path) -> list[Version]:
    """All versions, oldest first."""
    current = current_version(folder)
    return [_describe(folder, name, current) for name in _names(folder)]


def undo(folder: Path) -> str:
    """Make the version before the current one current; returns its name."""
    with loading_lock(folder):
        try:
            current = _named_current(folder)
        except FileNotFoundError as error:
            raise RequestError(_("The store is empty; there is nothing to undo.")) from error
        parent = _parent(folder, current)
        if parent is None:
            message = _("{version} is the first version; there is none before it.")
            raise RequestError(message.format(version=current))
        _repoint(folder, parent)
        return parent


@contextmanager
def loading_lock(folder: Path) -> Iterator[None]:
    """Hold the right to write the store; SQLite's file lock goes with the process, however it ends."""
    folder.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(folder / "loading.lock", timeout=0, isolation_level=None)) as lock:
        try:
            lock.execute("begin exclusive")
        except sqlite3.OperationalError as error:
            raise RequestError(
                _("Another load into this store is running; try again when it has ended.")
            ) from error
        yield


@contextmanager
def unfinished(folder: Path) -> Iterator[Path]:
    """A path for the next version in the making; what killed loads left behind is swept away."""
    _sweep(folder)
    path = folder / f"unfinished-{os.getpid()}.duckdb"
    current = current_version(folder)
    if current != NONE_YET:
        shutil.copyfile(path_of(folder, current), path)
    try:
        yield path
    finally:
        _sweep(folder)


def next_version(folder: Path) -> str:
    names = _names(folder)
    return f"v{(int(names[-1][1:]) if names else 0) + 1:04d}"


def publish(folder: Path, path: Path, version: str) -> None:
    """Give the finished file its name and make it current."""
    _flush(path)
    path.replace(path_of(folder, version))
    _repoint(folder, version)


def _named_current(folder: Path) -> str:
    return (folder / "CURRENT").read_text("utf-8").strip()


def _parent(folder: Path, version: str) -> str | None:
    """The version another was made from; where its file cannot be asked any more, the last that lies before it."""
    try:
        parent = _describe(folder, version, version).parent
        if parent is None or path_of(folder, parent).is_file():
            return parent
    except duckdb.Error:
        pass
    older = [name for name in _names(folder) if int(name[1:]) < int(version[1:])]
    return older[-1] if older else None


def _repoint(folder: Path, version: str) -> None:
    aside = folder / "CURRENT.next"
    aside.write_text(version + "\n", "utf-8")
    _flush(aside)
    aside.replace(folder / "CURRENT")


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _sweep(folder: Path) -> None:
    for path in folder.glob(_UNFINISHED):
        if path.is_dir():  # where a large load put what memory did not hold
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _names(folder: Path) -> list[str]:
    found = [
        match.group(0).removesuffix(".duckdb")
        for p in folder.glob("v*.duckdb")
        if (match := _NAME.match(p.name))
    ]
    return sorted(found, key=lambda name: int(name[1:]))


def _describe(folder: Path, name: str, current: str) -> Version:
    with duckdb.connect(path_of(folder, name), read_only=True) as con:
        parent, created_at = con.execute("select parent, created_at from version_info").fetchall()[0]
        files = con.execute(
            "select file from loads where version = $v order by load_id", {"v": name}
        ).fetchall()
        tables = ("visits", "rosters", "surveys", "events", "cases", "customers", "interventions")
        counts = " + ".join(f"(select count(*) from {table})" for table in tables)
        rows = con.execute(f"select {counts}").fetchall()[0][0]
    return Version(name, parent, created_at, tuple(file for (file,) in files), rows, name == current)
