"""The offer as people meet it: the advisor's sheet, and the customer's page behind the link."""

import re
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_scopes import scope

from dealership.actions.links import make_link
from dealership.models import Attachment, Attention, Event, LinkAddress, LinkDevice, Visit
from reception.actions.lines import add_extra_line, change_line
from reception.actions.offers import answer_offer, send_offer, withdraw_offer
from reception.models import Consent, Offer, OrderLine, RepairOrder
from reception.queries.offers import offerable
from tests.cast import Cast
from tests.pictures import picture
from tests.reception.desk import desk, in_workshop, order_at

pytestmark = pytest.mark.django_db
FIRST_VIEW_BYTES = 50_000


@pytest.fixture
def car(cast: Cast) -> Visit:
    """A signed car in the workshop with two pieces of extra work that wait for an answer."""
    visit = in_workshop(cast)
    with scope(store=cast.store):
        add_extra_line(visit, by=cast.advisor, kind="labour", code="M08", reason="只剩 3 毫米", must=True)
        add_extra_line(visit, by=cast.advisor, kind="part", code="WIPERS")
    return visit


def page(name: str, visit: Visit) -> str:
    return reverse(name, kwargs={"store": "hq", "visit": visit.pk})


def sent(cast: Cast, visit: Visit) -> Offer:
    with scope(store=cast.store):
        order = RepairOrder.objects.get(visit=visit)
        order.visit = visit
        asked, against = offerable(order)
        return send_offer(order, lines=[*asked, *against], by=cast.advisor)


def phone_at(cast: Cast, visit: Visit, *, shared: bool = False) -> SimpleNamespace:
    """Return a phone that has opened the link: `client`, `page` and `offer`."""
    with scope(store=cast.store):
        _link, url = make_link(visit, by=cast.advisor)
    client = Client()
    home = client.get("/v/" + url.rpartition("/v/")[2])["Location"]
    if shared:
        LinkAddress.objects.filter(public_id=home.strip("/").rpartition("/")[2]).update(shared=True)
    return SimpleNamespace(client=client, page=home, offer=home + "offer/")


def text_of(phone: SimpleNamespace) -> str:
    return phone.client.get(phone.offer).content.decode()


def answers(html: str, *said: str, **given) -> dict[str, str]:
    """Return what a browser sends when these buttons are chosen, with the digits."""
    hidden = dict(re.findall(r'type="hidden" name="((?:seen-|offer)[^"]*)" value="([^"]*)"', html))
    names = list(dict.fromkeys(re.findall(r'name="(line-[^"]+)"', html)))
    return hidden | dict(zip(names, said, strict=True)) | {"digits": "1234"} | given


def consents(cast: Cast) -> int:
    with scope(store=cast.store):
        return Consent.objects.filter(how="link").count()


def test_offer_stands_on_the_customers_page_and_looking_changes_nothing(cast: Cast, car: Visit):
    sent(cast, car)
    phone = phone_at(cast, car)
    with scope(store=cast.store):
        before = Event.objects.count()
    home, html = phone.client.get(phone.page).content.decode(), text_of(phone)

    assert ('id="offer"' in home, phone.offer in home) == (True, True)
    assert all(
        word in html for word in ("更换前制动片", "只剩 3 毫米", "¥820", "¥168", "¥1,586", "建议这次做", "下次也行")
    )
    assert len(html.encode()) < FIRST_VIEW_BYTES
    with scope(store=cast.store):
        assert (Event.objects.count(), Attention.objects.count()) == (before, 0)
        assert Offer.objects.get().answered_at is None


def test_answer_asks_for_the_digits_once_and_carries_it_through(cast: Cast, car: Visit):
    sent(cast, car)
    phone = phone_at(cast, car)
    given = answers(text_of(phone), "yes", "no")
    asked = phone.client.post(phone.offer, {name: value for name, value in given.items() if name != "digits"})

    assert ('name="digits"' in asked.content.decode(), consents(cast)) == (True, 0)
    assert all(f'value="{value}"' in asked.content.decode() for value in ("yes", "no"))
    answer = phone.client.post(phone.offer, given)
    assert (answer.status_code, answer["Location"], consents(cast)) == (303, phone.offer, 1)
    html = text_of(phone)
    assert ("同意" in html, "暂不做" in html, 'name="line-' in html) == (True, True, False)
    assert 'id="offer"' not in phone.client.get(phone.page).content.decode()
    with scope(store=cast.store):
        assert LinkDevice.objects.count() == 1


def test_wrong_digits_agree_to_nothing(cast: Cast, car: Visit):
    sent(cast, car)
    phone = phone_at(cast, car)
    answer = phone.client.post(phone.offer, answers(text_of(phone), "yes", "yes", digits="9999"))
    assert (answer.status_code, consents(cast)) == (422, 0)


