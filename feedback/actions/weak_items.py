"""Weak items: the app proposes, a person confirms, puts off or closes."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.models import Staff, Store, business_day
from dealership.refused import Refused
from feedback.models import Plan, WeakItem
from feedback.queries.weak_items import NOT_NOW, WeakProposal, stored, weak_touchpoints, worst_of

LEAST_WORDS = 2


@transaction.atomic
def confirm(store: Store, *, touchpoint: str, words: str, by: Staff, now: datetime | None = None) -> WeakItem:
    """Confirm a proposal in one's own words, with the figures of today; a second press returns the first.

    Raises Refused: "weak.words" without words, "weak.none" where the figures do not show it any more.
    """
    now = now or timezone.now()
    if len(words.strip()) < LEAST_WORDS:
        raise Refused(_("Say in your own words what goes wrong there."), "weak.words", field="words")
    return _keep(store, touchpoint, by=by, now=now, words=words.strip()[:300])


@transaction.atomic
def put_off(store: Store, *, touchpoint: str, by: Staff, now: datetime | None = None) -> WeakItem:
    """Set a proposal aside for 14 days: a row that is closed in the moment in which it is made.

    A second press returns the first. Raises Refused: "weak.none", "weak.confirmed" where it is confirmed already.
    """
    now = now or timezone.now()
    Store.objects.select_for_update(no_key=True).get(pk=store.pk)
    day = business_day(store, now)
    of_touchpoint = WeakItem.objects.filter(store=store, touchpoint=touchpoint)
    if of_touchpoint.filter(closed_at=None).exists():
        raise Refused(_("It is confirmed already. Close it there."), "weak.confirmed")
    known = of_touchpoint.filter(until=day, closed_why=NOT_NOW).first()
    return known or _keep(store, touchpoint, by=by, now=now, closed_at=now, closed_by=by, closed_why=NOT_NOW)


@transaction.atomic
def close(item: WeakItem, *, why: str, by: Staff, now: datetime | None = None) -> WeakItem:
    """Close a confirmed weak item with a reason; a second press changes nothing.

    Raises Refused: "weak.why" without a reason, "weak.has_plan" while a plan for it is open.
    """
    now = now or timezone.now()
    item = WeakItem.objects.select_for_update(no_key=True, of=("self",)).get(pk=item.pk)
    if item.closed_at:
        return item
    if len(why.strip()) < LEAST_WORDS:
        raise Refused(_("Say why it is closed."), "weak.why", field="why")
    if Plan.objects.filter(weak_item=item).exclude(phase=Plan.Phase.CLOSED).exists():
        raise Refused(_("A plan for it is still open. Finish or drop the plan first."), "weak.has_plan")
    item.closed_at, item.closed_by, item.closed_why = now, by, why.strip()[:200]
    item.save(update_fields=["closed_at", "closed_by", "closed_why"])
    return item


def _keep(store: Store, touchpoint: str, *, by: Staff, now: datetime, **more: Any) -> WeakItem:
    """Write a weak item with the figures of today; return the open one of the touchpoint where there is one."""
    # Two presses come one after the other.
    Store.objects.select_for_update(no_key=True).get(pk=store.pk)
    known = WeakItem.objects.filter(store=store, touchpoint=touchpoint, closed_at=None).first()
    if known:
        return known
    day = business_day(store, now)
    found = next((one for one in weak_touchpoints(store, day) if one.code == touchpoint), None)
    if found is None:
        raise Refused(_("The figures of the last 28 days do not show this as weak."), "weak.none")
    values = _figures(found) | {"examples": stored(worst_of([touchpoint], day)[touchpoint])} | more
    return WeakItem.objects.create(store=store, touchpoint=touchpoint, confirmed_at=now, confirmed_by=by, **values)


def _figures(found: WeakProposal) -> dict[str, Any]:
    """Return the figures that a weak item keeps of a proposal."""
    return {
        "since": found.since, "until": found.until, "score": found.figure, "n": found.n,
        "influence": found.influence, "disappointed": found.disappointed.share,
        "answers": found.disappointed.answers, "weight": found.weight,
    }  # fmt: skip
