"""Limits of waiting, weeks of rush, and the one alert when customers wait too long."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_scopes import scope, scopes_disabled

from dealership.actions.messages import queue_for_staff
from dealership.models import Staff, Store, Visit
from dealership.refused import Refused
from dealership.stages import Stage
from reception.models import RushWeek, WaitAlert, WaitLimit
from reception.queries.receivers import leads
from reception.queries.waiting import TooLong, too_long

BETWEEN = timedelta(minutes=15)
"""Between two alerts of a store."""
LONGEST_RUSH = timedelta(days=31)
MINUTES_ALLOWED = range(1, 121)


@transaction.atomic
def set_limits(store: Store, *, by: Staff, minutes: Mapping[str, int]) -> list[WaitLimit]:
    """Keep the limits of the kinds of day named. Raises Refused("waiting.minutes") outside 1 to 120 minutes."""
    for day, count in minutes.items():
        if count not in MINUTES_ALLOWED:
            raise Refused(_("Between 1 and 120 minutes."), "waiting.minutes", field=day)
    return [
        WaitLimit.objects.update_or_create(store=store, day=day, defaults={"minutes": count})[0]
        for day, count in minutes.items()
    ]


def reset_limits(store: Store, *, by: Staff) -> int:
    """Go back to the product's limits; return how many rows that takes away."""
    return WaitLimit.objects.filter(store=store).delete()[0]


@transaction.atomic
def add_rush(store: Store, *, by: Staff, first: date, last: date, name: str) -> RushWeek:
    """Name days on which more cars come.

    Raises Refused: "rush.order" when it ends before it begins, "rush.long" beyond 31 days, "rush.twice" for days that
    are named already.
    """
    if last < first:
        raise Refused(_("The last day lies before the first."), "rush.order", field="last")
    if last - first > LONGEST_RUSH:
        raise Refused(_("So many days are no exception. Change the limits instead."), "rush.long", field="last")
    Store.objects.select_for_update(no_key=True).get(pk=store.pk)
    known = RushWeek.objects.filter(store=store, first__lte=last, last__gte=first).first()
    if known:
        raise Refused(_("These days belong to “%(name)s” already.") % {"name": known.name}, "rush.twice", field="first")
    return RushWeek.objects.create(store=store, first=first, last=last, name=name.strip()[:60])


def remove_rush(week: RushWeek, *, by: Staff) -> None:
    """Take such days away."""
    week.delete()


def sweep(now: datetime) -> int:
    """Alert whoever leads a store in which customers wait beyond the limit; return how many stores."""
    with scopes_disabled():
        late = Visit.objects.filter(
            joined_to=None, stage=Stage.RECEPTION, greeted_at=None, arrived_at__gt=now - timedelta(days=1),
            arrived_at__lt=now - timedelta(minutes=MINUTES_ALLOWED.start),
        )  # fmt: skip
        stores = list(Store.objects.filter(pk__in=late.values("store")))
    found = 0
    for store in stores:
        with scope(store=store):
            found += alert(store, now=now) is not None
    return found


@transaction.atomic
def alert(store: Store, *, now: datetime) -> WaitAlert | None:
    """Write one alert with the number of cars and the longest wait; None when nobody waits, or one was just written.

    Two sweeps at once write one: the store's row is locked.
    """
    Store.objects.select_for_update(no_key=True).get(pk=store.pk)
    if WaitAlert.objects.filter(store=store, since__gt=now - BETWEEN).exists():
        return None
    late = too_long(store, now)
    if late is None:
        return None
    row = WaitAlert.objects.create(store=store, since=now, cars=late.cars, longest_minutes=late.longest)
    url = settings.PUBLIC_URL + reverse("board", kwargs={"store": store.code})
    for staff in leads(store):
        queue_for_staff(
            staff, store=store, text=_words(late, staff.language), key=f"waiting:{row.pk.hex}", url=url, now=now
        )
    return row


def _words(late: TooLong, language: str) -> str:
    with translation.override(language):
        return ngettext(
            "%(cars)s customer has waited longer than %(limit)s min for a greeting: %(longest)s min.",
            "%(cars)s customers have waited longer than %(limit)s min for a greeting, the longest %(longest)s min.",
            late.cars,
        ) % {"cars": late.cars, "limit": late.limit, "longest": late.longest}
