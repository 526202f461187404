"""Sending a car to a technician and a bay (派工)."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.actions import events
from dealership.actions.ticks import tick_by_record
from dealership.actions.visits import place
from dealership.models import Bay, Duty, Role, Staff, Store, Visit
from dealership.queries.staff import has_duty, people_with, roles_in
from dealership.refused import Refused
from dealership.stages import Stage
from dealership.uuids import uuid7
from reception.actions.ownership import require_own
from reception.models import Dispatch
from reception.queries.orders import diagnosis_agreed, hv_needed, lines_of, order_of, work_minutes

SENDERS = (Role.CONTROLLER, Role.SUPERVISOR, Role.MANAGER)


@transaction.atomic
def dispatch(
    visit: Visit, *, by: Staff, technician: Staff, bay: Bay, id: UUID | None = None, now: datetime | None = None
) -> Dispatch:
    """Send a car to a technician and a bay; the car's place follows. Again: a new row ends the one before.

    Effects, in order: ends the assignment there is, writes the new one, moves the car, ticks 1.6/bay of an express
    car in an express bay. Raises Refused: "dispatch.controller" (an advisor while a controller is on duty),
    "dispatch.stage" (nothing agreed yet), "dispatch.technician", "dispatch.hv", "dispatch.bay", "dispatch.faster".
    """
    now = now or timezone.now()
    known = Dispatch.objects.filter(pk=id).first() if id else None
    if known:
        return known
    _may_send(visit.store, by)
    order = order_of(visit)
    diagnosis = bool(order and visit.stage == Stage.NEGOTIATION and diagnosis_agreed(order))
    if order is None or not (visit.stage == Stage.WORKSHOP or diagnosis):
        raise Refused(_("Nothing is agreed for this car yet. It goes to the workshop first."), "dispatch.stage")
    hv = hv_needed(order)
    _fits(visit.store, technician, bay, hv=hv)
    row = Dispatch(
        id=id or uuid7(now), store_id=visit.store_id, visit=visit, technician=technician, bay=bay, at=now, by=by,
        minutes=work_minutes(lines_of(order)), hv_needed=hv, diagnosis=diagnosis,
    )  # fmt: skip
    end_dispatch(visit, now=now)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as clash:
        raise Refused(_("A colleague was faster: this car is sent already."), "dispatch.faster") from clash
    place(visit, by=by, bay=bay)
    if visit.express and bay.kind == Bay.Kind.EXPRESS:
        tick_by_record(visit, steps=["1.6/bay"], record=row, by=by, now=now)
    events.note(visit, kind="dispatched", by=by, now=now, technician=str(technician.pk), bay=bay.name)
    return row


@transaction.atomic
def hand_key(visit: Visit, *, by: Staff, key_tag: str, bay: Bay, now: datetime | None = None) -> Visit:
    """Hang up the key and note where the car stands (交接钥匙与位置); ticks 2.5/key.

    Raises Refused: "key_tag.missing", "key_tag.used", "visit.not_yours".
    """
    require_own(visit, by=by)
    if not key_tag.strip():
        raise Refused(_("Take a key tag first."), "key_tag.missing", field="key_tag")
    place(visit, by=by, key_tag=key_tag, bay=bay, now=now)
    tick_by_record(visit, steps=["2.5/key"], record=visit, by=by, now=now)
    return visit


def end_dispatch(visit: Visit, *, now: datetime | None = None) -> int:
    """End the open assignment of a car (done, or given to somebody else); return how many there were."""
    return Dispatch.objects.filter(visit=visit, until=None).update(until=now or timezone.now())


def _may_send(store: Store, by: Staff) -> None:
    if roles_in(by, store) & set(SENDERS):
        return
    if people_with(store, [Role.CONTROLLER], on_duty=True):
        raise Refused(_("The workshop controller is on duty and sends the cars."), "dispatch.controller")


def _fits(store: Store, technician: Staff, bay: Bay, *, hv: bool) -> None:
    if Role.TECHNICIAN not in roles_in(technician, store):
        raise Refused(_("Choose a technician of this store."), "dispatch.technician", field="technician")
    if hv and not has_duty(technician, store, Duty.HV):
        sentence = _("%(name)s has no high-voltage qualification. Choose a technician who has.")
        raise Refused(sentence % {"name": technician.name}, "dispatch.hv", field="technician")
    if bay.kind not in Bay.WORK_KINDS:
        raise Refused(_("Choose a working bay."), "dispatch.bay", field="bay")
