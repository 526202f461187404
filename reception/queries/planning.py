"""When a car can be started and ready: an estimate from today's load, in the store's own hours."""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from dealership.models import Bay, Role, Store, Visit, Work
from dealership.queries.opening import Calendar, calendar_of
from dealership.queries.staff import people_with
from dealership.stages import Stage
from reception.models import Dispatch, OrderLine, RepairOrder
from reception.queries.capacity import bay_kind_for
from reception.queries.orders import work_minutes

TO_BAY_MINUTES = {"express": 5, "weekday": 10, "weekend": 35}
"""From the order to the bay, median (dealer facts, part 3: 10 on weekdays, 35 on Saturdays; express estimated)."""
WASH_MINUTES = 30
"""A wash with its queue, as it is told to the customer."""
USUAL_WORK_MINUTES = 60
"""Taken for a car in the queue whose order says nothing."""
LEAST_WORK_MINUTES = 15
STEP = timedelta(minutes=5)


@dataclass(frozen=True)
class Suggestion:
    """When to start, how long it takes, when it is ready (aware, in the store's zone)."""

    start: datetime
    work_minutes: int
    wash_minutes: int
    ready: datetime


def suggest(store: Store, visit: Visit, lines: Iterable[OrderLine], now: datetime, *, wash: bool = True) -> Suggestion:
    """Suggest start and ready time of a visit by the load of the technicians on duty.

    Start = when the first technician is free, at the earliest after the usual way to the bay; work = minutes of the
    lines by the price list, in steps of 5; a store that is closed starts at its next opening.
    """
    calendar = calendar_of(store)
    way = TO_BAY_MINUTES["express"] if visit.express else TO_BAY_MINUTES[_kind_of_day(store, now)]
    queue = queue_minutes(store, visit, now)
    work = _rounded_minutes(max(work_minutes(lines), LEAST_WORK_MINUTES))
    washing = WASH_MINUTES if wash else 0
    start = round_up(calendar.after(now, max(way, queue)), store.zone)
    return Suggestion(start, work, washing, ready_after(calendar, start, work + washing))


def prefilled(order: RepairOrder, lines: Iterable[OrderLine], now: datetime) -> Suggestion:
    """Return the terms to show in the form: those saved while they still hold, else what is suggested now."""
    if order.has_terms and order.ready_at and order.expected_start and order.ready_at > now:
        zone = order.visit.store.zone
        start, ready = order.expected_start.astimezone(zone), order.ready_at.astimezone(zone)
        return Suggestion(start, order.work_minutes or 0, order.wash_minutes, ready)
    return suggest(order.visit.store, order.visit, lines, now, wash=order.wash)


def padding_of(order: RepairOrder) -> dict[str, Any]:
    """Return `padding`, minutes between the time told and the one calculated, and `calculated` (the store's zone)."""
    if order.ready_at is None or order.calculated_ready is None:
        return {"padding": 0, "calculated": None}
    minutes = round((order.ready_at - order.calculated_ready).total_seconds() / 60)
    return {"padding": minutes, "calculated": order.calculated_ready.astimezone(order.visit.store.zone)}


def ready_after(calendar: Calendar, start: datetime, minutes: int) -> datetime:
    """Return the ready time, rounded up to 5 minutes."""
    return round_up(calendar.after(start, minutes), calendar.zone)


def queue_minutes(store: Store, visit: Visit, now: datetime) -> int:
    """Return how many minutes pass until a technician and a bay of the kind are free for one more car; 0: now.

    Running jobs count with what is left of them, waiting cars whole, each to whoever (and wherever) is free first;
    a bay only with the cars of its own kind of work. A store without such bays has technicians only.
    """
    people = people_with(store, [Role.TECHNICIAN], on_duty=True)
    kind = bay_kind_for(visit.work)
    hands = {person.staff_id: 0 for person in people}
    bays = dict.fromkeys(Bay.objects.filter(store=store, kind=kind).values_list("pk", flat=True), 0)
    running = Dispatch.objects.filter(until=None, visit__stage=Stage.WORKSHOP).exclude(visit=visit)
    for technician, bay, at, minutes in running.values_list("technician_id", "bay_id", "at", "minutes"):
        left = max((minutes or USUAL_WORK_MINUTES) - int((now - at).total_seconds() // 60), 0)
        hands[technician] = hands.get(technician, 0) + left
        if bay in bays:
            bays[bay] += left
    waiting = _waiting(visit)
    same = [minutes for work, minutes in waiting if bay_kind_for(work) == kind]
    return max(_first_free(hands.values(), [minutes for _work, minutes in waiting]), _first_free(bays.values(), same))


def _first_free(load: Iterable[int], waiting: Iterable[int]) -> int:
    """Return when the first of these is free once what waits has gone to whoever is free first; 0 of nobody."""
    free = sorted(load)
    if not free:
        return 0
    for minutes in waiting:
        heapq.heapreplace(free, free[0] + minutes)
    return free[0]


def _waiting(visit: Visit) -> list[tuple[str, int]]:
    """Return (main work, working minutes) of the cars in the workshop that nobody works on yet."""
    charged = Q(lines__answer__in=OrderLine.CHARGED)
    busy = Dispatch.objects.filter(until=None).values("visit_id")
    orders = RepairOrder.objects.filter(visit__stage=Stage.WORKSHOP).exclude(visit__in=busy).exclude(visit=visit)
    orders = orders.annotate(sum_minutes=Coalesce(Sum("lines__minutes", filter=charged), 0)).order_by("created_at")
    rows = orders.values_list("visit__works", "sum_minutes")
    return [(works[0] if works else Work.SERVICE, minutes or USUAL_WORK_MINUTES) for works, minutes in rows]


def round_up(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the next full 5 minutes in the store's zone."""
    moment = moment.astimezone(zone)
    over = timedelta(minutes=moment.minute % 5, seconds=moment.second, microseconds=moment.microsecond)
    return moment + (STEP - over) if over else moment


def _rounded_minutes(minutes: int) -> int:
    return -(-minutes // 5) * 5


def _kind_of_day(store: Store, now: datetime) -> str:
    return "weekend" if now.astimezone(store.zone).weekday() >= 5 else "weekday"
