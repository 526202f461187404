"""Damage marks: a mark is what all operations that name it come to, whenever they arrive."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.actions.operations import Incoming, submit
from dealership.models import Operation, Staff, Store, Visit
from dealership.refused import Refused
from dealership.uuids import uuid7
from reception.findings import ZONES
from reception.models import DamageMark, View

LARGEST = 600
"""Units of the widest drawing; a place beyond is none."""
LARGEST_CM = 300


def add_mark(
    visit: Visit,
    *,
    by: Staff,
    view: str,
    x: int,
    y: int,
    zone: str = "",
    kind: str = DamageMark.Kind.SCRATCH,
    size_cm: int | None = None,
    id: UUID | None = None,
    now: datetime | None = None,
) -> DamageMark:
    """Put a mark on the drawing of `view`; its id is the operation's. Raises Refused("mark.place") beside the car."""
    id = id or uuid7(now)
    payload = {"view": view, "zone": zone, "x": x, "y": y, "kind": kind, "size_cm": size_cm}
    _submit(visit, by=by, id=id, payload=payload, now=now)
    mark = DamageMark.objects.filter(pk=id).first()
    if mark is None:
        raise Refused(_("Tap on the car itself, where the damage is."), "mark.place")
    return mark


def change_mark(
    mark: DamageMark,
    *,
    by: Staff,
    kind: str | None = None,
    size_cm: int | None = None,
    note: str | None = None,
    id: UUID | None = None,
    now: datetime | None = None,
) -> DamageMark:
    """Say what kind of damage it is and how large; what is None stays."""
    given = {"kind": kind, "size_cm": size_cm, "note": note}
    return _edit(mark, by=by, id=id, now=now, **{name: value for name, value in given.items() if value is not None})


def remove_mark(mark: DamageMark, *, by: Staff, id: UUID | None = None, now: datetime | None = None) -> DamageMark:
    """Take a mark off the sheet; the row stays."""
    return _edit(mark, by=by, id=id, now=now, removed=True)


def restore_mark(mark: DamageMark, *, by: Staff, id: UUID | None = None, now: datetime | None = None) -> DamageMark:
    """Put a mark back that was taken off (撤销)."""
    return _edit(mark, by=by, id=id, now=now, removed=False)


def _edit(mark: DamageMark, *, by: Staff, id: UUID | None, now: datetime | None, **change: Any) -> DamageMark:
    payload = {"mark": str(mark.pk), **change}
    _submit(mark.visit, by=by, id=id or uuid7(now), payload=payload, now=now)
    mark.refresh_from_db()
    return mark


def _submit(visit: Visit, *, by: Staff, id: UUID, payload: dict[str, Any], now: datetime | None) -> None:
    now = now or timezone.now()
    submit(visit.store, by=by, operations=[Incoming(id, visit.pk, "mark", now, payload=payload)], now=now)


def apply_marks(store: Store, operations: list[Operation]) -> None:
    """Rebuild the marks of the visits touched from all their operations of kind `mark`, by moment.

    Payload of a new mark {"view", "zone", "x", "y", "kind", "size_cm", "note"}, of a change {"mark": id, …},
    {"mark": id, "removed": true}. A change may arrive before its mark.
    """
    log = Operation.objects.filter(
        store=store, visit__in={op.visit for op in operations}, kind="mark", state=Operation.State.ACCEPTED
    )
    marks = _folded(log.order_by("moment", "id"))
    DamageMark.objects.bulk_create(
        [mark for _key, mark in sorted(marks.items())],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["kind", "size_cm", "note", "removed_at"],
    )


def _folded(log: Iterable[Operation]) -> dict[UUID, DamageMark]:
    marks: dict[UUID, DamageMark] = {}
    changes = []
    for op in log:
        if "mark" in op.payload:
            changes.append(op)
        elif mark := _new(op):
            marks[mark.pk] = mark
    for op in changes:
        named = _uuid(op.payload["mark"])
        mark = marks.get(named) if named else None
        if mark and mark.visit_id == op.visit:
            _change(mark, op)
    return marks


def _new(op: Operation) -> DamageMark | None:
    given = op.payload
    x, y = given.get("x"), given.get("y")
    on_car = isinstance(x, int) and isinstance(y, int) and 0 <= x <= LARGEST and 0 <= y <= LARGEST
    if not on_car or given.get("view") not in View.values:
        return None
    zone = given.get("zone")
    mark = DamageMark(
        id=op.pk, store_id=op.store_id, visit_id=op.visit, view=given["view"], x=x, y=y, staff_id=op.staff_id,
        zone=zone if zone in ZONES else "", moment=op.moment,
    )  # fmt: skip
    _change(mark, op)
    return mark


def _change(mark: DamageMark, op: Operation) -> None:
    given = op.payload
    if given.get("kind") in DamageMark.Kind.values:
        mark.kind = given["kind"]
    size = given.get("size_cm")
    if isinstance(size, int) and 0 < size <= LARGEST_CM:
        mark.size_cm = size
    if "note" in given:
        mark.note = str(given["note"]).strip()[:120]
    if "removed" in given:
        mark.removed_at = op.moment if given["removed"] else None


def _uuid(text: Any) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None
