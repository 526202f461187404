"""What was practised: by touchpoint, and the latest entries."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max
from django.utils.translation import get_language

from dealership.models import Store
from dealership.queries.standards import TouchpointWords, current_id, touchpoints
from feedback.models import Practice
from feedback.queries.causes import PRACTISED_WITHIN

LATEST = 12


@dataclass(frozen=True)
class Practised:
    """A touchpoint: when it was last practised and by how many people within 90 days."""

    words: TouchpointWords
    last: date | None = None
    people: int = 0


def practised(store: Store, day: date) -> list[Practised]:
    """Return the 22 touchpoints in their order, in two queries."""
    found = Practice.objects.order_by().values_list("touchpoint")
    last = dict(found.annotate(last=Max("day")))
    since = found.filter(day__gt=day - PRACTISED_WITHIN)
    people = dict(since.annotate(people=Count("staff", distinct=True)))
    words = touchpoints(current_id(store), get_language() or "zh-hans")
    return [Practised(one, last.get(one.code), people.get(one.code, 0)) for one in words]


def latest() -> list[Practice]:
    """Return the newest entries of the store, in one query."""
    return list(Practice.objects.select_related("staff").order_by("-day", "-at")[:LATEST])
