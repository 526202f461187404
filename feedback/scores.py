"""The score of a touchpoint on a day, from its readings: pure arithmetic (definitions: `docs/scores.md`)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

EXECUTION, SELF_CHECK, CUSTOMER = "execution", "self_check", "customer"
WEIGHTS = {EXECUTION: 25, SELF_CHECK: 25, CUSTOMER: 50}
"""Per cent; the weight of a missing reading is shared out among the others."""
FEW = 5
"""A reading of fewer is greyed and counts as missing."""
WINDOW_DAYS = 28
"""Self-check and customer readings of a day are those of so many days, itself the last."""
WEAK_BELOW = Decimal(8)
WEAK_SHOWN = 3


@dataclass(frozen=True)
class Reading:
    """A mean of 0 to 10 and how many it is the mean of; None and 0 where there is none yet."""

    mean: Decimal | None = None
    n: int = 0

    @property
    def few(self) -> bool:
        """True where there is something, but too little to count."""
        return 0 < self.n < FEW

    @property
    def shown(self) -> Decimal | None:
        """The mean as the page shows it, to one place."""
        return None if self.mean is None else rounded(self.mean)


def rounded(value: Decimal) -> Decimal:
    """Return `value` to one place, halves up; a tie stays one though a quotient is cut after its last digit."""
    return value.quantize(Decimal("1e-9"), ROUND_HALF_UP).quantize(Decimal("0.1"), ROUND_HALF_UP)


def one_figure(readings: Mapping[str, Reading], weights: Mapping[str, int] = WEIGHTS) -> Decimal | None:
    """Return the single figure (one place) of a touchpoint, None where no reading is left.

    `weights` are per cent by reading, together 100; that of a missing reading (n below 5) is shared out.
    """
    left = {name: reading.mean for name, reading in readings.items() if reading.mean is not None and reading.n >= FEW}
    weight = sum(weights[name] for name in left)
    if not weight:
        return None
    return rounded(sum((weights[name] * mean for name, mean in left.items()), Decimal(0)) / weight)


def mean_of(figures: Iterable[Decimal | None]) -> Decimal | None:
    """Return the plain mean (one place) of the single figures that are shown, None where none is."""
    shown = [figure for figure in figures if figure is not None]
    return rounded(sum(shown, Decimal(0)) / len(shown)) if shown else None


def weakness(figure: Decimal, influence: int) -> Decimal:
    """Return how much a touchpoint asks for attention: what it lacks of 10, times its influence of 1 to 5."""
    return (10 - figure) * influence
