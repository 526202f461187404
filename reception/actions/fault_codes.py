"""Fault codes of a car: read out under the customer's consent to a diagnosis only."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from dealership.models import Staff, Visit
from dealership.refused import Refused
from reception.actions.sheet import record_readings
from reception.models import Reading
from reception.queries.fault_codes import may_read_codes


def note_codes(
    visit: Visit,
    *,
    by: Staff,
    codes: Sequence[dict[str, Any]],
    seen: Collection[UUID] | None = None,
    id: UUID | None = None,
    now: datetime | None = None,
) -> Reading:
    """Write down the fault codes as they are now (see `reception.fault_codes`); `seen` as in `record_readings`.

    Raises Refused: "codes.consent" without a consent to a diagnosis, "reading.value" for what is no code.
    """
    if not may_read_codes(visit):
        sentence = _("Reading out codes needs the customer's consent to a diagnosis. Agree on it first.")
        raise Refused(sentence, "codes.consent", field="text")
    readings = {str(Reading.Item.FAULT_CODES): list(codes)}
    (row,) = record_readings(visit, by=by, readings=readings, seen=seen, id=id, now=now)
    return row
