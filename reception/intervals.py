"""How often a car is due where a store has written nothing down: the product's own service intervals."""

from typing import NamedTuple

from dealership.models import Vehicle, Work

Energy = Vehicle.Energy


class Interval(NamedTuple):
    """Every so many km or months, whichever comes first; `first_*`: the first service of a new car, None: no other."""

    km: int
    months: int
    first_km: int | None = None
    first_months: int | None = None


DEFAULT = Interval(10_000, 12, 5_000, 6)
"""Fuel and hybrids (dealer facts, part 3, Intervals)."""
DEFAULTS: dict[str, Interval] = {Energy.BEV: Interval(20_000, 12)}
"""Energy → interval, where it is not DEFAULT."""
KM_A_YEAR = 12_000
"""What a car is driven in a year (dealer facts, part 3, Intervals)."""
SERVICED_BY = frozenset({Work.SERVICE, Work.FIRST_SERVICE})
"""Kinds of work after which the interval begins anew."""
SOON_DAYS, SOON_KM = 30, 1_000
"""So near a service is worth a word."""
