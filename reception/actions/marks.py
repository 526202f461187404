"""Damage marks: a mark is what all operations that name it come to, whenever they arrive."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.actions.conflicts import ask
from dealership.actions.operations import Incoming, submit
from dealership.merging import Entry, as_uuid, merge, seen_ids
from dealership.models import Operation, Staff, Store, Visit
from dealership.refused import Refused
from dealership.uuids import uuid7
from reception.actions.confirmation import require_reason
from reception.actions.sheet import reason_of
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
    reason: str = "",
    id: UUID | None = None,
    now: datetime | None = None,
) -> DamageMark:
    """Put a mark on the drawing of `view`; its id is the operation's.

    Raises Refused: "mark.place" beside the car, "sheet.frozen" (no reason).
    """
    id = id or uuid7(now)
    payload = {"view": view, "zone": zone, "x": x, "y": y, "kind": kind, "size_cm": size_cm, **_extra(None, reason)}
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
    seen: Collection[UUID] | None = None,
    reason: str = "",
    id: UUID | None = None,
    now: datetime | None = None,
) -> DamageMark:
    """Say what kind of damage it is and how large; what is None stays.

    `seen`: the operations of this mark that `by` had on the screen (None: all earlier ones).
    """
    given = {"kind": kind, "size_cm": size_cm, "note": note}
    change = {name: value for name, value in given.items() if value is not None}
    return _edit(mark, by=by, id=id, now=now, **change, **_extra(seen, reason))


def remove_mark(
    mark: DamageMark,
    *,
    by: Staff,
    seen: Collection[UUID] | None = None,
    reason: str = "",
    id: UUID | None = None,
    now: datetime | None = None,
) -> DamageMark:
    """Take a mark off the sheet; the row stays."""
    return _edit(mark, by=by, id=id, now=now, removed=True, **_extra(seen, reason))


def restore_mark(
    mark: DamageMark,
    *,
    by: Staff,
    seen: Collection[UUID] | None = None,
    reason: str = "",
    id: UUID | None = None,
    now: datetime | None = None,
) -> DamageMark:
    """Put a mark back that was taken off (撤销)."""
    return _edit(mark, by=by, id=id, now=now, removed=False, **_extra(seen, reason))


def _extra(seen: Collection[UUID] | None, reason: str) -> dict[str, Any]:
    return {name: value for name, value in (("seen", _texts(seen)), ("reason", reason)) if value not in (None, "")}


def _texts(seen: Collection[UUID] | None) -> list[str] | None:
    return None if seen is None else sorted(map(str, seen))


def _edit(mark: DamageMark, *, by: Staff, id: UUID | None, now: datetime | None, **change: Any) -> DamageMark:
    payload = {"mark": str(mark.pk), **change}
    _submit(mark.visit, by=by, id=id or uuid7(now), payload=payload, now=now)
    mark.refresh_from_db()
    return mark


def _submit(visit: Visit, *, by: Staff, id: UUID, payload: dict[str, Any], now: datetime | None) -> None:
    now = now or timezone.now()
    require_reason(visit, items=["mark"], reason=payload.get("reason", ""), id=id)
    submit(visit.store, by=by, operations=[Incoming(id, visit.pk, "mark", now, payload=payload)], now=now)


def apply_marks(store: Store, operations: list[Operation]) -> None:
    """Rebuild the marks of the visits touched from all their operations of kind `mark`, field by field.

    Payload of a new mark {"view", "zone", "x", "y", "kind", "size_cm", "note"}, of a change {"mark": id, …},
    {"mark": id, "removed": true}; a change may hold "seen", the operations of this mark that its author had on the
    screen, and "reason". A change may arrive before its mark. Where people differ the advisor is asked.
    """
    visits = {op.visit for op in operations}
    log = Operation.objects.filter(store=store, visit__in=visits, kind="mark", state=Operation.State.ACCEPTED)
    marks = _folded(log.order_by("moment", "id"))
    DamageMark.objects.bulk_create(
        [mark for _key, mark in sorted(marks.items())],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["kind", "size_cm", "note", "reason", "disputed", "removed_at"],
    )
    differing: dict[UUID, dict[str, datetime]] = {visit_id: {} for visit_id in visits}
    for mark in marks.values():
        if mark.disputed:
            differing[mark.visit_id][str(mark.pk)] = _since(mark)
    ask(store, source="marks", visits=differing)


def _folded(log: Iterable[Operation]) -> dict[UUID, DamageMark]:
    marks: dict[UUID, DamageMark] = {}
    written: dict[UUID, list[Operation]] = defaultdict(list)
    for op in log:
        named = as_uuid(op.payload["mark"]) if "mark" in op.payload else op.pk
        if named == op.pk and (mark := _new(op)):
            marks[op.pk] = mark
        if named:
            written[named].append(op)
    for pk, mark in marks.items():
        _write(mark, [op for op in written[pk] if op.visit == mark.visit_id])
    return marks


def _new(op: Operation) -> DamageMark | None:
    given = op.payload
    x, y = given.get("x"), given.get("y")
    on_car = isinstance(x, int) and isinstance(y, int) and 0 <= x <= LARGEST and 0 <= y <= LARGEST
    if not on_car or given.get("view") not in View.values:
        return None
    zone = given.get("zone")
    return DamageMark(
        id=op.pk, store_id=op.store_id, visit_id=op.visit, view=given["view"], x=x, y=y, staff_id=op.staff_id,
        zone=zone if isinstance(zone, str) and zone in ZONES else "", moment=op.moment,
    )  # fmt: skip


def _write(mark: DamageMark, operations: list[Operation]) -> None:
    """Fill the mark's fields from all operations that name it, by moment: the mark's own, then the changes."""
    entries: dict[str, list[Entry]] = defaultdict(list)
    for op in sorted(operations, key=lambda op: (op.pk != mark.pk, op.moment, op.pk)):
        seen = seen_ids(op.payload.get("seen"))
        for name, value in _fields(op).items():
            entries[name].append(Entry(op.pk, op.moment, value, seen, op.staff_id))
        mark.reason = reason_of(op) or mark.reason
    for name, listed in entries.items():
        # Whoever changes a mark has seen it: what it began with stands only as long as nobody has changed it.
        merged = merge([entry for entry in listed if entry.id != mark.pk] or listed)
        if merged is None:
            continue
        if name == "removed":
            mark.removed_at = merged.head.moment if merged.value else None
        else:
            setattr(mark, name, merged.value)
        if merged.conflict:
            mark.disputed[name] = [_side(entry) for entry in merged.heads]


def _fields(op: Operation) -> dict[str, Any]:
    """Return field → value that an operation writes; what no mark can say is left out."""
    given, found = op.payload, {}
    if given.get("kind") in DamageMark.Kind.values:
        found["kind"] = given["kind"]
    size = given.get("size_cm")
    if isinstance(size, int) and not isinstance(size, bool) and 0 < size <= LARGEST_CM:
        found["size_cm"] = size
    if "note" in given:
        found["note"] = str(given["note"]).strip()[:120]
    if "removed" in given:
        found["removed"] = bool(given["removed"])
    elif found and "mark" in given and isinstance(given.get("seen"), list):
        # Whoever describes a mark says that it is there; only somebody who saw it taken off puts it back.
        found["removed"] = False
    return found


def _side(entry: Entry) -> dict[str, Any]:
    at = entry.moment.astimezone(UTC).isoformat()
    return {"id": str(entry.id), "value": entry.value, "staff": str(entry.staff), "at": at}


def _since(mark: DamageMark) -> datetime:
    """Return the moment from which two people differed about this mark."""
    return min(datetime.fromisoformat(sides[-1]["at"]) for sides in mark.disputed.values())
