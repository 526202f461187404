"""Booking by the customer on the web: from the free half hour over the code to the appointment."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django_scopes import scope

from dealership.actions.links import make_link
from dealership.models import Customer, Message, Vehicle
from reception.actions.appointments import book_plate
from reception.actions.booking import book_confirmed, call_off_own, move_own
from reception.models import Appointment, PhoneCode, SlotCapacity
from tests.cast import Cast, at
from tests.reception.booking import NINE, NOW, TYPED, code_of, phone_with_code, places, refusal, row_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def friday():
    with time_machine.travel(NOW, tick=False) as travelled:
        yield travelled


def shown(phone: Client, url: str) -> str:
    return phone.get(url, headers={"Accept-Language": "zh-hans"}).content.decode()


def test_a_customer_books_with_a_code(cast: Cast) -> None:
    places(cast.store)
    phone = phone_with_code(cast)

    answer = phone.post("/book/hq/code/", {"code": code_of(cast.store)})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/book/hq/done/")
    with scope(store=cast.store):
        booked = Appointment.objects.get()
        customer = Customer.objects.get(pk=booked.customer_id)
    assert (booked.at, booked.work, booked.via, booked.made_by) == (NINE, "repair", "web", None)
    assert (booked.concern, booked.vehicle.plate, booked.bay_kind) == ("冷车启动有异响", "沪B12345", "general")
    assert (customer.name, customer.sex, customer.phone) == ("林静", "f", "13900005678")
    done = shown(phone, "/book/hq/done/")
    for words in ("11月23日", "9:00", "虹桥店", "沪B·12345", "行驶证", "021-55501800", "加到日历"):
        assert words in done


def test_the_steps_hold_nothing_personal_in_their_urls(cast: Cast) -> None:
    places(cast.store)
    phone = Client()

    works, times = shown(phone, "/book/hq/"), shown(phone, "/book/hq/?work=repair")
    details = shown(phone, "/book/hq/?work=repair&at=2026-11-23T09:00")

    assert "?work=repair" in works
    assert "?work=repair&amp;at=2026-11-21T09:00" in times
    assert 'name="plate" value="沪"' in details
    sent = phone.post("/book/hq/", TYPED).headers["Location"]
    assert [word for word in ("139", "林", "B12345") if word in sent] == []


def test_only_real_free_places_are_offered(cast: Cast) -> None:
    places(cast.store)
    with scope(store=cast.store):
        book_plate(
            cast.store, plate="沪C00001", by=cast.advisor, name="王", phone="13800001234", at=at("09:00", "2026-11-21")
        )

    times = shown(Client(), "/book/hq/?work=repair&day=2026-11-21")

    assert ("at=2026-11-21T09:00" in times, "at=2026-11-21T10:00" in times) == (False, True)


def test_a_place_taken_before_the_code_offers_the_next_and_keeps_what_was_typed(cast: Cast) -> None:
    places(cast.store)
    with scope(store=cast.store):
        book_plate(cast.store, plate="沪C00001", by=cast.advisor, name="王", phone="13800001234", at=NINE)

    answer = Client().post("/book/hq/", TYPED)

    text = answer.content.decode()
    assert answer.status_code == 422
    for kept in ("冷车启动有异响", "林静", "139 0000 5678", "沪B 12345", 'value="2026-11-23T10:00"'):
        assert kept in text
    with scope(store=cast.store):
        assert PhoneCode.objects.count() == 0


def test_a_place_taken_while_the_code_was_on_its_way_offers_the_next(cast: Cast) -> None:
    places(cast.store)
    phone = phone_with_code(cast)
    with scope(store=cast.store):
        book_plate(cast.store, plate="沪C00001", by=cast.advisor, name="王", phone="13800001234", at=NINE)

    gone = phone.post("/book/hq/code/", {"code": code_of(cast.store)})

    assert (gone.status_code, 'value="2026-11-23T10:00"' in gone.content.decode()) == (422, True)
    with scope(store=cast.store):
        assert Customer.objects.filter(phone="13900005678").count() == 0
    taken = phone.post("/book/hq/code/", {"at": "2026-11-23T10:00"})
    assert taken.headers["Location"] == "/book/hq/done/"
    with scope(store=cast.store):
        booked = Appointment.objects.get(via="web")
    assert (booked.at, booked.concern) == (NINE + timedelta(hours=1), "冷车启动有异响")


def test_a_second_press_books_once(cast: Cast) -> None:
    places(cast.store, cars=3)
    phone = phone_with_code(cast)
    code = code_of(cast.store)

    answers = [phone.post("/book/hq/code/", {"code": code}).headers["Location"] for _press in range(2)]

    assert answers == ["/book/hq/done/"] * 2
    with scope(store=cast.store):
        first = book_confirmed(row_in(cast.store))
        assert list(Appointment.objects.all()) == [first]


def test_the_owner_of_a_known_car_stays_and_is_not_shown(cast: Cast) -> None:
    places(cast.store)
    cast.visit("沪B12345")
    phone = phone_with_code(cast)
    waiting = shown(phone, "/book/hq/code/")
    phone.post("/book/hq/code/", {"code": code_of(cast.store)})

    with scope(store=cast.store):
        booked = Appointment.objects.select_related("customer").get()
        owner = Vehicle.objects.get(plate="沪B12345").owner
    assert (booked.customer.name, owner.name) == ("林静", "王建国")
    pages = waiting + shown(phone, "/book/hq/done/")
    assert [word for word in ("王建国", "王先生", "周敏", "13800001234") if word in pages] == []


def test_a_known_customer_is_found_by_phone_and_gets_their_advisor(cast: Cast) -> None:
    places(cast.store)
    with scope(store=cast.store):
        from_friday = cast.visit(
            "沪B12345", customer={"name": "林静", "sex": "f", "phone": "13900005678"}, now=at("08:31")
        )
        SlotCapacity.objects.bulk_create(
            SlotCapacity(store=cast.store, weekday=day, start="09:00", advisor=cast.advisor, cars=1) for day in range(7)
        )
    phone = phone_with_code(cast)
    waiting = shown(phone, "/book/hq/code/")
    phone.post("/book/hq/code/", {"code": code_of(cast.store)})

    with scope(store=cast.store):
        booked = Appointment.objects.get()
    assert (booked.customer_id, booked.advisor_id) == (from_friday.customer_id, cast.advisor.pk)
    assert "周敏" not in waiting
    assert "周敏" in shown(phone, "/book/hq/done/")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"plate": "沪"}, "plate"), ({"phone": "021-5550"}, "phone"), ({"name": ""}, "name"), ({"sex": ""}, "sex"),
        ({"transport": "helicopter"}, "transport"),
    ],
)  # fmt: skip
def test_what_is_typed_wrong_is_said_and_nothing_is_lost(cast: Cast, typed, field) -> None:
    places(cast.store)

    answer = Client().post("/book/hq/", TYPED | typed)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert "冷车启动有异响" in answer.content.decode()
    with scope(store=cast.store):
        assert Message.objects.count() == 0


@pytest.mark.parametrize(
    "typed",
    [{"work": "internal"}, {"at": "nonsense"}, {"at": "0001-01-01T00:00"}, {"at": "2026-11-23T09:10"},
     {"at": "2027-01-04T09:00"},
     {"at": "2026-11-20T09:00"}, {"at": "2026-11-20T10:00"}],
)  # fmt: skip
def test_what_is_not_offered_cannot_be_booked(cast: Cast, typed) -> None:
    places(cast.store)
    assert Client().post("/book/hq/", TYPED | typed).status_code == 422


def test_another_language_or_time_keeps_what_was_typed(cast: Cast) -> None:
    places(cast.store)
    phone = Client()

    english = phone.post("/book/hq/?language=en", TYPED | {"show": "language"}).content.decode()
    times = phone.post("/book/hq/", TYPED | {"show": "times"}).content.decode()

    for kept in ("冷车启动有异响", "林静", "139 0000 5678"):
        assert kept in english
        assert kept in times
    assert ("Your car and you" in english, "Your car and you" in times, "2026-11-24T09:00" in times) == (True,) * 3


def test_stores_that_take_nobody_on_the_web_say_so(cast: Cast) -> None:
    answers = [Client().get("/book/hq/"), Client().get("/book/nowhere/"), Client().post("/book/hq/", TYPED)]

    assert [one.status_code for one in answers] == [200, 404, 200]
    assert "021-55501800" in answers[0].content.decode()
    assert "虹桥店" not in answers[1].content.decode()


def test_headers_are_strict_and_a_form_needs_its_token(cast: Cast) -> None:
    places(cast.store)
    answer = Client().get("/book/hq/?work=repair&at=2026-11-23T09:00")
    stranger = Client(enforce_csrf_checks=True)

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    posts = ["/book/hq/", "/book/hq/code/", "/book/hq/code/again/", "/book/hq/mine/"]
    assert [stranger.post(url, TYPED).status_code for url in posts] == [403] * 4


def test_pages_cost_few_queries(cast: Cast, django_assert_max_num_queries) -> None:
    places(cast.store)
    phone = phone_with_code(cast)
    for url, most in (
        ("/book/hq/", 3), ("/book/hq/?work=repair", 9), ("/book/hq/?work=repair&at=2026-11-23T09:00", 8),
        ("/book/hq/code/", 4),
    ):  # fmt: skip
        with django_assert_max_num_queries(most):
            phone.get(url)
    phone.post("/book/hq/code/", {"code": code_of(cast.store)})
    with django_assert_max_num_queries(6):
        phone.get("/book/hq/done/")


def booked_phone(cast: Cast) -> tuple[Client, Appointment]:
    places(cast.store)
    phone = phone_with_code(cast)
    phone.post("/book/hq/code/", {"code": code_of(cast.store)})
    with scope(store=cast.store):
        return phone, Appointment.objects.select_related("store", "customer", "vehicle", "advisor").get()


def test_a_customer_moves_and_calls_off(cast: Cast) -> None:
    phone, booked = booked_phone(cast)
    where = f"/book/hq/{booked.pk}"

    assert "2026-11-23T10:00" in shown(phone, f"{where}/time/?day=2026-11-23")
    assert phone.post(f"{where}/time/", {"at": "2026-11-23T10:00"}).status_code == 303
    with scope(store=cast.store):
        booked.refresh_from_db()
    assert booked.at == NINE + timedelta(hours=1)
    assert phone.post(f"{where}/called-off/").headers["Location"] == "/book/hq/done/?off"
    with scope(store=cast.store):
        booked.refresh_from_db()
    assert booked.state == "cancelled"
    assert "已经取消" in shown(phone, "/book/hq/done/?off")


def test_a_taken_place_is_not_moved_to(cast: Cast) -> None:
    phone, booked = booked_phone(cast)
    with scope(store=cast.store):
        taken = NINE + timedelta(hours=1)
        book_plate(cast.store, plate="沪C00001", by=cast.advisor, name="王", phone="13800001234", at=taken)

    answer = phone.post(f"/book/hq/{booked.pk}/time/", {"at": "2026-11-23T10:00"})

    assert (answer.status_code, "刚被约走" in answer.content.decode()) == (422, True)


def test_the_calendar_file_names_the_time(cast: Cast) -> None:
    phone, booked = booked_phone(cast)

    answer = phone.get(f"/book/hq/{booked.pk}/calendar.ics")

    lines = answer.content.decode().split("\r\n")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert {"DTSTART:20261123T010000Z", "DTEND:20261123T013000Z", "END:VCALENDAR"} <= set(lines)
    assert max(len(line.encode()) for line in lines) <= 75


def test_after_half_an_hour_a_new_code_is_needed(cast: Cast, friday) -> None:
    phone, booked = booked_phone(cast)
    friday.move_to(NOW + timedelta(minutes=31))
    pages = [f"/book/hq/{booked.pk}/{rest}" for rest in ("time/", "calendar.ics")]

    assert [phone.get(url).headers.get("Location") for url in ("/book/hq/done/", *pages)] == ["/book/hq/mine/"] * 3
    assert phone.post(f"/book/hq/{booked.pk}/called-off/").headers["Location"] == "/book/hq/mine/"
    assert phone.post("/book/hq/mine/", {"phone": "13900005678"}).headers["Location"] == "/book/hq/code/"
    assert phone.post("/book/hq/code/", {"code": code_of(cast.store)}).headers["Location"] == "/book/hq/done/"
    assert "沪B·12345" in shown(phone, "/book/hq/done/")


def test_another_phone_sees_and_changes_nothing(cast: Cast, friday) -> None:
    _phone, booked = booked_phone(cast)
    friday.shift(timedelta(seconds=5))
    other = Client()
    other.post("/book/hq/mine/", {"phone": "13700009999"})
    other.post("/book/hq/code/", {"code": code_of(cast.store)})
    urls = [f"/book/hq/{booked.pk}/{rest}" for rest in ("time/", "calendar.ics", "called-off/")]

    assert "沪B" not in shown(other, "/book/hq/done/")
    assert [other.get(url).status_code for url in urls] == [404, 404, 405]
    assert [other.post(urls[0], {"at": "2026-11-23T10:00"}).status_code, other.post(urls[2]).status_code] == [404] * 2
    with scope(store=cast.store):
        row = row_in(cast.store)
        assert refusal(move_own, row, booked, at=NINE) == "booking.other"
        assert refusal(call_off_own, row, booked) == "booking.other"


def test_nothing_is_done_without_the_code(cast: Cast) -> None:
    places(cast.store)
    phone = phone_with_code(cast)
    row = row_in(cast.store)
    phone.post("/book/hq/code/", {"at": "2026-11-23T10:00"})
    with scope(store=cast.store):
        assert refusal(book_confirmed, row) == "booking.unconfirmed"
        assert Appointment.objects.count() == 0
    assert phone.get("/book/hq/done/").headers["Location"] == "/book/hq/mine/"


def test_what_was_forgotten_is_asked_for_again_and_a_phone_holds_few(cast: Cast) -> None:
    places(cast.store, cars=9)
    phone, now = phone_with_code(cast), NOW
    phone.post("/book/hq/code/", {"code": code_of(cast.store)})
    with scope(store=cast.store):
        row = row_in(cast.store)
        PhoneCode.objects.filter(pk=row.pk).update(appointment=None, booking={})
        assert refusal(book_confirmed, row) == "booking.lost"
        first = Appointment.objects.get()
        for number in range(3):
            book_plate(cast.store, plate="沪B12345", by=cast.advisor, at=NINE + timedelta(days=number), now=now)
        Appointment.objects.update(customer=first.customer)
        PhoneCode.objects.filter(pk=row.pk).update(booking=TYPED | {"language": "zh-hans"})
        assert refusal(book_confirmed, row) == "booking.many"


def test_the_customers_own_page_leads_to_booking_with_the_plate(cast: Cast, client: Client) -> None:
    places(cast.store)
    visit = cast.visit()
    with scope(store=cast.store):
        address = "/v/" + make_link(visit, by=None)[1].rpartition("/v/")[2]
    page = client.get(address).headers["Location"]

    times = client.get(page + "booking/").content.decode()
    details = client.get(page + "booking/?work=service&at=2026-11-23T09:00").content.decode()

    assert "2026-11-21T09:00" in times
    assert ("沪A8K2D6" in details, "13800001234" in details, "王建国" in details) == (True, False, False)
    assert Client().get(page + "booking/").status_code == 404


def test_in_production_nobody_books_without_sms(cast: Cast, settings) -> None:
    places(cast.store)
    settings.PRODUCTION = True

    pages = [shown(Client(), url) for url in ("/book/hq/", "/book/hq/mine/")]

    assert ["请打电话预约" in text for text in pages] == [True, True]
