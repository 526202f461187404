"""A line over time with its control limits, ready to be drawn: every place in it is a number of SVG units."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from feedback.control import ABOVE, BELOW, RUN_ABOVE, Limits, Signal, limits, signals
from feedback.models import DatedChange

WIDTH, HEIGHT = 900, 260
LEFT, RIGHT, TOP, BOTTOM = 34, 52, 22, 30
LABELS = 12
"""At most so many labels below the line."""
TALL = 10
WORD = 14
"""Height of a word beside the line."""


@dataclass(frozen=True)
class Measure:
    """One point as it was measured: `value` is None where there was too little; `beside` a second line."""

    start: date
    label: str
    name: str
    value: Decimal | None
    n: int
    beside: Decimal | None = None
    url: str = ""


@dataclass(frozen=True)
class Point:
    """A measure and where it lies; `kind` is good or bad where it is a signal."""

    measure: Measure
    x: float
    y: float | None
    beside_y: float | None
    kind: str
    labelled: bool


@dataclass(frozen=True)
class Mark:
    """A dated change between two points, by its number in the list."""

    change: DatedChange
    number: int
    x: float


@dataclass(frozen=True)
class Line:
    """A level of the drawing: its value in words and its height."""

    text: str
    y: float


@dataclass(frozen=True)
class Trend:
    """All that `templates/feedback/parts/trend.html` draws and says."""

    title: str
    points: tuple[Point, ...]
    path: str
    beside_path: str
    limits: Limits | None
    centre: Line | None
    low: Line | None
    high: Line | None
    levels: tuple[Line, ...]
    signals: tuple[tuple[str, bool], ...]
    marks: tuple[Mark, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM

    @property
    def band(self) -> float:
        """How tall the band between the limits is."""
        return round(self.low.y - self.high.y, 1) if self.low and self.high else 0

    @property
    def said_at(self) -> tuple[float, float]:
        """Where the words of the upper and the lower limit stand, clear of those of the mean."""
        if not (self.low and self.high and self.centre):
            return 0, 0
        return min(self.high.y, self.centre.y - WORD), max(self.low.y, self.centre.y + WORD)

    @property
    def across(self) -> int:
        """How wide the drawing is between its edges."""
        return self.right - self.left

    @property
    def measured(self) -> int:
        """How many points have a value."""
        return sum(point.y is not None for point in self.points)

    @property
    def beside(self) -> bool:
        """True where a second line is drawn."""
        return bool(self.beside_path)


def trend_of(title: str, measures: Sequence[Measure], *, changes: Sequence[DatedChange] = ()) -> Trend:
    """Return the drawing of measures in their order; points without a value leave the limits alone."""
    counted = [measure for measure in measures if measure.value is not None]
    values = [measure.value for measure in counted if measure.value is not None]
    drawn, found = limits(values), signals(values)
    scale = _Scale([float(value) for value in values], [one.beside for one in measures], drawn, len(measures))
    kinds = _kinds(counted, found)
    every = max(1, -(-len(measures) // LABELS))
    points = tuple(
        Point(one, scale.x(at), scale.y(one.value), scale.y(one.beside), kinds.get(one.start, ""), at % every == 0)
        for at, one in enumerate(measures)
    )
    return Trend(
        title=title,
        points=points,
        path=_path(points, beside=False),
        beside_path=_path(points, beside=True),
        limits=drawn,
        centre=scale.line(drawn.centre) if drawn else None,
        low=scale.line(drawn.low) if drawn else None,
        high=scale.line(drawn.high) if drawn else None,
        levels=scale.levels(),
        signals=tuple((_said(one, counted), one.good) for one in found),
        marks=_marks(changes, measures, scale),
    )


class _Scale:
    """Turns values and places in the line into units of the drawing; whole numbers below and above."""

    def __init__(self, values: Sequence[float], beside: Sequence[Decimal | None], drawn: Limits | None, n: int) -> None:
        shown = [*values, *(float(value) for value in beside if value is not None)]
        if drawn:
            shown += [drawn.low, drawn.high]
        self.least = min((int(value) for value in shown), default=0)
        self.most = max((-int(-value // 1) for value in shown), default=TALL)
        if self.most - self.least < 2:
            self.least, self.most = max(0, self.least - 1), min(TALL, self.most + 1)
        self.step = (WIDTH - LEFT - RIGHT) / max(1, n)

    def x(self, at: float) -> float:
        return round(LEFT + (at + 0.5) * self.step, 1)

    def y(self, value: Decimal | float | None) -> float | None:
        if value is None:
            return None
        share = (float(value) - self.least) / (self.most - self.least)
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)

    def line(self, value: float) -> Line:
        return Line(f"{value:.1f}", self.y(value) or 0)

    def levels(self) -> tuple[Line, ...]:
        return tuple(Line(str(level), self.y(level) or 0) for level in range(self.least, self.most + 1))


def _path(points: Sequence[Point], *, beside: bool) -> str:
    places = [(point.x, point.beside_y if beside else point.y) for point in points]
    return " ".join(f"{x},{y}" for x, y in places if y is not None)


def _kinds(counted: Sequence[Measure], found: Sequence[Signal]) -> dict[date, str]:
    kinds = {}
    for signal in found:
        for measure in counted[signal.first : signal.last + 1]:
            kinds[measure.start] = "good" if signal.good else "bad"
    return kinds


def _said(signal: Signal, counted: Sequence[Measure]) -> str:
    """Name a signal: where it is and what it is."""
    first, last = counted[signal.first], counted[signal.last]
    if signal.kind in (ABOVE, BELOW):
        words = _("%(name)s (%(value)s): above the upper limit") if signal.good else None
        words = words or _("%(name)s (%(value)s): below the lower limit")
        return words % {"name": first.name, "value": _shown(first)}
    n = signal.last - signal.first + 1
    if signal.kind == RUN_ABOVE:
        return _("%(first)s to %(last)s: %(n)s in a row above the mean") % _run(first, last, n)
    return _("%(first)s to %(last)s: %(n)s in a row below the mean") % _run(first, last, n)


def _run(first: Measure, last: Measure, n: int) -> dict[str, object]:
    return {"first": first.name, "last": last.name, "n": n}


def _shown(measure: Measure) -> str:
    return f"{measure.value:.1f}" if measure.value is not None else "—"


def _marks(changes: Sequence[DatedChange], measures: Sequence[Measure], scale: _Scale) -> tuple[Mark, ...]:
    """Place the changes that fall into the line before the first point that begins on or after their day."""
    if not measures:
        return ()
    found = []
    for number, change in enumerate(changes, start=1):
        at = sum(measure.start < change.day for measure in measures)
        if change.day >= measures[0].start and at < len(measures):
            found.append(Mark(change, number, round(scale.x(at - 0.5), 1)))
    return tuple(found)
