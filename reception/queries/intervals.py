"""When a car is due for service: by km and by months from its last service, whichever comes first."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dealership.models import Vehicle, Visit, business_day
from dealership.stages import Stage
from reception.intervals import DEFAULT, DEFAULTS, KM_A_YEAR, SERVICED_BY, SOON_DAYS, SOON_KM, Interval
from reception.models import ServiceInterval


@dataclass(frozen=True)
class NextService:
    """When a car is due again: a date or a reading, whichever comes first; `first`: the first service of a new car."""

    day: date
    km: int | None
    first: bool = False


def next_due(vehicle: Vehicle, now: datetime) -> NextService | None:
    """Return when a car is due, counted from its last service here, else from its sale (two queries).

    None where neither is known, and where a car without a service here is past its first one: nobody knows then.
    """
    return due_since(vehicle, last_service(vehicle), interval_of(vehicle, ServiceInterval.objects.all()))


def last_service(vehicle: Vehicle) -> Visit | None:
    """Return the last visit on which the car was serviced and left."""
    done = Visit.objects.filter(vehicle=vehicle, joined_to=None, works__overlap=list(SERVICED_BY), stage=Stage.CLOSED)
    return done.select_related("store").order_by("-arrived_at").first()


def due_since(vehicle: Vehicle, last: Visit | None, interval: Interval) -> NextService | None:
    """Return when a car is due after its service `last`; without one after its sale."""
    if last is not None:
        return after_service(interval, business_day(last.store, last.left_at or last.arrived_at), last.mileage)
    if vehicle.sold_on is None or (vehicle.mileage or 0) > 2 * _first_km(interval):
        return None
    months = interval.months if interval.first_months is None else interval.first_months
    return NextService(add_months(vehicle.sold_on, months), _first_km(interval), first=True)


def after_service(interval: Interval, day: date, mileage: int | None) -> NextService:
    """Return when a car is due that is serviced on this day at this mileage."""
    return NextService(add_months(day, interval.months), None if mileage is None else mileage + interval.km)


def interval_for(vehicle: Vehicle) -> Interval:
    """Return the interval of a car: the first of the store's that fits it, else the product's (one query)."""
    return interval_of(vehicle, ServiceInterval.objects.all())


def interval_of(vehicle: Vehicle, rows: Iterable[ServiceInterval]) -> Interval:
    """Return the interval of a car from these rows of the store, in their order."""
    for row in rows:
        if (not row.energies or vehicle.energy in row.energies) and fits_model(row.fits, vehicle):
            return Interval(row.km, row.months, row.first_km, row.first_months)
    return DEFAULTS.get(vehicle.energy, DEFAULT)


def fits_model(words: str, vehicle: Vehicle) -> bool:
    """Tell whether one of the lines fits the car: each of its words stands in make and model; no line fits all."""
    name = f"{vehicle.make} {vehicle.model}".casefold()
    lines = [line.split() for line in words.casefold().splitlines() if line.strip()]
    return not lines or any(all(word in name for word in line) for line in lines)


def expected_day(due: NextService, today: date, mileage: int | None) -> date:
    """Return the day on which a car will be due, driven as much as usual from its `mileage` today."""
    if due.km is None or mileage is None:
        return due.day
    return service_day(today, due.day, due.km - mileage)


def is_overdue(due: NextService, today: date, mileage: int | None) -> bool:
    """Tell whether the day or the reading is past."""
    return due.day < today or _left(due, mileage) < 0


def is_soon(due: NextService, today: date, mileage: int | None) -> bool:
    """Tell whether it is worth a word today: 30 days or 1,000 km ahead at most, or past."""
    return due.day <= today + timedelta(days=SOON_DAYS) or _left(due, mileage) <= SOON_KM


def _left(due: NextService, mileage: int | None) -> float:
    return float("inf") if due.km is None or mileage is None else due.km - mileage


def service_day(today: date, latest: date, km: int) -> date:
    """Return the day of the next service: `latest`, or the day by which the car has been driven `km` from today."""
    return min(latest, today + timedelta(days=round(km * 365 / KM_A_YEAR)))


def add_months(day: date, months: int) -> date:
    """Return the same day of the month `months` later, the last day where that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _first_km(interval: Interval) -> int:
    return interval.km if interval.first_km is None else interval.first_km