def test_pressed_twice_is_one_consent_and_both_see_the_answer(cast: Cast, car: Visit):
    sent(cast, car)
    phone = phone_at(cast, car)
    given = answers(text_of(phone), "yes", "no")
    assert [phone.client.post(phone.offer, given).status_code for _press in range(2)] == [303, 303]
    assert consents(cast) == 1


def test_another_phone_that_answers_otherwise_sees_what_was_said(cast: Cast, car: Visit):
    sent(cast, car)
    phone, other = phone_at(cast, car), phone_at(cast, car)
    given = answers(text_of(phone), "yes", "no")
    phone.client.post(phone.offer, given)
    late = other.client.post(other.offer, answers_like(given, "no"))
    assert (late.status_code, consents(cast)) == (422, 1)
    assert "已经有答复" in late.content.decode()


def answers_like(given: dict[str, str], word: str) -> dict[str, str]:
    return {name: word if name.startswith("line-") else value for name, value in given.items()}


def test_price_changed_comes_back_with_the_new_price(cast: Cast, car: Visit):
    sent(cast, car)
    phone = phone_at(cast, car)
    given = answers(text_of(phone), "yes", "yes")
    with scope(store=cast.store):
        line = OrderLine.objects.select_related("order__visit__store").get(code="WIPERS")
        change_line(line, by=cast.advisor, parts=188)
    answer = phone.client.post(phone.offer, given)
    html = answer.content.decode()
    assert (answer.status_code, consents(cast)) == (422, 0)
    assert ("¥188" in html, 'role="alert"' in html, 'name="line-' in html) == (True, True, False)


def test_withdrawn_offer_is_gone_from_the_page(cast: Cast, car: Visit):
    offer = sent(cast, car)
    phone = phone_at(cast, car)
    given = answers(text_of(phone), "yes", "yes")
    with scope(store=cast.store):
        withdraw_offer(offer, by=cast.advisor)
    answer = phone.client.post(phone.offer, given)
    assert (answer.status_code, consents(cast)) == (422, 0)
    assert phone.client.get(phone.offer)["Location"] == phone.page


def test_missing_answer_comes_back_with_the_others_kept(cast: Cast, car: Visit):
    sent(cast, car)
    phone = phone_at(cast, car)
    given = answers(text_of(phone), "yes", "no")
    given.pop(next(name for name in given if name.startswith("line-")))
    answer = phone.client.post(phone.offer, given)
    assert (answer.status_code, answer.content.decode().count(" checked")) == (422, 1)


@pytest.mark.parametrize("forged", ["", "nonsense", "01a203d6-41e9-7528-a377-4f4aafd4f6f6"])
def test_offer_of_nobody_is_refused_kindly(cast: Cast, car: Visit, forged: str):
    sent(cast, car)
    phone = phone_at(cast, car)
    answer = phone.client.post(phone.offer, answers(text_of(phone), "yes", "yes", offer=forged))
    assert (answer.status_code, consents(cast)) == (422, 0)


def test_offer_of_another_visit_and_a_shared_address_open_nothing(cast: Cast, car: Visit):
    sent(cast, car)
    phone, shared = phone_at(cast, car), phone_at(cast, car, shared=True)
    given = answers(text_of(phone), "yes", "yes")
    other = phone_at(cast, cast.visit("沪B12345"))

    assert [Client().get(phone.offer).status_code, other.client.get(phone.offer).status_code] == [404, 404]
    assert other.client.post(other.offer, given).status_code == 422
    assert [shared.client.get(shared.offer).status_code, shared.client.post(shared.offer, given).status_code] == [
        404,
        404,
    ]
    assert consents(cast) == 0


def test_first_look_is_told_to_the_advisor(cast: Cast, car: Visit, client: Client):
    sent(cast, car)
    phone = phone_at(cast, car)
    assert [phone.client.post(phone.offer + "opened/").status_code for _look in range(2)] == [204, 204]
    with scope(store=cast.store):
        assert Event.objects.filter(kind="offer.opened").count() == 1
    client.force_login(cast.advisor)
    assert "打开" in client.get(page("negotiation-stage", car) + "?card=2.1").content.decode()


def test_page_takes_the_same_queries_with_one_line_and_with_four(cast: Cast, car: Visit):
    def counted() -> int:
        offer = sent(cast, car)
        phone = phone_at(cast, car)
        with CaptureQueriesContext(connection) as captured:
            assert phone.client.get(phone.offer).status_code == 200
        with scope(store=cast.store):
            withdraw_offer(offer, by=cast.advisor)
        return len(captured)

    few = counted()
    with scope(store=cast.store):
        for code in ("M03", "M05", "M09"):
            add_extra_line(car, by=cast.advisor, kind="labour", code=code)
    assert counted() == few


