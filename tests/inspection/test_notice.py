"""The customer is told that the car is ready."""

import pytest

from dealership.actions.message_settings import opt_out
from dealership.actions.stages import advance
from dealership.models import Customer, Message, Promise
from dealership.refused import Refused
from dealership.uuids import uuid7
from inspection.actions import check, notice
from inspection.models import ReadyNotice
from inspection.queries.notice import notice_of, text_to_tell
from tests.cast import at
from tests.inspection.shop import Shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready(shop: Shop) -> Shop:
    with shop.scope():
        shop.to_showcase()
        shop.check()
    return shop


def test_notice_queues_a_message_and_keeps_the_promise_at_this_moment(ready: Shop):
    with ready.scope():
        due, update = (ready.promise(kind, at("11:35")) for kind in (Promise.Kind.READY, Promise.Kind.UPDATE))
        row = notice.tell(ready.visit, by=ready.cast.advisor, now=at("11:26"))
        assert row
        assert (row.way, row.due_at, row.in_time) == ("message", at("11:35"), True)
        assert row.message.kind == "ready"
        assert "3.3/notify" in ready.steps()
        for promise in (due, update):
            promise.refresh_from_db()
            assert promise.state == "kept"
        assert notice_of(ready.visit) == row


def test_notice_after_the_promised_time_is_late(ready: Shop):
    with ready.scope():
        promise = ready.promise(Promise.Kind.READY, at("11:05"))
        row = notice.tell(ready.visit, by=ready.cast.advisor, now=at("11:15"))
        promise.refresh_from_db()
        assert (promise.state, row.in_time) == ("late", False)


def test_notice_pressed_twice_is_one(ready: Shop):
    press = uuid7()
    with ready.scope():
        for _press in range(2):
            notice.tell(ready.visit, by=ready.cast.advisor, id=press, now=at("11:26"))
        assert (ReadyNotice.objects.count(), Message.objects.filter(kind="ready").count()) == (1, 1)


def test_gate_5_names_both_checks(shop: Shop):
    with shop.scope():
        shop.to_showcase()
        with pytest.raises(Refused) as refused:
            notice.tell(shop.visit, by=shop.cast.advisor, now=at("10:40"))
        assert [(one.code, one.panel) for one in refused.value.missing] == [
            ("mid_check", "mid-check"),
            ("material_check", "material-check"),
        ]
        assert Message.objects.count() == 0


def test_diagnosis_only_asks_no_material_check(shop: Shop):
    with shop.scope():
        shop.enter("showcase", at("10:00"), "negotiation")
        shop.diagnosis_only()
        check.check_car(shop.visit, by=shop.cast.advisor, now=at("10:05"))
        assert notice.tell(shop.visit, by=shop.cast.advisor, now=at("10:06"))


def test_notice_is_refused(ready: Shop):
    with ready.scope():
        with pytest.raises(Refused) as refused:
            notice.tell(ready.visit, by=ready.cast.advisor, way="pigeon", now=at("11:26"))
        assert refused.value.code == "notice.way"
        with pytest.raises(Refused) as refused:
            notice.tell(ready.visit, by=ready.cast.advisor3, now=at("11:26"))
        assert refused.value.code == "visit.not_yours"
        advance(ready.visit, to="explanation", by=ready.cast.advisor, now=at("11:27"))
        with pytest.raises(Refused) as refused:
            notice.tell(ready.visit, by=ready.cast.advisor, now=at("11:28"))
        assert refused.value.code == "notice.stage"


def test_who_wants_no_message_is_called(ready: Shop):
    with ready.scope():
        opt_out(ready.visit.customer, kind="ready", by=None)
        with pytest.raises(Refused) as refused:
            notice.tell(ready.visit, by=ready.cast.advisor, now=at("11:26"))
        told = notice.tell(ready.visit, by=ready.cast.advisor, way="phone", now=at("11:26"))
    assert (refused.value.code, told.message) == ("notice.unwanted", None)


def test_told_by_phone_is_recorded_as_told_by_hand(ready: Shop):
    with ready.scope():
        row = notice.tell(ready.visit, by=ready.cast.advisor, way="phone", now=at("11:26"))
        assert (row.message.state, row.message.told_by) == ("sent", ready.cast.advisor)


def test_a_text_for_a_person_waits_until_it_is_told(ready: Shop):
    with ready.scope():
        Customer.objects.filter(pk=ready.visit.customer_id).update(channel="by_hand")
        ready.visit.customer.refresh_from_db()
        assert notice.tell(ready.visit, by=ready.cast.advisor, now=at("11:20")) is None
        text = text_to_tell(ready.visit)
        assert text
        assert "3.3/notify" not in ready.steps()
        row = notice.tell(ready.visit, by=ready.cast.advisor, way="copied", now=at("11:26"))
        assert (row.message, row.at) == (text, at("11:26"))
        assert text_to_tell(ready.visit) is None


def test_told_in_person_sends_nothing(ready: Shop):
    with ready.scope():
        row = notice.tell(ready.visit, by=ready.cast.advisor, way="person", now=at("11:26"))
        assert row.message is None
        assert Message.objects.filter(kind="ready").count() == 0


def test_customer_who_comes_unasked_settles_the_promise(ready: Shop):
    with ready.scope():
        promise = ready.promise(Promise.Kind.READY, at("11:35"))
        advance(ready.visit, to="explanation", by=ready.cast.advisor, now=at("11:30"))
        promise.refresh_from_db()
        assert (promise.state, promise.settled_at) == ("kept", at("11:30"))


def test_car_leaves_the_showcase_only_checked(shop: Shop):
    with shop.scope():
        shop.to_showcase()
        with pytest.raises(Refused) as refused:
            advance(shop.visit, to="explanation", by=shop.cast.advisor, now=at("10:40"))
        assert len(refused.value.missing) == 2


def test_notice_without_a_promised_time_is_in_time(ready: Shop):
    with ready.scope():
        row = notice.tell(ready.visit, by=ready.cast.advisor, way="person", now=at("11:26"))
        assert row.due_at is None
        assert row.in_time
