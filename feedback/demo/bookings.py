"""Customers of the demo who book on the web: places for the week, and two bookings ahead."""

from datetime import datetime, timedelta

from django_scopes import scope

from dealership.models import Role, Staff, Store
from dealership.queries.staff import people_with
from reception.actions.booking import book_confirmed
from reception.actions.capacity import fill_usual, set_week
from reception.models import Appointment, PhoneCode, SlotCapacity
from reception.queries.booking import Days, days_of
from reception.queries.capacity import has_table

BOOKERS = (
    ("repair", "沪BF6801", "林静", "f", "+8613900007781", "冷车启动有异响，开一会儿就没了", "loaner"),
    ("service", "沪AD52107", "高远", "m", "+8613900007782", "", "pickup"),
)
"""Work, plate, name, form of address, phone, words, way on; the numbers are nobody's in the demo's customers."""


def book_online(store: Store, *, now: datetime) -> list[Appointment]:
    """Give the store its places where it has none, and book for those who have nothing ahead."""
    with scope(store=store):
        if not has_table(store):
            fill_usual(store, None)
            for membership in people_with(store, [Role.ADVISOR]):
                _list_advisor(store, membership.staff)
        return [made for number in range(len(BOOKERS)) if (made := _book(store, number, now=now))]


def _list_advisor(store: Store, advisor: Staff) -> None:
    """Let an advisor take a car in every half hour that has places."""
    times = SlotCapacity.objects.filter(store=store, advisor=None).values_list("weekday", "start").distinct()
    set_week(store, cars=dict.fromkeys(times, 1), advisor=advisor.pk, by=advisor)


def _book(store: Store, number: int, *, now: datetime) -> Appointment | None:
    work, plate, name, sex, phone, concern, transport = BOOKERS[number]
    ahead = Appointment.objects.filter(store=store, vehicle__plate=plate, at__gte=now, state=Appointment.State.BOOKED)
    days: Days = days_of(store, work=work, advisor=None, wanted="", now=now + timedelta(days=1 + number))
    if ahead.exists() or not days.slots:
        return None
    slot = days.slots[len(days.slots) // 2]
    row = PhoneCode.objects.create(
        store=store, phone=phone, code_hash="", sent_at=now, expires_at=now, used_at=now,
        booking={"work": work, "at": f"{slot.at:%Y-%m-%dT%H:%M}", "advisor": "", "concern": concern, "plate": plate,
                 "name": name, "sex": sex, "transport": transport, "wish": "", "language": store.language},
    )  # fmt: skip
    return book_confirmed(row, now=now)
