"""Dates and numbers in the ways of banks' exports: read where one reading is left, asked for where not."""

from datetime import datetime, timedelta

import duckdb
import pytest
import xlsxwriter

from analytics.errors import RequestError
from analytics.store import Store, load, reading
from analytics.store.mapping import Mapping
from analytics.store.quality import open_questions
from analytics.store.reader import sql_file
from tests.store.bench import load_one, reasons, tickets, visit, write

MOMENTS = [datetime(2026, 1, 5, 9, 5, 30), datetime(2026, 1, 25, 14, 30), datetime(2026, 2, 1, 0, 7, 9)]
WAYS = {
    "%Y/%m/%d %H:%M:%S": None,
    "%Y.%m.%d %H:%M:%S": None,
    "%Y年%m月%d日 %H:%M:%S": "ymd",
    "%Y年%m月%d日%H时%M分%S秒": "ymd",
    "%Y%m%d%H%M%S": None,
    "%Y%m%d %H:%M:%S": None,
    "%d/%m/%Y %H:%M:%S": "dmy",
    "%d.%m.%Y %H:%M:%S": "dmy",
    "%d-%m-%Y %I:%M:%S %p": "dmy",
    "%m/%d/%Y %H:%M:%S": "mdy",
    "%m/%d/%Y %I:%M:%S %p": "mdy",
    "%Y-%m-%d %I:%M:%S %p": None,
}


def arrivals(store, columns: str = "arrived_at"):
    return Store.open(store).rows(f"select {columns} from visits order by ticket_id")


def written(path, way: str, moments=MOMENTS, minutes: int = 3):
    rows = [
        visit(
            str(n),
            arrived_at=at.strftime(way),
            called_at=(at + timedelta(minutes=minutes)).strftime(way),
            finished_at="",
        )
        for n, at in enumerate(moments)
    ]
    return write(path, rows)


@pytest.mark.parametrize("way", WAYS)
def test_a_way_of_writing_dates_is_found(tmp_path, way):
    report = load_one(written(tmp_path / "visits.csv", way), tmp_path / "store")
    assert report.loaded == 3
    assert [at for (at,) in arrivals(tmp_path / "store")] == MOMENTS
    if WAYS[way] in ("dmy", "mdy"):
        assert {(a.column, a.reading) for a in report.assumed} == {
            ("arrived_at", WAYS[way]),
            ("called_at", WAYS[way]),
        }
        assert "arrived_at" in report.assumed[0].text


@pytest.mark.parametrize(
    "way", ["%d/%m/%Y %H:%M", "%Y年%m月%d日 %H:%M", "%m/%d/%Y %I:%M %p", "%Y年%m月%d日 %H时%M分"]
)
def test_without_seconds(tmp_path, way):
    load_one(written(tmp_path / "visits.csv", way), tmp_path / "store")
    assert [at for (at,) in arrivals(tmp_path / "store")] == [m.replace(second=0) for m in MOMENTS]


def test_chinese_halves_of_the_day(tmp_path):
    rows = [
        visit(str(n), arrived_at=text, called_at="", finished_at="")
        for n, text in enumerate(["2026年1月5日 上午9:30", "2026年1月5日 下午3:20:05", "2026/1/5 下午12:01"])
    ]
    load_one(write(tmp_path / "visits.csv", rows), tmp_path / "store")
    clocks = [f"{at:%H:%M:%S}" for (at,) in arrivals(tmp_path / "store")]
    assert clocks == ["09:30:00", "15:20:05", "12:01:00"]


def test_a_13_in_one_column_decides_for_all(tmp_path):
    rows = [
        visit(
            "1", arrived_at="05/01/2026 09:00", called_at="05/01/2026 09:03", finished_at="05/01/2026 09:05"
        )
    ]
    rows += [visit("2", arrived_at="12/01/2026 23:58", called_at="13/01/2026 00:01", finished_at="")]
    assert load_one(write(tmp_path / "visits.csv", rows), tmp_path / "store").loaded == 2
    assert arrivals(tmp_path / "store")[0] == (datetime(2026, 1, 5, 9, 0),)


def test_what_decides_may_stand_far_down_the_file(tmp_path):
    early = [datetime(2026, 1, 5, 9, 0) + timedelta(seconds=n) for n in range(900)]
    moments = [*early, datetime(2026, 1, 31, 9, 0)]
    report = load_one(written(tmp_path / "visits.csv", "%d/%m/%Y %H:%M:%S", moments), tmp_path / "store")
    assert (report.loaded, report.assumed[0].reading) == (901, "dmy")


def test_a_column_that_turns_odd_after_the_first_rows_is_read_again(tmp_path):
    rows = [visit(str(n)) for n in range(900)]
    rows += [visit("x", left_at="2026年3月2日 9:30", called_at="", finished_at="")]
    assert load_one(write(tmp_path / "visits.csv", rows), tmp_path / "store").loaded == 901
    assert (30.0,) in tickets(tmp_path / "store", columns="patience_min")


