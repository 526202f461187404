"""The cars that are in the house now: the board's cards, promises at risk, and the tag of their state."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from dealership import wiring
from dealership.models import Arrival, Attention, Promise, Situation, Staff, Store, Visit, business_day
from dealership.queries.marks import mark_words
from dealership.stages import ENDED, OPEN, Stage

RISK_WITHIN = timedelta(minutes=15)
UNATTENDED_AFTER = timedelta(minutes=5)
"""A car that nobody has greeted turns amber after this (red beyond the day's limit, `wiring.WAIT_LIMIT`)."""
NOBODY_THERE = (Arrival.PICKED_UP, Arrival.TOWED)
"""Arrivals without a customer whom anybody keeps waiting."""
RISKS_SHOWN = 3


@dataclass(frozen=True)
class BoardCar:
    """One open visit with what the board says of it."""

    visit: Visit
    promise: Promise | None
    marks: list[Attention] = field(default_factory=list)
    wait_limit: timedelta | None = None
    """How long its customer may wait for a greeting; None where no customer stands there."""


def open_visits(store: Store, *, advisor: Staff | None = None, search: str = "") -> QuerySet[Visit]:
    """Return the cars in the house (by the partial index of open visits), of one advisor when asked."""
    visits = Visit.objects.filter(store=store, joined_to=None).exclude(stage__in=ENDED)
    if advisor:
        visits = visits.filter(Q(advisor=advisor) | Q(offered_to=advisor))
    if search:
        visits = visits.filter(found_by(search))
    return visits.select_related("vehicle", "customer", "advisor", "place")


def found_by(search: str) -> Q:
    """Return the condition that a plate, name, phone, VIN or their last characters match."""
    plate = search.upper().replace("·", "").replace(" ", "")
    return (
        Q(vehicle__plate__icontains=plate)
        | Q(customer__name__icontains=search)
        | Q(customer__phone__endswith=search)
        | Q(vehicle__vin__iendswith=search)
        | Q(key_tag__iexact=search)
    )


def board_cars(store: Store, visits: Iterable[Visit], *, now: datetime | None = None) -> list[BoardCar]:
    """Return the cars with their next promise and marks, in six queries, most urgent first."""
    listed = {visit.pk: visit for visit in visits}
    limits = _wait_limits(store, listed, now or timezone.now())
    promises: dict[UUID, Promise] = {}
    open_ones = Promise.objects.filter(store=store, visit__in=listed, state=Promise.State.OPEN).exclude(due_at=None)
    for promise in open_ones.order_by("-due_at"):
        promises[promise.visit_id] = promise
    marks: dict[UUID, list[Attention]] = defaultdict(list)
    for mark in Attention.objects.filter(store=store, visit__in=listed, until=None).order_by("since"):
        marks[mark.visit_id].append(mark)
    cars = [BoardCar(visit, promises.get(pk), marks[pk], limits.get(pk)) for pk, visit in listed.items()]
    return sorted(cars, key=_urgency)


def _wait_limits(store: Store, listed: dict[UUID, Visit], now: datetime) -> dict[UUID, timedelta]:
    """Return the limit of each car whose customer stands there and has not been greeted."""
    alone = [visit for visit in listed.values() if _unattended(visit) and visit.arrival not in NOBODY_THERE]
    if not alone:
        return {}
    limit: timedelta = import_string(wiring.WAIT_LIMIT)(store, now)
    left_here = Situation.objects.filter(visit__in=alone, kind=Situation.Kind.OUT_OF_HOURS, until=None)
    absent = set(left_here.values_list("visit_id", flat=True))
    return {visit.pk: limit for visit in alone if visit.pk not in absent}


def _unattended(visit: Visit) -> bool:
    return visit.stage == Stage.RECEPTION and visit.greeted_at is None


def _urgency(car: BoardCar) -> tuple[bool, datetime, datetime]:
    due = car.promise.due_at if car.promise and car.promise.due_at else None
    return (due is None, due or car.visit.arrived_at, car.visit.arrived_at)


def columns(store: Store, cars: list[BoardCar], *, staff: Staff, now: datetime) -> list[dict[str, Any]]:
    """Return the board's columns: stage, its name on the board, cards."""
    names = {
        Stage.RECEPTION: _("Arrived"),
        Stage.NEGOTIATION: _("Agreeing the work"),
        Stage.WORKSHOP: _("Being worked on"),
        Stage.SHOWCASE: _("Final checks"),
        Stage.EXPLANATION: _("Explaining"),
        Stage.DELIVERY: _("Handing over"),
    }
    return [
        {
            "stage": stage,
            "name": names[stage],
            "cards": [card(store, car, staff=staff, now=now) for car in cars if car.visit.stage == stage],
        }
        for stage in OPEN
    ]


def card(store: Store, car: BoardCar, *, staff: Staff, now: datetime) -> dict[str, Any]:
    """Return the context of a board card (templates/dealership/parts/board_card.html)."""
    visit = car.visit
    info = visit.vehicle.plate_info
    state = state_of(store, car, now=now)
    return {
        "url": reverse("visit", kwargs={"store": store.code, "visit": visit.pk}),
        "plate": info.display,
        "plate_kind": info.kind,
        "name": who(visit),
        "model": visit.vehicle.model,
        "advisor": visit.advisor.name if visit.advisor else "",
        "mine": visit.advisor_id == staff.pk,
        "promise": _promised(store, visit, now),
        "key_tag": visit.key_tag,
        "place": visit.place.name if visit.place else "",
        "state": state,
        "marks": [*_overnight(store, visit, now), *(mark_words(mark.kind) for mark in car.marks)],
        "late": state["kind"] == "bad",
    }


def who(visit: Visit) -> str:
    """Return how the customer is addressed in the reader's language, the bare name where that is unknown."""
    if visit.customer is None:
        return _("Unknown customer")
    return visit.customer.address(get_language() or "zh-hans") or visit.customer.name


def state_of(store: Store, car: BoardCar, *, now: datetime) -> dict[str, str]:
    """Return kind, icon and words of the state chip: the promise first, else how long the car stands there."""
    visit = car.visit
    if _unattended(visit):
        return wait_chip(now - visit.arrived_at, car.wait_limit)
    if car.promise and car.promise.due_at:
        return due_chip(car.promise.due_at, now=now)
    here = minutes(now - visit.stage_since)
    return {"kind": "neutral", "icon": "clock", "text": _("%(n)s min in this stage") % {"n": here}}


def wait_chip(waited: timedelta, limit: timedelta | None) -> dict[str, str]:
    """Return the chip of a car that nobody has greeted: amber soon, red beyond the limit; calm without a customer."""
    n = {"n": minutes(waited)}
    if limit is None or waited < min(UNATTENDED_AFTER, limit):
        return {"kind": "neutral", "icon": "clock", "text": _("Arrived %(t)s ago") % {"t": span(waited)}}
    kind = "bad" if waited > limit else "risk"
    return {"kind": kind, "icon": "alert-triangle", "text": _("Unattended %(n)s min") % n}


def due_chip(due: datetime, *, now: datetime) -> dict[str, str]:
    """Return the chip of a promise that is due: time left, due soon, overdue."""
    left = due - now
    if left < timedelta(0):
        return {"kind": "bad", "icon": "alert-triangle", "text": _("Overdue %(t)s") % {"t": span(-left)}}
    if left <= RISK_WITHIN:
        return {"kind": "risk", "icon": "alarm", "text": _("%(t)s left") % {"t": span(left)}}
    return {"kind": "ok", "icon": "clock", "text": _("%(t)s left") % {"t": span(left)}}


def span(duration: timedelta) -> str:
    """Write a duration: 12 min, 3 h 20 min, 2 days."""
    total = minutes(duration)
    if total < 60:
        return _("%(n)s min") % {"n": total}
    if total < 10 * 60:
        return _("%(h)s h %(m)s min") % {"h": total // 60, "m": total % 60}
    if total < 24 * 60:
        return _("%(h)s h") % {"h": total // 60}
    days = total // (24 * 60)
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


def minutes(duration: timedelta) -> int:
    """Return whole minutes."""
    return int(duration.total_seconds() // 60)


def _promised(store: Store, visit: Visit, now: datetime) -> str:
    if visit.ready_due is None:
        return str(visit.get_arrival_display()) if visit.stage == Stage.RECEPTION else ""
    local = visit.ready_due.astimezone(store.zone)
    today = local.date() == business_day(store, now)
    return _("Pickup %(time)s") % {"time": local.strftime("%H:%M" if today else "%-m/%-d %H:%M")}


def _overnight(store: Store, visit: Visit, now: datetime) -> list[dict[str, str]]:
    nights = (business_day(store, now) - business_day(store, visit.arrived_at)).days
    if nights < 1:
        return []
    return [{"kind": "neutral", "icon": "moon", "text": _("Overnight, day %(n)s") % {"n": nights + 1}}]


def risks(store: Store, cars: list[BoardCar], *, now: datetime) -> list[dict[str, Any]]:
    """Return the promises due within 15 minutes or past due, worst first, at most three."""
    due = [car for car in cars if car.promise and car.promise.due_at and car.promise.due_at - now <= RISK_WITHIN]
    return [_risk(store, car.visit, car.promise, now) for car in due[:RISKS_SHOWN] if car.promise]


def _risk(store: Store, visit: Visit, promise: Promise, now: datetime) -> dict[str, Any]:
    info = visit.vehicle.plate_info
    due = promise.due_at or now
    chip = due_chip(due, now=now)
    local = due.astimezone(store.zone)
    return {
        "url": reverse("visit", kwargs={"store": store.code, "visit": visit.pk}),
        "bad": chip["kind"] == "bad",
        "chip": chip["text"],
        "agreed": _("Agreed %(time)s") % {"time": local.strftime("%H:%M")},
        "plate": info.display,
        "plate_kind": info.kind,
        "name": who(visit),
        "why": f"{promise.get_kind_display()} · {visit.get_stage_display()}",
    }


def board_tag(store: Store, *, staff: Staff, now: datetime, query: str) -> str:
    """Return a tag that changes when anything on the board may have changed: by index, person, language, minute."""
    visits = Visit.objects.filter(store=store, joined_to=None).exclude(stage__in=ENDED)
    seen = visits.aggregate(n=Count("pk"), stage=Max("stage_since"), greeted=Max("greeted_at"), ready=Max("ready_due"))
    people = ",".join(sorted(f"{a}{k}{p}" for a, k, p in visits.values_list("advisor_id", "key_tag", "place_id")))
    marks = Attention.objects.filter(store=store, until=None).aggregate(n=Count("pk"), last=Max("since"))
    promises = Promise.objects.filter(store=store, state=Promise.State.OPEN)
    promised = promises.aggregate(n=Count("pk"), last=Max("due_at"))
    minute = now.replace(second=0, microsecond=0)
    facts = [seen, people, marks, promised, staff.pk, get_language(), minute, query]
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:32]
