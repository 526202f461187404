"""Warranty and the next service: what the law and the makers give, by line and by car."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dealership.models import Vehicle, Visit, Work, business_day
from delivery.follow_ups import KM_A_YEAR
from delivery.models import SettlementLine
from reception.models import OrderLine

PARTS_WARRANTY = (12, 20_000)
"""Maker's parts: months, km (usual for makers' parts)."""
WORK_WARRANTY = (3, 5_000)
"""Work without parts: months, km. The law asks 30 days/5,000 km of a service, 10 days/2,000 km of other repair."""
LEGAL_MONTHS, LEGAL_KM = 1, 2_000
"""The least of a line that a store may write down (other repair, in whole months)."""

INTERVAL_KM: dict[str, int] = {Vehicle.Energy.BEV: 20_000}
INTERVAL_KM_FUEL = 10_000
INTERVAL_MONTHS = 12
"""Service intervals: fuel and hybrids 10,000 km, electric 20,000 km, or 12 months."""
SERVICED_BY = frozenset({Work.SERVICE, Work.FIRST_SERVICE})
"""Kinds of work after which the interval begins anew."""


def default_warranty(line: OrderLine) -> tuple[int, int]:
    """Return months and km of a line."""
    return PARTS_WARRANTY if line.parts else WORK_WARRANTY


def add_months(day: date, months: int) -> date:
    """Return the same day of the month `months` later, the last day where that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True)
class Warranty:
    """A warranty as it is told: the lines that share it, how long, and until when."""

    titles: list[str]
    months: int
    km: int
    until: date


def warranties(lines: list[SettlementLine], visit: Visit, now: datetime) -> list[Warranty]:
    """Return the warranties of the lines, the longest first, lines of one length together."""
    today = business_day(visit.store, now)
    grouped: dict[tuple[int, int], list[str]] = {}
    for line in lines:
        grouped.setdefault((line.warranty_months, line.warranty_km), []).append(line.title)
    rows = [
        Warranty(titles, months, km, add_months(today, months))
        for (months, km), titles in sorted(grouped.items(), reverse=True)
    ]
    return [row for row in rows if row.months]


@dataclass(frozen=True)
class NextService:
    """When the car is due again: a date or a reading, whichever comes first."""

    day: date
    km: int | None


def next_service(visit: Visit, now: datetime) -> NextService | None:
    """Return when the car is due again; None where nothing was serviced today, so nobody knows."""
    if not SERVICED_BY & set(visit.works):
        return None
    interval = INTERVAL_KM.get(visit.vehicle.energy, INTERVAL_KM_FUEL)
    km = visit.mileage + interval if visit.mileage is not None else None
    return NextService(add_months(business_day(visit.store, now), INTERVAL_MONTHS), km)


def service_day(today: date, latest: date, km: int) -> date:
    """Return the day of the next service: `latest`, or the day by which the car has been driven `km` from today."""
    return min(latest, today + timedelta(days=round(km * 365 / KM_A_YEAR)))
