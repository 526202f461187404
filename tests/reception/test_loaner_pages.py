"""The pages of the loaners: calendar, setting aside, contract, return, pictures behind the access table."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django_scopes import scope

from dealership.models import Staff
from reception.actions import loan_files
from reception.actions.appointments import book_plate
from reception.actions.loans import terms_tag
from reception.models import Appointment, Loan, RepairOrder
from tests import pictures
from tests.cast import Cast, at
from tests.reception.desk import SIGNATURE, desk, order_at
from tests.reception.lending import FIRST, SECOND, back, customer, details, lent, licence, loaner, out

pytestmark = pytest.mark.django_db
MOST = 9
"""Queries of the calendar, with session, person, store and savepoint."""


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(at("08:30"), tick=False):
        yield


def url(name: str, **given) -> str:
    return reverse(name, kwargs={"store": "hq"} | given)


@pytest.fixture
def desk_of(client: Client, cast: Cast) -> Client:
    Staff.objects.update(language="en")
    client.force_login(Staff.objects.get(pk=cast.advisor.pk))
    return client


def wish(cast: Cast, plate: str = "沪A8K2D6", clock: str = "10:00") -> Appointment:
    with scope(store=cast.store):
        return book_plate(
            cast.store, plate=plate, name="王建国", sex="m", phone="13800001234", at=at(clock), by=cast.advisor,
            now=at("08:00"), transport="loaner", capacity=False,
        )  # fmt: skip


def test_without_a_car_the_page_says_how_to_begin(cast: Cast, desk_of: Client):
    assert "Your supervisor or manager enters the cars" in desk_of.get(url("loaners")).content.decode()
    desk_of.force_login(Staff.objects.get(pk=cast.manager.pk))
    assert url("loaner-cars") in desk_of.get(url("loaners")).content.decode()


def test_the_calendar_shows_who_has_which_car_and_what_is_free(cast: Cast, desk_of: Client):
    car = loaner(cast)
    loan = lent(cast, car, until="12:00", until_day="2026-11-22")
    later = lent(cast, car, since="14:00", day="2026-11-22", customer=customer(cast, "李娜"))
    shown = desk_of.get(url("loaners"))
    row = shown.context["rows"][0]
    spans = [(len(cell.loans), cell.span) for cell in row.cells]
    # Yesterday is past, then two days of the first, a day that both share, and ten free ones.
    assert spans == [(0, 1), (1, 2), (2, 1), *[(0, 1)] * 10]
    text = shown.content.decode()
    assert url("loan", loan=loan.pk) in text
    assert url("loan", loan=later.pk) in text
    assert text.count('class="loan-free"') == 10
    assert f"{url('loan-new')}?car={car.pk}&amp;day=2026-11-23" in text


def test_an_overdue_car_is_drawn_until_today(cast: Cast, desk_of: Client):
    car = loaner(cast)
    out(cast, lent(cast, car, until="12:00"))
    with time_machine.travel(at("09:00", "2026-11-22"), tick=False):
        desk_of.force_login(Staff.objects.get(pk=cast.advisor.pk))  # the session has ended meanwhile
        shown = desk_of.get(url("loaners"))
    row = shown.context["rows"][0]
    assert (row.late, row.cells[0].span, row.cells[0].loans[0].late) == (timedelta(days=1, hours=21), 2, True)
    assert "is-late" in shown.content.decode()


@pytest.mark.parametrize("cars", [1, 3])
def test_the_calendar_costs_the_same_with_one_car_and_three(
    cast: Cast, desk_of: Client, cars: int, django_assert_max_num_queries
):
    for number in range(cars):
        car = loaner(cast, f"沪A1000{number}")
        lent(cast, car, customer=customer(cast, f"客户{number}", f"沪B0000{number}"))
        wish(cast, f"沪C0000{number}")
    desk_of.get(url("loaners"))
    with django_assert_max_num_queries(MOST):
        assert desk_of.get(url("loaners")).status_code == 200


def test_a_car_is_set_aside_for_an_appointment(cast: Cast, desk_of: Client):
    car, row = loaner(cast), wish(cast)
    assert f"appointment={row.pk}" in desk_of.get(url("loaners")).content.decode()
    shown = desk_of.get(url("loan-new") + f"?appointment={row.pk}").content.decode()
    assert "2026-11-20T10:00" in shown
    given = {"appointment": row.pk, "car": car.pk, "since": "2026-11-20T10:00", "until": "2026-11-20T18:00"}
    answer = desk_of.post(url("loan-new"), given)
    with scope(store=cast.store):
        loan = Loan.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, url("loan", loan=loan.pk))
    assert (loan.appointment_id, loan.customer_id) == (row.pk, row.customer_id)
    again = desk_of.get(url("loan-new") + f"?appointment={row.pk}")
    assert (again.status_code, again["Location"]) == (302, url("loan", loan=loan.pk))
    assert f"appointment={row.pk}" not in desk_of.get(url("loaners")).content.decode()


def test_a_car_is_set_aside_by_the_customers_plate(cast: Cast, desk_of: Client):
    car, person = loaner(cast), customer(cast)
    given = {"car": car.pk, "since": "2026-11-20T10:00", "until": "2026-11-20T18:00"}
    assert desk_of.post(url("loan-new"), given | {"plate": "沪Z99999"}).status_code == 422
    assert desk_of.post(url("loan-new"), given | {"plate": "沪a·8K2D6"}).status_code == 303
    with scope(store=cast.store):
        assert Loan.objects.get().customer == person


def test_the_slower_one_reads_a_sentence_and_the_form_stays(cast: Cast, desk_of: Client):
    car = loaner(cast)
    loaner(cast, SECOND)
    lent(cast, car, customer=customer(cast, "李娜", "沪B00001"))
    customer(cast)
    given = {"car": car.pk, "plate": "沪A8K2D6", "since": "2026-11-20T10:00", "until": "2026-11-20T18:00"}
    answer = desk_of.post(url("loan-new"), given, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Retarget"]) == (422, "#sheet")
    assert "沪A·D10002" in answer.content.decode()
    free = desk_of.get(url("loan-cars"), given).content.decode()
    assert free.index("沪A·D10002") < free.index("沪A·10001")
    assert "disabled" in free[free.index(str(car.pk)) :]


def test_a_loan_goes_out_and_comes_back_by_its_pages(cast: Cast, desk_of: Client):
    loan = lent(cast, loaner(cast))
    written = {
        "driver": "王建国", "licence_no": "1234", "mileage": "12010", "fuel": "6", "damage": "", "deposit": "2000",
        "deposit_note": "cash",
    }  # fmt: skip
    answer = desk_of.post(url("loan-details", loan=loan.pk), written)
    assert answer["Location"] == url("loan", loan=loan.pk)
    photo = SimpleUploadedFile("IMG_1.jpg", pictures.picture(800, 600), "image/jpeg")
    assert desk_of.post(url("loan-licence", loan=loan.pk), {"photo": photo}).status_code == 303
    assert desk_of.post(url("loan-details", loan=loan.pk), written)["Location"] == url("loan-contract", loan=loan.pk)

    contract = desk_of.get(url("loan-contract", loan=loan.pk))
    assert 'data-turns lang="zh-hans"' in contract.content.decode()
    assert "本车仅限王建国本人" in contract.content.decode()
    english = desk_of.get(url("loan-contract", loan=loan.pk) + "?language=en").content.decode()
    assert "Only 王建国 drives the car" in english
    signed = {"signature": SIGNATURE, "seen": contract.context["seen"]}
    assert desk_of.post(url("loan-contract", loan=loan.pk), signed).status_code == 303

    typed = {"mileage": "12095", "fuel": "4"}
    difference = desk_of.get(url("loan-difference", loan=loan.pk), typed).content.decode()
    assert ("85 km" in difference, "2/8" in difference) == (True, True)
    answer = desk_of.post(url("loan-back", loan=loan.pk), typed | {"signature": SIGNATURE, "deposit_back": "on"})
    assert answer.status_code == 303
    with scope(store=cast.store):
        assert (Loan.objects.get().state, Loan.objects.get().deposit_back_at) == ("back", at("08:30"))
    assert "85 km" in desk_of.get(url("loan", loan=loan.pk)).content.decode()
    assert desk_of.get(url("loan-print", loan=loan.pk)).content.decode().count("/files/") == 2


def test_details_that_are_wrong_are_refused_with_their_field(cast: Cast, desk_of: Client):
    loan = lent(cast, loaner(cast))
    answer = desk_of.post(
        url("loan-details", loan=loan.pk), {"driver": "王建国", "licence_no": "12", "mileage": "12010"}
    )
    assert answer.status_code == 422
    assert desk_of.post(url("loan-licence", loan=loan.pk)).status_code == 422


def test_the_licence_is_served_to_the_desk_alone_and_by_no_cache(cast: Cast, client: Client):
    loan = licence(cast, lent(cast, loaner(cast)))
    address = url("loan-file", loan=loan.pk, what="licence")
    client.force_login(cast.supervisor)
    answer = client.get(address)
    kept = {name: answer.headers[name] for name in ("Content-Type", "Cache-Control", "Content-Security-Policy")}
    assert kept == {
        "Content-Type": "image/jpeg", "Cache-Control": "private, no-store", "Content-Security-Policy": "sandbox",
    }  # fmt: skip
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content)[:2] == b"\xff\xd8"
    for staff in (cast.guard, cast.technician, cast.controller, cast.cashier, cast.care, cast.chain):
        client.force_login(staff)
        assert client.get(address).status_code == 403
    client.force_login(cast.stranger)
    assert client.get(address).status_code == 404
    assert client.get(address.replace("/hq/", "/west/")).status_code == 404
    assert Client().get(address).status_code == 302


def test_a_deleted_licence_is_gone_from_its_address(cast: Cast, desk_of: Client):
    loan = back(cast, out(cast, lent(cast, loaner(cast))))
    address = url("loan-file", loan=loan.pk, what="licence")
    assert desk_of.get(address).status_code == 200
    with scope(store=cast.store):
        loan_files.sweep(at("16:30") + timedelta(days=30))
    assert desk_of.get(address).status_code == 404
    assert desk_of.get(url("loan-file", loan=loan.pk, what="out")).status_code == 200
    assert desk_of.get(url("loan-file", loan=loan.pk, what="else")).status_code == 404
    assert "was deleted on" in desk_of.get(url("loan", loan=loan.pk)).content.decode()


def test_the_panel_beside_a_visit_leads_to_its_loaner(cast: Cast, desk_of: Client):
    visit = desk(cast)
    address = url("visit-loaner", visit=visit.pk)
    assert desk_of.get(address).status_code == 204
    order = order_at(cast, visit)
    with scope(store=cast.store):
        RepairOrder.objects.filter(pk=order.pk).update(waiting="loaner")
    assert f"visit={visit.pk}" in desk_of.get(address).content.decode()
    loan = lent(cast, loaner(cast), visit=visit, customer=visit.customer)
    assert url("loan", loan=loan.pk) in desk_of.get(address).content.decode()


def test_the_store_keeps_its_cars_on_a_page(cast: Cast, client: Client):
    client.force_login(cast.supervisor)
    given = {"plate": FIRST, "model": "朗逸", "mileage": "12000", "deposit": "2000", "active": "on"}
    assert client.post(url("loaner-cars"), given).status_code == 303
    shown = client.get(url("loaner-cars")).context["cars"]
    assert [one["car"].plate for one in shown] == [FIRST]
    changed = given | {"car": shown[0]["car"].pk, "model": "朗逸 新"}
    assert client.post(url("loaner-cars"), changed).status_code == 303
    assert [one["car"].model for one in client.get(url("loaner-cars")).context["cars"]] == ["朗逸 新"]
    client.force_login(cast.advisor)
    assert client.get(url("loaner-cars")).status_code == 403


def test_a_contract_that_changed_under_the_pen_is_shown_again(cast: Cast, desk_of: Client):
    loan = licence(cast, details(cast, lent(cast, loaner(cast))))
    seen = terms_tag(loan)
    details(cast, loan, mileage=12_020)
    answer = desk_of.post(url("loan-contract", loan=loan.pk), {"signature": SIGNATURE, "seen": seen})
    assert answer.status_code == 422