def test_day_or_month_left_open_is_asked_for_in_one_sentence(tmp_path):
    path = written(tmp_path / "visits.csv", "%d/%m/%Y %H:%M:%S", [datetime(2026, 4, 3, 9, 0)])
    with pytest.raises(RequestError) as error:
        load([path], tmp_path / "store")
    said = str(error.value)
    assert error.value.field == "date_format"
    assert all(
        word in said for word in ("arrived_at", "03/04/2026", 'date_format = "dmy"', 'date_format = "mdy"')
    )
    assert "\n" not in said
    (question,) = open_questions(path, "visits", Mapping())
    assert (question.key, question.readings) == ("date_format", ("dmy", "mdy"))
    for chosen, day in (("dmy", datetime(2026, 4, 3, 9)), ("mdy", datetime(2026, 3, 4, 9))):
        load_one(path, tmp_path / chosen, mapping=Mapping(date_format=chosen))
        assert arrivals(tmp_path / chosen) == [(day,)]


def test_years_of_two_digits_are_asked_for_unless_the_days_tell(tmp_path):
    open_ = written(tmp_path / "visits.csv", "%y/%m/%d %H:%M:%S", [datetime(2011, 4, 3, 9, 0)])
    with pytest.raises(RequestError, match='"ymd"'):
        load([open_], tmp_path / "store")
    report = load_one(open_, tmp_path / "store", mapping=Mapping(date_format="ymd"))
    assert arrivals(tmp_path / "store") == [(datetime(2011, 4, 3, 9),)]
    assert report.assumed[0].reading == "ymd"


def test_one_typing_error_does_not_turn_the_dates(tmp_path):
    moments = [datetime(2026, 1, day, 9, 0) for day in range(1, 32)] * 4
    rows = [
        visit(str(n), arrived_at=f"{at:%d/%m/%Y %H:%M}", called_at="", finished_at="")
        for n, at in enumerate(moments)
    ]
    rows.append(visit("x", arrived_at="01/31/2026 09:00", called_at="", finished_at=""))
    report = load_one(write(tmp_path / "visits.csv", rows), tmp_path / "store")
    assert (report.loaded, reasons(report)) == (124, {("cast", "arrived_at"): 1})


@pytest.mark.parametrize(
    "text", ["2026-03-02 9:30 XM", "infinity", "0026-03-02", "2026-03-02 late", "2026-03-02 25:00", "99999"]
)
def test_what_is_no_time_is_rejected(tmp_path, text):
    report = load_one(
        write(tmp_path / "visits.csv", [visit("1"), visit("2", arrived_at=text)]), tmp_path / "store"
    )
    assert reasons(report) == {("cast", "arrived_at"): 1}


def test_excel_counts_of_days_in_a_csv(tmp_path):
    rows = [visit("1", arrived_at="46023.375", called_at="46023.3784722222", finished_at="")]
    report = load_one(write(tmp_path / "visits.csv", rows), tmp_path / "store")
    assert arrivals(tmp_path / "store", "arrived_at, called_at") == [
        (datetime(2026, 1, 1, 9, 0), datetime(2026, 1, 1, 9, 5))
    ]
    assert {(a.reading, a.column) for a in report.assumed} == {
        ("serial", "arrived_at"),
        ("serial", "called_at"),
    }


NUMBERS = [
    (["1.234,50", "12,5"], [1234.5, 12.5], "comma"),
    (["1,234.50", "12"], [1234.5, 12.0], "point"),
    (["1,234,567", "5"], [1234567.0, 5.0], "point"),
    (["1.234.567", "5"], [1234567.0, 5.0], "comma"),
    (["¥1,234.00", "5"], [1234.0, 5.0], "point"),
    (["12 345,6", "0,5"], [12345.6, 0.5], "comma"),
    (["1.5", "12.25"], [1.5, 12.25], None),
    (["1,234", "0,5"], [1.234, 0.5], "comma"),
    (["-1,234", "1.5"], [-1234.0, 1.5], "point"),
]


def customers(path, balances):
    rows = [{"customer_id": f"c{n}", "branch_id": "B1", "balance": f'"{b}"'} for n, b in enumerate(balances)]
    return write(path, rows)


@pytest.mark.parametrize(("given", "expected", "reading"), NUMBERS)
def test_decimal_signs_and_thousands(tmp_path, given, expected, reading):
    report = load_one(customers(tmp_path / "customers.csv", given), tmp_path / "store")
    found = [b for (b,) in Store.open(tmp_path / "store").rows("select balance from customers")]
    assert found == expected
    assert [a.reading for a in report.assumed] == ([reading] if reading else [])


def test_a_comma_left_open_is_asked_for(tmp_path):
    path = customers(tmp_path / "customers.csv", ["1,234", "5,678"])
    with pytest.raises(RequestError, match=r'balance.*decimal = "\.".*decimal = ","'):
        load([path], tmp_path / "store")
    load_one(path, tmp_path / "store", mapping=Mapping(decimal="."))
    assert Store.open(tmp_path / "store").rows("select max(balance) from customers") == [(5678.0,)]


