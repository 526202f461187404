"""Who is expected, and when."""

from datetime import date, datetime, time, timedelta

from dealership.models import Store, Visit, business_day
from dealership.queries.whole import rows_of
from reception.models import Appointment

AHEAD = timedelta(days=7)
"""How far the list of appointments looks."""


def of_days(store: Store, first: date, last: date) -> list[Appointment]:
    """Return the appointments of the business days `first` to `last`, by time."""
    start = datetime.combine(first, time.min, store.zone)
    end = datetime.combine(last + timedelta(days=1), time.min, store.zone)
    rows = Appointment.objects.filter(at__gte=start, at__lt=end)
    return list(rows.select_related("customer", "vehicle", "advisor", "visit"))


def expected_today(store: Store, plate: str, now: datetime) -> Appointment | None:
    """Return the open appointment of the car with this (normalised) plate for today, the nearest to `now`."""
    rows = _open_of(store, plate, business_day(store, now))
    return min(rows, key=lambda row: abs(row.at - now), default=None)


def _open_of(store: Store, plate: str, day: date) -> list[Appointment]:
    start = datetime.combine(day, time.min, store.zone)
    rows = Appointment.objects.filter(
        state=Appointment.State.BOOKED, vehicle__plate=plate, at__gte=start, at__lt=start + timedelta(days=1)
    )
    return list(rows.select_related("customer", "vehicle", "advisor"))


def of_visit(visit: Visit) -> Appointment | None:
    """Return the appointment that a visit came from."""
    return next(iter(rows_of(visit, Appointment)), None)


def booked_words(appointment: Appointment) -> str:
    """Return what the customer said at booking: the concern, then the wish."""
    return "，".join(said for said in (appointment.concern, appointment.wish) if said)


def appointment_time(visit: Visit, language: str) -> str | None:
    """Return the agreed clock time as script variable: 8:30."""
    appointment = of_visit(visit)
    if appointment is None:
        return None
    local = appointment.at.astimezone(visit.store.zone)
    return f"{local.hour}:{local:%M}"
