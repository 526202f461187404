"""The past year drawn as a line: where each visit lies on it, and the next service beyond today."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from reception.queries.past_year import PastVisit, PastYear

WIDTH, EDGE = 320, 14
"""Units of the drawing; EDGE is left free at both ends for the marks."""
DAYS_BACK, DAYS_AHEAD = 365, 60
"""The line ends a little after today, so that a service that is due soon is on it."""
KINDS = ("service", "repair", "accident", "due")
ROOM = 22
"""Marks that lie nearer than this are set above each other."""


@dataclass(frozen=True)
class Mark:
    """A visit (`mark`: service, repair, accident) or the next service ("due") at `x`; `row` 0 is on the line."""

    x: int
    row: int
    mark: str
    words: str

    @property
    def y(self) -> int:
        """Height of the mark's centre."""
        return 44 - 22 * self.row


@dataclass(frozen=True)
class YearLine:
    """The drawing: marks, today's place, and the first days of quarters as (x, day)."""

    marks: list[Mark]
    today: int
    quarters: list[tuple[int, date]]
    width: int = WIDTH
    height: int = 66

    @property
    def kinds(self) -> list[str]:
        """The kinds of marks on the line, each once, for its legend."""
        there = {each.mark for each in self.marks}
        return [kind for kind in KINDS if kind in there]


def year_line(year: PastYear, due_words: str = "") -> YearLine | None:
    """Return the drawing of the year; None where there is nothing on it."""
    marks = list(_placed((_x(each.day, year.today), each) for each in reversed(year.visits)))
    due = year.due.day if year.due else None
    if due and year.today <= due <= year.today + timedelta(days=DAYS_AHEAD):
        marks.append(Mark(_x(due, year.today), 0, "due", due_words))
    if not marks:
        return None
    first = year.today - timedelta(days=DAYS_BACK)
    quarters = [day for day in (first + timedelta(days=n) for n in range(DAYS_BACK)) if _opens_quarter(day)]
    return YearLine(marks, _x(year.today, year.today), [(_x(day, year.today), day) for day in quarters])


def _placed(places: Iterable[tuple[int, PastVisit]]) -> Iterable[Mark]:
    last: Mark | None = None
    for x, each in places:
        row = (last.row + 1) % 2 if last is not None and x - last.x < ROOM else 0
        last = Mark(x, row, each.mark, " · ".join(each.titles[:3]))
        yield last


def _x(day: date, today: date) -> int:
    share = ((day - today).days + DAYS_BACK) / (DAYS_BACK + DAYS_AHEAD)
    return round(EDGE + min(max(share, 0), 1) * (WIDTH - 2 * EDGE))


def _opens_quarter(day: date) -> bool:
    return day.day == 1 and day.month in (1, 4, 7, 10)
