"""Event logs in XES, and CSV exports with the same names: starts and completions become one row."""

import gzip
from datetime import datetime

import pytest

from analytics.errors import RequestError
from analytics.store import Store, load
from analytics.store.mapping import Mapping
from analytics.store.pairing import matches
from analytics.store.quality import preview
from analytics.store.xes import default_process
from tests.store.bench import load_one, reasons

GIVEN = Mapping(constants={"process": "loans", "branch_id": "B1"})
ROWS = "select case_id, activity, started_at, finished_at from events order by coalesce(started_at, finished_at), activity"


def at(clock: str) -> str:
    return f"2026-03-02T{clock}:00.000+08:00"


def event(activity: str, stage: str | None, clock: str, **more: str) -> str:
    keys = {
        "concept:name": activity,
        "org:resource": "ann",
        **({"lifecycle:transition": stage} if stage else {}),
    } | {key.replace("__", ":"): value for key, value in more.items()}
    cells = "".join(f'<string key="{key}" value="{value}"/>' for key, value in keys.items())
    return f'<event>{cells}<date key="time:timestamp" value="{at(clock)}"/></event>'


def log(path, *traces: list[str], prolog: str = "", trace: str = ""):
    body = "".join(
        f'<trace><string key="concept:name" value="k{n}"/><string key="product" value="loan"/>{trace}{"".join(events)}</trace>'
        for n, events in enumerate(traces, 1)
    )
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?>{prolog}<log xes.version="1.0" xmlns="http://www.xes-standard.org/">'
        '<extension name="Concept" prefix="concept" uri="http://example.org/concept.xesext"/>'
        '<global scope="event"><string key="concept:name" value="none"/></global>'
        f'<classifier name="Activity" keys="concept:name"/><string key="creator" value="test"/>{body}</log>'
    )
    data = text.encode()
    path.write_bytes(gzip.compress(data) if path.name.endswith(".gz") else data)
    return path


def moment(clock: str) -> datetime:
    return datetime.fromisoformat(at(clock)).replace(tzinfo=None)


@pytest.mark.parametrize("name", ["loans.xes", "loans.xes.gz"])
def test_start_and_complete_are_one_row_and_what_is_alone_stays_a_row(tmp_path, name):
    path = log(
        tmp_path / name,
        [
            event("check", "start", "09:00"),
            event("check", "complete", "09:20"),
            event("sign", "complete", "09:30"),
        ],
        [event("check", "start", "10:00"), event("check", "schedule", "10:05")],
    )
    report = load_one(path, tmp_path / "store", mapping=GIVEN)
    assert report.table == "events"
    assert (report.rows_read, report.loaded) == (4, 2)
    assert reasons(report) == {("missing", "finished_at"): 1, ("left_out", None): 1}
    store = Store.open(tmp_path / "store")
    assert store.rows(ROWS) == [
        ("k1", "check", moment("09:00"), moment("09:20")),
        ("k1", "sign", None, moment("09:30")),
    ]
    assert store.rows("select line, reason from rejects order by line") == [(4, "missing"), (5, "left_out")]
    assert load_one(path, tmp_path / "store", mapping=GIVEN).unchanged == 2


def test_a_log_without_stages_has_completions_only(tmp_path):
    path = log(tmp_path / "loans.xes", [event("check", None, "09:00"), event("sign", None, "09:10")])
    report = load_one(path, tmp_path / "store", mapping=GIVEN)
    assert (report.rows_read, report.loaded) == (2, 2)
    assert Store.open(tmp_path / "store").rows("select count(started_at) from events") == [(0,)]


def test_stages_between_people_unknown_and_other_time_zones(tmp_path):
    stages = (
        ("SCHEDULE", "09:00"),
        ("assign", "09:05"),
        ("Start", "09:10"),
        ("suspend", "09:20"),
        ("resume", "10:20"),
    )
    nobody = '<string key="org:resource" value="ann"/>'
    elsewhere = event("sign", "complete", "11:30").replace("+08:00", "Z").replace("T11:30", "T03:30")
    path = log(
        tmp_path / "loans.xes.gz",
        [
            *(event("check", stage, clock).replace(nobody, "") for stage, clock in stages),
            event("check", "COMPLETE", "10:30").replace(nobody, ""),
            elsewhere,
        ],
    )
    assert reasons(load_one(path, tmp_path / "store", mapping=GIVEN)) == {("left_out", None): 4}
    store = Store.open(tmp_path / "store")
    assert store.rows(ROWS) == [
        ("k1", "check", moment("09:10"), moment("10:30")),
        ("k1", "sign", None, moment("11:30")),
    ]
    assert store.rows("select activity, resource is null from events order by activity") == [
        ("check", True),
        ("sign", False),
    ]


def test_instances_tell_what_belongs_together(tmp_path):
    path = log(
        tmp_path / "loans.xes",
        [
            event("check", "start", "09:00", concept__instance="1"),
            event("check", "start", "09:10", concept__instance="2"),
            event("check", "complete", "09:20", concept__instance="2"),
            event("check", "complete", "09:40", concept__instance="1"),
        ],
    )
    load_one(path, tmp_path / "store", mapping=GIVEN)
    found = [(s, f) for _case, _activity, s, f in Store.open(tmp_path / "store").rows(ROWS)]
    assert found == [(moment("09:00"), moment("09:40")), (moment("09:10"), moment("09:20"))]