def test_advisor_chooses_lines_and_time_reads_the_text_and_sends(cast: Cast, car: Visit, client: Client):
    client.force_login(cast.advisor)
    sheet = client.get(page("order-offer", car)).content.decode()
    lines = re.findall(r'name="lines" value="([^"]+)"', sheet)
    operation = re.search(r'name="operation" value="([^"]+)"', sheet).group(1)

    assert (len(lines), "¥988" in sheet) == (2, True)
    htmx = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "offer-preview"}
    part = client.get(page("order-offer", car), {"lines": lines[:1]}, **htmx).content.decode()
    assert ("¥820" in part, "<form" in part) == (True, False)
    given = {"lines": lines[:1], "reason": "磨薄了", "ready_at": "", "operation": operation}
    assert [client.post(page("order-offer", car), given).status_code for _press in range(2)] == [303, 303]
    with scope(store=cast.store):
        offer = Offer.objects.get()
        assert (offer.reason, offer.lines.count(), offer.ready_at) == ("磨薄了", 1, None)
    html = client.get(page("negotiation-stage", car) + "?card=2.1").content.decode()
    assert page("order-offer-withdrawn", car) in html


def test_photo_of_a_line_is_shown_to_the_customer_once_it_is_sent(cast: Cast, car: Visit, client: Client):
    client.force_login(cast.advisor)
    with scope(store=cast.store):
        line = OrderLine.objects.get(code="M08")
    given = {"photo": SimpleUploadedFile("pads.jpg", picture()), "place": f"line:{line.pk}", "label": "前制动片"}
    assert client.post(page("sheet-photos", car), given).status_code == 303
    with scope(store=cast.store):
        photo = Attachment.objects.get(place=f"line:{line.pk}")
    phone = phone_at(cast, car)
    url = reverse("customer-photo", args=[phone.page.strip("/").rpartition("/")[2], photo.pk])

    assert phone.client.get(url).status_code == 404
    sent(cast, car)
    assert url in text_of(phone)
    assert phone.client.get(url).status_code == 200
    with scope(store=cast.store):
        assert Attachment.objects.get(pk=photo.pk).released_by == cast.advisor


def test_advisor_sends_an_estimate_with_its_terms(cast: Cast, client: Client):
    visit = desk(cast)
    order_at(cast, visit)
    client.force_login(cast.advisor)
    sheet = client.get(page("order-offer", visit)).content.decode()
    names = ("expected_start", "work_minutes", "ready_at", "old_parts", "contact_channel", "operation")
    given = {name: re.search(rf'name="{name}" value="([^"]*)"', sheet).group(1) for name in names}
    lines = re.findall(r'name="lines" value="([^"]+)"', sheet)
    assert client.post(page("order-offer", visit), given | {"lines": lines, "pay_method": "wechat"}).status_code == 303
    with scope(store=cast.store):
        offer = Offer.objects.select_related("order").get()
        assert (offer.order.has_terms, offer.ready_at) == (True, offer.order.ready_at)


def test_advisor_takes_it_back_and_takes_the_answer_off_the_board(cast: Cast, car: Visit, client: Client):
    sent(cast, car)
    client.force_login(cast.advisor)
    assert client.get(page("order-offer-withdrawn", car)).status_code == 405
    assert [client.post(page("order-offer-withdrawn", car)).status_code for _press in range(2)] == [303, 303]
    offer = sent(cast, car)
    with scope(store=cast.store):
        rows = list(offer.lines.select_related("line"))
        answer_offer(
            offer, answers={row.line_id: "agreed" for row in rows}, seen={row.line_id: row.amount for row in rows}
        )
        assert Attention.objects.filter(kind="approved", until=None).count() == 1
    assert client.post(page("order-offer-seen", car)).status_code == 303
    with scope(store=cast.store):
        assert not Attention.objects.filter(until=None).exists()


def test_answer_is_on_the_board_with_the_next_poll(cast: Cast, car: Visit, client: Client):
    offer = sent(cast, car)
    client.force_login(cast.advisor)
    with scope(store=cast.store):
        rows = list(offer.lines.select_related("line"))
        answer_offer(
            offer, answers={row.line_id: "agreed" for row in rows}, seen={row.line_id: row.amount for row in rows}
        )
    assert "链接已同意" in client.get("/hq/board/cards/").content.decode()


@pytest.mark.parametrize("name", ["order-offer", "order-offer-withdrawn", "order-offer-seen"])
def test_others_may_not_and_strangers_find_nothing(cast: Cast, car: Visit, client: Client, name: str):
    for person, status in ((cast.technician, 403), (cast.cashier, 403), (cast.stranger, 404)):
        client.force_login(person)
        assert client.post(page(name, car)).status_code == status
    client.force_login(cast.advisor3)
    assert client.post(page("order-offer", car), {"lines": []}).status_code == 422


def test_the_offer_speaks_the_language_that_is_asked_for(cast: Cast, car: Visit):
    sent(cast, car)
    phone = phone_at(cast, car)
    said = [
        phone.client.get(f"{phone.offer}?language={code}").content.decode() for code in ("en", "zh-hans", "zh-hant")
    ]
    assert ["Yes, do it" in said[0], "就这么定" in said[1], "就這麼決定" in said[2]] == [True] * 3
