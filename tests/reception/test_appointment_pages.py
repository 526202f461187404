"""The list of appointments and its one form."""

from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope

from dealership.uuids import uuid7
from reception.actions.appointments import book_plate
from reception.models import Appointment, SlotCapacity
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def advisor(cast: Cast, client):
    client.force_login(cast.advisor)
    return client


def url(name: str, **parts) -> str:
    return reverse(name, kwargs={"store": "hq"} | parts)


def day_url(cast: Cast, days: int = 1) -> str:
    day = timezone.localtime(timezone.now() + timedelta(days=days), cast.store.zone).date()
    return f"{url('appointments')}?day={day.isoformat()}"


def booked(cast: Cast, plate: str = "沪A8K2D6", days: int = 1) -> Appointment:
    with scope(store=cast.store):
        when = timezone.now() + timedelta(days=days)
        return book_plate(cast.store, plate=plate, by=cast.advisor, name="王建国", phone="13800001234", at=when)


def test_form_books_a_new_customer(cast: Cast, advisor):
    assert advisor.get(url("appointment-new")).status_code == 200
    when = timezone.localtime(timezone.now() + timedelta(days=1), cast.store.zone).strftime("%Y-%m-%dT%H:%M")
    data = {
        "operation": str(uuid7()), "plate": "沪A8K2D6", "name": "王建国", "sex": "m", "phone": "13800001234",
        "at": when, "work": "service", "wish": "异响", "quote_amount": "1026", "advisor": str(cast.advisor3.pk),
    }  # fmt: skip
    assert advisor.post(url("appointment-new"), data).status_code == 303
    with scope(store=cast.store):
        row = Appointment.objects.select_related("vehicle").get()
    assert (row.vehicle.plate, row.wish, row.advisor) == ("沪A8K2D6", "异响", cast.advisor3)
    assert row.at.astimezone(cast.store.zone).strftime("%Y-%m-%dT%H:%M") == when
    assert "1,026" in advisor.get(day_url(cast)).content.decode()


def test_form_without_a_time_is_refused(cast: Cast, advisor):
    answer = advisor.post(url("appointment-new"), {"plate": "沪A8K2D6", "work": "service"})
    assert answer.status_code == 422


def test_known_plate_prefills_its_customer(cast: Cast, advisor):
    booked(cast)
    known = advisor.get(url("appointment-car"), {"plate": "沪A·8K2D6"}).content.decode()
    assert "王建国" in known
    assert 'name="phone"' not in known
    assert 'name="phone"' in advisor.get(url("appointment-car"), {"plate": "沪B00001"}).content.decode()


def test_appointment_is_called_off_or_missed_from_the_list(cast: Cast, advisor):
    first, second = booked(cast, "沪A00001"), booked(cast, "沪A00002")
    advisor.post(url("appointment-call-off", appointment=first.pk))
    advisor.post(url("appointment-miss", appointment=second.pk))
    with scope(store=cast.store):
        assert dict(Appointment.objects.values_list("pk", "state")) == {first.pk: "cancelled", second.pk: "no_show"}
    assert advisor.post(url("appointment-miss", appointment=first.pk)).status_code == 422


def test_list_takes_the_same_queries_for_one_and_three(cast: Cast, advisor, django_assert_max_num_queries):
    def queries() -> int:
        with django_assert_max_num_queries(40) as taken:
            advisor.get(day_url(cast))
        return len(taken)

    booked(cast, "沪A00001")
    advisor.get(day_url(cast))
    one = queries()
    booked(cast, "沪A00002")
    booked(cast, "沪A00003")
    assert queries() == one


def test_empty_list_says_so(cast: Cast, advisor):
    assert "rx-empty" in advisor.get(url("appointments")).content.decode()


@pytest.mark.parametrize(("person", "status"), [("guard", 403), ("technician", 403), ("stranger", 404)])
def test_others_see_no_appointments(cast: Cast, client, person, status):
    row = booked(cast)
    client.force_login(getattr(cast, person))
    assert client.get(url("appointments")).status_code == status
    assert client.post(url("appointment-miss", appointment=row.pk)).status_code == status


