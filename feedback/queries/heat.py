"""The heat table of a day: 22 touchpoints in five stages, their readings, change and the 14 days before."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from dealership.queries.standards import TouchpointWords
from feedback.models import DailyScore
from feedback.queries.day import NO_ROW, STRIP_DAYS, WEEK, Strip, figure_of, readings_of
from feedback.scores import CUSTOMER, EXECUTION, SELF_CHECK, WEAK_BELOW, WEAK_SHOWN, Reading, weakness


@dataclass(frozen=True)
class Cell:
    """One day of a touchpoint: the number in it and its class (`heat-8`, `heat-few`, `heat-na`)."""

    day: date
    text: str
    kind: str
    current: bool


@dataclass(frozen=True)
class Row:
    """One touchpoint on the day."""

    words: TouchpointWords
    figure: Decimal | None
    change: Decimal | None
    score: DailyScore
    influence: int
    cells: tuple[Cell, ...]
    weak: bool = False

    @property
    def readings(self) -> tuple[Reading, ...]:
        """Execution, self-check and customer."""
        found = readings_of(self.score)
        return found[EXECUTION], found[SELF_CHECK], found[CUSTOMER]

    @property
    def execution(self) -> Reading:
        """The mean of the day's records."""
        return self.readings[0]

    @property
    def code(self) -> str:
        """`1.5`."""
        return self.words.code

    @property
    def weakness(self) -> Decimal:
        """How much it asks for attention; 0 without a figure or where it is good."""
        if self.figure is None or self.figure >= WEAK_BELOW:
            return Decimal(0)
        return weakness(self.figure, self.influence)


@dataclass(frozen=True)
class StageRows:
    """The rows of a stage."""

    stage: str
    name: str
    rows: tuple[Row, ...]

    @property
    def short(self) -> str:
        """The last word of its name, for the upright label (Chinese names are one word)."""
        return self.name.split()[-1]


def days_of(day: date) -> list[date]:
    """Return the 14 days of the strip."""
    return [day - timedelta(days=back) for back in range(STRIP_DAYS - 1, -1, -1)]


def heat_rows(found: Strip, words: tuple[TouchpointWords, ...], day: date, influence: Mapping[str, int]) -> list[Row]:
    """Return a row for each touchpoint in its order; the three weakest are marked."""
    rows = [_row(touchpoint, found.get(touchpoint.code, {}), day, influence[touchpoint.code]) for touchpoint in words]
    weak = {row.code for row in weakest(rows)}
    return [replace(row, weak=True) if row.code in weak else row for row in rows]


def by_stage(rows: list[Row], names: dict[str, str]) -> list[StageRows]:
    """Group rows by stage."""
    groups = groupby(rows, key=lambda row: row.words.stage)
    return [StageRows(stage, names[stage], tuple(listed)) for stage, listed in groups]


def weakest(rows: list[Row]) -> list[Row]:
    """Return the three that ask most: low score times influence."""
    asking = sorted((row for row in rows if row.weakness), key=lambda row: (-row.weakness, row.code))
    return asking[:WEAK_SHOWN]


def _row(words: TouchpointWords, rows: dict[date, DailyScore], day: date, influence: int) -> Row:
    figure, before = figure_of(rows, day), figure_of(rows, day - WEEK)
    return Row(
        words=words,
        figure=figure,
        change=figure - before if figure is not None and before is not None else None,
        score=rows.get(day, NO_ROW),
        influence=influence,
        cells=cells_of(rows, day),
    )


def cells_of(rows: dict[date, DailyScore], day: date) -> tuple[Cell, ...]:
    """Return the 14 cells that end with `day`: the single figure, else (greyed) what little execution there is."""
    return tuple(_cell(rows.get(one, NO_ROW), one, day) for one in days_of(day))


def _cell(row: DailyScore, day: date, current: date) -> Cell:
    if row.figure is not None:
        return cell_of(row.figure, day, current)
    execution = readings_of(row)[EXECUTION]
    return cell_of(execution.shown, day, current, few=execution.few)


def cell_of(figure: Decimal | None, day: date, current: date, *, few: bool = False) -> Cell:
    """Return the cell of a figure; hatched where there is none, without colour where it is too small a sample."""
    if figure is None:
        return Cell(day, "–", "heat-na", day == current)
    return Cell(day, str(figure), "heat-few" if few else f"heat-{int(figure)}", day == current)
