"""The readings of the pre-check sheet. Facts: they come through the operation log, online or later."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.actions.conflicts import ask
from dealership.actions.operations import Incoming, submit
from dealership.actions.ticks import Proof, tick_by_records
from dealership.merging import seen_ids
from dealership.models import Operation, Staff, Store, Vehicle, Visit
from dealership.refused import Refused
from dealership.uuids import uuid7
from reception.actions.confirmation import require_reason
from reception.models import Reading
from reception.queries.sheet import Sheet, sheets_of
from reception.readings import checked

Item = Reading.Item
STEP_OF = {
    Item.COVERS: "1.5/enter",
    Item.CONTROLS: "1.5/controls",
    Item.ENGINE_BAY: "1.5/engine",
    Item.QUALIFY: "1.6/qualify",
    Item.COVERAGE: "1.7/coverage",
    Item.SYMPTOM: "1.7/symptom",
}
"""Item → the step that one reading of it proves; cabin and exterior need several."""
CABIN = frozenset({Item.MILEAGE, Item.ENERGY})
WHY = 200
"""Length of the reason for a correction."""


def record_readings(
    visit: Visit,
    *,
    by: Staff,
    readings: Mapping[str, Any],
    lower_is_right: bool = False,
    seen: Collection[UUID] | None = None,
    reason: str = "",
    id: UUID | None = None,
    now: datetime | None = None,
) -> list[Reading]:
    """Write readings (item → value, see `models.Reading`) and return their rows; steps tick themselves.

    `seen`: the readings that `by` had on the screen and replaces (None: all earlier ones); `reason` of a correction.

    Each goes through `operations.submit`; the first operation has the form's `id`, the others the ids that follow,
    so a second press changes nothing. A mileage below the last one is asked back unless `lower_is_right`.
    Raises Refused: "reading.value" for nonsense, "mileage.lower", "sheet.frozen" (no reason).
    """
    now = now or timezone.now()
    id = id or uuid7(now)
    values = {item: _checked(item, value) for item, value in readings.items()}
    require_reason(visit, items=values, reason=reason, id=id)
    if Item.MILEAGE in values and not lower_is_right:
        _ask_back(visit, values[Item.MILEAGE], id)
    extra: dict[str, Any] = {} if seen is None else {"seen": sorted(map(str, seen))}
    extra |= {"reason": reason} if reason else {}
    operations = [
        Incoming(id=UUID(int=id.int + number), visit=visit.pk, kind="reading", at=now, seq=number,
                 payload={"item": str(item), "value": value, **extra})
        for number, (item, value) in enumerate(values.items())
    ]  # fmt: skip
    submit(visit.store, by=by, operations=operations, now=now)
    visit.refresh_from_db(fields=["mileage"])
    return list(Reading.objects.filter(pk__in=[operation.id for operation in operations]).order_by("id"))


def _checked(item: str, value: Any) -> Any:
    try:
        return checked(item, value)
    except ValueError as wrong:
        sentence = _("“%(item)s” is not filled in properly. Look at it again.")
        label = Item(item).label if item in Item.values else item
        raise Refused(sentence % {"item": label}, "reading.value", field=item) from wrong


def _ask_back(visit: Visit, mileage: int, id: UUID) -> None:
    last = visit.vehicle.mileage
    if last is not None and mileage < last and not Reading.objects.filter(pk=id).exists():
        sentence = _("Last time it was %(last)s km, now %(now)s km. Is this right?")
        raise Refused(
            sentence % {"last": f"{last:,}", "now": f"{mileage:,}"}, "mileage.lower", field="mileage",
            confirm="confirm_mileage",
        )  # fmt: skip


def apply_readings(store: Store, operations: list[Operation]) -> None:
    """Write the readings of accepted operations; what no reading can say is left out.

    Payload {"item", "value"} and, where given, {"seen": [ids], "reason": text}. Effects, in order: the rows; the
    copies of the mileage; the steps that the readings prove; the advisor is asked where readings are in conflict.
    """
    rows = [row for row in map(_row, operations) if row]
    Reading.objects.bulk_create(rows, ignore_conflicts=True)
    visits = Visit.objects.select_related("store", "vehicle").in_bulk({row.visit_id for row in rows})
    sheets = sheets_of(visits.values())
    _note_mileage(sheets.values(), rows)
    fresh = {(row.visit_id, row.item) for row in rows}
    proofs = [proof for sheet in sheets.values() for proof in _proofs(sheet, fresh)]
    tick_by_records(store, proofs=proofs)
    differing = {
        visit_id: {item: max(row.moment for row in rows) for item, rows in sheet.conflicts.items()}
        for visit_id, sheet in sheets.items()
    }
    ask(store, source="readings", visits=differing)


def _row(op: Operation) -> Reading | None:
    try:
        value = checked(op.payload.get("item"), op.payload.get("value"))
    except ValueError:
        return None
    seen = seen_ids(op.payload.get("seen"))
    return Reading(
        id=op.pk, store_id=op.store_id, visit_id=op.visit, item=op.payload["item"], value=value, staff_id=op.staff_id,
        seen=None if seen is None else sorted(seen), reason=reason_of(op), moment=op.moment,
    )  # fmt: skip


def reason_of(op: Operation) -> str:
    """Return why an entry corrects what the customer has confirmed; nonsense is no reason."""
    reason = op.payload.get("reason")
    return reason.strip()[:WHY] if isinstance(reason, str) else ""


def _note_mileage(sheets: Iterable[Sheet], rows: Iterable[Reading]) -> None:
    """Keep the copies of the mileage on visit and car; an ended visit that comes late leaves the car alone."""
    read = {row.visit_id for row in rows if row.item == Item.MILEAGE}
    visits, cars = [], []
    for sheet in sheets:
        if sheet.visit.pk in read:
            sheet.visit.mileage = sheet.value(Item.MILEAGE)
            visits.append(sheet.visit)
            if not sheet.visit.ended:
                sheet.visit.vehicle.mileage = sheet.visit.mileage
                cars.append(sheet.visit.vehicle)
    Visit.objects.bulk_update(visits, ["mileage"])
    Vehicle.objects.bulk_update(cars, ["mileage"])


def _proofs(sheet: Sheet, fresh: Collection[tuple[UUID, str]]) -> Iterator[Proof]:
    """Yield what proves the steps that fresh readings bear on: every reading with which (or after which) it is done.

    It follows from all readings in their order, so a reading that arrives late proves what it would have proved.
    """
    items = {item for visit_id, item in fresh if visit_id == sheet.visit.pk}
    items |= CABIN if items & CABIN else set()
    so_far = Sheet(sheet.visit)
    for row in sheet.log:
        so_far.readings[row.item] = row
        if row.item == Item.EXTERIOR:
            so_far.seen.add(str(row.value))
        if row.item in items and (step := _step(so_far, row)):
            yield Proof(step, row, sheet.visit.pk)


def _step(so_far: Sheet, row: Reading) -> str | None:
    if row.item in CABIN:
        return "1.5/cabin" if so_far.cabin_done else None
    if row.item == Item.EXTERIOR:
        return "1.5/exterior" if so_far.exterior_done else None
    return STEP_OF.get(Item(row.item))
