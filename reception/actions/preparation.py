"""What is done the day before a booked car comes."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.models import Staff
from dealership.refused import Refused
from reception.models import Appointment


@transaction.atomic
def prepare(
    appointment: Appointment,
    *,
    by: Staff,
    history_read: bool,
    parts_reserved: bool,
    note: str = "",
    now: datetime | None = None,
) -> Appointment:
    """Note that the car's history is read and its parts are laid aside; what was noted keeps its first moment.

    What is unticked is no more. Raises Refused: "appointment.closed".
    """
    now = now or timezone.now()
    row = Appointment.objects.select_for_update(of=("self",)).get(pk=appointment.pk)
    if row.state not in (Appointment.State.BOOKED, Appointment.State.ARRIVED):
        raise Refused(_("This appointment is no longer open. Reload the list."), "appointment.closed")
    row.history_read_at = (row.history_read_at or now) if history_read else None
    row.parts_reserved_at = (row.parts_reserved_at or now) if parts_reserved else None
    row.preparation = note.strip()[:300]
    row.prepared_by = by
    row.save(update_fields=["history_read_at", "parts_reserved_at", "preparation", "prepared_by"])
    return row
