"""Reads a CSV or XLSX file as rows, and refuses what is no such file before anything of it is unpacked."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import IO, Any, NamedTuple
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from reception.imports.cells import as_text, squeezed
from reception.imports.reasons import Failure, refusal

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 20_000
MOST_SHEET_ROWS = 200_000
"""Rows that are looked at in search of rows with something in them."""
MOST_COLUMNS = 100
MOST_UNPACKED = 80 * 1024 * 1024
MOST_MEMBERS = 500
HEADINGS_WITHIN = 10
"""The headings are looked for in so many rows: exports have titles above them."""
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
ENCODINGS = {"zh-hant": ("utf-8-sig", "cp950", "gb18030")}
DELIMITERS = ",;\t|"
BROKEN = (
    zipfile.BadZipFile, zlib.error, InvalidFileException, ParseError, KeyError, ValueError, TypeError, IndexError,
    AttributeError, EOFError, OSError, NotImplementedError, RuntimeError,
)  # fmt: skip
"""What openpyxl raises on files that only look like a workbook."""

Line = tuple[int, Sequence[Any]]


class Table(NamedTuple):
    """A file: its headings, and the rows with something in them under these, numbered as the spreadsheet counts."""

    headings: list[str]
    rows: Iterator[Line]


def examine(file: IO[bytes], name: str) -> str:
    """Return the ending under which a file is kept ("csv" or "xlsx"). Raises Refused(Failure)."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size == 0:
        raise refusal(Failure.EMPTY)
    if size > MOST_BYTES:
        raise refusal(Failure.TOO_LARGE)
    start = file.read(4)
    file.seek(0)
    ending = name.rpartition(".")[2].lower()
    if start == OLE:
        raise refusal(Failure.LOCKED if ending == "xlsx" else Failure.OLD_EXCEL)
    if start == ZIP:
        _examine_zip(file, ending)
        return "xlsx"
    if ending not in ("csv", "txt", "tsv"):
        raise refusal(Failure.UNREADABLE if ending == "xlsx" else Failure.KIND)
    return "csv"


def _examine_zip(file: IO[bytes], ending: str) -> None:
    """Refuse what is no workbook, has macros, or would unpack to more than any price book is."""
    try:
        with zipfile.ZipFile(file) as packed:
            members = packed.infolist()
            names = {member.filename for member in members}
            if ending in ("xlsm", "xltm", "xlsb") or any(each.endswith("vbaProject.bin") for each in names):
                raise refusal(Failure.MACROS)
            if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
                raise refusal(Failure.BOMB)
            if "xl/workbook.xml" not in names:
                raise refusal(Failure.KIND)
            for member in members:
                if member.filename.endswith((".xml", ".rels")) and _has_entities(packed, member):
                    raise refusal(Failure.BOMB)
    except BROKEN as broken:
        raise refusal(Failure.UNREADABLE) from broken
    finally:
        file.seek(0)


def _has_entities(packed: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    # A workbook never declares a document type; one that does has entities that unfold without end.
    with packed.open(member) as xml:
        return b"<!DOCTYPE" in xml.read(4096)


def read(file: IO[bytes], *, name: str, language: str, known: Iterable[str]) -> Table:
    """Read headings and rows. `known`: squeezed headings that tell which row holds the headings.

    Raises Refused(Failure), also while the rows are read.
    """
    lines = _csv(file, language) if name.endswith(".csv") else _xlsx(file)
    top = list(islice(lines, HEADINGS_WITHIN))
    if not top:
        raise refusal(Failure.EMPTY)
    names = set(known)
    place = max(range(len(top)), key=lambda n: (sum(squeezed(as_text(c)) in names for c in top[n][1]), -n))
    headings = [" ".join(as_text(cell).split())[:80] for cell in top[place][1][:MOST_COLUMNS]]
    return Table(headings, _counted(chain(top[place + 1 :], lines)))


def _counted(lines: Iterable[Line]) -> Iterator[Line]:
    for count, line in enumerate(lines, start=1):
        if count > MOST_ROWS:
            raise refusal(Failure.TOO_MANY)
        yield line


def _csv(file: IO[bytes], language: str) -> Iterator[Line]:
    text = _decoded(file.read(), language)
    delimiter = max(DELIMITERS, key="\n".join(text[:20_000].splitlines()[:HEADINGS_WITHIN]).count)
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1):
            if any(cell.strip() for cell in cells):
                yield number, cells[:MOST_COLUMNS]
    except csv.Error as broken:
        raise refusal(Failure.UNREADABLE) from broken


def _decoded(content: bytes, language: str) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ENCODINGS.get(language, ("utf-8-sig", "gb18030", "cp950"))
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise refusal(Failure.UNREADABLE)


def _xlsx(file: IO[bytes]) -> Iterator[Line]:
    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheet = next((each for each in book.worksheets if each.sheet_state == "visible"), None)
        if sheet is None:
            raise refusal(Failure.EMPTY)
        # Some exporters write a wrong size of the sheet, which would hide its rows.
        sheet.reset_dimensions()
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            if number > MOST_SHEET_ROWS:
                raise refusal(Failure.TOO_MANY)
            if any(cell is not None and str(cell).strip() for cell in cells):
                yield number, cells[:MOST_COLUMNS]
    except BROKEN as broken:
        raise refusal(Failure.UNREADABLE) from broken


def neutral(text: str) -> str:
    """Return a cell for a file that a spreadsheet opens: what would be a formula becomes text."""
    return f"'{text}" if re.match(r"[=+\-@\t\r]", text) and not re.fullmatch(r"-?\d+([.,]\d+)?", text) else text
