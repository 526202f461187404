"""Bookings of the demo: places of a half hour, who is booked ahead, who did not come."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from dealership.models import Bay, Role, Store, Work, business_day
from dealership.queries.staff import people_with
from dealership.uuids import seeded_uuid7
from feedback.demo.plan import Ground, Plan, plans_of
from reception.actions.appointments import MOVED, book, confirm, miss
from reception.actions.capacity import fill_usual
from reception.actions.preparation import prepare
from reception.models import Appointment, SlotCapacity

State, Via, Transport = Appointment.State, Appointment.Via, Appointment.Transport
AHEAD = 7
"""Days from tomorrow on that have bookings, fewer each day."""
BACK = 30
"""Days before today in which somebody did not come or moved (the on-time share looks so far back)."""
SAID = {Work.REPAIR, Work.CLAIM, Work.COMEBACK, Work.ACCIDENT}
"""Work that begins with a concern; of other work the words are a wish."""
REASONS = ("临时出差", "车子借给家人了", "改到下个月再来", "孩子生病")
NOTES = ("上次等得久了些，先把时间说清楚", "夫人来送车", "想看看新轮胎", "")


def open_places(store: Store, plans: Sequence[Plan]) -> None:
    """Give the store a table of places, once: as many as its usual day fills, and a few more."""
    if SlotCapacity.objects.filter(store=store).exists():
        return
    fill_usual(store, None)
    taken: dict[time, int] = {}
    for plan in plans:
        local = plan.booked_at.astimezone(store.zone)
        if plan.booked and Work(plan.works[0]) != Work.EXPRESS:
            half = time(local.hour, local.minute // 30 * 30)
            taken[half] = taken.get(half, 0) + 1
    _list_advisors(store)
    busiest = max(taken.values(), default=1)
    SlotCapacity.objects.filter(store=store, bay_kind=Bay.Kind.GENERAL).update(cars=max(busiest - 1, 2))


def _list_advisors(store: Store) -> None:
    """Let every advisor receive a car in each half hour that has places."""
    times = list(SlotCapacity.objects.filter(store=store).values_list("weekday", "start").distinct().order_by())
    SlotCapacity.objects.bulk_create(
        SlotCapacity(store=store, weekday=weekday, start=start, advisor=membership.staff, cars=1)
        for membership in people_with(store, [Role.ADVISOR]) for weekday, start in times
    )  # fmt: skip


def book_ahead(ground: Ground, plans: Sequence[Plan], *, now: datetime) -> int:
    """Book the cars of today and tomorrow that are expected, and a part of those of the week; return how many."""
    today = business_day(ground.store, now)
    ahead = list(plans)
    for number in range(1, AHEAD + 1):
        coming = [plan for plan in plans_of(ground, today + timedelta(days=number), longest=1) if plan.booked]
        ahead += coming[:: number if number < 3 else number + 1]
    booked = [plan for plan in ahead if plan.booked]
    ids = [plan.appointment_id for plan in booked]
    there = set(Appointment.objects.filter(pk__in=ids).values_list("pk", flat=True))
    fresh = [plan for plan in booked if plan.appointment_id not in there]
    for plan in fresh:
        _book(plan, now)
    return len(fresh)


def _book(plan: Plan, now: datetime) -> None:
    source = Random(f"{plan.id}/booking")
    made = min(plan.booked_at - timedelta(days=2 + plan.number % 3), now)
    web = source.random() < 0.25
    words: dict[str, Any] = {"concern" if Work(plan.works[0]) in SAID else "wish": plan.words}
    row = book(
        plan.store, customer=plan.customer, vehicle=plan.vehicle, at=plan.booked_at, by=None if web else plan.advisor,
        work=plan.works[0], advisor=plan.advisor, id=plan.appointment_id, capacity=False, now=made,
        via=Via.WEB if web else Via.PHONE, transport=_transport(plan, source), **words,
    )  # fmt: skip
    soon = plan.booked_at - now < timedelta(days=1.4)
    if soon and source.random() < 0.75:
        confirm(row, by=plan.advisor, now=now - timedelta(minutes=source.randint(20, 300)))
    if soon and source.random() < (0.95 if plan.booked_at - now < timedelta(hours=8) else 0.4):
        prepare(
            row, by=plan.advisor, history_read=True, parts_reserved=source.random() < 0.8,
            note=source.choice(NOTES), now=now - timedelta(minutes=source.randint(10, 60)),
        )  # fmt: skip


def _transport(plan: Plan, source: Random) -> str:
    if plan.waiting == "loaner":
        return str(Transport.LOANER)
    if plan.waiting == "home":
        return str(Transport.PICKUP)
    return str(Transport.LOANER if source.random() < 0.04 else Transport.NONE)


def miss_absent(*, now: datetime) -> int:
    """Note who did not come: bookings of earlier days, which nobody has kept."""
    late = Appointment.objects.filter(state=State.BOOKED, at__lt=now - timedelta(hours=12))
    missed = [(row, row.made_by or row.advisor) for row in late.select_related("made_by", "advisor", "store")]
    for appointment, by in missed:
        if by:
            miss(appointment, by=by, reason=REASONS[0], now=now)
    return len(missed)


def past_absent(ground: Ground, *, now: datetime) -> int:
    """Write who did not come, called off or moved on the days before today, once: a handful a week."""
    store, today = ground.store, business_day(ground.store, now)
    if Appointment.objects.filter(store=store, state=State.NO_SHOW).exists():
        return 0
    rows = [row for number in range(1, BACK + 1) for row in _absent_on(ground, today - timedelta(days=number))]
    Appointment.objects.bulk_create(rows)
    return len(rows)


def _absent_on(ground: Ground, day: date) -> Iterable[Appointment]:
    source = Random(f"{ground.seed}/{ground.store.code}/{day}/absent")
    for _number in range(source.choice((0, 1, 1, 2, 3))):
        car = source.choice(ground.pool)
        at = datetime.combine(day, time(source.randint(8, 15), source.choice((0, 30))), ground.store.zone)
        state, reason = source.choice(
            [(State.NO_SHOW, ""), (State.NO_SHOW, REASONS[0]), (State.CANCELLED, MOVED), (State.CANCELLED, REASONS[3])]
        )
        advisor = source.choice(ground.crew.by_role[Role.ADVISOR])
        before = at - timedelta(days=3)
        closed = at + timedelta(minutes=40) if state == State.NO_SHOW else at - timedelta(hours=20)
        yield Appointment(
            id=seeded_uuid7(before, source), store=ground.store,
            customer=car.owner, vehicle=car, at=at, work=Work.SERVICE, state=state, close_reason=reason,
            closed_at=closed, advisor=advisor, made_by=advisor, made_at=before,
        )  # fmt: skip
