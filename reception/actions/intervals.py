"""The store's service intervals, and the day on which a car was sold."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.actions import events
from dealership.models import Staff, Store, Visit, business_day
from dealership.refused import Refused
from reception.models import ServiceInterval

FIELDS = ("name", "fits", "energies", "km", "months", "first_km", "first_months")


@transaction.atomic
def keep_interval(
    store: Store, *, by: Staff, interval: ServiceInterval | None = None, **values: object
) -> ServiceInterval:
    """Write a service interval of the store, or change `interval`; a new one stands behind the others.

    `values`: FIELDS. Raises Refused: "interval.name" (taken), "interval.zero" (no km or no months).
    """
    row = interval or ServiceInterval(store=store, position=_next_position())
    for name in FIELDS:
        setattr(row, name, values.get(name, getattr(row, name)))
    if not row.km or not row.months:
        field = "months" if row.km else "km"
        raise Refused(_("An interval needs kilometres and months, each above zero."), "interval.zero", field=field)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as taken:
        sentence = _("There is an interval of this name already. Change that one, or choose another name.")
        raise Refused(sentence, "interval.name", field="name") from taken
    return row


@transaction.atomic
def remove_interval(interval: ServiceInterval, *, by: Staff) -> None:
    """Take an interval away; its cars follow the next that fits, else the product's own."""
    interval.delete()


@transaction.atomic
def move_interval_up(interval: ServiceInterval, *, by: Staff) -> None:
    """Let an interval be asked before the one above it; the first stays."""
    rows = list(ServiceInterval.objects.select_for_update())
    place = [row.pk for row in rows].index(interval.pk)
    if place:
        rows[place - 1], rows[place] = rows[place], rows[place - 1]
    for position, row in enumerate(rows):
        row.position = position
    ServiceInterval.objects.bulk_update(rows, ["position"])


@transaction.atomic
def set_sold_on(visit: Visit, *, by: Staff, sold_on: date, now: datetime | None = None) -> None:
    """Write down when a car was sold, from its invoice or 三包 certificate; Refused("sold_on.future")."""
    now = now or timezone.now()
    if sold_on > business_day(visit.store, now):
        raise Refused(_("The day of sale cannot lie ahead. Check the invoice."), "sold_on.future", field="sold_on")
    vehicle = visit.vehicle
    vehicle.sold_on = sold_on
    vehicle.save(update_fields=["sold_on"])
    events.note(visit, kind="vehicle.sold_on", by=by, now=now, day=sold_on.isoformat())


def _next_position() -> int:
    last = ServiceInterval.objects.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1
