"""Two people wrote different things without having seen each other's: the visit's advisor is asked."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from dealership import wiring
from dealership.models import Attention, Store
from dealership.queries.marks import CONFLICT as KIND
from dealership.stages import Stage

Open = Mapping[str, datetime]
"""Name of a field → since when its values differ."""


def ask(store: Store, *, source: str, visits: Mapping[UUID, Open], now: datetime | None = None) -> None:
    """Say what is in conflict now in `source` ("readings", "marks", "fields") of each visit: all of it, or nothing.

    The mark stays up while any source has a conflict, and follows from what is in conflict alone, so the order in
    which entries came does not show. The caller holds the locks of the visits.
    """
    marks = {mark.visit_id: mark for mark in Attention.objects.filter(visit__in=visits, kind=KIND, until=None)}
    for visit_id, names in sorted(visits.items()):
        mark = marks.get(visit_id)
        before = dict(mark.data) if mark else {}
        data = {name: part for name, part in before.items() if name != source}
        if names:
            data[source] = {name: since.isoformat() for name, since in sorted(names.items())}
        if data != before:
            _note(store, visit_id, mark, data, now or timezone.now())


def _note(store: Store, visit_id: UUID, mark: Attention | None, data: dict[str, dict[str, str]], now: datetime) -> None:
    if not data:
        Attention.objects.filter(visit=visit_id, kind=KIND, until=None).update(until=now)
        return
    moments = [parse_datetime(text) for part in data.values() for text in part.values()]
    since = min(moment for moment in moments if moment)
    if mark is None:
        mark = Attention(store=store, visit_id=visit_id, kind=KIND, url=_url(store, visit_id))
    mark.since, mark.data = since, data
    if mark._state.adding:
        mark.save(force_insert=True)
    else:
        mark.save(update_fields=["since", "data"])


def _url(store: Store, visit_id: UUID) -> str:
    kwargs = {"store": store.code, "visit": visit_id}
    return reverse(wiring.STAGE_PAGES[Stage.RECEPTION], kwargs=kwargs) + "?card=1.5&asked=1"
