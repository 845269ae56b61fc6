"""Tables as files that a spreadsheet opens without running anything that is written in them."""

import io

import pandas as pd

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_SHEET_ROWS = 1_048_575


def _is_text(column: pd.Series) -> bool:
    return pd.api.types.is_object_dtype(column) or pd.api.types.is_string_dtype(column)


def _harmless(cell: object) -> object:
    return "'" + cell if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell


def to_csv(frame: pd.DataFrame) -> bytes:
    """The frame as CSV in UTF-8 with Excel's mark; text that looks like a formula gets a leading «'»."""
    safe = frame.copy()
    safe.columns = [str(_harmless(str(name))) for name in safe.columns]
    for position, name in enumerate(safe.columns):
        column = safe.iloc[:, position]
        if _is_text(column):
            safe[name] = column.astype(object).map(_harmless)
    return safe.to_csv(index=False).encode("utf-8-sig")


def to_xlsx(frame: pd.DataFrame, sheet: str = "data") -> bytes:
    """The frame as an Excel workbook; texts stay texts, times lose their zone."""
    out = io.BytesIO()
    plain = frame.head(_SHEET_ROWS).copy()
    for name in plain.columns:
        if isinstance(plain[name].dtype, pd.DatetimeTZDtype):
            plain[name] = plain[name].dt.tz_localize(None)
    options = {"options": {"strings_to_formulas": False, "strings_to_urls": False}}
    with pd.ExcelWriter(out, engine="xlsxwriter", engine_kwargs=options) as writer:
        plain.to_excel(writer, sheet_name=sheet[:31], index=False)
        writer.sheets[sheet[:31]].autofit(max_width=400)
        writer.sheets[sheet[:31]].freeze_panes(1, 0)
    return out.getvalue()
