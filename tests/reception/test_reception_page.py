"""The reception page: panels, the walk around the car with one tap a fact, gate sheets, corrections, print."""

import re
from io import BytesIO

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import translation
from django_scopes import scope
from PIL import Image

from dealership.models import Attachment, Visit
from dealership.uuids import uuid7
from reception.models import DamageMark, Reading, SheetConfirmation
from reception.views.people import vin_warning
from tests.cast import Cast, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(cast: Cast) -> Visit:
    return cast.visit()


@pytest.fixture
def advisor(cast: Cast, client):
    client.force_login(cast.advisor)
    return client


def url(visit: Visit, name: str = "reception-stage", **parts) -> str:
    return reverse(name, kwargs={"store": "hq", "visit": visit.pk} | parts)


def post(client, visit: Visit, page: str, parts: dict | None = None, /, **fields):
    return client.post(url(visit, page, **(parts or {})), {"operation": str(uuid7())} | fields)


def shown(client, visit: Visit, query: str) -> str:
    answer = client.get(url(visit) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_walk_without_damage_takes_six_posts(cast: Cast, advisor, visit: Visit):
    post(advisor, visit, "sheet-readings", item="covers")
    post(advisor, visit, "sheet-readings", item=["mileage", "energy", "lamps", "belongings"], mileage="58620", fuel="3")
    post(advisor, visit, "sheet-readings", item="controls")
    post(advisor, visit, "sheet-readings", item="exterior", exterior="all")
    post(advisor, visit, "sheet-readings", item="engine_bay")
    answer = post(advisor, visit, "sheet-confirmation", how="seen")
    assert answer["Location"] == url(visit) + "?card=1.5"
    page = shown(advisor, visit, "?card=1.5")
    assert "6/6" in page
    assert "58,620 km" in page
    with scope(store=cast.store):
        assert SheetConfirmation.objects.get().by == cast.advisor


@pytest.mark.parametrize("step", ["enter", "cabin", "controls", "exterior", "engine", "confirm"])
def test_every_step_has_its_panel_in_three_languages(cast: Cast, advisor, visit: Visit, step):
    for language in ("zh-hans", "en", "zh-hant"):
        type(cast.advisor).objects.filter(pk=cast.advisor.pk).update(language=language)
        page = shown(advisor, visit, f"?card=1.5&step={step}")
        sections = re.findall(r'data-walk-step="(\w+)" aria-label="[^"]+"( hidden)?', page)
        assert [slug for slug, hidden in sections if not hidden] == [step]
        assert len(sections) == 6


@pytest.mark.parametrize("card", ["1.1", "1.4", "1.5", "1.6", "1.7"])
def test_every_card_opens(cast: Cast, advisor, visit: Visit, card):
    assert "rx-work-stage" in shown(advisor, visit, f"?card={card}")


def test_electric_car_is_asked_for_its_charge(cast: Cast, advisor):
    car = cast.visit("沪AD12345")
    page = shown(advisor, car, "?card=1.5&step=cabin")
    hidden = dict(re.findall(r'<fieldset [^>]*data-only="(\w+)"[^>]*?( hidden disabled)?>', page))
    assert hidden == {"fuel": " hidden disabled", "plugged": ""}


def test_parts_that_nobody_looked_at_are_no_reading(cast: Cast, advisor, visit: Visit):
    post(advisor, visit, "sheet-readings", item=["engine_bay", "exam"], engine_bay="hose")
    post(advisor, visit, "sheet-readings", item=["covers", "valuables"])
    with scope(store=cast.store):
        assert {reading.item for reading in Reading.objects.all()} == {"engine_bay", "covers", "valuables"}
    post(
        advisor, visit, "sheet-readings", item=["charging", "exam"], port="ok", cable="1", tread="good", lights="watch"
    )
    with scope(store=cast.store):
        assert Reading.objects.get(item="charging").value == {"port": "ok", "cable": True}
        assert Reading.objects.get(item="exam").value == {"tread": "good", "lamps": "watch"}


def test_missing_fuel_is_refused_with_what_to_do(cast: Cast, advisor, visit: Visit):
    answer = post(advisor, visit, "sheet-readings", item=["mileage", "energy"], mileage="58620")
    assert answer.status_code == 422
    with scope(store=cast.store):
        assert not Reading.objects.exists()


def test_lower_mileage_is_asked_back_once(cast: Cast, advisor, visit: Visit):
    post(advisor, visit, "sheet-readings", item="mileage", mileage="58620")
    asked = post(advisor, visit, "sheet-readings", item="mileage", mileage="5862")
    assert asked.status_code == 422
    assert 'name="confirm_mileage"' in asked.content.decode()
    assert (
        post(advisor, visit, "sheet-readings", item="mileage", mileage="5862", confirm_mileage="1").status_code == 303
    )


def test_tap_on_the_car_becomes_a_mark_with_kind_and_size(cast: Cast, advisor, visit: Visit):
    place = {"view": "right", "zone": "right_rear_door", "x": "146", "y": "118"}
    opened = post(advisor, visit, "sheet-marks", **place)["Location"]
    with scope(store=cast.store):
        mark = DamageMark.objects.get()
    assert f"mark={mark.pk}" in opened
    parts = {"mark": mark.pk}
    post(advisor, visit, "sheet-mark", parts, kind="dent")
    post(advisor, visit, "sheet-mark", parts, size_cm="3")
    page = advisor.get(opened).content.decode()
    assert re.search(r'name="kind" value="dent" aria-pressed="true"', page)
    assert re.search(r'name="size_cm" value="3" aria-label="3 cm" aria-pressed="true"', page)
    post(advisor, visit, "sheet-mark-removed", parts)
    assert "car-mark" not in shown(advisor, visit, "?card=1.5&step=exterior&view=right")
    post(advisor, visit, "sheet-mark-restored", parts)
    assert "car-mark" in shown(advisor, visit, "?card=1.5&step=exterior&view=right")


def test_view_that_is_answered_leads_to_the_next(cast: Cast, advisor, visit: Visit):
    post(advisor, visit, "sheet-readings", item="exterior", exterior="left")
    page = shown(advisor, visit, "?card=1.5&step=exterior")
    assert re.search(r'class="is-current [^"]*" href="[^"]*view=front"', page)


def test_photo_is_kept_with_its_label(cast: Cast, advisor, visit: Visit):
    picture = BytesIO()
    Image.new("RGB", (8, 6)).save(picture, "JPEG")
    picture.seek(0)
    picture.name = "photo.jpg"
    post(advisor, visit, "sheet-photos", label="仪表", photo=picture)
    with scope(store=cast.store):
        assert Attachment.objects.get().label == "仪表"
    assert post(advisor, visit, "sheet-photos").status_code == 422


def test_gate_sheets_lead_back_to_the_stage_that_asked(cast: Cast, advisor, visit: Visit):
    for name in ("sheet-mileage", "sheet-confirmation"):
        assert "<form" in advisor.get(url(visit, name)).content.decode()
    with scope(store=cast.store):
        Visit.objects.update(stage="negotiation")
    answer = post(advisor, visit, "sheet-readings", item="mileage", mileage="58620")
    assert answer["Location"] == url(visit, "negotiation-stage")


def test_claim_is_covered_described_and_promised(cast: Cast, advisor):
    claim = cast.visit("沪C11111", works=["claim"])
    post(advisor, claim, "sheet-readings", item="coverage", coverage="covered")
    assert post(advisor, claim, "claim-symptom", words="").status_code == 422
    post(advisor, claim, "claim-symptom", symptoms=["noise"], words="冷车有响声")
    post(advisor, claim, "claim-answer-time", hours="2")
    assert "3/4" in shown(advisor, claim, "?card=1.7")


def test_express_car_is_qualified_with_one_tap(cast: Cast, advisor):
    car = cast.visit("沪C22222", works=["express"])
    post(advisor, car, "sheet-readings", item="qualify")
    assert "1/3" in shown(advisor, car, "?card=1.6")


def test_express_car_with_a_confirmed_sheet_sits_down_with_the_same_tap(cast: Cast, advisor):
    car = cast.visit("沪C22222", works=["express"])
    assert 'name="onward"' not in shown(advisor, car, "?card=1.6")
    test_walk_without_damage_takes_six_posts(cast, advisor, car)
    assert 'name="onward" value="negotiation"' in shown(advisor, car, "?card=1.6")
    form = {"operation": str(uuid7()), "item": "qualify", "onward": "negotiation"}
    for _press in range(2):
        answer = advisor.post(url(car, "sheet-readings"), form)
        assert (answer.status_code, answer["Location"]) == (303, url(car, "negotiation-stage"))
    with scope(store=cast.store):
        assert Visit.objects.get(pk=car.pk).stage == "negotiation"
        assert Reading.objects.filter(visit=car, item="qualify").count() == 1


def test_express_car_that_has_moved_on_is_not_moved_again(cast: Cast, advisor):
    car = cast.visit("沪C22222", works=["express"])
    assert post(advisor, car, "sheet-readings", item="qualify", onward="negotiation").status_code == 303
    assert post(advisor, car, "sheet-readings", item="qualify", onward="negotiation").status_code == 422
    assert post(advisor, car, "sheet-readings", item="qualify", onward="closed").status_code == 422


@pytest.mark.parametrize(
    ("vin", "problem"),
    [
        ("LSVAU2180E2184049", "check_digit"), ("LSVAU2180E21840", "length"), ("LSVAU2180E218404Q", "characters"),
        ("LSVAU2180E2184048", None),
    ],
)  # fmt: skip
def test_doubtful_vin_is_kept_with_a_warning(cast: Cast, advisor, visit: Visit, vin, problem):
    assert "<form" in advisor.get(url(visit, "visit-people")).content.decode()
    answer = post(advisor, visit, "visit-people", name="王建国", sex="m", phone="1", vin=vin, energy="fuel")
    said = [str(message) for message in get_messages(answer.wsgi_request)]
    with translation.override("zh-hans"):
        assert said == ([vin_warning(problem)] if problem else [])
    with scope(store=cast.store):
        visit.vehicle.refresh_from_db()
    assert visit.vehicle.vin == vin


def test_sheet_prints_filled_and_blank(cast: Cast, advisor, visit: Visit):
    post(advisor, visit, "sheet-readings", item="mileage", mileage="58620")
    post(advisor, visit, "sheet-marks", view="rear", zone="boot", x="100", y="100")
    page = advisor.get(url(visit, "sheet-print")).content.decode()
    assert "58,620 km" in page
    assert "car-mark" in page
    assert "sheet-a4" in advisor.get(reverse("sheet-blank", kwargs={"store": "hq"})).content.decode()


@pytest.mark.parametrize(("person", "status"), [("guard", 403), ("stranger", 404)])
def test_others_have_no_reception_page(cast: Cast, client, visit: Visit, person, status):
    client.force_login(getattr(cast, person))
    assert client.get(url(visit)).status_code == status
    assert post(client, visit, "sheet-readings", item="covers").status_code == status


def test_mark_of_another_car_is_not_found(cast: Cast, advisor, visit: Visit):
    post(advisor, visit, "sheet-marks", view="rear", x="1", y="1")
    with scope(store=cast.store):
        mark = DamageMark.objects.get()
    other = cast.visit("沪C33333", now=at("08:50"))
    assert post(advisor, other, "sheet-mark", {"mark": mark.pk}, kind="dent").status_code == 404
