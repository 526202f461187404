"""Where the points of a period went: touchpoints by what they lost of 10, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from dealership.queries.standards import TouchpointWords
from feedback.queries.periods import Lived

CAUSES = ("unrecorded", "bulk", "late", "skipped")
"""Not recorded, ticked in bulk, recorded late, not done."""
UNITS = 1000


@dataclass(frozen=True)
class Segment:
    """A part of a bar: a cause, its points and where it lies."""

    kind: str
    points: Decimal
    x: int
    width: int


@dataclass(frozen=True)
class Loss:
    """A touchpoint: points lost, share of all, share of all down to here (per cent)."""

    words: TouchpointWords
    points: Decimal
    n: int
    share: int
    cumulative: int
    segments: tuple[Segment, ...]

    @property
    def each(self) -> Decimal:
        """Points lost a visit."""
        return self.points / self.n


@dataclass(frozen=True)
class Pareto:
    """All touchpoints that lost something, the most first, and the causes over all of them."""

    rows: tuple[Loss, ...]
    total: Decimal
    causes: tuple[Segment, ...]

    @property
    def vital(self) -> int:
        """How many touchpoints hold four fifths of all that was lost."""
        return next((number for number, row in enumerate(self.rows, start=1) if row.cumulative >= 80), len(self.rows))


def points_by_cause(lived: Lived) -> dict[str, Decimal]:
    """Return cause → points lost.

    A score loses 10 × what its steps lack; the points of all visits are shared among causes by the steps they took
    (a late one half), so that the causes add up to what was lost.
    """
    lost = 10 * lived.n - lived.total
    lacking = {
        "unrecorded": Decimal(lived.unrecorded),
        "bulk": Decimal(lived.bulk),
        "late": Decimal(lived.late) / 2,
        "skipped": Decimal(lived.skipped),
    }
    all_lacking = sum(lacking.values())
    return {cause: lost * steps / all_lacking if all_lacking else Decimal(0) for cause, steps in lacking.items()}


def pareto(rows: Iterable[tuple[TouchpointWords, Lived]]) -> Pareto:
    """Return the losses of touchpoints, the most first."""
    lost = [(words, lived, points_by_cause(lived)) for words, lived in rows if lived.n]
    lost = [(words, lived, causes) for words, lived, causes in lost if sum(causes.values()) > 0]
    lost.sort(key=lambda row: (-sum(row[2].values()), row[0].code))
    total = sum((sum(causes.values(), Decimal(0)) for _, _, causes in lost), Decimal(0))
    most = sum(lost[0][2].values()) if lost else Decimal(0)
    found, so_far = [], Decimal(0)
    for words, lived, causes in lost:
        points = sum(causes.values(), Decimal(0))
        so_far += points
        share, cumulative = round(100 * points / total), round(100 * so_far / total)
        found.append(Loss(words, points, lived.n, share, cumulative, _segments(causes, most)))
    summed = {cause: sum((causes[cause] for _, _, causes in lost), Decimal(0)) for cause in CAUSES}
    return Pareto(tuple(found), total, _segments(summed, total))


def _segments(causes: dict[str, Decimal], whole: Decimal | int) -> tuple[Segment, ...]:
    found, start = [], 0
    for cause in CAUSES:
        width = round(UNITS * causes[cause] / whole) if whole else 0
        found.append(Segment(cause, causes[cause], start, width))
        start += width
    return tuple(found)
