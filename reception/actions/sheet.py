"""The readings of the pre-check sheet. Facts: they come through the operation log, online or later."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.actions.operations import Incoming, submit
from dealership.actions.ticks import tick_by_record
from dealership.models import Operation, Staff, Store, Vehicle, Visit
from dealership.refused import Refused
from dealership.uuids import uuid7
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


def record_readings(
    visit: Visit,
    *,
    by: Staff,
    readings: Mapping[str, Any],
    lower_is_right: bool = False,
    id: UUID | None = None,
    now: datetime | None = None,
) -> list[Reading]:
    """Write readings (item → value, see `models.Reading`) and return their rows; steps tick themselves.

    Each goes through `operations.submit`; the first operation has the form's `id`, the others the ids that follow,
    so a second press changes nothing. A mileage below the last one is asked back unless `lower_is_right`.
    Raises Refused: "reading.value" for nonsense, "mileage.lower".
    """
    now = now or timezone.now()
    id = id or uuid7(now)
    values = {item: _checked(item, value) for item, value in readings.items()}
    if Item.MILEAGE in values and not lower_is_right:
        _ask_back(visit, values[Item.MILEAGE], id)
    operations = [
        Incoming(id=UUID(int=id.int + number), visit=visit.pk, kind="reading", at=now, seq=number,
                 payload={"item": str(item), "value": value})
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
    """Write the readings of accepted operations, payload {"item", "value"}; what no reading can say is left out."""
    rows = [row for row in map(_row, operations) if row]
    Reading.objects.bulk_create(rows, ignore_conflicts=True)
    visits = Visit.objects.select_related("store", "vehicle", "advisor").in_bulk({row.visit_id for row in rows})
    sheets = sheets_of(visits.values())
    _note_mileage(sheets.values(), rows)
    fresh: dict[UUID, list[Reading]] = defaultdict(list)
    for row in rows:
        fresh[row.visit_id].append(row)
    for visit_id, readings in fresh.items():
        _tick(sheets[visit_id], readings)


def _row(op: Operation) -> Reading | None:
    try:
        value = checked(op.payload.get("item"), op.payload.get("value"))
    except ValueError:
        return None
    return Reading(
        id=op.pk, store_id=op.store_id, visit_id=op.visit, item=op.payload["item"], value=value, staff_id=op.staff_id,
        moment=op.moment,
    )  # fmt: skip


def _note_mileage(sheets: Iterable[Sheet], rows: Iterable[Reading]) -> None:
    """Keep the copies of the latest mileage on visit and car; an ended visit that comes late leaves the car alone."""
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


def _tick(sheet: Sheet, readings: list[Reading]) -> None:
    for row in readings:
        steps = [STEP_OF[Item(row.item)]] if row.item in STEP_OF else []
        if row.item in (Item.MILEAGE, Item.ENERGY) and sheet.cabin_done:
            steps.append("1.5/cabin")
        if row.item == Item.EXTERIOR and sheet.exterior_done:
            steps.append("1.5/exterior")
        if steps:
            tick_by_record(sheet.visit, steps=steps, record=row, by=row.staff, now=row.moment)
