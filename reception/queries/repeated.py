"""What a car came with, visit by visit, as kinds of concern: so that the second time is seen."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from dealership.models import Visit
from reception.comebacks import topics
from reception.concerns import KINDS, reader
from reception.models import Reading
from reception.queries.sheet import merged_readings

OTHER = "other"
"""The kind of concern that says nothing of itself: two of them need not be the same."""


def concern_kinds(visits: Sequence[Visit]) -> dict[UUID, frozenset[str]]:
    """Return visit → kinds of its concerns: those that were noted, else what the customer's words name (one query)."""
    rows: dict[UUID, list[Reading]] = {}
    for row in Reading.objects.filter(visit__in=visits, item=Reading.Item.CONCERNS):
        rows.setdefault(row.visit_id, []).append(row)
    return {visit.pk: _noted(rows.get(visit.pk, [])) or _said(visit) for visit in visits}


def repeated(visits: Iterable[Visit], kinds: Mapping[UUID, frozenset[str]]) -> list[tuple[str, list[Visit]]]:
    """Return kind → the visits with it, for kinds of two visits or more; the most frequent first."""
    found: dict[str, list[Visit]] = {}
    for visit in visits:
        for kind in kinds.get(visit.pk, frozenset()):
            found.setdefault(kind, []).append(visit)
    again = [(kind, rows) for kind, rows in found.items() if len(rows) > 1]
    return sorted(again, key=lambda one: (-len(one[1]), one[0]))


def kind_name(kind: str) -> str:
    """Return the name of a kind of concern in the reader's language."""
    return str(KINDS[kind]["name"][reader()])


def _noted(rows: list[Reading]) -> frozenset[str]:
    merged = merged_readings(rows) if rows else None
    return frozenset(one["kind"] for one in merged.head.value if one["kind"] != OTHER) if merged else frozenset()


def _said(visit: Visit) -> frozenset[str]:
    return frozenset(kind for kind in topics([visit.words]) if kind in KINDS)
