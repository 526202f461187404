"""The advisor's own checks before the customer is told."""

import pytest

from dealership.models import Membership, Promise, Situation, TouchpointRecord
from dealership.refused import Refused
from dealership.uuids import uuid7
from inspection.actions import check, jobs
from inspection.models import Job, MaterialCheck, MidCheck, Preparation, Wash
from inspection.queries.check import material_check, mid_check, preparation, wash_of
from tests.cast import at
from tests.inspection.shop import Shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(shop: Shop) -> Shop:
    with shop.scope():
        shop.to_showcase()
    return shop


def test_three_taps_prepare_the_handover(shown: Shop):
    with shown.scope():
        shown.check()
        check.prepare(shown.visit, by=shown.cast.advisor, place=shown.bay("交2"), now=at("10:36"))
        assert {"3.2/midcheck", "3.2/materials", "3.2/prepare"} <= shown.steps()
        assert shown.visit.place.name == "交2"
        assert mid_check(shown.visit)
        assert material_check(shown.visit).asked == shown.cast.technician
        assert preparation(shown.visit)


def test_checks_pressed_twice_are_one_row(shown: Shop):
    press = uuid7()
    with shown.scope():
        for _press in range(2):
            check.check_car(shown.visit, by=shown.cast.advisor, id=press, now=at("10:35"))
            check.check_materials(shown.visit, by=shown.cast.advisor, id=press, now=at("10:35"))
            check.prepare(shown.visit, by=shown.cast.advisor, id=press, now=at("10:35"))
        assert (MidCheck.objects.count(), MaterialCheck.objects.count(), Preparation.objects.count()) == (1, 1, 1)


def test_a_finding_sends_the_car_back(shown: Shop):
    with shown.scope():
        check.check_car(
            shown.visit, by=shown.cast.advisor, result="back", items={"words": "fault"},
            note="Window still squeaks", now=at("10:35"),
        )  # fmt: skip
        assert shown.visit.stage == "workshop"
        assert Job.objects.get(visit=shown.visit).back_reason == "Window still squeaks"
        assert "3.2/midcheck" not in shown.steps()


def test_checks_do_not_outlive_rework(shown: Shop):
    with shown.scope():
        shown.check("10:35")
        check.check_car(shown.visit, by=shown.cast.advisor, result="back", note="Noise", now=at("10:36"))
        jobs.start(shown.visit, by=shown.cast.technician, now=at("10:40"))
        jobs.finish(shown.visit, by=shown.cast.technician, now=at("10:50"))
        shown.inspect("10:55")
        assert (mid_check(shown.visit), material_check(shown.visit)) == (None, None)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"result": "good"}, "check.items"),
        ({"items": {"paint": "ok"}}, "check.items"),
        ({"items": {"clean": "fault"}}, "check.fault"),
        ({"result": "back", "note": ""}, "check.reason"),
    ],
)
def test_mid_check_is_refused(shown: Shop, given: dict, code: str):
    with shown.scope(), pytest.raises(Refused) as refused:
        check.check_car(shown.visit, by=shown.cast.advisor, now=at("10:35"), **given)
    assert refused.value.code == code


def test_checks_need_the_showcase(shop: Shop):
    with shop.scope():
        for action in (check.check_car, check.check_materials, check.prepare):
            with pytest.raises(Refused) as refused:
                action(shop.visit, by=shop.cast.advisor, now=at("10:35"))
            assert refused.value.code == "check.stage"


def test_a_colleagues_car_is_refused(shown: Shop):
    with shown.scope():
        for action in (check.check_car, check.check_materials, check.prepare, check.collected_by_other):
            with pytest.raises(Refused) as refused:
                action(shown.visit, by=shown.cast.advisor3, now=at("10:35"))
            assert refused.value.code == "visit.not_yours"
        check.check_car(shown.visit, by=shown.cast.supervisor, now=at("10:36"))


def test_a_missing_paper_is_refused(shown: Shop):
    with shown.scope():
        with pytest.raises(Refused) as refused:
            check.check_materials(shown.visit, by=shown.cast.advisor, papers=["order"], now=at("10:35"))
        assert refused.value.code == "materials.papers"
        with pytest.raises(Refused) as refused:
            check.prepare(shown.visit, by=shown.cast.advisor, papers=False, now=at("10:35"))
        assert refused.value.code == "prepare.papers"


def test_wash_keeps_its_promise_once(shown: Shop):
    with shown.scope():
        promise = shown.promise(Promise.Kind.WASH, at("11:00"))
        first = check.washed(shown.visit, by=shown.cast.advisor, now=at("10:50"))
        assert check.washed(shown.visit, by=shown.cast.advisor, now=at("11:20")) == first
        promise.refresh_from_db()
        assert promise.state == "kept"
        assert wash_of(shown.visit) == first
        assert Wash.objects.count() == 1


def test_wash_by_the_wash_duty_only(shown: Shop):
    with shown.scope():
        with pytest.raises(Refused) as refused:
            check.washed(shown.visit, by=shown.cast.technician2, now=at("10:50"))
        assert refused.value.code == "visit.not_yours"
    Membership.objects.filter(staff=shown.cast.technician).update(duties=["wash"])
    with shown.scope():
        assert check.washed(shown.visit, by=shown.cast.technician, now=at("10:50"))


def test_wash_of_a_car_that_is_not_there_is_refused(shop: Shop):
    with shop.scope():
        shop.enter("delivery", at("11:00"))
        with pytest.raises(Refused) as refused:
            check.washed(shop.visit, by=shop.cast.advisor, now=at("11:10"))
    assert refused.value.code == "wash.stage"


def test_an_agent_takes_the_showing_out_of_the_count(shown: Shop):
    with shown.scope():
        check.collected_by_other(shown.visit, by=shown.cast.advisor, now=at("10:35"))
        record = TouchpointRecord.objects.get(visit=shown.visit, touchpoint="3.4")
        assert record.applicable is False
        check.collected_by_other(shown.visit, by=shown.cast.advisor, on=False, now=at("10:36"))
        record.refresh_from_db()
        assert record.applicable is True
        assert Situation.objects.filter(visit=shown.visit, until=None).count() == 0


def test_express_car_is_checked_with_one_tap(shown: Shop):
    with shown.scope():
        shown.visit.lane = "express"
        rows = check.check_all(shown.visit, by=shown.cast.advisor, now=at("10:36"))
        assert [type(row) for row in rows] == [MidCheck, MaterialCheck, Preparation]
        assert {"3.2/midcheck", "3.2/materials", "3.2/prepare"} <= shown.steps()
        assert check.check_all(shown.visit, by=shown.cast.advisor, now=at("10:37")) == []


def test_other_cars_are_checked_one_by_one(shown: Shop):
    with shown.scope(), pytest.raises(Refused) as refused:
        check.check_all(shown.visit, by=shown.cast.advisor, now=at("10:36"))
    assert refused.value.code == "check.express"
