"""The final inspection by another person, and the car handed to its advisor."""

import pytest

from dealership.actions.stages import advance
from dealership.models import Lane, Visit
from dealership.refused import Refused
from dealership.uuids import uuid7
from inspection.actions import final, jobs
from inspection.models import FinalInspection, Job, WorkshopHandover
from inspection.queries.final import handover_of, inspections_of, passed, waiting
from tests.cast import Cast, at
from tests.inspection.shop import Shop, make_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def finished(shop: Shop) -> Shop:
    with shop.scope():
        shop.dispatch()
        shop.work()
    return shop


def test_passed_hands_the_car_to_its_advisor(finished: Shop):
    with finished.scope():
        row = finished.inspect(key_tag="12", place=finished.bay("交1"), old_parts="bagged", road_test=True)
        handover = handover_of(finished.visit)
        assert handover
        assert (handover.key_tag, handover.place.name, handover.old_parts) == ("12", "交1", "bagged")
        assert (finished.visit.stage, finished.visit.key_tag, finished.visit.place.name) == ("showcase", "12", "交1")
        assert {"3.1/inspection", "3.1/transfer", "3.1/report"} <= finished.steps()
        assert (passed(finished.visit), row.faults) == (row, [])
        assert [one.pk for one in inspections_of(finished.visit)] == [row.pk]


def test_inspection_pressed_twice_is_one(finished: Shop):
    press = uuid7()
    with finished.scope():
        first = finished.inspect(id=press)
        assert finished.inspect(id=press) == first
        assert (FinalInspection.objects.count(), WorkshopHandover.objects.count()) == (1, 1)


def test_who_built_does_not_inspect(finished: Shop):
    with finished.scope():
        Visit.objects.filter(pk=finished.visit.pk).update(lane=Lane.EXPRESS)
        finished.visit.refresh_from_db()
        with pytest.raises(Refused) as refused:
            final.inspect(finished.visit, by=finished.cast.technician, result="passed", now=at("10:20"))
        assert refused.value.code == "final.builder"
        final.inspect(finished.visit, by=finished.cast.technician2, result="passed", now=at("10:21"))
        assert finished.visit.stage == "showcase"


def test_technician_inspects_express_cars_only(finished: Shop):
    with finished.scope(), pytest.raises(Refused) as refused:
        final.inspect(finished.visit, by=finished.cast.technician2, result="passed", now=at("10:20"))
    assert refused.value.code == "final.role"


def test_inspection_waits_for_the_work(shop: Shop):
    with shop.scope():
        shop.dispatch()
        jobs.start(shop.visit, by=shop.cast.technician, now=at("09:15"))
        with pytest.raises(Refused) as refused:
            shop.inspect()
        assert [missing.code for missing in refused.value.missing] == ["jobs"]


def test_inspection_in_another_stage_is_refused(cast: Cast):
    shop = make_shop(cast, stage="negotiation")
    with shop.scope(), pytest.raises(Refused) as refused:
        shop.inspect()
    assert refused.value.code == "final.stage"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"result": "maybe"}, "final.items"),
        ({"result": "passed", "items": {"brakes": "ok"}}, "final.items"),
        ({"result": "passed", "items": {"work": "so-so"}}, "final.items"),
        ({"result": "passed", "items": {"work": "fault"}}, "final.fault"),
        ({"result": "back", "items": {"work": "fault"}, "note": " "}, "final.reason"),
        ({"result": "passed", "old_parts": "lost"}, "handover.old_parts"),
    ],
)
def test_inspection_is_refused(finished: Shop, given: dict, code: str):
    with finished.scope(), pytest.raises(Refused) as refused:
        final.inspect(finished.visit, by=finished.cast.controller, now=at("10:25"), **given)
    assert refused.value.code == code
    with finished.scope():
        assert Visit.objects.get(pk=finished.visit.pk).stage == "workshop"


def test_back_opens_the_job_again_and_does_not_pass(finished: Shop):
    with finished.scope():
        row = final.inspect(
            finished.visit, by=finished.cast.controller, result="back", items={"fluids": "fault"},
            note="Oil at the drain plug", now=at("10:25"),
        )  # fmt: skip
        job = Job.objects.get(visit=finished.visit)
        assert (job.state, job.back_reason) == ("waiting", "Oil at the drain plug")
        assert len(row.faults) == 1
        assert passed(finished.visit) is None
        assert "3.1/inspection" not in finished.steps()
        jobs.start(finished.visit, by=finished.cast.technician, now=at("10:30"))
        jobs.finish(finished.visit, by=finished.cast.technician, now=at("10:40"))
        finished.inspect("10:45")
        assert finished.visit.stage == "showcase"


def test_gate_of_the_workshop(finished: Shop):
    with finished.scope():
        with pytest.raises(Refused) as refused:
            advance(finished.visit, to="showcase", by=finished.cast.controller, now=at("10:20"))
        assert [(missing.code, missing.panel) for missing in refused.value.missing] == [("final", "final-inspection")]


def test_gate_names_who_is_still_at_work(shop: Shop):
    with shop.scope():
        shop.dispatch()
        jobs.start(shop.visit, by=shop.cast.technician, now=at("09:15"))
        with pytest.raises(Refused) as refused:
            advance(shop.visit, to="showcase", by=shop.cast.controller, now=at("10:20"))
    assert "冯强" in refused.value.missing[0].sentence


def test_an_old_pass_does_not_hold_after_rework(finished: Shop):
    with finished.scope():
        finished.inspect("10:25")
        advance(finished.visit, to="workshop", by=finished.cast.advisor, reason="Noise", now=at("10:40"))
        assert passed(finished.visit) is None
        jobs.start(finished.visit, by=finished.cast.technician, now=at("10:45"))
        jobs.finish(finished.visit, by=finished.cast.technician, now=at("10:55"))
        assert passed(finished.visit) is None


def test_waiting_lists_finished_cars_by_promise(cast: Cast):
    shops = [make_shop(cast, plate) for plate in ("沪A8K2D6", "沪B3M907", "浙A5V22N")]
    with shops[0].scope():
        for shop in shops:
            shop.dispatch()
        shops[0].work()
        shops[1].work()
        Visit.objects.filter(pk=shops[1].visit.pk).update(ready_due=at("11:00"))
        assert waiting(cast.store) == [shops[1].visit, shops[0].visit]
        shops[1].inspect()
        assert waiting(cast.store) == [shops[0].visit]
