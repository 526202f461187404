"""A row of a file and how its cells become values; whatever cannot be read is named, nothing is guessed."""

import dataclasses
import re
import unicodedata
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl.utils.datetime import from_excel

from reception.imports.reasons import Reason

SHOWN = 80
"""So much of a cell is kept beside the reason."""
NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d*)?")
MONEY = re.compile(r"人民币|RMB|CNY|NT\$|TWD|NTD|[¥$元圆円]")
DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
CLOCK = re.compile(r"(上午|下午)?(\d{1,2})[:时時点點](\d{2})?(?::\d{2}|分)?")
FIRST_DAY, LAST_DAY = 36526, 73050
"""Days of Excel that are taken for a date where a cell is a bare number: the years 2000 to 2099."""


@dataclass(frozen=True)
class Column:
    """One of our fields: `headings` are the usual words over it, in any language; `example` helps on the page."""

    name: str
    label: Any
    headings: tuple[str, ...]
    needed: bool = False
    example: str = ""


@dataclass(frozen=True)
class Row:
    """A row of the file: `number` as the spreadsheet counts, cells by our field.

    `before` holds the keys of the good rows above it while nothing is written yet (the dry run).
    """

    number: int
    cells: Mapping[str, Any]
    before: Container[tuple[Any, ...]] = frozenset()


@dataclass(frozen=True)
class Bad:
    """Why a row cannot be taken. `reason` is a Reason, or a whole sentence; `args` fill its places."""

    field: str
    value: str
    reason: str
    args: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class Wanted:
    """What a good row says. Two rows of one file with the same `key` are the same thing said twice; () never."""

    key: tuple[Any, ...]
    values: Mapping[str, Any]


class Cells:
    """Reads the cells of a row. Each method returns its value, or its empty one and a line in `bad`."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.bad: list[Bad] = []

    def refuse(self, name: str, reason: str, **args: Any) -> None:
        """Name the cell of field `name` as bad."""
        self.bad.append(Bad(name, shown(self.row.cells.get(name)), reason, args))

    def text(self, name: str, *, most: int, needed: bool = False) -> str:
        """Return the text on one line, at most `most` characters."""
        words = " ".join(as_text(self.row.cells.get(name)).split())
        if needed and not words:
            self.refuse(name, Reason.MISSING)
        if len(words) > most:
            self.refuse(name, Reason.TOO_LONG, most=most)
        return words

    def code(self, name: str, *, most: int, needed: bool = False) -> str:
        """Return a code: half-width, capitals, without spaces."""
        code = self.text(name, most=10 * most, needed=needed)
        code = "".join(unicodedata.normalize("NFKC", code).upper().split())
        if len(code) > most:
            self.refuse(name, Reason.TOO_LONG, most=most)
        return code

    def decimal(
        self, name: str, *, most: Decimal, least: Decimal = Decimal(0), needed: bool = False, places: int = 2
    ) -> Decimal | None:
        """Return a number from `least` to `most`; thousands, yuan signs and full-width digits are understood."""
        cell = self.row.cells.get(name)
        if as_text(cell) == "":
            if needed:
                self.refuse(name, Reason.MISSING)
            return None
        number = as_decimal(cell)
        if number is None:
            self.refuse(name, Reason.NO_NUMBER)
            return None
        exact = number.quantize(Decimal(1).scaleb(-places)) if abs(number) < Decimal(10) ** 15 else number
        if number < least:
            self.refuse(name, Reason.TOO_SMALL, least=least)
        elif number > most:
            self.refuse(name, Reason.TOO_LARGE, most=most)
        elif abs(exact - number) > Decimal("0.000001"):
            self.refuse(name, Reason.PLACES, places=places)
        return exact

    def whole(self, name: str, *, most: int, least: int = 0, needed: bool = False) -> int | None:
        """Return a whole number from `least` to `most`."""
        number = self.decimal(name, most=Decimal(most), least=Decimal(least), needed=needed, places=0)
        return None if number is None else int(number)

    def choice(self, name: str, words: Mapping[str, str], *, needed: bool = False) -> str:
        """Return the value of a word; `words` are squeezed (see `squeezed`) and lead to values."""
        text = as_text(self.row.cells.get(name))
        found = words.get(squeezed(text), "")
        if text and not found:
            self.refuse(name, Reason.UNKNOWN_WORD, words="、".join(dict.fromkeys(words)))
        elif needed and not text:
            self.refuse(name, Reason.MISSING)
        return found

    def day(self, name: str, *, needed: bool = False) -> date | None:
        """Return a date: a cell of Excel, 2026-11-20, 2026/11/20, 2026年11月20日 or 20261120."""
        moment = self._moment(name, needed=needed, clock=False)
        return moment.date() if moment else None

    def moment(self, name: str, *, zone: ZoneInfo, needed: bool = False) -> datetime | None:
        """Return an aware moment; a date without a clock is bad."""
        moment = self._moment(name, needed=needed, clock=True)
        return moment.replace(tzinfo=zone) if moment else None

    def clock(self, name: str, *, needed: bool = False) -> time | None:
        """Return a time of day: a cell of Excel, 9:30, 09:30:00, 下午2点30."""
        cell = self.row.cells.get(name)
        if as_text(cell) == "":
            if needed:
                self.refuse(name, Reason.MISSING)
            return None
        found = as_clock(cell)
        if found is None:
            self.refuse(name, Reason.NO_TIME)
        return found

    def _moment(self, name: str, *, needed: bool, clock: bool) -> datetime | None:
        cell = self.row.cells.get(name)
        if as_text(cell) == "":
            if needed:
                self.refuse(name, Reason.MISSING)
            return None
        found = as_moment(cell, clock=clock)
        if found is None:
            self.refuse(name, Reason.NO_MOMENT if clock else Reason.NO_DATE)
        return found


def as_text(cell: Any) -> str:
    """Return a cell as it reads in the spreadsheet: 1000.0 is 1000."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip().strip("\u3000\ufeff")


