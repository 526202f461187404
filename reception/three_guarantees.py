"""The 三包 rules of household cars: how a repair's days are counted, what the law limits, and when we warn.

Order 43 of the State Administration for Market Regulation (in force since 1 January 2022), articles 8, 17 and 24.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

REPAIR_MONTHS, REPAIR_KM = 36, 60_000
"""Repair warranty (包修期), at least: within it a long repair earns a loaner or transport money."""
EXCHANGE_MONTHS, EXCHANGE_KM = 24, 50_000
"""Period of exchange and refund (三包有效期)."""

ONE_REPAIR_DAYS = 5
"""More days than these of one repair, waiting for parts included: a loaner or transport money."""
ALL_REPAIR_DAYS = 30
"""More days than these of all repairs together: exchange or refund."""
ONE_DEFECT_REPAIRS = 4
"""More repairs than these of one defect: exchange or refund."""

WARN_ONE_REPAIR, WARN_ALL, WARN_ONE_DEFECT = 4, 20, 3
"""From here on we say something, early enough to help (dealer facts, part 3, Law)."""

DAY = timedelta(days=1)


def repair_days(agreed: datetime, finished: datetime) -> int:
    """Return the days of a repair from its agreement to its end: each 24 hours begun is a day, the least is one."""
    return max(-(-(finished - agreed) // DAY), 1)


@dataclass(frozen=True)
class Counter:
    """One figure that the law limits: `warn` from here on, the customer's right begins above `limit`."""

    value: int
    warn: int
    limit: int
    what: str = ""
    """What it is about in the reader's words: the defect, empty else."""

    @property
    def warns(self) -> bool:
        """True from the value at which we warn."""
        return self.value >= self.warn

    @property
    def over(self) -> bool:
        """True where the customer has the right that the law gives."""
        return self.value > self.limit


def one_repair(days: int) -> Counter:
    """Return the counter of the days of the repair in hand."""
    return Counter(days, WARN_ONE_REPAIR, ONE_REPAIR_DAYS)


def all_repairs(days: int) -> Counter:
    """Return the counter of the days of all repairs together."""
    return Counter(days, WARN_ALL, ALL_REPAIR_DAYS)


def one_defect(times: int, what: str) -> Counter:
    """Return the counter of repairs of one defect."""
    return Counter(times, WARN_ONE_DEFECT, ONE_DEFECT_REPAIRS, what)
