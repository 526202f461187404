"""Pictures that follow their operation: photos and signatures of a tablet's queue, one by one."""

import hashlib
import io
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership import wiring
from dealership.actions.applying import accept, park
from dealership.actions.attachments import keep_photo, keep_signature
from dealership.actions.operations import Result, result_of
from dealership.actions.records import lock, recompute
from dealership.models import Attachment, Operation, Staff, Store, Visit
from dealership.refused import Refused


def operation_of(store: Store, *, by: Staff, id: UUID) -> Operation | None:
    """Return the author's own operation that a picture may belong to, None where there is none."""
    return Operation.objects.filter(store=store, pk=id, staff=by, kind__in=wiring.BLOBS).first()


def waits(operation: Operation) -> bool:
    """Tell whether the picture is all that is missing."""
    return operation.state == Operation.State.PARKED and operation.reason == Operation.Reason.BLOB_MISSING


@transaction.atomic
def receive(operation: Operation, *, content: bytes, sha256: str, now: datetime | None = None) -> Result:
    """Take the picture of an operation and return what becomes of it; once it has come, repeating changes nothing.

    Effects, in order: locks the operation; compares the SHA-256; keeps the picture, written anew, as the attachment
    with the operation's id; applies the operation as if it had come just now, by its own moment. A picture that
    cannot be read parks the operation with the sentence. Raises Refused("blob.sha256") for bytes that were damaged
    on the way: the operation goes on waiting.
    """
    op = Operation.objects.select_for_update(no_key=True, of=("self",)).select_related("store", "staff").get(
        pk=operation.pk
    )  # fmt: skip
    if not waits(op):
        return result_of(op)
    found = hashlib.sha256(content).hexdigest()
    if {sha256.lower(), str(op.payload.get("sha256")).lower()} != {found}:
        raise Refused(_("The picture was damaged on the way. It is sent again."), "blob.sha256")
    try:
        with transaction.atomic():
            _keep(op, content)
    except Refused as refused:
        park(op, refused.message)
        return result_of(op)
    op.reason = ""
    lock([op.visit])  # after the picture is written: that takes a while
    accept([op], store=op.store)
    recompute([op.visit], now=now or timezone.now())
    return result_of(op)


def refuse(operation: Operation, *, sentence: str) -> Result:
    """Park an operation whose picture is not even looked at."""
    park(operation, sentence)
    return result_of(operation)


def _keep(op: Operation, content: bytes) -> Attachment:
    visit = Visit.objects.select_related("store").get(pk=op.visit)
    if wiring.BLOBS[op.kind] == Attachment.Kind.SIGNATURE:
        return keep_signature(visit, png=content, by=op.staff, id=op.pk, now=op.moment)
    label, place = (str(op.payload.get(name) or "") for name in ("label", "place"))
    return keep_photo(visit, file=io.BytesIO(content), by=op.staff, label=label, place=place, id=op.pk, now=op.moment)


def apply_photos(store: Store, operations: list[Operation]) -> None:
    """Park the photos that came without a picture; of the others the attachment is all there is to write."""
    kept = set(Attachment.objects.filter(pk__in=[op.pk for op in operations]).values_list("pk", flat=True))
    for op in operations:
        if op.pk not in kept:
            park(op, _("This photo came without its picture. Take it again."))
