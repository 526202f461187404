"""What makes the pages an app: worker, manifest, the list of kept pages, a car received at the bay."""

import json
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client, override_settings
from django_scopes import scope
from PIL import Image

from dealership.actions.operations import Incoming, submit
from dealership.actions.visits import offer
from dealership.models import Visit
from dealership.uuids import uuid7
from dealership.version import app_version
from reception.models import Appointment
from tests.cast import Cast, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def advisor(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.advisor)
    return client


def listed(client: Client, store: str = "hq") -> dict:
    return client.get(f"/{store}/offline/").json()


def tags(client: Client) -> dict[str, str]:
    return {page["url"]: page["tag"] for page in listed(client)["pages"]}


def test_worker_names_its_version_and_files_that_exist(client: Client):
    answer = client.get("/sw.js")
    facts = json.loads(answer.content.decode().split("\n", 1)[0].removeprefix("const RX = ").removesuffix(";"))
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert (answer["Cache-Control"], answer["Service-Worker-Allowed"]) == ("no-cache", "/")
    assert facts["version"] == app_version()
    assert {"/static/rx.css", "/static/js/queue.js", "/static/icons.svg"} <= set(facts["assets"])
    assert [url for url in facts["assets"] if not finders.find(url.removeprefix("/static/"))] == []


def test_version_is_what_the_environment_names():
    with override_settings(APP_VERSION="2026.11.1"):
        assert app_version() == "2026.11.1"
    assert len(app_version()) == 12


@pytest.mark.parametrize(("language", "name"), [("zh-hans", "服务接待"), ("zh-hant", "服務接待"), ("en", "Reception")])
def test_manifest_speaks_the_readers_language(client: Client, language: str, name: str):
    client.cookies["language"] = language
    content = client.get("/manifest.webmanifest").json()
    assert (content["short_name"], content["lang"], content["scope"]) == (name, language, "/")
    assert content["display_override"][0] == content["display"] == "fullscreen"
    for icon in content["icons"]:
        picture = Image.open(Path(finders.find(icon["src"].removeprefix("/static/"))))
        assert (f"{picture.width}x{picture.height}", picture.format) == (icon["sizes"], "PNG")


def test_offline_page_of_nobody_bears_no_name(client: Client):
    page = client.get("/offline/").content.decode()
    assert 'data-owner=""' in page


def test_list_holds_every_card_of_the_stage_of_open_cars(cast: Cast, advisor: Client):
    visit = cast.visit()
    where = f"/hq/visits/{visit.pk}/reception/"
    urls = [url for url in tags(advisor) if str(visit.pk) in url]
    assert urls == [where, *(f"{where}?card=1.{number}" for number in range(1, 8))]
    found = listed(advisor)
    assert found["owner"] == str(cast.advisor.pk)
    assert found["homes"] == {"/": "/hq/next/", f"/hq/visits/{visit.pk}/": where}


def test_every_listed_page_opens_and_bears_its_owner(cast: Cast, advisor: Client):
    cast.visit()
    for url in tags(advisor):
        answer = advisor.get(url)
        assert (url, answer.status_code) == (url, 200)
        assert f'data-owner="{cast.advisor.pk}"' in answer.content.decode()


def test_car_of_a_colleague_is_not_listed_until_it_is_offered(cast: Cast):
    visit = cast.visit()
    colleague = Client()
    colleague.force_login(cast.advisor3)
    assert [url for url in tags(colleague) if "/visits/" in url] == []
    with scope(store=cast.store):
        offer(visit, by=cast.advisor, to=cast.advisor3)
    assert len([url for url in tags(colleague) if "/visits/" in url]) == 8


def test_technician_keeps_no_page_that_only_the_desk_opens(cast: Cast):
    client = Client()
    client.force_login(cast.technician)
    cast.visit()
    assert list(tags(client)) == ["/hq/next/", "/offline/", "/hq/unsent/"]