def test_first_in_first_out_the_same_person_before_others():
    happened = [
        (1, "k", "a", None, "ann", True), (2, "k", "a", None, "bob", True), (3, "k", "a", None, "bob", False),
        (4, "k", "a", None, "ann", False), (5, "k", "a", None, "eve", False), (6, "j", "a", None, "ann", True),
        (7, "k", "a", None, "ann", False),
    ]  # fmt: skip
    assert list(matches(happened)) == [(2, 3), (1, 4)]
    nobody = [
        (row, "k", "a", None, None, is_start)
        for row, is_start in ((1, True), (2, True), (3, False), (4, False))
    ]
    assert list(matches(nobody)) == [(1, 3), (2, 4)]


def test_the_columns_are_the_keys_and_a_mapping_may_name_them(tmp_path):
    path = log(
        tmp_path / "my_loans.xes",
        [event("check", "start", "09:00", cost="5"), event("check", "complete", "09:20")],
    )
    seen = preview(path)
    assert set(seen.columns) == {
        "case:concept:name", "case:product", "concept:name", "org:resource", "lifecycle:transition", "cost", "time:timestamp",
        "start_timestamp",
    }  # fmt: skip
    assert (seen.table, seen.missing) == ("events", ("process", "branch_id"))
    assert default_process(path.name) == "my loans"
    mapping = Mapping(
        "events", columns={"process": "case:product", "role": "cost"}, expressions={"activity": "upper(\"concept:name\")"},
        constants={"branch_id": "B1"},
    )  # fmt: skip
    load_one(path, tmp_path / "store", mapping=mapping)
    found = Store.open(tmp_path / "store").rows("select process, activity, role, started_at from events")
    assert found == [("loan", "CHECK", "5", moment("09:00"))]


CSV = """case:concept:name,concept:name,lifecycle:transition,org:resource,time:timestamp
k1,check,start,ann,2026-03-02 09:00
k2,check,START,ann,2026-03-02 09:05
k1,check,complete,ann,2026-03-02 09:20

k2,sign,complete,,2026-03-02 09:30
k2,check,complete,ann,late
"""


def test_a_csv_with_the_standard_names_is_paired_too(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text(CSV)
    report = load_one(path, tmp_path / "store", mapping=GIVEN)
    assert (report.rows_read, report.loaded, reasons(report)) == (3, 2, {("cast", "finished_at"): 1})
    store = Store.open(tmp_path / "store")
    assert store.rows(ROWS) == [
        ("k1", "check", moment("09:00"), moment("09:20")),
        ("k2", "sign", None, moment("09:30")),
    ]


def test_a_csv_with_names_of_its_own_names_its_stages(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text("nr,step,phase,when\n1,check,start,2026-03-02 09:00\n1,check,complete,2026-03-02 09:20\n")
    (tmp_path / "m.toml").write_text(
        'table = "events"\nlifecycle = "phase"\n[columns]\ncase_id = "nr"\nactivity = "step"\nfinished_at = "when"\n'
        '[constants]\nprocess = "loans"\nbranch_id = "B1"\n'
    )
    assert load_one(path, tmp_path / "store", mapping=tmp_path / "m.toml").rows_read == 1
    assert Store.open(tmp_path / "store").rows(ROWS) == [("1", "check", moment("09:00"), moment("09:20"))]


BOMB = '<!DOCTYPE log [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'


@pytest.mark.parametrize(
    ("prolog", "value"),
    [
        (BOMB, "&c;"),
        ('<!DOCTYPE log [<!ENTITY x SYSTEM "SECRET">]>', "&x;"),
        ('<!DOCTYPE log [<!ENTITY % x SYSTEM "SECRET"> %x;]>', "x"),
        ('<!DOCTYPE log SYSTEM "SECRET">', "x"),
    ],
)
def test_entities_and_document_types_are_refused(tmp_path, prolog, value):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    path = log(
        tmp_path / "loans.xes",
        [event("check", "start", "09:00")],
        prolog=prolog.replace("SECRET", secret.as_uri()),
        trace=f'<string key="note" value="{value}"/>',
    )
    with pytest.raises(RequestError, match=r"loans\.xes holds entities or a document type"):
        load([path], tmp_path / "store", mapping=GIVEN)
    assert not list((tmp_path / "store").glob("*.duckdb"))


@pytest.mark.parametrize(
    "data",
    [
        b"<log/>",
        b"<html><body/></html>",
        b"<log><trace><event>",
        b"no xml at all",
        b"<?xml version='1.0' encoding='klingon'?><log/>",
        b"\xff\xfe<\x00l",
        b"<log><event><string key='a' value='\x01'/></event></log>",
        b"<log><trace>"
        + b"".join(b"<event><string key='k%d' value='1'/></event>" % n for n in range(600))
        + b"</trace></log>",
    ],
)
def test_what_is_no_log_is_said_in_one_sentence(tmp_path, data):
    (tmp_path / "log.xes").write_bytes(data)
    with pytest.raises(RequestError, match=r"log\.xes") as error:
        load([tmp_path / "log.xes"], tmp_path / "store", mapping=GIVEN)
    assert "\n" not in str(error.value)


def test_a_cut_off_packed_log_is_damaged(tmp_path):
    path = log(tmp_path / "log.xes.gz", [event(f"check {n}", "start", "09:00") for n in range(500)])
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(RequestError, match=r"log\.xes\.gz"):
        load([path], tmp_path / "store", mapping=GIVEN)
