"""Figures as they are written and drawn: value, change, interval, and the bar beside them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from feedback.figures import Figure
from feedback.queries.figures import Measured

WIDE = 1000
"""Units of a bar's width."""
STILL = 0.05
"""A smaller change of a shown figure is none."""
FULL = {"percent": 100.0, "points": 10.0}
"""Unit → where its scale ends; the others end a little beyond what is shown."""


@dataclass(frozen=True)
class Bar:
    """A bar of 1000 units: how long, where its interval lies (None: it has none) and where it was before."""

    width: int
    low: int | None
    high: int | None
    before: int | None

    @property
    def spread(self) -> int:
        """The length of the interval."""
        return (self.high or 0) - (self.low or 0)


@dataclass(frozen=True)
class Shown:
    """A figure with its words: `tone` says whether a change is good ("ok", "bad", "" where it stands still)."""

    figure: Figure
    measured: Measured
    value: str
    change: str
    way: str
    tone: str
    interval: str
    bar: Bar | None
    url: str = ""
    help_url: str = ""

    @property
    def few(self) -> bool:
        """True for a small sample."""
        return self.measured.few


@dataclass(frozen=True)
class Part:
    """A part of a whole: its code, words, per cent, where it begins (of 1000 units) and how long it is."""

    code: str
    name: str
    value: str
    x: int
    width: int


def written(value: float | None, unit: str) -> str:
    """Write a value with its unit, "—" where there is none."""
    if value is None:
        return "—"
    if unit == "percent":
        return f"{value:.1f}%" if 0 < value < 9.95 or 99 < value < 100 else f"{value:.0f}%"
    if unit == "minutes":
        return _("%(n)s min") % {"n": f"{value:.1f}" if abs(value) < 10 else f"{value:.0f}"}
    return f"{value:.2f}" if unit == "count" else f"{value:.1f}"


def bare(value: float, unit: str) -> str:
    """Write a value without its unit."""
    return f"{value:.2f}" if unit == "count" else f"{value:.1f}"


def shown(figure: Figure, measured: Measured, *, url: str = "", help_url: str = "") -> Shown:
    """Put a figure into words and a bar."""
    change = measured.change
    moved = change is not None and abs(change) >= (STILL if figure.unit != "count" else STILL / 10)
    way = "" if change is None else ("same" if not moved else "up" if change > 0 else "down")
    tone = "" if way in ("", "same") else "ok" if way == figure.better else "bad"
    interval = ""
    if measured.interval:
        low, high = bare(measured.interval.low, figure.unit), bare(measured.interval.high, figure.unit)
        interval = _("95 %% between %(low)s and %(high)s") % {"low": low, "high": high}
    return Shown(
        figure=figure,
        measured=measured,
        value=written(measured.value, figure.unit),
        change="" if change is None or not moved else bare(abs(change), figure.unit),
        way=way,
        tone=tone,
        interval=interval,
        bar=bar_of(measured, figure.unit),
        url=url,
        help_url=help_url,
    )


def bar_of(measured: Measured, unit: str) -> Bar | None:
    """Return the bar of a figure; None where there is nothing to draw."""
    if measured.value is None:
        return None
    marks = [measured.value, measured.before or 0]
    if measured.interval:
        marks.append(measured.interval.high)
    full = FULL.get(unit) or max(1.0, max(marks) * 1.15)

    def at(value: float) -> int:
        return max(0, min(WIDE, round(WIDE * value / full)))

    low, high = (at(measured.interval.low), at(measured.interval.high)) if measured.interval else (None, None)
    return Bar(at(measured.value), low, high, None if measured.before is None else at(measured.before))


def parts(found: Iterable[tuple[Figure, Measured]]) -> list[Part]:
    """Return shares that make up a whole as the parts of one bar; none where nothing was measured."""
    listed, x = [], 0.0
    for figure, measured in found:
        if measured.value is None:
            return []
        width = WIDE * measured.value / 100
        text = written(measured.value, figure.unit)
        listed.append(Part(figure.code, str(figure.name), text, round(x), round(x + width) - round(x)))
        x += width
    return listed
