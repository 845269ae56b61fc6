"""Uploaded files on their way into the store: kept aside, looked at, mapped where names differ, loaded."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import add_script_run_ctx, get_script_run_ctx

from analytics.errors import RequestError
from analytics.language import _
from analytics.store.formats import Question
from analytics.store.loading import Progress, load
from analytics.store.mapping import Mapping, read_mapping
from analytics.store.quality import Preview, open_questions, preview, sheets
from analytics.store.report import LoadReport
from analytics.store.sample import load_sample
from analytics.store.tables import TABLES
from analytics.store.xes import default_process
from analytics.words import data as words
from pages.shared import context

ENDINGS = ["csv", "gz", "xlsx", "parquet", "xes", "toml"]
N_ROWS = 5
OFTEN_THE_SAME = {"branch_id", "process", "role", "service", "activity"}


@dataclass
class Draft:
    """A file or a sheet and what is to become of it; without table and mapping the loader knows by itself."""

    path: Path
    name: str
    table: str | None = None
    mapping: Mapping | None = None
    is_ready: bool = False
    is_aside: bool = False


def kept(upload: Any) -> Path:
    """The upload's file on disk, for as long as the session lives."""
    if "_uploads" not in st.session_state:
        st.session_state["_uploads"] = TemporaryDirectory(prefix="branchwise-")
    path = Path(st.session_state["_uploads"].name) / f"{upload.file_id}-{Path(upload.name).name}"
    if not path.exists():
        path.write_bytes(upload.getbuffer())
    return path


@st.cache_data(max_entries=50, show_spinner=False)
def _look(path: Path, name: str, table: str | None, version: str, mapping: str, _mapping: Any) -> Preview:
    return preview(path, _mapping, folder=context.folder(), name=name, table=table, n_rows=N_ROWS)


@st.cache_data(max_entries=50, show_spinner=False)
def _open_questions(
    path: Path, name: str, table: str, mapping: str, _mapping: Mapping
) -> tuple[Question, ...]:
    return open_questions(path, table, _mapping, name=name)


@st.cache_data(max_entries=50, show_spinner=False)
def _sheets(path: Path, name: str) -> list[tuple[Path, str]]:
    return sheets(path, name)


def draft(path: Path, name: str, given: Mapping | None, is_sheet: bool = False) -> Draft:
    """Show a file's first rows and, where its columns are not ours, the choices for them."""
    made = Draft(path, name)
    version = context.current_version() or ""

    def look(table: str | None) -> Preview:
        return _look(path, name, table, version, given.to_json() if given else "", given)

    try:
        found = look(st.session_state.get(f"as-{path.name}"))
    except RequestError as error:
        st.warning(str(error), icon=":material/info:")
        return made
    is_open = found.table is None or bool(found.missing)
    with st.expander(words.file_line(name, found.table, len(found.missing)), expanded=is_open):
        st.dataframe(found.rows, hide_index=True, alt=_("The first rows of {file}").format(file=name))
        tables = [None, *TABLES]
        made.table = st.selectbox(
            _("What is in this file?"),
            tables,
            tables.index(found.table),
            format_func=lambda t: words.table_choice(t) if t else _("please choose"),
            key=f"as-{path.name}",
        )
        if made.table is None:
            made.is_aside = is_sheet  # a workbook may hold sheets that are none of ours
            return made
        if found.mapping is not None and given is None:
            st.caption(words.read_as_last_time())
        made.mapping, n_open = _answered(made, _columns(found, made.table, path.name))
    musts = set(TABLES[made.table].musts)
    has_musts = musts <= {*made.mapping.columns, *made.mapping.expressions, *made.mapping.constants}
    made.is_ready = has_musts and not n_open
    if made.mapping == Mapping(made.table, columns=made.mapping.columns) and _is_by_name(made.mapping):
        made.mapping = None
    return made


def _is_by_name(mapping: Mapping) -> bool:
    return all(ours == theirs.strip().casefold() for ours, theirs in mapping.columns.items())


def _answered(made: Draft, mapping: Mapping) -> tuple[Mapping, int]:
    """Ask what the file leaves open about dates and numbers; the mapping with the answers, and how many are missing."""
    n_open = 0
    for question in _open_questions(made.path, made.name, made.table or "", mapping.to_json(), mapping):
        reading = st.selectbox(
            words.question(question),
            [None, *question.readings],
            format_func=lambda r: words.reading_choice(r) if r else _("please choose"),
            key=f"{question.key}-{made.path.name}",
        )
        if reading is None:
            n_open += 1
        else:
            mapping = replace(
                mapping,
                date_format=reading if question.key == "date_format" else mapping.date_format,
                decimal=reading if question.key == "decimal" else mapping.decimal,
            )
    return mapping, n_open


