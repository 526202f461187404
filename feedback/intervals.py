"""How far a figure can be trusted: 95 % intervals of shares, of means and of the difference of two means.

Pure arithmetic on numbers and sums, no query. Wilson's score interval (1927) for shares, Student's t for means,
Welch's form (1947) for differences: two samples of different size and spread.
"""

import math
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

Number = int | float | Decimal

Z_95 = 1.959963984540054
"""The 97.5 % point of the normal distribution: 2.5 % stay outside on either side."""
TAIL = 0.025
MANY = 1e7
"""From so many degrees of freedom on Student's t is the normal distribution (to six places)."""


@dataclass(frozen=True)
class Interval:
    """From `low` to `high`, in the unit of what was measured."""

    low: float
    high: float

    def holds(self, value: Number) -> bool:
        """Tell whether `value` lies inside, the ends included."""
        return self.low <= float(value) <= self.high


@dataclass(frozen=True)
class Sample:
    """How many values there are, their sum, and the sum of their squares."""

    n: int
    total: Number = 0
    squares: Number = 0

    @property
    def mean(self) -> float | None:
        """The mean, None of nothing."""
        return float(Decimal(self.total) / self.n) if self.n else None

    @property
    def variance(self) -> float | None:
        """The variance estimated from the sample (n - 1), None of fewer than two."""
        if self.n < 2:
            return None
        total = Decimal(self.total)
        return max(0.0, float((Decimal(self.squares) - total * total / self.n) / (self.n - 1)))


def wilson(hits: int, n: int) -> Interval | None:
    """Return the interval (0 to 1) of the share `hits` of `n`; None of nothing. Right for small n and shares near 0."""
    if not n:
        return None
    share, z2 = hits / n, Z_95 * Z_95
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z_95 * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return Interval(middle - half if hits else 0.0, middle + half if hits < n else 1.0)


def mean_interval(n: int, total: Number, squares: Number, *, low: float = 0, high: float = 10) -> Interval | None:
    """Return the interval of the mean of `n` values, cut to the scale `low` to `high`; None of fewer than two."""
    sample = Sample(n, total, squares)
    if sample.mean is None or sample.variance is None:
        return None
    half = student(n - 1) * math.sqrt(sample.variance / n)
    return Interval(max(low, sample.mean - half), min(high, sample.mean + half))


def difference(before: Sample, after: Sample) -> Interval | None:
    """Return the interval of the mean after minus the mean before; None where a side has fewer than two values."""
    if before.mean is None or after.mean is None or before.variance is None or after.variance is None:
        return None
    gap = after.mean - before.mean
    parts = (before.variance / before.n, after.variance / after.n)
    spread = sum(parts)
    if not spread:
        return Interval(gap, gap)
    freedom = spread**2 / (parts[0] ** 2 / (before.n - 1) + parts[1] ** 2 / (after.n - 1))
    half = student(freedom) * math.sqrt(spread)
    return Interval(gap - half, gap + half)


@lru_cache(maxsize=4096)
def student(freedom: float) -> float:
    """Return the 97.5 % point of Student's t with `freedom` (1 or more, fractions too) degrees of freedom."""
    if freedom >= MANY:
        return Z_95
    low, high = Z_95, 12.8
    while high - low > 1e-9:
        middle = (low + high) / 2
        low, high = (middle, high) if _tail(middle, freedom) > TAIL else (low, middle)
    return (low + high) / 2


def _tail(t: float, freedom: float) -> float:
    """Return the probability of a value beyond `t`: half the incomplete beta function at freedom / (freedom + t²)."""
    x, a, b = freedom / (freedom + t * t), freedom / 2, 0.5
    log_beta = math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
    front = math.exp(a * math.log(x) + b * math.log1p(-x) - log_beta)
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a / 2
    return (1 - front * _fraction(1 - x, b, a) / b) / 2


def _fraction(x: float, a: float, b: float) -> float:
    """Return the continued fraction of the incomplete beta function (Lentz's way: from the front, never over 0)."""
    tiny = 1e-300
    c, d = 1.0, 1 / _away(1 - (a + b) * x / (a + 1), tiny)
    value = d
    for step in range(1, 400):
        even = step * (b - step) * x / ((a + 2 * step - 1) * (a + 2 * step))
        odd = -(a + step) * (a + b + step) * x / ((a + 2 * step) * (a + 2 * step + 1))
        for term in (even, odd):
            d = 1 / _away(1 + term * d, tiny)
            c = _away(1 + term / c, tiny)
            value *= c * d
        if abs(c * d - 1) < 1e-14:
            break
    return value


def _away(value: float, tiny: float) -> float:
    """Keep a divisor away from 0."""
    return value if abs(value) > tiny else tiny
