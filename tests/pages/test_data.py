"""The Data page: what is there, uploads looked at and loaded, rows turned away, undo."""

import csv
import io

import pytest
import xlsxwriter

from analytics.store import sample
from analytics.store.loading import load
from analytics.store.tables import TABLES
from analytics.store.versions import current_version
from analytics.words.data import column_label
from tests.pages.conftest import write_visits

PAGE = "deliver/data.py"


def visits_csv(n=40, header=None, **changes):
    """A small queue log as bytes, its columns called as in `header`."""
    names = ["ticket_id", "branch_id", "service", "arrived_at", "called_at", "finished_at"]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header or names)
    for i in range(n):
        row = {
            "ticket_id": f"T{i}", "branch_id": "B7", "service": "cash", "arrived_at": f"2026-11-02 09:{i:02d}:00",
            "called_at": f"2026-11-02 10:{i:02d}:00", "finished_at": f"2026-11-02 11:{i:02d}:00",
        } | {k: v for k, v in changes.items() if i == 0}  # fmt: skip
        writer.writerow(row[name] for name in names)
    return out.getvalue().encode()


def upload(app, name, content):
    app.file_uploader[0].upload(name, content, "text/csv").run()
    return app


def button(app, label):
    return next(b for b in app.button if b.label == label)


def texts(app):
    return [m.value for m in [*app.title, *app.markdown, *app.caption, *app.warning]]


def test_an_empty_store_says_what_to_do(open_page, empty_store):
    app = open_page(PAGE, empty_store)
    assert app.title[0].value == "There are no data yet"
    assert not app.exception and not app.error
    assert button(app, "Load").disabled


def test_an_empty_store_can_be_filled_with_the_sample(open_page, empty_store, tmp_path, monkeypatch):
    monkeypatch.setattr(sample, "SAMPLE_FOLDER", tmp_path)
    (tmp_path / "visits.csv").write_bytes(visits_csv())
    app = open_page(PAGE, empty_store)
    button(app, "Load the sample branch").click().run()
    assert not app.exception and not app.error
    assert "**40 rows loaded**" in texts(app)
    assert app.title[0].value == "40 rows of data in 1 table"
    assert "Load the sample branch" not in [b.label for b in app.button]


def test_a_store_of_visits_alone_names_the_tables_that_are_missing(open_page, visits_store):
    app = open_page(PAGE, visits_store)
    assert app.title[0].value == "3,600 rows of data in 1 table"
    coverage = next(
        d.value for d in app.dataframe if "Table" in d.value.columns and "Rows" in d.value.columns
    )
    assert dict(zip(coverage["Table"], coverage["Rows"], strict=True)) == {
        "Visits": 3600, "Rosters": 0, "Surveys": 0, "Process events": 0, "Cases": 0, "Customers": 0, "Changes made": 0,
    }  # fmt: skip


def test_the_sample(open_page, sample_store):
    app = open_page(PAGE, sample_store)
    assert not app.exception and not app.error
    assert app.title[0].value.endswith("rows of data in 7 tables")


def test_an_upload_whose_columns_are_ours_loads_at_once(open_page, empty_store):
    app = upload(open_page(PAGE, empty_store), "queue.csv", visits_csv(called_at="2026-11-02 08:00:00"))
    assert any(e.label == "queue.csv: Visits, ready" for e in app.expander)
    button(app, "Load").click().run()
    assert not app.exception and not app.error
    assert "**39 rows loaded, 1 turned away**" in texts(app)
    assert current_version(empty_store) == "v0001"
    assert app.title[0].value == "39 rows of data in 1 table"
    rejected = next(d.value for d in app.dataframe if "Reason" in d.value.columns)
    assert list(rejected["Line"]) == [2]
    assert "called_at" in rejected["Reason"][0]


def test_other_column_names_are_mapped_and_remembered(open_page, empty_store):
    header = ["no", "site", "type", "came", "began", "ended"]
    app = upload(open_page(PAGE, empty_store), "export.csv", visits_csv(header=header))
    next(s for s in app.selectbox if s.label == "What is in this file?").set_value("visits").run()
    assert button(app, "Load").disabled
    theirs = {"Ticket number *": "no", "Branch *": "site", "Service asked for *": "type", "Ticket taken at *": "came",
              "Called at": "began", "Finished at": "ended"}  # fmt: skip
    for ours, column in theirs.items():
        next(s for s in app.selectbox if s.label == ours).set_value(column)
    app.run()
    button(app, "Load").click().run()
    assert "**40 rows loaded**" in texts(app)
    again = upload(app, "export-2.csv", visits_csv(n=41, header=header))
    assert any(e.label == "export-2.csv: Visits, ready" for e in again.expander)
    button(again, "Load").click().run()
    assert "**1 row loaded**" in texts(again)


