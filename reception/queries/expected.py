"""What is ready for a booked car: the bay set aside, and the facts that show the customer is expected."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils.translation import gettext as _

from dealership.models import Bay, Store
from dealership.queries.board import open_visits
from reception.models import Appointment


@dataclass(frozen=True)
class Expected:
    """`bay` is the name of the bay set aside, else its kind; `facts` are (icon, sentence), the surest first."""

    bay: str
    facts: list[tuple[str, str]]


def expected_car(store: Store, appointment: Appointment) -> Expected:
    """Return what is ready for a booked car, in three queries."""
    facts = []
    if appointment.parts_reserved_at:
        facts.append(("package", _("Parts laid aside")))
    if appointment.history_read_at:
        facts.append(("history", _("History read")))
    if appointment.transport == Appointment.Transport.LOANER:
        facts.append(("car", _("Wants a loaner")))
    if appointment.confirmed_at:
        facts.append(("circle-check", _("Confirmed")))
    return Expected(bay_set_aside(store, appointment), facts)


def bay_set_aside(store: Store, appointment: Appointment) -> str:
    """Return the name of the free bay that is this car's turn, of its kind; the kind's name where none is free.

    The cars of its kind that are still expected today take the free bays in the order of their times.
    """
    bays = list(Bay.objects.filter(store=store, kind=appointment.bay_kind).order_by("position"))
    taken = set(open_visits(store).exclude(place=None).values_list("place", flat=True))
    free = [bay for bay in bays if bay.pk not in taken]
    before = _booked_before(store, appointment)
    return free[before].name if before < len(free) else str(Bay.Kind(appointment.bay_kind).label)


def _booked_before(store: Store, appointment: Appointment) -> int:
    day = appointment.at.astimezone(store.zone).date()
    begin = datetime.combine(day, time.min, store.zone)
    rows = Appointment.objects.filter(store=store, state=Appointment.State.BOOKED, bay_kind=appointment.bay_kind)
    # Whoever should have come half an hour ago keeps no bay from those who are here.
    return rows.filter(at__gte=max(begin, appointment.at - timedelta(minutes=30)), at__lt=appointment.at).count()
