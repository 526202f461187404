"""Files as they come: encodings, headings somewhere, Excel's own cells; and those that are refused unopened."""

import csv
import io
import zipfile
from datetime import date, time
from decimal import Decimal

import pytest
from openpyxl import Workbook

from dealership.refused import Refused
from reception.imports import cells as reading
from reception.imports import reader
from reception.imports.cells import Cells, Row
from reception.imports.reader import examine, neutral, read
from tests.cast import SHANGHAI, at


def table(content: bytes, name: str = "a.csv", known=("代码", "价格"), language: str = "zh-hans"):
    found = read(io.BytesIO(content), name=name, language=language, known=known)
    return found.headings, [(number, list(row)) for number, row in found.rows]


def book(rows, *, hidden: bool = False) -> bytes:
    made = Workbook()
    if hidden:
        made.create_sheet("first", 0).sheet_state = "hidden"
    for row in rows:
        made.worksheets[-1].append(row)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name.replace("__", "/"), content)
    return file.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_csv_of_any_encoding_and_delimiter(encoding: str, mark: str):
    text = f"代码{mark}价格\nM01{mark}机油，5W-30\n"
    assert table(text.encode(encoding)) == (["代码", "价格"], [(2, ["M01", "机油，5W-30"])])


def test_csv_from_taiwan():
    assert table("代碼,價格\nM01,機油\n".encode("cp950"), language="zh-hant")[0] == ["代碼", "價格"]


def test_headings_below_a_title_and_blank_rows_keep_their_numbers():
    text = "2026年价目表\n\n代码,价格\nM01,1\n\n,\nM02,2\n"
    assert table(text.encode()) == (["代码", "价格"], [(4, ["M01", "1"]), (7, ["M02", "2"])])


def test_first_sheet_that_is_seen_is_read():
    assert table(book([["代码", "价格"], ["M01", 5]], hidden=True), "a.xlsx") == (["代码", "价格"], [(2, ["M01", 5])])


def test_cell_with_a_line_break_is_one_row():
    file = io.StringIO()
    csv.writer(file).writerows([["代码", "价格"], ["M\n01", "1"], ["M02", "2"]])
    assert [number for number, _row in table(file.getvalue().encode())[1]] == [2, 3]


BOMB = zipped(**{"xl__workbook.xml": b"<a/>", "xl__worksheets__sheet1.xml": b"0" * (reader.MOST_UNPACKED + 1)})


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.csv", "import.empty"),
        (b"x" * (reader.MOST_BYTES + 1), "a.csv", "import.too_large"),
        (b"\xd0\xcf\x11\xe0 old", "a.xls", "import.old_excel"),
        (b"\xd0\xcf\x11\xe0 locked", "a.xlsx", "import.locked"),
        (b"PK\x03\x04 broken", "a.xlsx", "import.unreadable"),
        (b"text", "a.xlsx", "import.unreadable"),
        (b"%PDF", "a.pdf", "import.type"),
        (zipped(**{"word__document.xml": b"<a/>"}), "a.docx", "import.type"),
        (zipped(**{"xl__workbook.xml": b"<a/>", "xl__vbaProject.bin": b"x"}), "a.xlsx", "import.macros"),
        (book([["代码"]]), "a.xlsm", "import.macros"),
        (BOMB, "a.xlsx", "import.bomb"),
        (zipped(**{"xl__workbook.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"}), "a.xlsx", "import.bomb"),
    ],
)
def test_file_refused_unopened(content: bytes, name: str, code: str):
    with pytest.raises(Refused) as refused:
        examine(io.BytesIO(content), name)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"a\xff\xff\xff\x00\n", "a.csv", "import.unreadable"),
        (b"\n \n", "a.csv", "import.empty"),
        (zipped(**{"xl__workbook.xml": b"<a/>"}), "a.xlsx", "import.unreadable"),
        ("代码\n".encode() + b"M01\n" * (reader.MOST_ROWS + 1), "a.csv", "import.too_many"),
    ],
)
def test_file_refused_while_it_is_read(content: bytes, name: str, code: str):
    with pytest.raises(Refused) as refused:
        table(content, name)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (388, "388"), (58.5, "58.5"), ("１，２３４．５", "1234.5"), ("¥1,234.50", "1234.50"), ("￥ 98 元", "98"),
        ("RMB 8", "8"),
        ("1,23", None), ("12,34,567", None), ("about 5", None), ("", None), (True, None), ("1.2.3", None),
        ("-5", "-5"), (float("nan"), None), ("NT$ 1,200", "1200"),
    ],
)  # fmt: skip
def test_number(cell, number):
    assert reading.as_decimal(cell) == (None if number is None else Decimal(number))


@pytest.mark.parametrize(
    ("cell", "clock"),
    [
        (at("09:30").replace(tzinfo=None), "09:30"),
        (46346.395833333336, "09:30"),
        ("2026-11-20 09:30", "09:30"),
        ("2026/11/20 9:30:00", "09:30"),
        ("2026年11月20日 下午2点30分", "14:30"),
        ("２０２６－１１－２０　０９：３０", "09:30"),
        ("2026-11-20", ""),
        ("2026-02-30 09:30", ""),
        ("tomorrow", ""),
        (5, ""),
    ],
)
def test_moment(cell, clock):
    assert Cells(Row(2, {"at": cell})).moment("at", zone=SHANGHAI) == (at(clock) if clock else None)


@pytest.mark.parametrize("cell", [date(2026, 11, 20), "20261120", "2026.11.20", 46346, "2026年11月20日"])
def test_day(cell):
    assert Cells(Row(2, {"on": cell})).day("on") == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("cell", "clock"), [("9:30", time(9, 30)), (0.5, time(12)), ("下午2点", time(14)), ("25:00", None)]
)
def test_clock(cell, clock):
    assert Cells(Row(2, {"at": cell})).clock("at") == clock


@pytest.mark.parametrize(
    ("given", "reason"),
    [("", "missing"), ("x", "no_number"), ("-1", "too_small"), ("101", "too_large"), ("1.005", "places")],
)
def test_bad_amount_is_named(given, reason):
    cells = Cells(Row(7, {"price": given}))
    cells.decimal("price", most=Decimal(100), needed=True)
    assert [(each.field, each.value, each.reason) for each in cells.bad] == [("price", given, reason)]


@pytest.mark.parametrize(
    ("text", "safe"),
    [("=1+1", "'=1+1"), ("+8613", "'+8613"), ("@x", "'@x"), ("-5", "-5"), ("-x", "'-x"), ("机油", "机油")],
)
def test_formula_becomes_text(text, safe):
    assert neutral(text) == safe
