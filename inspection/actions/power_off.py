"""High voltage switched off and proved dead (gate 3)."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.models import Duty, Staff, Visit
from dealership.queries.staff import has_duty
from dealership.refused import Refused
from dealership.uuids import uuid7
from inspection.models import PowerOff

SAFE_VOLTAGE = Decimal(60)
"""Volts DC below which a system counts as dead (class A, GB 18384-2020)."""


@transaction.atomic
def record_power_off(
    visit: Visit,
    *,
    by: Staff,
    voltage: Decimal,
    locked: bool,
    id: UUID | None = None,
    now: datetime | None = None,
) -> PowerOff:
    """Record that the high-voltage system is off: measured and secured (gate 3).

    Raises Refused: "power_off.duty" (only people qualified for high voltage), "power_off.locked",
    "power_off.voltage" for a system that is not dead (60 V DC is the limit of touchable voltage, GB 18384-2020).
    """
    first = PowerOff.objects.filter(pk=id, visit=visit).first() if id else None
    if first:
        return first
    if not has_duty(by, visit.store, Duty.HV):
        raise Refused(_("Only a colleague qualified for high voltage may record this."), "power_off.duty")
    if not locked:
        raise Refused(
            _("Secure the system against switching on first, then confirm it here."), "power_off.locked", field="locked"
        )
    if not 0 <= voltage < SAFE_VOLTAGE:
        raise Refused(
            _("The system still carries voltage. Wait, measure again and enter what you read."),
            "power_off.voltage",
            field="voltage",
        )
    now = now or timezone.now()
    return PowerOff.objects.create(
        id=id or uuid7(now), store_id=visit.store_id, visit=visit, voltage=voltage, locked=locked, at=now, by=by
    )