def test_another_time_is_agreed_from_the_list(cast: Cast, advisor):
    row = booked(cast)
    later = timezone.localtime(timezone.now() + timedelta(days=3), cast.store.zone).strftime("%Y-%m-%dT%H:%M")
    assert url("appointment-move", appointment=row.pk) in advisor.get(day_url(cast)).content.decode()
    assert advisor.post(url("appointment-move", appointment=row.pk), {"at": later}).status_code == 303
    with scope(store=cast.store):
        moved = Appointment.objects.get(state="booked")
        assert moved.at.astimezone(cast.store.zone).strftime("%Y-%m-%dT%H:%M") == later
    assert advisor.post(url("appointment-move", appointment=row.pk), {"at": "2020-01-01T10:00"}).status_code == 422
    advisor.post(url("appointment-call-off", appointment=row.pk))
    assert advisor.post(url("appointment-move", appointment=row.pk), {"at": later}).status_code == 422


def test_form_offers_the_free_half_hours_and_books_one(cast: Cast, advisor):
    day = timezone.localtime(timezone.now() + timedelta(days=2), cast.store.zone).date()
    with scope(store=cast.store):
        SlotCapacity.objects.create(
            store=cast.store, weekday=day.weekday(), start=time(9, 30), bay_kind="general", cars=1
        )
    page = advisor.get(url("appointment-slots"), {"day": day.isoformat(), "work": "service"}).content.decode()
    assert f'value="{day.isoformat()}T09:30"' in page
    data = {
        "plate": "沪A8K2D6", "name": "王建国", "phone": "13800001234", "at": f"{day.isoformat()}T09:30",
        "work": "service", "concern": "刹车异响", "transport": "loaner", "via": "desk",
    }  # fmt: skip
    assert advisor.post(url("appointment-new"), data | {"operation": str(uuid7())}).status_code == 303
    full = advisor.post(url("appointment-new"), data | {"operation": str(uuid7()), "plate": "沪A00002"})
    assert full.status_code == 422
    with scope(store=cast.store):
        row = Appointment.objects.get()
    assert (row.concern, row.transport, row.via) == ("刹车异响", "loaner", "desk")
    assert (
        f'value="{day.isoformat()}T09:30"'
        not in advisor.get(url("appointment-slots"), {"day": day.isoformat(), "work": "service"}).content.decode()
    )


def test_customer_confirms_and_a_closed_one_is_opened_again(cast: Cast, advisor):
    row = booked(cast)
    assert advisor.post(url("appointment-confirm", appointment=row.pk)).status_code == 303
    advisor.post(url("appointment-call-off", appointment=row.pk), {"reason": "出差"})
    with scope(store=cast.store):
        closed = Appointment.objects.get()
    assert (closed.confirmed_by, closed.state, closed.close_reason) == (cast.advisor, "cancelled", "出差")
    assert "出差" in advisor.get(day_url(cast)).content.decode()
    assert advisor.post(url("appointment-reopen", appointment=row.pk)).status_code == 303
    with scope(store=cast.store):
        assert Appointment.objects.get().state == "booked"


def test_places_are_edited_by_whoever_leads_the_desk(cast: Cast, client):
    client.force_login(cast.advisor)
    assert client.get(url("capacity")).status_code == 403
    client.force_login(cast.manager)
    assert client.get(url("capacity")).status_code == 200
    assert client.post(url("capacity-fill")).status_code == 303
    assert client.post(url("capacity-week"), {"of": "express", "c-0-0900": "4", "c-0-0930": "x"}).status_code == 422
    assert client.post(url("capacity-week"), {"of": str(cast.advisor.pk), "c-0-0900": "2"}).status_code == 303
    assert client.post(url("capacity-copy"), {"day": "0", "to": ["1", "2"]}).status_code == 303
    assert client.post(url("capacity-copy"), {"day": "0"}).status_code == 422
    with scope(store=cast.store):
        mine = SlotCapacity.objects.filter(advisor=cast.advisor).values_list("weekday", "start", "cars")
        assert list(mine) == [(day, time(9), 2) for day in (0, 1, 2)]
    assert "周敏" in client.get(url("capacity"), {"of": str(cast.advisor.pk)}).content.decode()
