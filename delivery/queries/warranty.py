"""Warranty and the next service: what the law and the makers give, by line and by car."""

from dataclasses import dataclass
from datetime import date, datetime

from dealership.models import Visit, business_day
from delivery.models import SettlementLine
from reception.intervals import SERVICED_BY
from reception.models import OrderLine
from reception.queries.intervals import NextService, add_months, after_service, interval_for

PARTS_WARRANTY = (12, 20_000)
"""Maker's parts: months, km (usual for makers' parts)."""
WORK_WARRANTY = (3, 5_000)
"""Work without parts: months, km. The law asks 30 days/5,000 km of a service, 10 days/2,000 km of other repair."""
LEGAL_MONTHS, LEGAL_KM = 1, 2_000
"""The least of a line that a store may write down (other repair, in whole months)."""


def default_warranty(line: OrderLine) -> tuple[int, int]:
    """Return months and km of a line."""
    return PARTS_WARRANTY if line.parts else WORK_WARRANTY


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


def next_service(visit: Visit, now: datetime) -> NextService | None:
    """Return when the car is due again; None where nothing was serviced today, so nobody knows."""
    if not SERVICED_BY & set(visit.works):
        return None
    return after_service(interval_for(visit.vehicle), business_day(visit.store, now), visit.mileage)
