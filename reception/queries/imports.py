"""Files that were read in, as their pages show them."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dealership.models import Store
from reception.imports.cells import Column, as_text
from reception.imports.reader import neutral, read
from reception.imports.reasons import failure_words, reason_words
from reception.models import ImportRun

State = ImportRun.State
LISTED = 30
SHOWN = 200
"""So many bad rows stand on the page; all of them are in the file to download."""


@dataclass(frozen=True)
class BadRow:
    """A bad cell: row as the spreadsheet counts, field, value and why, in the reader's language."""

    row: int
    field: str
    value: str
    reason: str


@dataclass(frozen=True)
class RunView:
    """A run with everything its page says."""

    run: ImportRun
    bad: list[BadRow]
    bad_rows: int

    @property
    def working(self) -> bool:
        """True while the page has to ask again."""
        return bool(self.run.columns) and self.run.state in (State.READ, State.TAKING)

    @property
    def unmatched(self) -> bool:
        """True until somebody has matched the columns."""
        return not self.run.columns

    @property
    def good_rows(self) -> int:
        """How many rows can be taken in."""
        return self.run.rows - self.bad_rows

    @property
    def shown(self) -> list[BadRow]:
        """The bad cells that stand on the page."""
        return self.bad[:SHOWN]

    @property
    def failure(self) -> str:
        """Why the file could not be read."""
        return failure_words(self.run.failure)

    @property
    def counts(self) -> dict[str, int]:
        """What came of the good rows."""
        return {name: self.run.result.get(name, 0) for name in ("new", "changed", "same")}


def runs_of(store: Store) -> list[RunView]:
    """Return the store's last files, the newest first."""
    return [view_of(run, ()) for run in ImportRun.objects.filter(store=store).select_related("by")[:LISTED]]


def view_of(run: ImportRun, columns: Sequence[Column]) -> RunView:
    """Return a run as its page shows it; `columns` of its kind give the names of the fields."""
    labels = {column.name: str(column.label) for column in columns}
    bad = [
        BadRow(each["row"], labels.get(each["field"], ""), each["value"], reason_words(each["reason"], each["args"]))
        for each in run.bad
    ]
    return RunView(run, bad, len({each.row for each in bad}))


def headings_of(run: ImportRun, known: set[str]) -> tuple[list[str], list[list[str]]]:
    """Return the headings of the file and its first three rows. Raises Refused where it cannot be read."""
    with run.file.open("rb") as file:
        table = read(file, name=run.file.name or "", language=run.store.language, known=known)
        first = [
            [as_text(cell) for cell in cells] for (_number, cells), _place in zip(table.rows, range(3), strict=False)
        ]
    return table.headings, first


def bad_file(view: RunView, known: set[str], words: tuple[str, str]) -> bytes:
    """Return the bad rows as they stood in the file, as CSV: row, why, then their cells.

    It can be corrected and read in again; cells that a spreadsheet would take for a formula are text. `words` are the
    two headings. Raises Refused where the file cannot be read any more.
    """
    run = view.run
    why: dict[int, list[str]] = {}
    for each in view.bad:
        why.setdefault(each.row, []).append(": ".join(part for part in (each.field, each.reason) if part))
    text = io.StringIO()
    writer = csv.writer(text)
    with run.file.open("rb") as file:
        table = read(file, name=run.file.name or "", language=run.store.language, known=known)
        writer.writerow([*words, *map(neutral, table.headings)])
        for number, cells in table.rows:
            if number in why:
                said: list[Any] = [number, " ".join(why[number]), *(as_text(cell) for cell in cells)]
                writer.writerow([neutral(str(cell)) for cell in said])
    # With its mark Excel knows that it is UTF-8.
    return text.getvalue().encode("utf-8-sig")


def sample_file(columns: Sequence[Column]) -> bytes:
    """Return an empty file with our own headings and one row of examples."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([str(column.label) for column in columns])
    writer.writerow([neutral(column.example) for column in columns])
    return text.getvalue().encode("utf-8-sig")
