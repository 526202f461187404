"""The digest of scores: three sentences to those who lead a store, every open day and every Monday (docs/digests.md).

`DigestRule.next_at` is the due column. Whoever moves it on sends what was due, in one transaction: two sweeps at once
send once, and one that dies in between leaves it due.
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_scopes import scope, scopes_disabled

from dealership.actions.messages import queue_for_staff
from dealership.models import Message, Role, Staff, Store, business_day
from dealership.queries.staff import people_with
from dealership.refused import Refused
from feedback.models import DigestRule
from feedback.queries.digest import USUAL_AT, text_of, told_period
from feedback.queries.drawable import week_of

Kind = DigestRule.Kind
LOOK_AHEAD = 60
"""So many days ahead the next open day is looked for (`hours.LONGEST_CLOSURE`)."""
TO = {
    Kind.DAY: (Role.SUPERVISOR, Role.MANAGER),
    Kind.WEEK: (Role.SUPERVISOR, Role.MANAGER, Role.CHAIN),
}
MESSAGE = {Kind.DAY: "day_digest", Kind.WEEK: "week_digest"}
PAGE = {Kind.DAY: "scores", Kind.WEEK: "scores-period"}


@transaction.atomic
def set_rule(store: Store, *, by: Staff, kind: str, on: bool, at: time, now: datetime | None = None) -> DigestRule:
    """Switch a digest on or off and say when it goes out. Raises Refused("digest.kind") for an unknown kind."""
    now = now or timezone.now()
    if kind not in Kind.values:
        raise Refused(_("Choose the daily or the weekly digest."), "digest.kind", field="kind")
    next_at = next_moment(store, kind, at, now) if on else None
    values = {"on": on, "at": at, "next_at": next_at, "by": by}
    return DigestRule.objects.update_or_create(store=store, kind=kind, defaults=values)[0]


@transaction.atomic
def send_now(store: Store, *, by: Staff, kind: str, id: UUID, now: datetime | None = None) -> Message:
    """Write today's digest to `by` alone; the same `id` again returns the first. Raises Refused("digest.kind")."""
    now = now or timezone.now()
    if kind not in Kind.values:
        raise Refused(_("Choose the daily or the weekly digest."), "digest.kind", field="kind")
    return _write(store, kind, by, key=f"now:{id.hex}", now=now)


def sweep(now: datetime) -> int:
    """Send what is due in every store and make the rules of new stores; return how many digests were written."""
    with scopes_disabled():
        new = Store.objects.exclude(pk__in=_complete())
        for store in new:
            with scope(store=store):
                ensure_rules(store, now=now)
        due = list(DigestRule.objects.filter(next_at__lte=now).select_related("store").order_by("next_at"))
    written = 0
    for rule in due:
        with scope(store=rule.store):
            written += send_due(rule, now=now)
    return written


def ensure_rules(store: Store, *, now: datetime) -> None:
    """Write the rules that a store does not have yet: on, at 8:00."""
    rows = [
        DigestRule(store=store, kind=kind, at=USUAL_AT, next_at=next_moment(store, kind, USUAL_AT, now))
        for kind in Kind
    ]
    DigestRule.objects.bulk_create(rows, ignore_conflicts=True)


def next_moment(store: Store, kind: str, at: time, now: datetime) -> datetime:
    """Return the next time after `now`: `at` on an open day, or on a Monday."""
    today = business_day(store, now)
    week = week_of(store)
    days = [today + timedelta(days=ahead) for ahead in range(LOOK_AHEAD)]
    fitting = [day for day in days if (day.weekday() == 0 if kind == Kind.WEEK else week.of(day))]
    moments = (datetime.combine(day, at, tzinfo=store.zone) for day in fitting or days[1:])
    return next((moment for moment in moments if moment > now), now + timedelta(days=1))


@transaction.atomic
def send_due(rule: DigestRule, *, now: datetime) -> int:
    """Move the rule on if it is still as it was read, and write the digest; 0 when somebody was faster.

    What a worker that stood still has missed is not sent late: a morning's text on another day misleads.
    """
    store, due = rule.store, rule.next_at
    assert due is not None  # noqa: S101 (read by next_at__lte)
    moved = DigestRule.objects.filter(pk=rule.pk, on=True, next_at=due)
    if not moved.update(next_at=next_moment(store, rule.kind, rule.at, now)):
        return 0
    today = business_day(store, now)
    if business_day(store, due) != today or (rule.kind == Kind.DAY and week_of(store).of(today) is None):
        return 0
    people = readers(store, TO[Kind(rule.kind)])
    for staff in people:
        _write(store, rule.kind, staff, key=today.isoformat(), now=now)
    return len(people)


def readers(store: Store, roles: Iterable[str]) -> list[Staff]:
    """Return whom a digest goes to, each person once."""
    return list({row.staff_id: row.staff for row in people_with(store, roles)}.values())


def _write(store: Store, kind: str, staff: Staff, *, key: str, now: datetime) -> Message:
    told = told_period(store, kind, business_day(store, now))
    where = {"store": store.code, "day": told.first} | ({"kind": told.kind} if kind == Kind.WEEK else {})
    with translation.override(staff.language):
        text = text_of(store, kind, now=now)
    url = settings.PUBLIC_URL + reverse(PAGE[Kind(kind)], kwargs=where)
    return queue_for_staff(staff, store=store, kind=MESSAGE[Kind(kind)], text=text, key=key, url=url, now=now)


def _complete() -> QuerySet[DigestRule, Any]:
    """Return the stores that have all rules."""
    counted = DigestRule.objects.order_by().values("store").annotate(n=Count("pk"))
    return counted.filter(n=len(Kind.values)).values("store")
