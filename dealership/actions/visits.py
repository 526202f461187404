"""A visit's beginning, its people, key tag, place and simple fields."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from dealership import plates, wiring
from dealership.access import refuse_unless
from dealership.actions import events
from dealership.actions.duty import took_turn
from dealership.actions.fields import settle_fields, write_field
from dealership.actions.records import dirty, recompute
from dealership.actions.standards import current_standard
from dealership.actions.ticks import tick_by_record
from dealership.applicability import lane_for
from dealership.models import (
    Arrival,
    Bay,
    Customer,
    Event,
    Operation,
    Staff,
    StageChange,
    Store,
    TouchpointRecord,
    Vehicle,
    Visit,
    Work,
)
from dealership.queries.fields import FIELDS, merged_fields
from dealership.refused import Refused
from dealership.stages import ENDED, Stage
from dealership.uuids import uuid7

MEET_WITHIN = timedelta(minutes=2)
"""From the gate to the first greeting (the standard's first step of 1.4)."""

FIELD_ACTIONS = {"key_tag": "place", "dms_no": "set_dms_no", "words": "describe"}
"""Field → the action of the access table that guards it."""


@transaction.atomic
def open_visit(
    store: Store,
    *,
    by: Staff | None,
    id: UUID | None = None,
    plate: str,
    arrival: str = Arrival.WALK_IN,
    works: Sequence[str] = (),
    words: str = "",
    lane: str = "",
    customer: dict[str, Any] | None = None,
    vehicle: dict[str, Any] | None = None,
    now: datetime | None = None,
) -> Visit:
    """Open a visit of a car; the car and its customer are found by plate, or made from what is given.

    Without `lane` it is the one that arrival and work alone lead to.
    `customer` and `vehicle` are dicts of model fields, `customer["id"]` may name an existing row. A second open visit
    of the same plate is joined: its id becomes an alias and the first visit is returned. The same id again returns
    the first result. Raises Refused("plate.empty") without a plate; a plate no rule knows is accepted.
    """
    now = now or timezone.now()
    plate = plates.normalise(plate)
    if not plate:
        raise Refused(_("Type the plate first."), "plate.empty", field="plate")
    known = Visit.objects.filter(pk=id).first() if id else None
    if known:
        return known.joined_to or known
    car = known_or_new_car(store, plate, vehicle or {}, customer)
    first = _visit_at(car, now)
    visit = _new_visit(store, car, id=id, arrival=arrival, works=list(works), words=words, lane=lane, now=now)
    if first:
        visit.joined_to = first
        visit.stage = first.stage
    try:
        with transaction.atomic():
            visit.save(force_insert=True)
    except IntegrityError:
        # Two people opened the same car at once; the one who lost joins the other.
        first = Visit.objects.filter(vehicle=car, joined_to=None).exclude(stage__in=ENDED).get()
        visit.joined_to = first
        visit.save(force_insert=True)
    if visit.joined_to:
        return _with_customer(visit.joined_to, car)
    change = StageChange.objects.create(store=store, visit=visit, source="", target=Stage.RECEPTION, at=now, by=by)
    events.note(visit, kind="arrived", by=by, now=now, arrival=visit.arrival, works=visit.works)
    for path in wiring.STAGE_ENTRIES.get(Stage.RECEPTION, []):
        import_string(path)(visit, change, by=by, now=now)
    recompute([visit.pk], now=now)
    return visit


def _visit_at(car: Vehicle, now: datetime) -> Visit | None:
    """Return the visit that the car was on then; failing that the one it is on: a tablet may tell of it hours later."""
    there = Q(arrived_at__lte=now, left_at__gt=now) | ~Q(stage__in=ENDED)
    return Visit.objects.filter(there, vehicle=car, joined_to=None).order_by("arrived_at").first()


def _with_customer(visit: Visit, car: Vehicle) -> Visit:
    """Give a visit the customer whom only the second to open it knew."""
    if visit.customer_id is None and car.owner_id:
        visit.customer = car.owner
        visit.save(update_fields=["customer"])
    return visit


def _new_visit(store: Store, car: Vehicle, *, id: UUID | None, now: datetime, works: list[str], **given: Any) -> Visit:
    works = works or [Work.SERVICE]
    given["lane"] = given["lane"] or lane_for(given["arrival"], works)
    return Visit(
        id=id or uuid7(now), store=store, vehicle=car, customer=car.owner, standard=current_standard(store, now=now),
        works=works, stage_since=now, arrived_at=now, **given,
    )  # fmt: skip


def known_or_new_car(store: Store, plate: str, given: dict[str, Any], customer: dict[str, Any] | None) -> Vehicle:
    """Return the car of a normalised plate; a new one is made of `given`, a missing owner of `customer`."""
    car = Vehicle.objects.filter(plate=plate).select_related("owner").first()
    if car is None:
        names = {"make", "model", "year", "energy", "body", "vin"}
        values = {name: value for name, value in given.items() if name in names and value}
        if plates.describe(plate).kind == "green":
            values.setdefault("energy", Vehicle.Energy.BEV)
        car = Vehicle(store=store, plate=plate, **values)
    if car.owner is None and customer:
        car.owner = _customer(store, customer)
    if car._state.adding:
        car.save(force_insert=True)
    else:
        car.save(update_fields=["owner"])
    return car


def _customer(store: Store, given: dict[str, Any]) -> Customer | None:
    if not given.get("name"):
        return Customer.objects.filter(pk=given["id"]).first() if given.get("id") else None
    values = {name: given.get(name, "") for name in ("name", "sex", "phone", "email")}
    row, _created = Customer.objects.get_or_create(
        pk=given.get("id") or uuid7(), defaults={"store": store, "language": store.language, **values}
    )
    return row


@transaction.atomic
def take(visit: Visit, *, by: Staff, now: datetime | None = None) -> Visit:
    """Take a car that nobody has (接车): `by` becomes its advisor and greets with that.

    Raises Refused("visit.taken") when a colleague was faster.
    """
    now = now or timezone.now()
    moved = Visit.objects.filter(pk=visit.pk, advisor=None).update(advisor=by, offered_to=None)
    if not moved and Visit.objects.values_list("advisor_id", flat=True).get(pk=visit.pk) != by.pk:
        raise Refused(_("A colleague has already taken this car."), "visit.taken")
    visit.advisor = by
    if moved:
        visit.offered_to = None
        took_turn(visit.store, staff=by, now=now)
        events.clear_attention(visit, kind="offered", now=now)
        taken = events.note(visit, kind="taken", by=by, now=now)
        tick_by_record(visit, steps=["1.4/verify"], record=taken, by=by, now=now)
    greet(visit, by=by, now=now)
    return visit


@transaction.atomic
def greet(visit: Visit, *, by: Staff, now: datetime | None = None) -> bool:
    """Stop the waiting clock (先问候); the first greeting counts. Returns whether this was it.

    Within two minutes of the gate 1.4/meet is done by that, later it is not done by itself.
    """
    now = now or timezone.now()
    first = bool(Visit.objects.filter(pk=visit.pk, greeted_at=None).update(greeted_at=now))
    if first:
        visit.greeted_at = now
        events.clear_attention(visit, kind="goes_first", now=now)
        greeted = events.note(visit, kind="greeted", by=by, now=now)
        answer = "done" if now - visit.arrived_at <= MEET_WITHIN else "not_done"
        tick_by_record(visit, steps=["1.4/meet"], record=greeted, by=by, answer=answer, now=now)
    return first


def offer(visit: Visit, *, by: Staff, to: Staff, now: datetime | None = None) -> Visit:
    """Offer a car to a colleague (转给同事); it stays with its advisor until the colleague accepts."""
    if to.pk == visit.advisor_id:
        raise Refused(_("This colleague has the car already. Choose another one."), "offer.same", field="to")
    visit.offered_to = to
    visit.save(update_fields=["offered_to"])
    events.call_attention(visit, kind="offered", now=now, to=str(to.pk))
    return visit


@transaction.atomic
def accept_offer(visit: Visit, *, by: Staff, now: datetime | None = None) -> Visit:
    """Accept a car that a colleague offered. Raises Refused("offer.gone") when the offer is no longer there."""
    moved = Visit.objects.filter(pk=visit.pk, offered_to=by).update(advisor=by, offered_to=None)
    if not moved:
        raise Refused(_("This offer is no longer open."), "offer.gone")
    visit.advisor, visit.offered_to = by, None
    events.clear_attention(visit, kind="offered", now=now)
    events.note(visit, kind="transferred", by=by, now=now)
    _mark_days(visit, now)
    return visit


def _mark_days(visit: Visit, now: datetime | None) -> None:
    """Mark the days whose figures of an advisor hold this visit: they are somebody else's now."""
    counted = TouchpointRecord.objects.filter(visit=visit, day__isnull=False)
    dirty(visit.store, {day for day in counted.values_list("day", flat=True) if day}, now=now)


def decline_offer(visit: Visit, *, by: Staff, now: datetime | None = None) -> Visit:
    """Send an offer back (or withdraw it)."""
    visit.offered_to = None
    visit.save(update_fields=["offered_to"])
    events.clear_attention(visit, kind="offered", now=now)
    return visit


@transaction.atomic
def place(
    visit: Visit, *, by: Staff, key_tag: str | None = None, bay: Bay | None = None, now: datetime | None = None
) -> Visit:
    """Note where key and car are; what is None stays. Raises Refused("key_tag.used") for another car's tag."""
    if bay is not None:
        visit.place = bay
        visit.save(update_fields=["place"])
    if key_tag is not None:
        _hang(visit, key_tag)
        write_field(visit, by=by, name="key_tag", value=visit.key_tag, now=now)
    return visit


def _hang(visit: Visit, key_tag: str) -> None:
    visit.key_tag = key_tag.strip()[: FIELDS["key_tag"]]
    try:
        with transaction.atomic():
            visit.save(update_fields=["key_tag"])
    except IntegrityError as clash:
        sentence = _("Key tag %(tag)s hangs on another car. Take the next free one.") % {"tag": key_tag}
        raise Refused(sentence, "key_tag.used", field="key_tag") from clash


def set_dms_no(visit: Visit, *, by: Staff, dms_no: str, now: datetime | None = None) -> Visit:
    """Note the number under which the maker's DMS holds this visit (回填)."""
    write_field(visit, by=by, name="dms_no", value=dms_no, now=now)
    return visit


@transaction.atomic
def describe(
    visit: Visit,
    *,
    by: Staff,
    works: Sequence[str] | None = None,
    words: str | None = None,
    now: datetime | None = None,
) -> Visit:
    """Correct what the car came for; the lane and what applies follow, ticks stay."""
    if works:
        visit.works = list(works)
        import_string(wiring.LANE_FOLLOWS)(visit, by=by, now=now or timezone.now())
        visit.save(update_fields=["works", "lane"])
    if words is not None:
        write_field(visit, by=by, name="words", value=words, now=now)
    recompute([visit.pk], now=now)
    return visit


def apply_take(store: Store, operation: Operation) -> None:
    """Take the car for the author. Raises Refused: "role", "visit.taken"."""
    refuse_unless(operation.staff, store, "dealership.actions.visits.take")
    take(_visit_of(operation), by=operation.staff, now=operation.moment)


def apply_greet(store: Store, operation: Operation) -> None:
    """Stop the waiting clock at the moment of the greeting. Raises Refused("role")."""
    refuse_unless(operation.staff, store, "dealership.actions.visits.greet")
    greet(_visit_of(operation), by=operation.staff, now=operation.moment)


def _visit_of(operation: Operation) -> Visit:
    return Visit.objects.select_related("store", "vehicle", "advisor").get(pk=operation.visit)


def apply_notes(store: Store, operations: list[Operation]) -> None:
    """Keep notes (记一笔) as lines of the timeline; payload {"text"}."""
    Event.objects.bulk_create(
        [
            Event(id=op.pk, store=store, visit_id=op.visit, kind="note", at=op.moment, by_id=op.staff_id,
                  data={"text": str(op.payload.get("text", ""))[:500]})
            for op in operations
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def apply_field(store: Store, operation: Operation) -> None:
    """Set one simple field: payload {"field", "value"} and, where known, {"seen": [ids]} or {"was": value shown}.

    The field becomes what all its operations come to (`queries.fields`), so a late one does not undo a newer one.
    Raises Refused: "field.unknown", "role", "key_tag.used".
    """
    name = operation.payload.get("field")
    if not isinstance(name, str) or name not in FIELDS:
        raise Refused(_("This field cannot be set here."), "field.unknown")
    refuse_unless(operation.staff, store, f"dealership.actions.visits.{FIELD_ACTIONS[name]}")
    visit = Visit.objects.select_related("store").get(pk=operation.visit)
    if name != "key_tag":
        settle_fields(visit)
        return
    hung = str(merged_fields(visit.pk)["key_tag"].value)
    if hung != visit.key_tag:
        _hang(visit, hung)
