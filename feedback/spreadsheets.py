"""Tables as CSV and XLSX: whatever stands in a cell is text or a number, never a formula."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

Value = str | int | float | Decimal | date | None
CSV, XLSX = "csv", "xlsx"
CONTENT_TYPE = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is run by a spreadsheet program (OWASP, "CSV injection")."""
TITLE_LONGEST = 31
"""Letters that XLSX allows in the name of a sheet."""


@dataclass(frozen=True)
class Table:
    """A table with a title, a head and rows."""

    title: str
    head: Sequence[str]
    rows: Iterable[Sequence[Value]]


def harmless(text: str) -> str:
    """Return a text that no spreadsheet program takes for a formula, without letters that XLSX cannot hold."""
    clean = ILLEGAL_CHARACTERS_RE.sub("", text)
    return f"'{clean}" if clean.startswith(FORMULA) else clean


def as_csv(table: Table) -> bytes:
    """Write UTF-8 with a byte order mark, without which Excel takes Chinese for another encoding."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([harmless(name) for name in table.head])
    for row in table.rows:
        writer.writerow([_plain(value) for value in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_xlsx(table: Table) -> bytes:
    """Write one sheet; texts are cells of type string, numbers are numbers."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("".join(letter for letter in table.title if letter not in r"[]:*?/\ ")[:TITLE_LONGEST])
    sheet.freeze_panes = "A2"
    sheet.column_dimensions["A"].width = 12
    sheet.column_dimensions["B"].width = 24
    sheet.append([_cell(sheet, name, bold=True) for name in table.head])
    for row in table.rows:
        sheet.append([_cell(sheet, value) for value in row])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _plain(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return harmless(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _cell(sheet: Any, value: Value, *, bold: bool = False) -> Any:
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, value=harmless(value))
    cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell
