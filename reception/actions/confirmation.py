"""The customer's confirmation of the pre-check sheet."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from dealership.actions.ticks import tick_by_record
from dealership.models import Attachment, Staff, Visit
from dealership.uuids import uuid7
from reception.models import SheetConfirmation


@transaction.atomic
def confirm_sheet(
    visit: Visit,
    *,
    by: Staff | None,
    how: str = SheetConfirmation.How.SEEN,
    signature: Attachment | None = None,
    id: UUID | None = None,
    now: datetime | None = None,
) -> SheetConfirmation:
    """Note that the customer agreed to the sheet (on the screen, by signature, by the link); the first one stays.

    The signature of the order may come later: it is added to the confirmation that there is.
    """
    now = now or timezone.now()
    row, _made = SheetConfirmation.objects.get_or_create(
        store_id=visit.store_id,
        visit=visit,
        defaults={"id": id or uuid7(now), "how": how, "at": now, "by": by, "signature": signature},
    )
    if signature and row.signature_id is None:
        row.signature, row.how = signature, SheetConfirmation.How.SIGNED
        row.save(update_fields=["signature", "how"])
    tick_by_record(visit, steps=["1.5/confirm"], record=row, by=by, now=now)
    return row
