"""What the advisor should know while receiving."""

from datetime import datetime

from django.utils.translation import gettext as _

from dealership.models import Visit
from reception.queries.facts import kilometres

REPAIR_WARRANTY_YEARS = 3
REPAIR_WARRANTY_KM = 60_000
"""Least repair warranty (包修期): SAMR order 43 of 2021, in force since 2022, article on 三包 periods."""


def waited_minutes(visit: Visit, now: datetime) -> int:
    """Return the minutes from the gate to the greeting, or until now."""
    return max(0, int(((visit.greeted_at or now) - visit.arrived_at).total_seconds() // 60))


def last_visit(visit: Visit) -> Visit | None:
    """Return the car's visit before this one."""
    before = Visit.objects.filter(vehicle=visit.vehicle_id, joined_to=None, arrived_at__lt=visit.arrived_at)
    return before.exclude(pk=visit.pk).select_related("advisor").order_by("-arrived_at").first()


def coverage_hint(visit: Visit, now: datetime) -> str:
    """Return what age and mileage say about the least repair warranty; the maker's record decides."""
    car = visit.vehicle
    mileage = visit.mileage or car.mileage
    if car.year is None or mileage is None:
        return _("Model year or mileage is missing: look the car up in the maker's record.")
    facts = _("Model year %(year)s, %(km)s") % {"year": car.year, "km": kilometres(mileage)}
    within = now.year - car.year <= REPAIR_WARRANTY_YEARS and mileage <= REPAIR_WARRANTY_KM
    verdict = (
        _("within 3 years / 60,000 km of the least repair warranty")
        if within
        else _("beyond 3 years / 60,000 km: look for an extended warranty")
    )
    return _("%(facts)s: %(verdict)s.") % {"facts": facts, "verdict": verdict}
