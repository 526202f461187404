"""Who was trained on a touchpoint, and who played its roles."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dealership.models import Membership, Staff, Store, business_day
from dealership.queries.standards import current_id, touchpoints
from dealership.refused import Refused
from feedback.models import Practice


@transaction.atomic
def log_practice(
    store: Store, *, touchpoint: str, kind: str, day: date, people: Collection[Staff], by: Staff, note: str = "",
    now: datetime | None = None,
) -> list[Practice]:  # fmt: skip
    """Note that these people practised on `day`; who is noted already stays noted once. Returns the rows of all.

    Raises Refused: "practice.nobody", "practice.stranger", "practice.future", "practice.touchpoint".
    """
    now = now or timezone.now()
    if not people:
        raise Refused(_("Choose who took part."), "practice.nobody", field="people")
    if day > business_day(store, now):
        raise Refused(_("Note it once it has taken place."), "practice.future", field="day")
    if touchpoint not in {one.code for one in touchpoints(current_id(store), get_language() or "zh-hans")}:
        raise Refused(_("Choose the touchpoint."), "practice.touchpoint", field="touchpoint")
    ids = {person.pk for person in people}
    if Membership.objects.filter(store=store, staff__in=ids).values("staff").distinct().count() != len(ids):
        raise Refused(_("Choose people who work here."), "practice.stranger", field="people")
    rows = [
        Practice(
            store=store, staff=person, touchpoint=touchpoint, kind=kind, day=day, note=note.strip()[:200], at=now, by=by
        )
        for person in people
    ]
    Practice.objects.bulk_create(rows, ignore_conflicts=True)
    return list(Practice.objects.filter(store=store, touchpoint=touchpoint, kind=kind, day=day, staff__in=ids))


def take_back(practice: Practice, *, by: Staff) -> None:
    """Take away what was noted by mistake."""
    practice.delete()
