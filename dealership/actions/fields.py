"""Simple fields of a visit: each write is an operation, and the field is what all of them come to."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from dealership.actions.conflicts import ask
from dealership.actions.records import lock
from dealership.models import Operation, Staff, Visit
from dealership.queries.fields import ASKED, merged_fields
from dealership.uuids import uuid7


@transaction.atomic
def write_field(
    visit: Visit,
    *,
    by: Staff,
    name: str,
    value: str,
    seen: Collection[UUID] | None = None,
    now: datetime | None = None,
) -> Operation:
    """Write down that a form sets a field (of `queries.fields.FIELDS`), and give the visit what follows.

    Like a tablet's `field.set`; without `seen` it replaces all that was written before.
    """
    now = now or timezone.now()
    lock([visit.pk])
    payload: dict[str, Any] = {"field": name, "value": value}
    if seen is not None:
        payload["seen"] = sorted(map(str, seen))
    operation = Operation.objects.create(
        id=uuid7(now), store_id=visit.store_id, visit=visit.pk, staff=by, kind="field.set", seq=0, payload=payload,
        at=now, offset=timedelta(0), received=now, moment=now, state=Operation.State.ACCEPTED,
    )  # fmt: skip
    settle_fields(visit)
    return operation


def settle_fields(visit: Visit) -> dict[str, str]:
    """Give the visit what its operations say of the fields that people can differ about, and return it.

    The advisor is asked where they do. The caller holds the lock of the visit.
    """
    merged = {name: each for name, each in merged_fields(visit.pk).items() if name in ASKED}
    values = {name: str(each.value) for name, each in merged.items()}
    for name, value in values.items():
        setattr(visit, name, value)
    if values:
        visit.save(update_fields=list(values))
    differing = {name: each.head.moment for name, each in merged.items() if each.conflict}
    ask(visit.store, source="fields", visits={visit.pk: differing})
    return values
