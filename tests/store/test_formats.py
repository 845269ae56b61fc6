"""CSV in its kinds, Excel, Parquet; what is none of them is refused in a sentence."""

import gzip
import random
from datetime import datetime

import duckdb
import pytest
import xlsxwriter

from analytics.errors import RequestError
from analytics.store import Store, load
from tests.store.bench import load_one, tickets, visit, write

CHINESE = [visit("1", service="现金存取", segment="贵宾"), visit("2", service="开户")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_delimiters_and_encodings_are_found_out(tmp_path, delimiter, encoding):
    path = write(tmp_path / "visits.csv", CHINESE, delimiter, encoding)
    assert load_one(path, tmp_path / "store").loaded == 2
    assert tickets(tmp_path / "store", columns="service, segment") == [
        ("现金存取", "贵宾"),
        ("开户", "ordinary"),
    ]


def test_gb18030_far_down_the_file_is_found_too(tmp_path):
    plain = [visit(str(n)) for n in range(20_000)]
    path = write(tmp_path / "visits.csv", [*plain, visit("last", service="开户")], encoding="gb18030")
    assert path.stat().st_size > 1 << 20
    assert load_one(path, tmp_path / "store").loaded == 20_001
    assert ("开户",) in tickets(tmp_path / "store", columns="service")


def test_one_bad_line_does_not_turn_utf8_into_gb18030(tmp_path):
    path = write(tmp_path / "visits.csv", CHINESE)
    path.write_bytes(path.read_bytes() + ",".join(visit("3").values()).encode() + b"\xb8\n")
    report = load_one(path, tmp_path / "store")
    assert (report.loaded, [r.code for r in report.reasons]) == (2, ["encoding"])


@pytest.mark.parametrize("ends", ["\r\n", "\r\n|\n"])
def test_line_ends_of_windows_and_mixed_ones(tmp_path, ends):
    path = write(tmp_path / "visits.csv", [visit("1"), visit("2"), visit("3")])
    some = [*ends.split("|"), *ends.split("|")]
    lines = path.read_text().splitlines()
    path.write_text("".join(line + some[n % len(some)] for n, line in enumerate(lines)), newline="")
    assert load_one(path, tmp_path / "store").loaded == 3


def test_packed_csv(tmp_path):
    path = write(tmp_path / "visits.csv", CHINESE, encoding="gb18030")
    packed = tmp_path / "visits.csv.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert load_one(packed, tmp_path / "store").loaded == 2


def test_excel_with_dates_numbers_and_an_empty_line(tmp_path):
    path = tmp_path / "visits_march.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        dates = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet.write_row(0, 0, ["ticket_id", "branch_id", "service", "arrived_at", "called_at"])
        sheet.write_row(1, 0, [17, "B1", "开户"])
        sheet.write_datetime(1, 3, datetime(2026, 3, 2, 9, 0), dates)
        sheet.write_datetime(1, 4, datetime(2026, 3, 2, 9, 10, 30), dates)
        sheet.write_row(3, 0, ["18", "B1", "cash", "2026-03-02 10:00", ""])
        sheet.write_row(4, 0, ["19", "B1", "", "2026-03-02 10:00", ""])
    report = load_one(path, tmp_path / "store")
    assert (report.loaded, report.rejected) == (2, 1)
    assert tickets(tmp_path / "store", columns="ticket_id, wait_min") == [("17", 10.5), ("18", None)]
    assert Store.open(tmp_path / "store").rows("select line from rejects") == [(5,)]


def test_parquet_with_typed_columns(tmp_path):
    path = tmp_path / "visits.parquet"
    duckdb.execute(
        f"""
        copy (select 'B1' as branch_id, i as ticket_id, 'cash' as service,
            timestamp '2026-03-02 09:00:00.5' as arrived_at, timestamp '2026-03-02 09:01:00.5' as called_at
        from range(3) as r(i)) to '{path}' (format parquet)
        """
    )
    assert load_one(path, tmp_path / "store").loaded == 3
    assert tickets(tmp_path / "store", columns="ticket_id, wait_min") == [("0", 1.0), ("1", 1.0), ("2", 1.0)]


def _noise(n: int) -> bytes:
    return random.Random(1).randbytes(n)


BAD = {
    "visits.csv": _noise(5000),
    "visits_short.csv": _noise(40),
    "visits.csv.gz": _noise(500),
    "visits_cut.csv.gz": gzip.compress(_noise(5000).hex().encode())[:2000],
    "visits.xlsx": _noise(500),
    "visits_text.xlsx": b"ticket_id,branch_id\n",
    "visits.parquet": _noise(500),
    "visits_empty.csv": b"",
    "visits_lacking.csv": b"ticket_id,branch_id,arrived_at\n1,B1,2026-03-02 09:00\n",
    "visits_none_right.csv": b"ticket_id,branch_id,service,arrived_at\n1,B1,cash,soon\n2,B1,,now\n",
    "visits_blank.csv": b"\n\n\n",
    "mystery.csv": b"a,b\n1,2\n",
    "visits.doc": b"ticket_id",
    "log.xes": b"<log/>",
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_cannot_be_used_is_said_in_one_sentence(tmp_path, name):
    (tmp_path / name).write_bytes(BAD[name])
    good = write(tmp_path / "visits_good.csv", [visit("1")])
    with pytest.raises(RequestError) as error:
        load([good, tmp_path / name], tmp_path / "store")
    assert name in str(error.value)
    assert "\n" not in str(error.value)
    assert not list((tmp_path / "store").glob("*.duckdb")) and not (tmp_path / "store" / "CURRENT").exists()


def test_a_missing_must_column_is_named(tmp_path):
    path = tmp_path / "visits.csv"
    path.write_bytes(BAD["visits_lacking.csv"])
    with pytest.raises(RequestError, match="service"):
        load([path], tmp_path / "store")


def test_a_folder_is_looked_through_and_what_is_not_ours_is_listed(tmp_path):
    folder = tmp_path / "month"
    folder.mkdir()
    write(folder / "tickets of march.csv", [visit("1")])  # known by its columns
    (folder / "notes.txt").write_text("hello")
    (folder / "accounts.csv").write_text("a,b\n1,2\n")
    (folder / "noise.csv").write_bytes(_noise(3000))
    (folder / "log.xes").write_text("<log/>")
    report = load([folder], tmp_path / "store")
    assert [(f.file, f.table) for f in report.files] == [("tickets of march.csv", "visits")]
    assert [s.file for s in report.skipped] == ["accounts.csv", "log.xes", "noise.csv", "notes.txt"]
    (folder / "visits_april.csv").write_bytes(_noise(3000))
    with pytest.raises(RequestError, match=r"visits_april\.csv"):
        load([folder], tmp_path / "store")


def test_a_header_alone_is_a_file_with_no_rows(tmp_path):
    path = tmp_path / "visits.csv"
    path.write_text(",".join(visit("1")) + "\n")
    assert load_one(path, tmp_path / "store").rows_read == 0


def test_column_names_in_other_case_and_with_blanks_are_known(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text("Ticket_ID, BRANCH_ID ,Service,Arrived_At,Remark\n1,B1,cash,2026-03-02 09:00,x\n")
    report = load_one(path, tmp_path / "store")
    assert (report.table, report.loaded, report.unused) == ("visits", 1, ("Remark",))


@pytest.mark.parametrize(
    "name", ["visits[1].csv", "visits*.csv", "visits?.csv", "visits 'x'.csv", "visits{a}.csv"]
)
def test_a_name_is_a_name_and_no_pattern(tmp_path, name):
    write(tmp_path / "visits1.csv", [visit("other")])
    write(tmp_path / "visitsX.csv", [visit("other")])
    load_one(write(tmp_path / name, [visit("1")]), tmp_path / "store")
    assert tickets(tmp_path / "store", columns="ticket_id") == [("1",)]
