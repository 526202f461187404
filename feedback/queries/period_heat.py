"""The heat table of a period: 22 touchpoints by days, weeks or months."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from django.urls import reverse

from dealership.queries.standards import TouchpointWords
from feedback.periods import DAY, Period
from feedback.queries.period_words import part_label, part_name, weekday_short
from feedback.queries.periods import Lived, Parts, Scored, Span, Weights, Windows, scored
from feedback.scores import WEAK_BELOW, WEAK_SHOWN, weakness

SATURDAY = 5


@dataclass(frozen=True)
class Column:
    """A part of the period: how its head reads, and where it leads (`base` takes a touchpoint's code)."""

    part: Period
    label: str
    under: str
    name: str
    url: str
    base: str
    current: bool
    weekend: bool


class Cell(NamedTuple):
    """The figure of a touchpoint in a part: its text, class and the page it leads to."""

    text: str
    kind: str
    current: bool
    url: str


@dataclass(frozen=True)
class Row:
    """One touchpoint of the period."""

    words: TouchpointWords
    influence: int
    now: Scored
    change: Decimal | None
    cells: tuple[Cell, ...]
    url: str
    weak: bool = False

    @property
    def weakness(self) -> Decimal:
        """How much it asks for attention; 0 without a figure or where it is good."""
        if self.now.figure is None or self.now.figure >= WEAK_BELOW:
            return Decimal(0)
        return weakness(self.now.figure, self.influence)


@dataclass(frozen=True)
class StageRows:
    """The rows of a stage."""

    name: str
    rows: tuple[Row, ...]

    @property
    def short(self) -> str:
        """The last word of its name, for the upright label."""
        return self.name.split()[-1]


def columns_of(span: Span, parts: Sequence[Period], today: date) -> tuple[Column, ...]:
    """Return the heads of the parts."""
    found = []
    for part in parts:
        if part.kind == DAY:
            url = reverse("scores", kwargs={"store": span.store.code, "day": part.first})
        else:
            url = part.url("scores-period", span.store)
        found.append(
            Column(
                part=part,
                label=part_label(part),
                under=weekday_short(part.first) if part.kind == DAY else "",
                name=part_name(part),
                url=url + span.query,
                base=url,
                current=part.first <= today <= part.last,
                weekend=part.kind == DAY and part.first.weekday() >= SATURDAY,
            )
        )
    return tuple(found)


def cells_of(
    code: str, parts: Parts, columns: Sequence[Column], *, said: Windows, weights: Weights, query: str
) -> tuple[Cell, ...]:
    """Return a touchpoint's cells; a part's figure rests on its own records and the 28 days that end with it."""
    found = []
    for column in columns:
        lived = parts.get(column.part.first)
        figure = _figure(code, lived, column, said, weights)
        url = f"{column.base}{code}/{query}"
        if figure is None and (lived is None or not lived.n):
            found.append(Cell("–", "heat-na", column.current, ""))
        elif figure is None and lived:
            found.append(Cell(str(lived.reading.shown), "heat-few", column.current, url))
        else:
            found.append(Cell(str(figure), f"heat-{int(figure or 0)}", column.current, url))
    return tuple(found)


def _figure(code: str, lived: Lived | None, column: Column, said: Windows, weights: Weights) -> Decimal | None:
    if lived is None:
        return None
    if column.part.kind == DAY:
        return lived.figure if lived.n else None
    return scored(code, [lived], said, [column.part.last], weights).figure if lived.n else None


def with_weakest(rows: Sequence[Row]) -> list[Row]:
    """Mark the three that ask most: low figure times influence."""
    asking = sorted((row for row in rows if row.weakness), key=lambda row: (-row.weakness, row.words.code))
    weak = {row.words.code for row in asking[:WEAK_SHOWN]}
    return [
        Row(row.words, row.influence, row.now, row.change, row.cells, row.url, row.words.code in weak) for row in rows
    ]


def by_stage(rows: Sequence[Row], names: Mapping[str, str]) -> list[StageRows]:
    """Group rows by stage."""
    groups = groupby(rows, key=lambda row: row.words.stage)
    return [StageRows(names[stage], tuple(listed)) for stage, listed in groups]