def test_a_number_in_two_ways_is_rejected_where_it_does_not_fit(tmp_path):
    path = customers(
        tmp_path / "customers.csv", [f"{n},{n % 90 + 10}" for n in range(1, 60)] + ["1,234.56", "nan"]
    )
    report = load_one(path, tmp_path / "store")
    assert (report.loaded, reasons(report)) == (59, {("cast", "balance"): 2})


def test_times_of_day_in_rosters(tmp_path):
    roster = {
        "branch_id": "B1",
        "role": "r",
        "weekday": "1",
        "from_time": "9:00 AM",
        "to_time": "5:30 PM",
        "headcount": "2",
    }
    half = roster | {"weekday": "2", "from_time": "0.375", "to_time": "17:30:00"}
    assert load_one(write(tmp_path / "rosters.csv", [roster, half]), tmp_path / "store").loaded == 2
    found = Store.open(tmp_path / "store").rows(
        "select distinct from_time::varchar, to_time::varchar from rosters"
    )
    assert found == [("09:00:00", "17:30:00")]


def test_excel_dates_under_a_title_with_merged_headers_on_two_sheets(tmp_path):
    path = tmp_path / "month.xlsx"
    with xlsxwriter.Workbook(path) as book:
        dates = book.add_format({"num_format": "d/m/yy h:mm"})
        sheet = book.add_worksheet("visits")
        sheet.merge_range(0, 0, 0, 4, "三道街支行 2026-03")
        for column, text in enumerate(["ticket_id", "branch_id", "service"]):
            sheet.merge_range(2, column, 3, column, text)
        sheet.merge_range(2, 3, 2, 4, "Times")
        sheet.write_row(3, 3, ["arrived_at", "called_at"])
        sheet.write_row(4, 0, ["1", "B1", "cash"])
        sheet.write_datetime(4, 3, datetime(2026, 3, 2, 9, 0), dates)
        sheet.write_number(4, 4, 46083.3784722222)
        sheet.write_row(6, 0, ["2", "B1", "cash", "soon"])
        roster = book.add_worksheet("Duty plan")
        roster.write_row(0, 0, ["branch_id", "role", "weekday", "from_time", "to_time", "headcount"])
        roster.write_row(1, 0, ["B1", "counter", 1, "09:00", "17:00", 3])
        book.add_worksheet("notes").write_row(0, 0, ["remark", "who"])
        book.add_worksheet("empty")
    report = load([path], tmp_path / "store")
    assert [(f.file, f.table, f.loaded, f.rejected) for f in report.files] == [
        ("month.xlsx!visits", "visits", 1, 1),
        ("month.xlsx!Duty plan", "rosters", 1, 0),
    ]
    assert [s.file for s in report.skipped] == ["month.xlsx!notes"]
    store = Store.open(tmp_path / "store")
    assert arrivals(tmp_path / "store", "arrived_at, called_at") == [
        (datetime(2026, 3, 2, 9), datetime(2026, 3, 2, 9, 5))
    ]
    assert store.rows("select line from rejects") == [(7,)]
    again = load([f"{path}!Duty plan"], tmp_path / "store")
    assert [(f.file, f.unchanged) for f in again.files] == [("month.xlsx!Duty plan", 1)]
    with pytest.raises(RequestError, match="no sheet"):
        load([f"{path}!nothing"], tmp_path / "store")


@pytest.mark.parametrize("left_at", ["", "2026-03-02 09:05:00"])
def test_a_file_of_tickets_in_plain_times_is_read_once(tmp_path, monkeypatch, left_at):
    runs = []
    run = reading._run
    monkeypatch.setattr(reading, "_run", lambda *given: runs.append(run(*given)))
    rows = [visit("1"), visit("2", called_at="", finished_at="", left_at=left_at)]
    assert load_one(write(tmp_path / "visits.csv", rows), tmp_path / "store").loaded == 2
    assert len(runs) == 1


@pytest.mark.parametrize(
    ("text", "is_read"),
    [
        ("2026-03-02 09:00:00", True),
        ("2026-03-02T09:00", True),
        ("2026-02-29 09:00:00", False),
        ("2026-03-02 09:60:00", False),
        ("2026-03-02 09:00:00\t", False),
        ("epoch", False),
        ("0026-03-02 09:00:00", False),
    ],
)
def test_a_time_in_the_usual_form_is_read_as_any_other(text, is_read):
    with duckdb.connect() as con:
        con.execute(sql_file("staging.sql"))
        binds = {"x": text, "zone": "Asia/Shanghai"}
        (found,) = con.execute("select local_after($x, $x, $zone), local_at($x, $zone)", binds).fetchall()
    assert found[0] == found[1]
    assert (found[0] is not None) == is_read
