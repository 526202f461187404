"""Simple fields of a visit as all operations of kind `field.set` leave them."""

from collections import defaultdict
from dataclasses import replace
from uuid import UUID

from dealership.merging import Entry, Merged, merge, seen_before, seen_ids
from dealership.models import Operation

FIELDS = {"key_tag": 8, "dms_no": 40, "words": 500}
"""Fields that `field.set` may write → their length."""
ASKED = ("dms_no", "words")
"""Fields about which people can differ; of key tags the last one hung counts."""


def merged_fields(visit_id: UUID) -> dict[str, Merged]:
    """Return field → what its operations come to, for the fields that have any, in one query."""
    written: dict[str, list[tuple[Entry, object]]] = defaultdict(list)
    log = Operation.objects.filter(visit=visit_id, kind="field.set", state=Operation.State.ACCEPTED)
    for op in log.order_by("moment", "id"):
        name = op.payload.get("field")
        if name in FIELDS:
            seen = seen_ids(op.payload.get("seen")) if name in ASKED else None
            was = op.payload.get("was") if name in ASKED else None
            value = field_value(name, op.payload.get("value", ""))
            written[name].append((Entry(op.pk, op.moment, value, seen, op.staff_id), was))
    found = {name: merge(_with_seen(name, rows)) for name, rows in written.items()}
    return {name: merged for name, merged in found.items() if merged}


def field_value(name: str, value: object) -> str:
    """Return a value as the field keeps it."""
    return str(value).strip()[: FIELDS[name]]


def _with_seen(name: str, rows: list[tuple[Entry, object]]) -> list[Entry]:
    """Return the entries of a field; one that says what it `was` has seen the earlier entries of that value."""
    entries = [entry for entry, _was in rows]
    return [
        entry
        if was is None or entry.seen is not None
        else replace(entry, seen=seen_before(entries, entry, field_value(name, was)))
        for entry, was in rows
    ]
