"""How far a mean over many days can be trusted when what happens on one day hangs together.

The steps of a day share its crowd and its people, so a thousand records of thirty days are worth little more than
thirty values: the interval is that of a ratio of sums over days (Cochran, "Sampling Techniques", 1977, 6.3).
"""

import math
from collections.abc import Iterable
from decimal import Decimal

from feedback.intervals import Interval, student

Cluster = tuple[int, Decimal]
"""How many records a day (or week) has, and the sum of their scores."""


def clustered_interval(clusters: Iterable[Cluster], *, low: float = 0, high: float = 10) -> Interval | None:
    """Return the 95 % interval of total ÷ n over clusters, cut to the scale; None of fewer than two clusters."""
    counted = [(n, float(total)) for n, total in clusters if n]
    if len(counted) < 2:
        return None
    size, k = sum(n for n, _ in counted), len(counted)
    mean = sum(total for _, total in counted) / size
    spread = sum((total - mean * n) ** 2 for n, total in counted) * k / (k - 1)
    half = student(k - 1) * math.sqrt(spread) / size
    return Interval(max(low, mean - half), min(high, mean + half))
