"""Stage 2 as people meet it: the page, its sheets, its forms; nobody else's car, nobody else's store."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope

from dealership.models import Promise, StepTick, Visit
from reception.actions.lines import add_line, agree_all
from reception.actions.orders import begin_order
from reception.models import Consent, Dispatch, OpenAdvice, OrderLine, RepairOrder
from reception.queries import scripts
from reception.queries.orders import lines_of
from tests.cast import Cast
from tests.reception.desk import SIGNATURE, order_at, signed
from tests.reception.desk import desk as desk_at

pytestmark = pytest.mark.django_db


def page(name: str, visit: Visit, **kwargs) -> str:
    return reverse(name, kwargs={"store": "hq", "visit": visit.pk, **kwargs})


def login(client: Client, person) -> Client:
    client.force_login(person)
    return client


def today(cast: Cast, **given) -> Visit:
    """Return a visit at the desk, on the real clock."""
    return desk_at(cast, **given)


def terms_of(client: Client, visit: Visit) -> dict:
    """Return the terms that the page proposes, as a browser would send them."""
    html = client.get(page("negotiation-stage", visit) + "?card=2.2").content.decode()
    form = html.split('id="panel-form"')[1].split("</form>")[0]
    values = {}
    for name in ("operation", "expected_start", "work_minutes", "ready_at"):
        values[name] = form.split(f'name="{name}" value="')[1].split('"')[0]
    return values | {"pay_method": "wechat", "old_parts": "leave", "contact_channel": "phone", "wash": "on"}


def test_page_shows_the_order_its_sum_and_what_comes_next(cast: Cast, client: Client):
    visit = today(cast)
    with scope(store=cast.store):
        begin_order(visit, by=cast.advisor)
    response = login(client, cast.advisor).get(page("negotiation-stage", visit))
    html = response.content.decode()
    assert response.status_code == 200
    assert html.partition('id="sheet"')[0].count('class="rx-next"') == 1
    assert "¥598" in html
    assert page("order-agreed", visit) in html


@pytest.mark.parametrize("card", ["2.1", "2.2", "2.3", "2.4", "2.5"])
def test_every_card_opens_before_and_after_signing(cast: Cast, client: Client, card: str):
    visit = today(cast)
    login(client, cast.advisor)
    assert client.get(page("negotiation-stage", visit), {"card": card}).status_code == 200
    signed(cast, visit)
    assert client.get(page("negotiation-stage", visit), {"card": card}).status_code == 200


def test_regular_car_leaves_the_desk_in_five_taps(cast: Cast, client: Client):
    visit = today(cast)
    login(client, cast.advisor)
    client.post(page("order-agreed", visit))
    client.post(page("order-terms", visit), terms_of(client, visit) | {"signature": SIGNATURE})
    waiting = client.get(page("negotiation-stage", visit), {"card": "2.4"}).context
    client.post(
        page("order-waiting", visit),
        {"waiting": waiting["waiting"], "next_update_at": waiting["chosen"].strftime("%Y-%m-%dT%H:%M")},
    )
    key = client.get(page("negotiation-stage", visit), {"card": "2.5"}).context
    client.post(page("order-key", visit), {"key_tag": key["tags"][0], "bay": key["place"]})
    last = client.get(page("negotiation-stage", visit), {"card": "2.5"}).context["next_action"]
    client.post(last.url, last.fields)
    visit.refresh_from_db()
    with scope(store=cast.store):
        done = {tick.code for tick in StepTick.objects.filter(visit=visit, touchpoint__startswith="2.")}
        assert (visit.stage, visit.key_tag) == ("workshop", "1")
        assert done == {
            "2.1/reasons", "2.1/consent", "2.2/estimate", "2.2/time", "2.2/payment", "2.3/entry", "2.3/wishes",
            "2.3/signature", "2.4/settle", "2.4/update", "2.5/key",
        }  # fmt: skip


def test_terms_without_a_signature_are_kept_and_said(cast: Cast, client: Client):
    visit = today(cast)
    login(client, cast.advisor)
    client.post(page("order-agreed", visit))
    response = client.post(page("order-terms", visit), terms_of(client, visit) | {"signature": ""}, follow=True)
    with scope(store=cast.store):
        assert RepairOrder.objects.get(visit=visit).has_terms is True
        assert Consent.objects.count() == 0
    assert response.redirect_chain[0][0].endswith("?card=2.3")


def test_terms_changed_after_signing_move_the_promise_and_say_so(cast: Cast, client: Client):
    visit = today(cast)
    login(client, cast.advisor)
    client.post(page("order-agreed", visit))
    terms = terms_of(client, visit)
    client.post(page("order-terms", visit), terms | {"signature": SIGNATURE})
    later = datetime.fromisoformat(terms["ready_at"]) + timedelta(hours=1)
    sent = {name: value for name, value in terms.items() if name != "operation"} | {"ready_at": later.isoformat()}
    response = client.post(page("order-terms", visit), sent, follow=True)
    with scope(store=cast.store):
        promise = Promise.objects.get(visit=visit, kind="ready")
        assert (timezone.localtime(promise.due_at, cast.store.zone).replace(tzinfo=None), promise.moved) == (
            later,
            True,
        )
    assert response.redirect_chain[0][0].endswith("?card=2.2")


def test_signature_sent_twice_is_one_consent(cast: Cast, client: Client):
    visit = today(cast)
    login(client, cast.advisor)
    client.post(page("order-agreed", visit))
    data = terms_of(client, visit) | {"signature": SIGNATURE}
    first, second = (client.post(page("order-terms", visit), data) for _press in range(2))
    with scope(store=cast.store):
        assert (first.status_code, second.status_code, Consent.objects.count()) == (303, 303, 1)


def test_ready_time_in_the_past_comes_back_with_a_sentence(cast: Cast, client: Client):
    visit = today(cast)
    login(client, cast.advisor)
    client.post(page("order-agreed", visit))
    response = client.post(page("order-terms", visit), terms_of(client, visit) | {"ready_at": "2020-01-01T08:00"})
    assert response.status_code == 422
    with scope(store=cast.store):
        assert RepairOrder.objects.get(visit=visit).has_terms is False


def test_line_is_picked_answered_and_changed_from_its_sheet(cast: Cast, client: Client):
    visit = today(cast)
    login(client, cast.advisor)
    found = client.get(page("order-add", visit), {"q": "雨刮"}).content.decode()
    assert found.count('name="pick"') == 1
    client.post(page("order-add", visit), {"pick": "part:WIPERS", "why": "found", "must": ""})
    with scope(store=cast.store):
        line = OrderLine.objects.get(code="WIPERS")
    assert (line.why, line.must) == ("found", False)
    sheet = client.get(page("order-line", visit, line=line.pk)).content.decode()
    assert sheet.count('value="declined:') == 6
    client.post(page("order-answer", visit, line=line.pk), {"answer": "declined:price"})
    client.post(page("order-line", visit, line=line.pk), {"payer": "account"})
    line.refresh_from_db()
    assert (line.answer, line.answer_reason, line.payer) == ("declined", "price", "account")
    with scope(store=cast.store):
        assert OpenAdvice.objects.get(line=line).kind == "declined"


def test_unanswered_line_is_taken_off(cast: Cast, client: Client):
    visit = today(cast)
    login(client, cast.advisor)
    with scope(store=cast.store):
        line = add_line(begin_order(visit, by=cast.advisor), by=cast.advisor, kind="labour", code="M03")
    client.post(page("order-remove", visit, line=line.pk))
    with scope(store=cast.store):
        assert OrderLine.objects.filter(code="M03").count() == 0


def test_amount_below_zero_comes_back_with_a_sentence(cast: Cast, client: Client):
    visit = today(cast)
    with scope(store=cast.store):
        (line,) = lines_of(begin_order(visit, by=cast.advisor))
    response = login(client, cast.advisor).post(page("order-line", visit, line=line.pk), {"labour": "-5"})
    assert response.status_code == 422


def test_open_advice_of_last_time_is_offered(cast: Cast, client: Client):
    visit = today(cast)
    login(client, cast.advisor)
    with scope(store=cast.store):
        other = desk_at(cast, plate="沪B12345")
        line = add_line(begin_order(other, by=cast.advisor), by=cast.advisor, kind="package", code="PADS")
        OpenAdvice.objects.create(
            store=cast.store, vehicle=visit.vehicle, visit=other, line=line, kind="declined", texts=line.names,
            amount=line.amount, created_at=timezone.now(),
        )  # fmt: skip
    assert client.get(page("order-add", visit)).content.decode().count('value="package:PADS"') == 2


@pytest.mark.parametrize("name", ["order-agreed", "order-terms", "order-consent", "order-diagnosis", "order-repair"])
def test_sheets_open_by_themselves_and_over_the_page(cast: Cast, client: Client, name: str):
    visit = today(cast)
    order_at(cast, visit)
    login(client, cast.advisor)
    alone = client.get(page(name, visit)).content.decode()
    over = client.get(page(name, visit), headers={"HX-Request": "true", "HX-Target": "sheet"}).content.decode()
    assert ("rx-sheet-head" in alone, "rx-sheet-head" in over) == (False, True)


def test_phone_consent_names_who_listened(cast: Cast, client: Client):
    visit = today(cast)
    login(client, cast.advisor)
    client.post(page("order-agreed", visit))
    client.post(page("order-terms", visit), terms_of(client, visit) | {"signature": ""})
    refused = client.post(page("order-consent", visit), {"number_called": "13800001234"})
    assert refused.status_code == 422
    client.post(
        page("order-consent", visit), {"number_called": "13800001234", "second_person": str(cast.technician.pk)}
    )
    with scope(store=cast.store):
        assert (Consent.objects.get().how, Consent.objects.get().second_person) == ("phone", cast.technician)


def test_diagnosis_is_agreed_signed_and_sent_from_the_desk(cast: Cast, client: Client):
    visit = today(cast, works=["repair"])
    login(client, cast.advisor)
    sheet = client.get(page("order-diagnosis", visit)).context
    client.post(
        page("order-diagnosis", visit),
        {"limit": "300", "call_back_at": sheet["times"][1].strftime("%Y-%m-%dT%H:%M")},
    )
    client.post(page("order-agreed", visit))
    client.post(page("order-terms", visit), {"signature": SIGNATURE})
    with scope(store=cast.store):
        assert Consent.objects.get().kind == "diagnosis"
    html = client.get(page("negotiation-stage", visit), {"card": "2.5"}).content.decode()
    assert 'value="showcase"' in html


def test_gate_shows_the_form_that_is_missing(cast: Cast, client: Client):
    visit = today(cast)
    response = login(client, cast.advisor).post(page("visit-advance", visit), {"to": "workshop"})
    assert response.status_code == 422
    assert page("order-agreed", visit) in response.content.decode()


def test_order_prints_with_its_signature_and_a_block_for_the_dms(cast: Cast, client: Client):
    visit = today(cast)
    order = signed(cast, visit)
    html = login(client, cast.advisor).get(page("order-print", visit)).content.decode()
    with scope(store=cast.store):
        assert page("attachment", visit, attachment=Consent.objects.get().signature_id) in html
        assert f"{order.number}\t沪A·8K2D6" in html.split("data-copy=")[1][:200]


def test_scripts_say_the_figures_of_the_order(cast: Cast):
    visit = desk_at(cast)
    signed(cast, visit)
    with scope(store=cast.store):
        values = {
            name: getattr(scripts, name)(visit, "zh-hans")
            for name in ("total", "labour", "parts", "start_time", "duration", "wash_duration", "ready_time", "work")
        }
    assert values == {
        "total": "598元", "labour": "153元", "parts": "445元", "start_time": "9:15", "duration": "1小时20分钟",
        "wash_duration": "30分钟", "ready_time": "11:05", "work": "1万公里小保养",
    }  # fmt: skip


def test_scripts_say_nothing_before_there_is_an_order(cast: Cast):
    visit = cast.visit(words="左前窗升降有异响。帮忙看看")
    with scope(store=cast.store):
        assert scripts.total(visit, "en") is None
        assert scripts.waiting_place(visit, "en") is None
        assert scripts.concern(visit, "zh-hans") == "左前窗升降有异响"


def test_stranger_finds_nothing_and_guard_and_technician_may_not(cast: Cast, client: Client):
    visit = today(cast)
    order_at(cast, visit)
    for person, status in ((cast.stranger, 404), (cast.guard, 403), (cast.technician, 403)):
        login(client, person)
        assert client.get(page("negotiation-stage", visit)).status_code == status
        assert client.post(page("order-agreed", visit)).status_code == status


def test_line_of_another_visit_is_not_found(cast: Cast, client: Client):
    visit, other = today(cast), today(cast, plate="沪B12345")
    with scope(store=cast.store):
        (line,) = lines_of(begin_order(other, by=cast.advisor))
    response = login(client, cast.advisor).post(page("order-answer", visit, line=line.pk), {"answer": "agreed"})
    assert response.status_code == 404


def test_page_asks_the_same_number_of_questions_for_one_line_and_five(
    cast: Cast, client: Client, django_assert_max_num_queries
):
    visit = today(cast)
    login(client, cast.advisor)
    with scope(store=cast.store):
        order = begin_order(visit, by=cast.advisor)
        agree_all(order, by=cast.advisor)
    client.get(page("negotiation-stage", visit))
    with django_assert_max_num_queries(80) as one:
        client.get(page("negotiation-stage", visit))
    with scope(store=cast.store):
        for code in ("M03", "M04", "M05", "M11"):
            add_line(order, by=cast.advisor, kind="labour", code=code)
        agree_all(order, by=cast.advisor)
    with django_assert_max_num_queries(80) as five:
        client.get(page("negotiation-stage", visit))
    assert len(five) == len(one)


def test_controller_sends_a_car_from_the_board(cast: Cast, client: Client):
    visit = today(cast)
    signed(cast, visit)
    login(client, cast.advisor).post(page("visit-advance", visit), {"to": "workshop"})
    board = login(client, cast.controller).get(reverse("dispatch", kwargs={"store": "hq"}))
    (car,) = board.context["board"].waiting
    client.post(page("dispatch-send", visit), {"technician": str(car.technician), "bay": str(car.bay)})
    with scope(store=cast.store):
        assert Dispatch.objects.get(visit=visit).until is None
    changed = client.get(reverse("dispatch", kwargs={"store": "hq"}), {"car": str(visit.pk)})
    assert (changed.status_code, changed.context["board"].waiting) == (200, ())


def test_board_of_dispatch_is_not_for_technician_and_guard(cast: Cast, client: Client):
    for person in (cast.technician, cast.guard, cast.cashier):
        assert login(client, person).get(reverse("dispatch", kwargs={"store": "hq"})).status_code == 403