def test_a_column_that_is_the_same_in_every_row_is_typed_once(open_page, empty_store):
    lines = visits_csv().decode().splitlines()
    content = "\n".join(",".join(line.split(",")[:1] + line.split(",")[2:]) for line in lines).encode()
    app = upload(open_page(PAGE, empty_store), "visits.csv", content)
    assert button(app, "Load").disabled
    next(t for t in app.text_input if t.label.startswith("Branch")).set_value("B9").run()
    button(app, "Load").click().run()
    assert "**40 rows loaded**" in texts(app)
    assert app.selectbox(key="branch").value == "B9"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("visits.csv", bytes(range(256)) * 20),
        ("visits.csv", b""),
        ("visits.xlsx", b"this is no workbook"),
        ("visits.parquet", b"PAR1 nor this"),
        ("mapping.toml", b"columns = ["),
    ],
)
def test_a_file_that_is_none_gets_one_clear_sentence(open_page, empty_store, name, content):
    app = upload(open_page(PAGE, empty_store), name, content)
    assert not app.exception and not app.error
    if not app.warning:  # some faults show only when every row is read
        button(app, "Load").click().run()
    assert [w.value.count(".") >= 1 for w in app.warning] == [True]
    assert name in app.warning[0].value
    assert current_version(empty_store) == "v0000"


def test_undo_goes_back_a_version(open_page, tmp_path):
    store = tmp_path / "store"
    load([write_visits(tmp_path / "visits.csv", n_days=5)], store)
    load([write_visits(tmp_path / "visits2.csv", n_days=6)], store, table="visits")
    app = open_page(PAGE, store)
    button(app, "Back to v0001").click().run()
    assert current_version(store) == "v0001"
    assert app.title[0].value == "300 rows of data in 1 table"


def test_every_column_has_a_clerks_word():
    assert {c for t in TABLES.values() for c in t.names if column_label(c) == c} == set()


def choice(app, label):
    return next(s for s in app.selectbox if s.label.startswith(label))


def test_dates_that_can_be_read_in_two_ways_are_asked_for_and_remembered(open_page, empty_store):
    def content(n):
        return visits_csv(n=n).decode().replace("2026-11-02", "02/11/2026").encode()

    app = upload(open_page(PAGE, empty_store), "visits.csv", content(40))
    assert button(app, "Load").disabled
    asked = choice(app, "Ticket taken at: which date is «02/11/2026")
    assert asked.options == ["please choose", "day, month, year", "month, day, year"]
    asked.set_value("dmy").run()
    button(app, "Load").click().run()
    assert not app.exception and not app.error
    assert "**40 rows loaded**" in texts(app)
    again = upload(app, "visits_2.csv", content(41))
    assert any(c.startswith("Read like the last file") for c in texts(again))
    assert not [s for s in again.selectbox if "which date" in s.label]
    button(again, "Load").click().run()
    assert "**1 row loaded**" in texts(again)


XES = """<log><trace><string key="concept:name" value="k1"/>
<event><string key="concept:name" value="check"/><string key="lifecycle:transition" value="start"/>
<date key="time:timestamp" value="2026-03-02T09:00:00+08:00"/></event>
<event><string key="concept:name" value="check"/><string key="lifecycle:transition" value="complete"/>
<date key="time:timestamp" value="2026-03-02T09:20:00+08:00"/></event></trace></log>"""


def test_an_event_log_needs_its_branch_alone(open_page, empty_store):
    app = upload(open_page(PAGE, empty_store), "account_opening.xes", XES.encode())
    assert not app.exception and not app.error
    assert button(app, "Load").disabled
    assert next(t for t in app.text_input if t.label.startswith("Process")).value == "account opening"
    next(t for t in app.text_input if t.label.startswith("Branch")).set_value("B1").run()
    button(app, "Load").click().run()
    assert "**1 row loaded**" in texts(app)


def test_the_sheets_of_a_workbook_are_loaded_one_by_one(open_page, empty_store, tmp_path):
    path = tmp_path / "month.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for row, line in enumerate(visits_csv(n=3).decode().splitlines()):
            (book.get_worksheet_by_name("tickets") or book.add_worksheet("tickets")).write_row(
                row, 0, line.split(",")
            )
        book.add_worksheet("notes").write_row(0, 0, ["remark", "who"])
    app = upload(open_page(PAGE, empty_store), path.name, path.read_bytes())
    assert [e.label for e in app.expander if "month.xlsx" in e.label] == [
        "month.xlsx!tickets: Visits, ready", "month.xlsx!notes: say what it is"
    ]  # fmt: skip
    button(app, "Load").click().run()
    assert not app.exception and not app.error
    assert "**3 rows loaded**" in texts(app)
