"""TouchpointRecords follow from ticks: recomputed whole, never incremented (increments drift)."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from dealership.models import DirtyDay, Store, TouchpointRecord, Visit
from dealership.queries.course import Lived, lived, specs_of
from dealership.scoring import Scored, score_visit

FIELDS = ["day", "applicable", "steps", "done", "live", "late", "bulk", "skipped", "states", "score"]


def lock(visit_ids: Collection[UUID]) -> list[Visit]:
    """Lock the visits for the rest of the transaction, in one order, and return them as they are now.

    FOR NO KEY UPDATE: a plain FOR UPDATE would wait for every transaction that just inserts a row of the visit, and
    two of those would wait for each other.
    """
    rows = Visit.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=visit_ids)
    return list(rows.select_related("store").order_by("pk"))


@transaction.atomic
def recompute(visit_ids: Collection[UUID], *, now: datetime | None = None) -> list[TouchpointRecord]:
    """Recompute the records of these visits of one store from their ticks and mark changed days dirty.

    Effects, in order: locks the visits, reads all that is known of them, writes 22 records each in one statement,
    marks the days that a record left or entered (or whose record changed).
    """
    if not visit_ids:
        return []
    # A joined visit is only another name of the first one.
    visits = [visit for visit in lock(visit_ids) if visit.joined_to_id is None]
    known = lived(visits)
    before = {
        (record.visit_id, record.touchpoint): record for record in TouchpointRecord.objects.filter(visit__in=known)
    }
    changed: list[TouchpointRecord] = []
    days: set[date] = set()
    for one in known.values():
        for scored in scored_touchpoints(one):
            old = before.get((one.visit.pk, scored.touchpoint))
            if old is None or any(getattr(old, name) != getattr(scored, name) for name in FIELDS):
                changed.append(_record(one.visit, scored, old))
                days.update(day for day in (old.day if old else None, scored.day) if day)
    TouchpointRecord.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["store", "visit", "touchpoint"],
        update_fields=FIELDS,
    )
    if visits:
        dirty(visits[0].store, days, now=now)
    return changed


def scored_touchpoints(one: Lived) -> list[Scored]:
    """Return what the ticks of one visit are worth."""
    return score_visit(specs_of(one.visit.standard_id), one.ticks, frozenset(one.undone), one.course)


def dirty(store: Store, days: Collection[date], *, now: datetime | None = None) -> None:
    """Mark store-days whose roll-up is out of date, sorted (unsorted upserts deadlock)."""
    marks = [DirtyDay(store=store, day=day, marked_at=now or timezone.now()) for day in sorted(days)]
    DirtyDay.objects.bulk_create(
        marks, update_conflicts=True, unique_fields=["store", "day"], update_fields=["marked_at"]
    )


def _record(visit: Visit, scored: Scored, old: TouchpointRecord | None) -> TouchpointRecord:
    record = old or TouchpointRecord(store_id=visit.store_id, visit_id=visit.pk, touchpoint=scored.touchpoint)
    for name in FIELDS:
        setattr(record, name, getattr(scored, name))
    return record
