"""What can be done to a visit from any of its pages, and how a refusal looks."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope

from dealership.models import Event, StepTick, Visit
from dealership.uuids import uuid7
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(cast: Cast) -> Visit:
    return cast.visit(now=timezone.now())


@pytest.fixture
def desk(cast: Cast, client: Client) -> Client:
    client.force_login(cast.advisor)
    return client


def url(name: str, visit: Visit) -> str:
    return reverse(name, args=["hq", visit.pk])


@pytest.mark.parametrize(
    "name", ["visit-note", "visit-place", "visit-offer", "visit-describe", "visit-more", "visit-leave", "visit-back"]
)
def test_sheets_open(desk: Client, visit: Visit, name: str):
    assert desk.get(url(name, visit)).status_code == 200


def test_one_tap_ticks_the_hand_steps_of_a_card_and_undo_takes_one_back(desk: Client, cast: Cast, visit: Visit):
    ids = [uuid7(), uuid7(), uuid7()]
    form = {"step": ["3.4/result", "3.4/cleanliness", "3.4/covers"], "operation": ids, "answer": "done"}
    assert desk.post(url("visit-ticks", visit), form).status_code == 303
    assert desk.post(url("visit-ticks", visit), form).status_code == 303
    with scope(store=cast.store):
        assert set(StepTick.objects.filter(touchpoint="3.4").values_list("pk", flat=True)) == set(ids)
    assert desk.post(url("visit-undo", visit), {"tick": ids[0], "operation": uuid7()}).status_code == 303


def test_not_done_keeps_its_reason(desk: Client, cast: Cast, visit: Visit):
    desk.post(url("visit-ticks", visit), {"step": "1.4/introduce", "operation": uuid7(), "answer": "not_done:no_time"})
    with scope(store=cast.store):
        row = StepTick.objects.get(step="introduce")
        assert (row.answer, row.reason) == ("not_done", "no_time")


def test_unknown_step_is_refused_on_a_page_of_its_own_or_as_a_sheet(desk: Client, visit: Visit):
    form = {"step": "9.9/dance", "operation": uuid7()}
    plain = desk.post(url("visit-ticks", visit), form)
    sheet = desk.post(url("visit-ticks", visit), form, headers={"HX-Request": "true"})
    assert (plain.status_code, sheet.status_code) == (422, 422)
    assert b"<html" in plain.content
    assert b"<html" not in sheet.content
    assert (sheet["HX-Retarget"], sheet["HX-Push-Url"]) == ("#sheet", "false")
    assert desk.post(url("visit-ticks", visit), {**form, "answer": "maybe"}).status_code == 422


def test_note_place_describe_and_dms_number_are_kept(desk: Client, cast: Cast, visit: Visit):
    desk.post(url("visit-note", visit), {"text": "钥匙有磨损", "operation": uuid7()})
    desk.post(url("visit-note", visit), {"text": "  ", "operation": uuid7()})
    desk.post(url("visit-place", visit), {"key_tag": "12"})
    desk.post(url("visit-describe", visit), {"works": ["express"], "words": "换雨刮"})
    desk.post(url("visit-dms-no", visit), {"dms_no": "RO-1"})
    visit.refresh_from_db()
    assert (visit.key_tag, visit.lane, visit.dms_no) == ("12", "express", "RO-1")
    with scope(store=cast.store):
        assert Event.objects.filter(visit=visit, kind="note").count() == 1


def test_car_is_offered_accepted_and_sent_back(desk: Client, cast: Cast, visit: Visit):
    desk.post(url("visit-offer", visit), {"to": cast.advisor3.pk})
    colleague = Client()
    colleague.force_login(cast.advisor3)
    assert colleague.post(url("visit-accept", visit)).status_code == 303
    assert colleague.post(url("visit-offer", visit), {"to": cast.advisor.pk}).status_code == 303
    assert desk.post(url("visit-decline", visit)).status_code == 303
    visit.refresh_from_db()
    assert (visit.advisor, visit.offered_to) == (cast.advisor3, None)


def test_car_leaves_without_repair_with_a_reason(desk: Client, cast: Cast, visit: Visit):
    assert desk.post(url("visit-cancel", visit), {"reason": ""}).status_code == 422
    assert desk.post(url("visit-cancel", visit), {"reason": "价格", "operation": uuid7()}).status_code == 303
    visit.refresh_from_db()
    assert visit.stage == "cancelled"
    assert desk.get(url("visit", visit)).url == url("visit-timeline", visit)
    page = desk.get(url("visit-timeline", visit))
    assert "价格" in page.content.decode()


def test_next_of_a_form_never_leads_away(desk: Client, visit: Visit):
    answer = desk.post(url("visit-greet", visit), {"next": "https://example.com/"})
    assert answer.url == reverse("next", args=["hq"])
    assert desk.post(url("visit-greet", visit), {"next": "/hq/board/"}).url == "/hq/board/"


def test_duty_button_signs_out(desk: Client, cast: Cast):
    desk.post(reverse("duty", args=["hq"]), {"on": "0"})
    assert desk.get(reverse("next", args=["hq"])).context["on_duty"] is False


def test_account_without_a_store_is_told_so(cast: Cast, client: Client):
    cast.advisor.memberships.all().delete()
    client.force_login(cast.advisor)
    assert client.get(reverse("home")).status_code == 403
    cast.advisor.is_staff = True
    cast.advisor.save(update_fields=["is_staff"])
    assert client.get(reverse("home")).url == reverse("admin:index")


@pytest.mark.parametrize(
    ("role", "home"),
    [
        ("guard", "gate"),
        ("advisor", "next"),
        ("technician", "jobs"),
        ("controller", "next"),
        ("cashier", "cashier"),
        ("supervisor", "board"),
        ("manager", "scores-today"),
        ("chain", "board"),
        ("care", "board"),
    ],
)
def test_everybody_comes_home_to_their_work(cast: Cast, client: Client, role: str, home: str):
    client.force_login(getattr(cast, role))
    answer = client.get(reverse("home"), follow=True)
    assert answer.redirect_chain[0][0] == reverse(home, args=["hq"])
    assert answer.status_code == 200
