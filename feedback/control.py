"""Which points of a line say something: the XmR chart of Walter Shewhart in the form of Donald Wheeler.

Limits are the mean plus and minus 2.66 mean moving ranges (Wheeler, "Understanding Variation", 1993: 3 / 1.128). A
point beyond a limit, or eight in a row on one side of the mean, is a signal; all else is what always varies, and
nothing to chase. Pure arithmetic.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

Number = int | float | Decimal

RANGES = 2.66
RUN = 8
NEAR = 1e-9
"""Sums of decimals in binary: nearer than this is equal."""
LEAST = 8
"""Of fewer points no limits are drawn: they would say more about chance than about the store (own rule)."""

ABOVE, BELOW, RUN_ABOVE, RUN_BELOW = "above", "below", "run_above", "run_below"


@dataclass(frozen=True)
class Limits:
    """The mean of the points, and between what they vary by themselves."""

    centre: float
    low: float
    high: float


@dataclass(frozen=True)
class Signal:
    """The points `first` to `last` (indexes) say something: above, below, run_above or run_below."""

    kind: str
    first: int
    last: int

    @property
    def good(self) -> bool:
        """True where it is better than usual."""
        return self.kind in (ABOVE, RUN_ABOVE)


def limits(values: Sequence[Number], *, low: float = 0, high: float = 10) -> Limits | None:
    """Return the limits of points in their order, cut to the scale `low` to `high`; None of fewer than eight."""
    if len(values) < LEAST:
        return None
    points = [float(value) for value in values]
    centre = sum(points) / len(points)
    ranges = [abs(after - before) for before, after in pairwise(points)]
    half = RANGES * sum(ranges) / len(ranges)
    return Limits(centre, max(low, centre - half), min(high, centre + half))


def signals(values: Sequence[Number], *, low: float = 0, high: float = 10) -> list[Signal]:
    """Return the signals of points in their order; empty of fewer than eight."""
    drawn = limits(values, low=low, high=high)
    if drawn is None:
        return []
    points = [float(value) for value in values]
    beyond = [
        Signal(ABOVE if point > drawn.high else BELOW, at, at)
        for at, point in enumerate(points)
        if point > drawn.high + NEAR or point < drawn.low - NEAR
    ]
    return sorted([*beyond, *_runs(points, drawn.centre)], key=lambda one: (one.first, one.last))


def _runs(points: list[float], centre: float) -> list[Signal]:
    """Return the longest runs of eight or more on one side; a point on the mean ends a run."""
    found, begin = [], 0
    sides = [(point > centre + NEAR) - (point < centre - NEAR) for point in points]
    for at in range(1, len(sides) + 1):
        if at < len(sides) and sides[at] == sides[begin]:
            continue
        if sides[begin] and at - begin >= RUN:
            found.append(Signal(RUN_ABOVE if sides[begin] > 0 else RUN_BELOW, begin, at - 1))
        begin = at
    return found
