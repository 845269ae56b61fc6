"""Downloads hold what the table shows, and nothing in them runs in a spreadsheet."""

import io

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from pages.shared.downloads import to_csv, to_xlsx

ATTACKS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "http://example.org"]


def test_csv_disarms_text_and_leaves_numbers_alone():
    frame = pd.DataFrame({"service": [*ATTACKS, None], "change_min": [-1.5, 0, 1, 2, 3, 4, 5]})
    back = pd.read_csv(io.BytesIO(to_csv(frame)))
    assert list(back["service"][:5]) == ["'" + text for text in ATTACKS[:5]]
    assert back["service"][5] == "http://example.org"
    assert pd.isna(back["service"][6])
    assert list(back["change_min"]) == [-1.5, 0, 1, 2, 3, 4, 5]


def test_csv_disarms_categories_and_column_names():
    frame = pd.DataFrame({"=name": pd.Categorical(["=1+1", "cash"])})
    lines = to_csv(frame).decode("utf-8-sig").splitlines()
    assert lines == ["'=name", "'=1+1", "cash"]


def test_csv_is_utf8_that_excel_recognises():
    assert to_csv(pd.DataFrame({"服务": ["开户"]})).startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("text", ATTACKS)
def test_excel_keeps_text_as_text(text):
    workbook = to_xlsx(pd.DataFrame({"service": [text]}))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(workbook)).get_sheet_by_index(0).to_python()
    assert rows == [["service"], [text]]
    import zipfile

    sheet = zipfile.ZipFile(io.BytesIO(workbook)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet and "hyperlink" not in sheet


def test_excel_takes_times_with_a_zone():
    at = pd.to_datetime(["2026-11-02 09:30"]).tz_localize("Asia/Shanghai")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(to_xlsx(pd.DataFrame({"at": at})))).get_sheet_by_index(0)
    assert str(rows.to_python()[1][0]) == "2026-11-02 09:30:00"
