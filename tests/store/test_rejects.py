"""Every row read is loaded, unchanged or rejected, with its line and its reason."""

import pytest

from analytics.errors import RequestError
from analytics.store import Store, load, rejects
from tests.store.bench import load_one, reasons, tickets, visit, write

FAULTS = [
    ({"service": ""}, "missing", "service"),
    ({"arrived_at": "  "}, "missing", "arrived_at"),
    ({"arrived_at": "yesterday"}, "cast", "arrived_at"),
    ({"called_at": "31/31/2026"}, "cast", "called_at"),
    ({"called_at": "2026-03-02 08:59:54"}, "order", "called_at"),
    ({"finished_at": "2026-03-02 09:09:59"}, "order", "finished_at"),
    ({"called_at": "", "finished_at": "", "left_at": "2026-03-02 08:59:59"}, "order", "left_at"),
    ({"finished_at": "2026-03-03 09:00:01"}, "too_long", "finished_at"),
]


@pytest.mark.parametrize(("given", "code", "column"), FAULTS)
def test_a_faulty_ticket_is_rejected_with_its_reason(tmp_path, given, code, column):
    path = write(tmp_path / "visits.csv", [visit("1"), visit("2", **given), visit("3")])
    report = load_one(path, tmp_path / "store")
    assert reasons(report) == {(code, column): 1}
    assert [t for (t,) in tickets(tmp_path / "store", columns="ticket_id")] == ["1", "3"]
    (kept,) = rejects(Store.open(tmp_path / "store")).itertuples()
    assert (kept.file, kept.line, kept.column) == ("visits.csv", 3, column)
    assert column in kept.reason
    assert '"ticket_id":"2"' in kept.raw


@pytest.mark.parametrize(
    "given", [{"called_at": "2026-03-02 08:59:55"}, {"finished_at": "2026-03-03 09:00:00"}]
)
def test_five_seconds_early_and_a_day_long_are_still_fine(tmp_path, given):
    assert load_one(write(tmp_path / "visits.csv", [visit("1", **given)]), tmp_path / "store").loaded == 1


def test_lines_of_a_wrong_shape_are_counted_and_shift_the_lines_after_them(tmp_path):
    good = ",".join(visit("{}").values())
    bad_bytes = good.format("7").encode() + b"\xff\xfe"
    lines = [
        ",".join(visit("1")).encode(),
        good.format("1").encode(),
        b"2,B1",
        good.format("3").encode() + b",more,and,more",
        good.format("4").encode(),
        bad_bytes,
        good.format("6").replace("09:00", "late").encode(),
    ]
    path = tmp_path / "visits.csv"
    path.write_bytes(b"\n".join(lines) + b"\n")
    report = load_one(path, tmp_path / "store")
    assert (report.rows_read, report.loaded) == (6, 2)
    found = rejects(Store.open(tmp_path / "store"))
    rows = Store.open(tmp_path / "store").rows("select line, reason from rejects order by line")
    assert rows == [(3, "columns"), (4, "columns"), (6, "encoding"), (7, "cast")]
    assert len(found) == 4


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_blank_lines_are_no_rows_but_count_as_lines(tmp_path, end):
    good = ",".join(visit("{}").values())
    late = good.replace("09:00", "late").encode()
    lines = [",".join(visit("1")).encode(), good.format("1").encode(), b"", late, b"2,B1", b"", b"", late]
    path = tmp_path / "visits.csv"
    path.write_bytes(end.join(lines) + end)
    report = load_one(path, tmp_path / "store")
    assert (report.rows_read, report.loaded) == (4, 1)
    rows = Store.open(tmp_path / "store").rows("select line, reason from rejects order by line")
    assert rows == [(4, "cast"), (5, "columns"), (8, "cast")]


def test_cells_with_line_ends_and_delimiters_in_quotes_are_one_row(tmp_path):
    path = write(tmp_path / "visits.csv", [visit("1", service='"cash,\nand ""more"""'), visit("2")])
    assert load_one(path, tmp_path / "store").loaded == 2
    assert tickets(tmp_path / "store", columns="service")[0] == ('cash,\nand "more"',)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_are_those_of_an_editor_where_quoted_cells_span_several(tmp_path, end):
    good = ",".join(visit("{}").values())
    late, long = good.replace("09:00", "late"), good.replace("cash", '"cash,\n\nand ""more"""')
    assert good not in (late, long)
    lines = [",".join(visit("1")), long.format(1), late.format(2), "", long.format(3), "4,B1", late.format(5), late.replace(
        "cash", '"a\nb"').format(6), late.format(7)]  # fmt: skip
    text = end.join(line.replace("\n", end) for line in lines) + end
    path = tmp_path / "visits.csv"
    path.write_bytes(text.encode())
    report = load_one(path, tmp_path / "store")
    assert (report.rows_read, report.loaded) == (7, 2)
    rows = Store.open(tmp_path / "store").rows("select line, reason from rejects order by line")
    # The header, three lines of ticket 1, ticket 2 in the fifth; a blank one and three of ticket 3 follow.
    assert rows == [(5, "cast"), (10, "columns"), (11, "cast"), (12, "cast"), (14, "cast")]
    editor = text.split(end)
    assert [editor[line - 1].split(",")[0] for line, _reason in rows] == ["2", "4", "5", "6", "7"]


