"""The timeline of a visit and its marks on the board."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from dealership.models import Attention, Event, Situation, Staff, Visit


def note(visit: Visit, *, kind: str, by: Staff | None, now: datetime | None = None, **data: Any) -> Event:
    """Write one line of the timeline; `data` are plain facts, nothing personal."""
    return Event.objects.create(
        store_id=visit.store_id, visit=visit, kind=kind, at=now or timezone.now(), by=by, data=data
    )


def call_attention(visit: Visit, *, kind: str, url: str = "", now: datetime | None = None, **data: Any) -> Attention:
    """Put a mark on the board; a mark of this kind that is open already stays as it is."""
    mark, _created = Attention.objects.get_or_create(
        store_id=visit.store_id,
        visit=visit,
        kind=kind,
        until=None,
        defaults={"since": now or timezone.now(), "url": url, "data": data},
    )
    return mark


def clear_attention(visit: Visit, *, kind: str, now: datetime | None = None) -> int:
    """Take the mark off the board; return how many there were."""
    return Attention.objects.filter(visit=visit, kind=kind, until=None).update(until=now or timezone.now())


def begin_situation(visit: Visit, *, kind: str, now: datetime | None = None) -> Situation:
    """State a fact that changes what applies; the caller recomputes the records."""
    situation, _created = Situation.objects.get_or_create(
        store_id=visit.store_id, visit=visit, kind=kind, until=None, defaults={"since": now or timezone.now()}
    )
    return situation


def end_situation(visit: Visit, *, kind: str, now: datetime | None = None) -> int:
    """End such a fact; the caller recomputes the records."""
    return Situation.objects.filter(visit=visit, kind=kind, until=None).update(until=now or timezone.now())
