"""Examined first, quoted afterwards: from the limit at the desk to the priced repair agreed on the customer's phone."""

import pytest
from django_scopes import scope

from dealership.actions.stages import advance
from dealership.models import Promise, Visit
from reception.actions.consents import sign_order
from reception.actions.lines import add_line, agree_all, answer_line
from reception.actions.offers import send_offer
from reception.actions.orders import plan_diagnosis, plan_repair
from reception.models import Consent, RepairOrder
from reception.queries.exits import order_missing
from reception.queries.offers import offerable
from tests.cast import Cast, at
from tests.reception.desk import SIGNATURE, desk, order_at, yuan
from tests.reception.test_offer_pages import answers, phone_at, text_of

pytestmark = pytest.mark.django_db


def examined(cast: Cast) -> Visit:
    """Return a car whose diagnosis (¥300 at most, call by 15:00) is signed and done; two pieces of work were found."""
    visit = desk(cast, works=["repair"])
    order = order_at(cast, visit)
    with scope(store=cast.store):
        plan_diagnosis(order, by=cast.advisor, limit=yuan(300), call_back_at=at("15:00"), now=at("08:52"))
        agree_all(order, by=cast.advisor, now=at("08:53"))
        sign_order(order, by=cast.advisor, signature=SIGNATURE, now=at("08:54"))
        plan_repair(order, by=cast.advisor, now=at("09:40"))
        for code, reason in (("R06", "第三缸点火线圈断路"), ("M04", "火花塞间隙偏大")):
            add_line(order, by=cast.advisor, kind="labour", code=code, why="extra", reason=reason, now=at("09:41"))
    return visit


def test_priced_offer_after_the_diagnosis_is_agreed_on_the_phone(cast: Cast, time_machine):
    time_machine.move_to(at("09:45"))
    visit = examined(cast)
    with scope(store=cast.store):
        order = RepairOrder.objects.get(visit=visit)
        order.visit = visit
        asked, _against = offerable(order)
        wanted = {"expected_start": at("10:00"), "work_minutes": 70, "ready_at": at("11:30"), "pay_method": "wechat"}
        send_offer(order, lines=asked, by=cast.advisor, terms=wanted, now=at("09:45"))
    phone = phone_at(cast, visit)
    shown = text_of(phone)
    assert "点火线圈" in shown
    said = answers(shown, *(["yes"] * len(asked)))
    assert phone.client.post(phone.offer, said).status_code in (302, 303)
    with scope(store=cast.store):
        assert list(Consent.objects.values_list("kind", "how")) == [("diagnosis", "signature"), ("repair", "link")]
        assert Promise.objects.get(kind="call_back").state == "kept"
        assert {"price", "ready", "start"} <= set(Promise.objects.filter(state="open").values_list("kind", flat=True))
        assert order_missing(visit) == []
        advance(visit, to="workshop", by=cast.advisor, now=at("09:52"))


def test_what_is_declined_after_the_diagnosis_leaves_only_the_rest(cast: Cast):
    visit = examined(cast)
    with scope(store=cast.store):
        order = RepairOrder.objects.get(visit=visit)
        order.visit = visit
        for line in offerable(order)[0]:
            line.order = order
            if line.code == "M04":
                answer_line(line, by=cast.advisor, answer="declined", reason="price", now=at("09:50"))
        assert [line.code for line in offerable(order)[0]] == ["R06"]
