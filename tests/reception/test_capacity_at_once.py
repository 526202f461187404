"""Fifty phones, each on a connection of its own, take the last place at the same moment."""

from datetime import time
from threading import Barrier, Thread
from uuid import UUID

import pytest
from django.db import connection
from django.utils import translation
from django_scopes import scope

from dealership.models import Customer, Store, Vehicle
from dealership.refused import Refused
from reception.actions.appointments import book, move
from reception.models import Appointment, SlotCapacity
from tests.cast import at, make_cast

pytestmark = pytest.mark.django_db(transaction=True)
PHONES, WAIT = 50, 60


def at_once(works) -> list[str]:
    """Run each work in a thread with a connection of its own, all released together; return what they said."""
    barrier, said = Barrier(len(works)), [""] * len(works)

    def run(number: int) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(WAIT)
            with translation.override("en"):
                works[number]()
            said[number] = "booked"
        except Refused as refused:
            said[number] = refused.code
        finally:
            connection.close()

    threads = [Thread(target=run, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    return said


def phone(store_id: UUID, car_id: UUID):
    def work() -> None:
        store = Store.objects.get(pk=store_id)
        with scope(store=store):
            car = Vehicle.objects.select_related("owner").get(pk=car_id)
            book(store, customer=car.owner, vehicle=car, at=at("09:00"), by=None, via="web", now=at("08:00"))

    return work


def mover(store_id: UUID, row_id: UUID):
    def work() -> None:
        with scope(store=Store.objects.get(pk=store_id)):
            row = Appointment.objects.select_related("store", "customer", "vehicle").get(pk=row_id)
            move(row, at=at("09:10"), by=None, now=at("08:00"))

    return work


def test_fifty_phones_take_the_last_place_once(transactional_db: None):
    cast = make_cast()
    with scope(store=cast.store):
        SlotCapacity.objects.create(store=cast.store, weekday=4, start=time(9), bay_kind="general", cars=1)
        SlotCapacity.objects.create(store=cast.store, weekday=4, start=time(10), bay_kind="general", cars=1)
        cars = []
        for number in range(PHONES):
            owner = Customer.objects.create(store=cast.store, name=f"客{number}", phone=f"138000{number:05}")
            cars.append(Vehicle.objects.create(store=cast.store, owner=owner, plate=f"沪A{number:05}"))
        waiting = book(
            cast.store, customer=cars[0].owner, vehicle=cars[0], at=at("10:00"), by=None, via="web", now=at("08:00")
        )
    # One of them moves an appointment that it has; the others book.
    works = [mover(cast.store.pk, waiting.pk), *(phone(cast.store.pk, car.pk) for car in cars[1:])]
    said = at_once(works)
    assert (said.count("booked"), said.count("appointment.full")) == (1, PHONES - 1)
    with scope(store=cast.store):
        held = Appointment.objects.filter(state="booked", at__gte=at("09:00"), at__lt=at("09:30"))
        assert held.count() == 1