def test_a_quotation_mark_that_stays_open_does_not_move_the_lines_after_it(tmp_path):
    good = ",".join(visit("{}").values())
    late = good.replace("09:00", "late")
    lines = [",".join(visit("1")), good.replace("cash", '"a\nb"').format(1), good.replace("cash", '"cash').format(2),
             good.format(3), late.format(4)]  # fmt: skip
    path = tmp_path / "visits.csv"
    path.write_text("\n".join(lines) + "\n")
    report = load_one(path, tmp_path / "store")
    assert (report.rows_read, report.loaded) == (4, 2)
    rows = Store.open(tmp_path / "store").rows("select line, reason from rejects order by line")
    assert rows == [(4, "quote"), (6, "cast")]


def test_all_rows_at_fault_by_order_are_a_report_not_an_error(tmp_path):
    path = write(tmp_path / "visits.csv", [visit("1", called_at="2026-03-02 08:00")])
    assert load_one(path, tmp_path / "store").rejected == 1


def test_rosters_and_customers_have_their_own_checks(tmp_path):
    roster = {
        "branch_id": "B1", "role": "counter", "weekday": "1", "from_time": "09:00", "to_time": "17:00", "headcount": "5",
        "valid_from": "", "valid_to": "",
    }  # fmt: skip
    faults = [
        {"weekday": "8"}, {"weekday": "1.5"}, {"headcount": "-1"}, {"to_time": "09:00"}, {"from_time": "nine"},
        {"valid_from": "2026-02-01", "valid_to": "2026-02-01"},
    ]  # fmt: skip
    path = write(tmp_path / "rosters.csv", [roster, *(roster | fault for fault in faults)])
    assert reasons(load_one(path, tmp_path / "store")) == {
        ("range", "weekday"): 1,
        ("cast", "weekday"): 1,
        ("range", "headcount"): 1,
        ("order", "to_time"): 1,
        ("cast", "from_time"): 1,
        ("order", "valid_to"): 1,
    }
    customer = {
        "customer_id": "c1",
        "branch_id": "B1",
        "joined_on": "2020-01-01",
        "left_on": "",
        "phone_allowed": "是",
    }
    path = write(
        tmp_path / "customers.csv",
        [
            customer,
            customer | {"customer_id": "c2", "left_on": "2019-01-01"},
            customer | {"customer_id": "c3", "phone_allowed": "perhaps"},
            customer | {"customer_id": "c4", "phone_allowed": "否"},
        ],
    )
    assert reasons(load_one(path, tmp_path / "store")) == {
        ("order", "left_on"): 1,
        ("cast", "phone_allowed"): 1,
    }
    assert Store.open(tmp_path / "store").rows("select phone_allowed from customers order by 1") == [
        (False,),
        (True,),
    ]


def test_an_open_quotation_mark_costs_its_line_and_not_the_rest(tmp_path):
    rows = [visit(str(n)) for n in range(1, 40)]
    rows[9]["service"] = '"cash'
    rows[19]["service"] = '"transfer'
    rows[20]["service"] = '"two\nlines"'
    report = load_one(write(tmp_path / "visits.csv", rows, encoding="gb18030"), tmp_path / "store")
    assert (report.rows_read, report.loaded, reasons(report)) == (39, 37, {("quote", None): 2})
    store = Store.open(tmp_path / "store")
    assert store.rows("select line from rejects order by line") == [(11,), (21,)]
    assert not {"10", "20"} & {ticket for (ticket,) in store.rows("select ticket_id from visits")}


def test_a_quotation_mark_open_to_the_end_of_a_long_file(tmp_path):
    rows = [visit(str(n)) for n in range(40_000)]
    rows[5]["service"] = '"cash'
    report = load_one(write(tmp_path / "visits.csv", rows), tmp_path / "store")
    assert (report.rows_read, report.loaded) == (40_000, 39_999)


def test_too_many_open_quotation_marks_are_an_error(tmp_path):
    rows = [visit(str(n), service='"cash') for n in range(101)]
    with pytest.raises(RequestError, match="quotation"):
        load([write(tmp_path / "visits.csv", rows)], tmp_path / "store")