def as_decimal(cell: Any) -> Decimal | None:
    """Return a cell as a number, None where it is none."""
    if isinstance(cell, bool | date | time):
        return None
    text = unicodedata.normalize("NFKC", as_text(cell))
    if isinstance(cell, int | float):
        text = format(Decimal(repr(cell)), "f") if cell == cell and abs(cell) != float("inf") else ""
    text = "".join(MONEY.sub("", text.upper()).replace("，", ",").split())
    if not NUMBER.fullmatch(text):
        return None
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None


def as_clock(cell: Any) -> time | None:
    """Return a cell as a time of day, None where it is none."""
    if isinstance(cell, datetime):
        return cell.time().replace(tzinfo=None)
    if isinstance(cell, time):
        return cell
    if isinstance(cell, float) and 0 <= cell < 1:
        minutes = round(cell * 24 * 60)
        return time(minutes // 60 % 24, minutes % 60)
    match = CLOCK.fullmatch("".join(unicodedata.normalize("NFKC", as_text(cell)).split()))
    if not match:
        return None
    half, hours, minutes = match[1], int(match[2]), int(match[3] or 0)
    if half == "下午" and hours < 12:
        hours += 12
    return time(hours, minutes) if hours < 24 and minutes < 60 else None


def as_moment(cell: Any, *, clock: bool) -> datetime | None:
    """Return a cell as date (and, where asked for, clock), None where it is none."""
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=None)
    if isinstance(cell, date):
        return None if clock else datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 (the zone is the store's)
    text = unicodedata.normalize("NFKC", as_text(cell)).replace("T", " ")
    number = as_decimal(cell)
    if number is not None and FIRST_DAY <= number <= LAST_DAY:
        return _excel_moment(number)
    if re.fullmatch(r"20\d{6}", text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    match = DATE.match(text)
    if not match:
        return None
    rest = text[match.end() :].strip()
    o_clock = as_clock(rest) if rest else (None if clock else time(0))
    if o_clock is None:
        return None
    try:
        return datetime(int(match[1]), int(match[2]), int(match[3]), o_clock.hour, o_clock.minute)  # noqa: DTZ001
    except ValueError:
        return None


def _excel_moment(number: Decimal) -> datetime | None:
    found = from_excel(float(number))
    return found.replace(microsecond=0) if isinstance(found, datetime) else None


def shown(cell: Any) -> str:
    """Return a cell as it is named beside its reason."""
    text = as_text(cell)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def squeezed(text: str) -> str:
    """Return a heading or word as it is compared: half-width, small, letters and digits only."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())
