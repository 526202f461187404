"""The customer's confirmation of the pre-check sheet. A fact: it comes by form, by tablet or by the customer's page.

A visit has one. Of several the earliest (moment, then id) stands, whatever the order of arrival; a signature given
later, with the repair order, is added to it.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.actions import events
from dealership.actions.applying import park
from dealership.actions.attachments import keep_signature
from dealership.actions.records import lock
from dealership.actions.ticks import tick_by_record
from dealership.models import Attachment, Operation, Staff, Store, Visit
from dealership.queries.staff import roles_in
from dealership.refused import Refused
from dealership.uuids import uuid7
from reception.models import SheetConfirmation
from reception.queries.confirmation import FROZEN, shown_entries
from reception.queries.sheet import sheet_of

How = SheetConfirmation.How
MOST_ENTRIES = 500

TOGETHER = timedelta(minutes=20)
"""So soon after the sheet was seen the order's one signature is for both; later it is for the order alone."""


@transaction.atomic
def confirm_sheet(
    visit: Visit,
    *,
    by: Staff | None,
    how: str = How.SEEN,
    signature: Attachment | bytes | str | None = None,
    entries: Collection[UUID] | None = None,
    reason: str = "",
    witness: Staff | None = None,
    id: UUID | None = None,
    now: datetime | None = None,
) -> SheetConfirmation:
    """Note that the customer agreed to the sheet, or would not sign it, and freeze it; return the one that stands.

    `by` is None where the customer confirmed on the own phone (how "link"). `signature`: a kept one, or the PNG of a
    leaving customer. `entries`: ids of the readings and marks that were shown; those of the moment when not given.
    Effects, in order: keeps the signature, keeps the confirmation, a line of the timeline, ticks 1.5/confirm.
    Raises Refused: "sheet.how", "signature.missing", "sheet.refusal" (no reason), "sheet.witness", "sheet.empty".
    """
    now = now or timezone.now()
    id = id or uuid7(now)
    lock([visit.pk])
    _require(visit, how=how, by=by, reason=reason, witness=witness)
    if how == How.SIGNED and not isinstance(signature, Attachment):
        signature = keep_signature(visit, png=signature or "", by=by, id=id, now=now)
    claim = SheetConfirmation(
        id=id, store_id=visit.store_id, visit=visit, how=how, at=now, by=by, reason=reason.strip()[:200],
        witness=witness, signature=signature if isinstance(signature, Attachment) else None,
        entries=list(shown_entries(sheet_of(visit)) if entries is None else entries),
    )  # fmt: skip
    return _keep(visit, claim)


def require_reason(visit: Visit, *, items: Collection[str], reason: str, id: UUID | None = None) -> None:
    """Ask why a confirmed sheet changes; `items` are those of `models.Reading`, or "mark"; `id` of the entry.

    Raises Refused("sheet.frozen") where one of them stands on the sheet, it is confirmed, and no reason is given;
    not for the second press of an entry that there is.
    """
    if reason.strip() or FROZEN.isdisjoint(items) or not SheetConfirmation.objects.filter(visit=visit).exists():
        return
    if id is None or not Operation.objects.filter(pk=id).exists():
        sentence = _("The customer has confirmed this sheet. Say why it changes; what was confirmed stays readable.")
        raise Refused(sentence, "sheet.frozen", field="reason")


def apply_confirmations(store: Store, operations: list[Operation]) -> None:
    """Keep the confirmations of accepted operations.

    Payload {"how", "entries": [ids], "reason", "witness": id of a colleague}; the signature is the attachment with the
    operation's id. One that a form would refuse is parked with the sentence.
    """
    visits = Visit.objects.select_related("store", "advisor").in_bulk({op.visit for op in operations})
    signatures = Attachment.objects.filter(kind=Attachment.Kind.SIGNATURE).in_bulk([op.pk for op in operations])
    for op in sorted(operations, key=lambda op: (op.moment, op.pk)):
        visit, author = visits[op.visit], op.staff
        how, reason = str(op.payload.get("how", "")), str(op.payload.get("reason") or "").strip()[:200]
        witness = _colleague(op.payload.get("witness"))
        try:
            _require(visit, how=how, by=author, reason=reason, witness=witness)
            if how == How.SIGNED and op.pk not in signatures:
                raise Refused(_("The signature is still missing."), "signature.missing")
        except Refused as refused:
            park(op, refused.message)
            continue
        claim = SheetConfirmation(
            id=op.pk, store=store, visit=visit, how=how, at=op.moment, by=author, signature=signatures.get(op.pk),
            entries=_ids(op.payload.get("entries")), reason=reason, witness=witness if how == How.REFUSED else None,
        )  # fmt: skip
        _keep(visit, claim)


def _require(visit: Visit, *, how: str, by: Staff | None, reason: str, witness: Staff | None) -> None:
    """Raise Refused where this cannot be the customer's word."""
    if how not in How.values or (how == How.LINK) != (by is None):
        raise Refused(_("Only the customer confirms by the link. Send it, or confirm here."), "sheet.how", field="how")
    if how != How.REFUSED:
        return
    if not reason.strip():
        raise Refused(_("Say why the customer does not sign."), "sheet.refusal", field="reason")
    if witness is None or witness == by or not roles_in(witness, visit.store):
        sentence = _("A second person of this store must have been there. Choose who it was.")
        raise Refused(sentence, "sheet.witness", field="witness")


def _keep(visit: Visit, claim: SheetConfirmation) -> SheetConfirmation:
    """Merge a confirmation into the one that there is; a fold whose order does not matter.

    The row keeps the id that it came with, whichever claim it holds by now: ticks name it as their evidence.
    """
    kept = SheetConfirmation.objects.select_related("signature").filter(visit=visit).first()
    row = min((one for one in (kept, claim) if one), key=lambda one: (one.at, one.pk))
    signed = (one.signature for one in (kept, claim) if one and one.signature)
    signatures = [signature for signature in signed if signature.at - row.at <= TOGETHER]
    row.signature = min(signatures, key=lambda one: (one.at, one.pk), default=None)
    if row.how == How.SEEN and row.signature:
        row.how = How.SIGNED
    if kept is None:
        row.save(force_insert=True)
    else:
        SheetConfirmation.objects.filter(pk=kept.pk).update(**_columns(row))
        row.pk, row._state.adding = kept.pk, False
    if row is claim:
        events.note(visit, kind=f"sheet.{claim.how}", by=claim.by, now=claim.at)
    if row is claim or claim.signature:
        tick_by_record(visit, steps=["1.5/confirm"], record=row, by=claim.by, now=claim.at)
    return row


def _columns(row: SheetConfirmation) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key}


def _colleague(text: Any) -> Staff | None:
    named = _ids([text])
    return Staff.objects.filter(pk__in=named, is_active=True).first() if named else None


def _ids(texts: Any) -> list[UUID]:
    """Return the ids among what a sender wrote."""
    found = []
    for text in texts[:MOST_ENTRIES] if isinstance(texts, list) else []:
        try:
            found.append(UUID(str(text)))
        except ValueError:
            continue
    return found