def _columns(found: Preview, table: str, key: str) -> Mapping:
    """Choose the file's column for each of ours; some may be the same in every row."""
    base = found.mapping or Mapping()
    columns: dict[str, str] = {}
    constants = dict(base.constants)
    open_ones = [c for c in TABLES[table].columns if c.name not in {*base.expressions, *base.constants}]
    open_ones.sort(key=lambda c: not c.must)
    st.caption(_("Which column of the file is which of ours? * must be there."))
    for position, column in enumerate(open_ones):
        if position % 3 == 0:
            places = st.columns(3)
        options = ["", *found.columns]
        guess = found.guesses.get(column.name, "")
        with places[position % 3]:
            theirs = st.selectbox(
                words.column_label(column.name) + (" *" if column.must else ""),
                options,
                options.index(guess) if guess in options else 0,
                format_func=lambda c: c or "–",
                key=f"column-{key}-{table}-{column.name}",
            )
            if theirs:
                columns[column.name] = theirs
            elif column.must and column.name in OFTEN_THE_SAME:
                same = st.text_input(
                    _("{column}, the same in every row").format(column=words.column_label(column.name)),
                    default_process(found.file) if (table, column.name) == ("events", "process") else "",
                    key=f"constant-{key}-{table}-{column.name}",
                )
                if same.strip():
                    constants[column.name] = same.strip()
    return replace(base, table=table, columns=columns, constants=constants)


def load_drafts(drafts: list[Draft]) -> None:
    """Load the drafts with a progress bar; what is known by itself goes together, mapped files one by one."""
    folder = context.folder()
    plain = [d for d in drafts if d.mapping is None and d.table in (None, _guessed(d))]
    calls: list[tuple[list[Draft], dict[str, Any]]] = [(plain, {})] if plain else []
    calls += [([d], {"table": d.table, "mapping": d.mapping}) for d in drafts if d not in plain]
    reports: list[LoadReport] = []
    try:
        for position, (group, options) in enumerate(calls):
            names = {str(d.path): d.name for d in group}
            with _bar(position, len(calls)) as say:
                reports.append(load([d.path for d in group], folder, names=names, progress=say, **options))
    finally:
        if reports:
            st.session_state["_reports"] = reports


@contextmanager
def _bar(position: int = 0, n: int = 1) -> Iterator[Progress]:
    """A bar for the load at that position among n; the store tells its progress from a thread of its own."""
    bar, run = st.progress(position / n, _("Reading")), get_script_run_ctx()

    def say(share: float, text: str) -> None:
        add_script_run_ctx(ctx=run)
        bar.progress(min((position + share) / n, 1.0), text)

    try:
        yield say
    finally:
        bar.empty()


def _load_sample() -> None:
    with _bar() as say:
        st.session_state["_reports"] = [load_sample(context.folder(), progress=say)]


def _guessed(made: Draft) -> str | None:
    return preview(made.path, folder=context.folder(), name=made.name, n_rows=1).table


def _drafts(path: Path, name: str, given: Mapping | None) -> list[Draft]:
    try:
        found = _sheets(path, name)
    except RequestError as error:
        st.warning(str(error), icon=":material/info:")
        return [Draft(path, name)]
    return [draft(part, title, given, is_sheet=len(found) > 1) for part, title in found]


def panel(*, offers_sample: bool) -> None:
    """Upload files or name a folder, see what they are, load them; or load the sample branch."""
    turn = st.session_state.setdefault("_upload_turn", 0)
    uploads = st.file_uploader(
        _("CSV, .csv.gz, Excel, Parquet or XES; a mapping file (.toml) may be among them"),
        ENDINGS,
        accept_multiple_files=True,
        key=f"upload-{turn}",
    )
    files = [(kept(upload), upload.name) for upload in uploads or []]
    try:
        given = next((read_mapping(path) for path, name in files if name.endswith(".toml")), None)
        drafts = [d for path, name in files if not name.endswith(".toml") for d in _drafts(path, name, given)]
        drafts = [d for d in drafts if not d.is_aside]
        with st.container(horizontal=True, vertical_alignment="center"):
            is_ready = bool(drafts) and all(d.is_ready for d in drafts)
            if st.button(_("Load"), type="primary", icon=":material/upload:", disabled=not is_ready):
                load_drafts(drafts)
                st.session_state["_upload_turn"] = turn + 1
                st.rerun()
            if drafts and not is_ready:
                st.caption(_("Name what is still open above, then load."))
            _folder()
            if offers_sample and st.button(
                _("Load the sample branch"), icon=":material/storefront:", type="tertiary"
            ):
                _load_sample()
                st.rerun()
    except RequestError as error:
        st.warning(str(error), icon=":material/info:")


def _folder() -> None:
    with st.popover(_("From a folder on this computer"), icon=":material/folder:", type="tertiary"):
        path = st.text_input(_("Folder"), placeholder="/data/2026-11")
        if st.button(_("Load the folder"), disabled=not path.strip()):
            load_drafts([Draft(Path(path.strip()).expanduser(), path.strip(), is_ready=True)])
            st.rerun()
