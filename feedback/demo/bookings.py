"""Customers of the demo who book on the web: places for the week, and two bookings ahead."""

from datetime import datetime, timedelta

from django_scopes import scope

from dealership.models import Customer, Role, Staff, Store, Vehicle, Visit
from dealership.phones import mobile
from dealership.queries.staff import people_with
from dealership.stages import ENDED
from reception.actions.booking import book_confirmed
from reception.actions.capacity import fill_usual, set_week
from reception.models import Appointment, PhoneCode, SlotCapacity
from reception.queries.booking import days_of
from reception.queries.capacity import has_table

WISHES = (
    ("repair", "冷车启动有异响，开一会儿就没了", Appointment.Transport.LOANER),
    ("service", "", Appointment.Transport.PICKUP),
)
"""Work, words, way on of each who books."""
LOOKED_AT = 40


def book_online(store: Store, *, now: datetime) -> list[Appointment]:
    """Give the store its places where it has none, and let a few book who have nothing ahead."""
    with scope(store=store):
        if not has_table(store):
            fill_usual(store, None)
            for membership in people_with(store, [Role.ADVISOR]):
                _list_advisor(store, membership.staff)
        ahead = Appointment.objects.filter(store=store, via=Appointment.Via.WEB, at__gte=now).exists()
        cars = [] if ahead else _cars(store, now)
        booked = (_book(car, owner, number, now=now) for number, (car, owner) in enumerate(cars))
        return [appointment for appointment in booked if appointment]


def _list_advisor(store: Store, advisor: Staff) -> None:
    """Let an advisor take a car in every half hour that has places."""
    times = SlotCapacity.objects.filter(store=store, advisor=None).values_list("weekday", "start").distinct()
    set_week(store, cars=dict.fromkeys(times, 1), advisor=advisor.pk, by=advisor)


def _cars(store: Store, now: datetime) -> list[tuple[Vehicle, Customer]]:
    """Return cars, with their owners, of people with a mobile phone that are neither here nor expected."""
    expected = Appointment.objects.filter(store=store, at__gte=now - timedelta(days=1)).values("vehicle")
    cars = Vehicle.objects.filter(store=store, owner__company="").exclude(pk__in=expected).select_related("owner")
    here = set(Visit.objects.filter(store=store).exclude(stage__in=ENDED).values_list("vehicle", flat=True))
    absent = [(car, car.owner) for car in cars.order_by("plate")[:LOOKED_AT] if car.owner and car.pk not in here]
    free = [(car, owner) for car, owner in absent if mobile(owner.phone)]
    return free[: len(WISHES)]


def _book(car: Vehicle, owner: Customer, number: int, *, now: datetime) -> Appointment | None:
    store, (work, concern, transport) = car.store, WISHES[number]
    slots = days_of(store, work=work, advisor=None, wanted="", now=now + timedelta(days=1 + number)).slots
    if not slots:
        return None
    row = PhoneCode.objects.create(
        store=store, phone=mobile(owner.phone), code_hash="", sent_at=now, expires_at=now, used_at=now,
        booking={"work": work, "at": f"{slots[len(slots) // 2].at:%Y-%m-%dT%H:%M}", "advisor": "", "concern": concern,
                 "plate": car.plate, "name": owner.name, "sex": owner.sex, "transport": transport, "wish": "",
                 "language": owner.language},
    )  # fmt: skip
    return book_confirmed(row, now=now)
