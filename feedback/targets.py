"""What a target may be set on, and the small picture of it: pure (docs/figures.md)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from feedback.figures import SCORES, Figure

BY_TOUCHPOINT = frozenset(figure.code for figure in SCORES)
"""Figures that exist for a single touchpoint too."""
TOP = {"percent": Decimal(100), "points": Decimal(10)}
"""Unit → the end of its scale; minutes and counts have none."""
LARGEST = {"percent": Decimal(100), "points": Decimal(10), "minutes": Decimal(1440), "count": Decimal(1000)}
"""Unit → the largest target that makes sense (minutes: a day)."""
ROOM = Decimal("1.25")
"""A scale without an end of its own reaches so far beyond the largest value on it."""
WIDTH = 200
REACHED, SHORT, UNKNOWN = "reached", "short", "unknown"


@dataclass(frozen=True)
class Picture:
    """A bar with two marks, in units of 0 to 200: how long the bar is, where target and baseline stand (or None)."""

    bar: int
    target: int | None = None
    baseline: int | None = None


def picture(figure: Figure, *, value: float | None, target: Decimal | None, baseline: Decimal | None) -> Picture:
    """Return the picture of a figure beside its target and baseline, cut to its scale."""
    known = [Decimal(str(one)) for one in (value, target, baseline) if one is not None]
    end = TOP.get(figure.unit) or max(known, default=Decimal(1)) * ROOM or Decimal(1)

    def at(one: float | Decimal | None) -> int | None:
        return None if one is None else round(WIDTH * min(max(Decimal(str(one)), Decimal(0)), end) / end)

    return Picture(at(value) or 0, at(target), at(baseline))


def state_of(figure: Figure, value: float | None, target: Decimal | None, *, few: bool = False) -> str:
    """Tell whether a target is reached; unknown without a value, without a target, or with too few."""
    if value is None or target is None or few:
        return UNKNOWN
    # As the page shows both: to one place.
    shown, aim = round(value, 1), round(float(target), 1)
    return REACHED if (shown >= aim if figure.better == "up" else shown <= aim) else SHORT


def largest(figures: Iterable[Figure]) -> dict[str, Decimal]:
    """Return code → the largest value that may be set."""
    return {figure.code: LARGEST.get(figure.unit, Decimal(999999)) for figure in figures}
