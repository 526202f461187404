"""The reminder of a booking: written when it is booked, called off when the booking changes."""

from datetime import time

import pytest
from django_scopes import scope

from dealership.models import KindSetting, Message, OptOut
from delivery.actions.follow_up_rules import keep_rules
from delivery.follow_ups import Timing
from reception.actions.appointments import book_plate, call_off, keep, miss, move, reopen
from reception.models import Appointment
from tests.cast import Cast, at

pytestmark = pytest.mark.django_db
BOOKED, COMES = at("15:00", "2026-11-18"), at("08:30", "2026-11-20")


def book(cast: Cast, *, now=BOOKED, comes=COMES, email: str = "w@example.com") -> Appointment:
    appointment = book_plate(
        cast.store, plate="沪A8K2D6", by=cast.advisor, name="王建国", sex="m", phone="13800001234", at=comes, now=now
    )
    if email:
        customer = appointment.customer
        customer.email = email
        customer.save(update_fields=["email"])
    return appointment


def waiting(state: str = "waiting") -> list[Message]:
    return list(Message.objects.filter(kind="booking_reminder", state=state))


@pytest.fixture
def known(cast: Cast) -> Cast:
    """王先生 is known with his address, so that a machine reaches him."""
    with scope(store=cast.store):
        visit = cast.visit(now=at("09:00", "2026-05-20"))
        visit.stage = "closed"
        visit.save(update_fields=["stage"])
    return cast


def test_reminder_waits_for_the_morning_before(known: Cast):
    with scope(store=known.store):
        book(known)
        [message] = waiting()
        assert message.send_at == at("10:00", "2026-11-19")
        said = message.variables
        assert (said["appointment_time"], said["link"], said["customer"]) == ("11月20日 08:30", "", "王先生")
        assert "08:30" in message.body


def test_second_booking_of_the_same_id_writes_no_second_reminder(known: Cast):
    with scope(store=known.store):
        first = book(known)
        book_plate(known.store, plate="沪A8K2D6", by=known.advisor, at=COMES, id=first.pk, now=BOOKED)
        assert len(waiting()) == 1


def test_who_books_for_tomorrow_is_not_reminded(known: Cast):
    with scope(store=known.store):
        book(known, now=at("09:00", "2026-11-19"))
        assert waiting() == []


@pytest.mark.parametrize("change", [miss, call_off])
def test_reminder_is_called_off_with_the_appointment(known: Cast, change):
    with scope(store=known.store):
        change(book(known), by=known.advisor)
        assert (len(waiting()), len(waiting("cancelled"))) == (0, 1)


def test_car_that_comes_early_needs_no_reminder(known: Cast):
    with scope(store=known.store):
        keep(book(known), visit=known.visit(now=at("12:00", "2026-11-18")), by=known.guard)
        assert waiting() == []


def test_moved_appointment_has_a_reminder_of_its_new_time(known: Cast):
    with scope(store=known.store):
        move(book(known), at=at("14:00", "2026-11-24"), by=known.advisor, now=BOOKED)
        [message] = waiting()
        assert message.variables["appointment_time"] == "11月24日 14:00"
        assert len(waiting("cancelled")) == 1


def test_time_that_is_moved_back_or_opened_again_has_its_reminder_again(known: Cast):
    with scope(store=known.store):
        row = book(known)
        move(row, at=at("14:00", "2026-11-24"), by=known.advisor, now=BOOKED)
        move(row, at=COMES, by=known.advisor, now=BOOKED)
        assert [message.send_at for message in waiting()] == [at("10:00", "2026-11-19")]
        call_off(row, by=known.advisor, now=BOOKED)
        assert waiting() == []
        reopen(row, by=known.advisor, now=BOOKED)
        assert [message.send_at for message in waiting()] == [at("10:00", "2026-11-19")]


def test_store_and_customer_may_do_without(known: Cast):
    with scope(store=known.store):
        customer = book(known).customer
        OptOut.objects.create(store=known.store, customer=customer, kind="booking_reminder", since=BOOKED)
        book(known, comes=at("09:00", "2026-11-21"))
        assert len(waiting()) == 1
        OptOut.objects.all().delete()
        KindSetting.objects.create(store=known.store, kind="booking_reminder", on=False, changed_at=BOOKED)
        book(known, comes=at("09:00", "2026-11-22"))
        assert len(waiting()) == 1


def test_store_chooses_day_and_time(known: Cast):
    with scope(store=known.store):
        keep_rules(known.store, by=known.manager, rules={"booking_reminder": (True, Timing(2, 0, time(18, 0)))})
        book(known, comes=at("08:30", "2026-11-24"))
        assert waiting()[0].send_at == at("18:00", "2026-11-22")