def test_tag_changes_with_a_tick_and_with_the_language(cast: Cast, advisor: Client):
    visit = cast.visit()
    url = f"/hq/visits/{visit.pk}/reception/?card=1.5"
    before = tags(advisor)
    assert tags(advisor) == before
    with scope(store=cast.store):
        tick = Incoming(id=uuid7(), visit=visit.pk, kind="tick", at=at("08:40"), payload={"step": "1.4/umbrella"})
        submit(cast.store, by=cast.advisor, operations=[tick], now=at("08:40"))
    after = tags(advisor)
    assert (after[url] != before[url], after["/hq/next/"] != before["/hq/next/"]) == (True, True)
    assert after["/hq/receive/"] == before["/hq/receive/"]
    cast.advisor.language = "en"
    cast.advisor.save(update_fields=["language"])
    assert tags(advisor)["/hq/receive/"] != before["/hq/receive/"]


def test_list_takes_the_same_queries_for_one_car_and_for_three(cast: Cast, advisor: Client, django_assert_num_queries):
    cast.visit()
    listed(advisor)
    with django_assert_num_queries(QUERIES):
        listed(advisor)
    cast.visit("沪B12345")
    cast.visit("沪C12345")
    with django_assert_num_queries(QUERIES):
        listed(advisor)


QUERIES = 12


CAR = {
    "province": "沪", "number": "B12345", "works": ["repair"], "words": "刹车响", "name": "李", "sex": "m",
    "phone": "13900005678", "make": "大众", "model": "途观L", "body": "suv", "energy": "bev",
}  # fmt: skip


def test_car_received_by_a_plain_form_is_opened_and_taken(cast: Cast, advisor: Client):
    operation = str(uuid7())
    answer = advisor.post("/hq/receive/car/", CAR | {"operation": operation})
    with scope(store=cast.store):
        visit = Visit.objects.select_related("vehicle__owner").get()
    car = visit.vehicle
    assert answer.headers["Location"] == f"/hq/visits/{operation}/reception/?card=1.5"
    assert (visit.advisor, visit.offered_to, visit.works, visit.words) == (cast.advisor, None, ["repair"], "刹车响")
    assert (car.plate, car.make, car.model, car.body, car.energy) == ("沪B12345", "大众", "途观L", "suv", "bev")
    assert (car.owner.name, car.owner.sex, car.owner.phone) == ("李", "m", "13900005678")


def test_form_pressed_twice_receives_one_car(cast: Cast, advisor: Client):
    twice = CAR | {"operation": str(uuid7())}
    places = {advisor.post("/hq/receive/car/", twice).headers["Location"] for _press in range(2)}
    with scope(store=cast.store):
        assert (len(places), Visit.objects.count()) == (1, 1)


def test_new_car_without_phone_is_refused(cast: Cast, advisor: Client):
    answer = advisor.post("/hq/receive/car/", CAR | {"phone": ""})
    assert (answer.status_code, answer.context["refused"].code) == (422, "arrival.customer")


def test_booked_car_received_at_the_bay_keeps_its_appointment(cast: Cast, advisor: Client, time_machine):
    time_machine.move_to(at("08:55"))
    visit = cast.visit("沪B12345")
    with scope(store=cast.store):
        car = visit.vehicle
        Visit.objects.filter(pk=visit.pk).update(stage="closed", left_at=at("08:50"))
        appointment = Appointment.objects.create(
            store=cast.store, vehicle=car, customer=car.owner, at=at("09:00"), work="recall",
            made_by=cast.care, made_at=at("08:00"),
        )  # fmt: skip
    advisor.post("/hq/receive/car/", {"province": "沪", "number": "B12345"})
    with scope(store=cast.store):
        appointment.refresh_from_db()
        assert appointment.visit.advisor == cast.advisor


def test_receive_page_says_what_is_known_of_a_plate(cast: Cast, advisor: Client):
    cast.visit()
    page = advisor.get("/hq/receive/", {"province": "沪", "number": "A8K2D6"}).content.decode()
    assert 'data-known="inside"' in page
    assert 'data-known="new"' in advisor.get("/hq/receive/", {"province": "沪", "number": "B12345"}).content.decode()


@pytest.mark.parametrize("query", ["card=1.4", "card=1.6", "card=1.7", "card=1.5&body=van&energy=bev"])
def test_blank_visit_needs_no_row(cast: Cast, advisor: Client, query: str):
    page = advisor.get(f"/hq/offline/visit/?{query}")
    with scope(store=cast.store):
        assert (page.status_code, Visit.objects.count()) == (200, 0)
    assert 'data-blank="00000000-0000-7000-8000-000000000000"' in page.content.decode()
