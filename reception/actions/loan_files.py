"""The licence photo of a loan: kept, replaced, and deleted 30 days after the car is back."""

from datetime import datetime, timedelta
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django_scopes import scope, scopes_disabled

from dealership.actions.attachments import photo_bytes
from dealership.models import Staff, Store
from dealership.refused import Refused
from dealership.uuids import uuid7
from reception.models import Loan

KEEP_LICENCE = timedelta(days=30)
"""The store needs it for fines that arrive late, and for no longer."""
AT_ONCE = 200


def file_name(loan: Loan, ending: str) -> str:
    """Return a name of ours for a file of this loan."""
    return f"{loan.store.code}/loans/{loan.pk}/{uuid7()}.{ending}"


def keep_licence(loan: Loan, *, file: IO[bytes], by: Staff, now: datetime | None = None) -> Loan:
    """Keep the photo of the driver's licence, written anew; the one before it is deleted.

    Raises Refused: "loan.closed" once the car is back, "image.unreadable", "image.too_large".
    """
    content = photo_bytes(file)
    with transaction.atomic():
        row = Loan.objects.select_for_update(of=["self"]).get(pk=loan.pk)
        if row.state not in (Loan.State.BOOKED, Loan.State.OUT):
            raise Refused(_("This loan is no longer open. Reload the page."), "loan.closed")
        before = row.licence_photo.name
        loan.licence_photo = default_storage.save(file_name(loan, "jpg"), ContentFile(content))
        loan.licence_deleted_at = None
        loan.save(update_fields=["licence_photo", "licence_deleted_at"])
        if before:
            transaction.on_commit(lambda: default_storage.delete(before))
    return loan


def drop_licence(loan: Loan, *, now: datetime) -> int:
    """Delete the licence photo, the file first: a reference without a file is tried again, a file alone never."""
    name = loan.licence_photo.name
    if not name:
        return 0
    default_storage.delete(name)
    gone = Loan.objects.filter(pk=loan.pk, licence_photo=name).update(licence_photo="", licence_deleted_at=now)
    if gone:
        loan.licence_photo, loan.licence_deleted_at = "", now
    return gone


def sweep(now: datetime) -> int:
    """Delete the licence photos of cars that came back 30 days ago, in every store; return how many.

    Safe to run twice at once: only the reference that was read is emptied, and only once.
    """
    with scopes_disabled():
        due = Loan.objects.exclude(licence_photo="").filter(
            Q(back_at__lte=now - KEEP_LICENCE) | Q(state=Loan.State.CANCELLED)
        )
        found = list(due.values_list("store", "pk")[:AT_ONCE])
        stores = Store.objects.in_bulk({store for store, _pk in found})
    deleted = 0
    for store_id, pk in found:
        with scope(store=stores[store_id]):
            deleted += drop_licence(Loan.objects.get(pk=pk), now=now)
    return deleted
