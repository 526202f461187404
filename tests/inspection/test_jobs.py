"""Work begun, resting, going on, finished, come back."""

from decimal import Decimal

import pytest

from dealership.actions.stages import advance, cancel
from dealership.models import Attention, Membership, Promise
from dealership.refused import Refused
from dealership.uuids import uuid7
from inspection.actions import jobs
from inspection.actions.power_off import record_power_off
from inspection.models import Job, JobSpan, PowerOff, WorkReport
from inspection.queries.final import waiting
from inspection.queries.jobs import builders, minutes_worked, row_of, rows, spans_of
from reception.models import Dispatch, OpenAdvice
from tests.cast import Cast, at
from tests.inspection.shop import Shop, make_shop

pytestmark = pytest.mark.django_db


def test_start_ticks_and_settles_the_promised_start(shop: Shop):
    with shop.scope():
        shop.dispatch()
        promise = shop.promise(Promise.Kind.START, at("09:15"))
        job = jobs.start(shop.visit, by=shop.cast.technician, now=at("09:14"))
        promise.refresh_from_db()
        assert (job.state, shop.visit.stage) == ("running", "workshop")
        assert promise.state == "kept"
        assert "2.5/start" in shop.steps()


def test_start_pressed_twice_returns_the_first_job(shop: Shop):
    press = uuid7()
    with shop.scope():
        shop.dispatch()
        first = jobs.start(shop.visit, by=shop.cast.technician, id=press, now=at("09:14"))
        again = jobs.start(shop.visit, by=shop.cast.technician, id=press, now=at("09:15"))
        assert first == again
        assert JobSpan.objects.count() == 1


def test_start_needs_a_dispatch(shop: Shop):
    with shop.scope(), pytest.raises(Refused) as refused:
        jobs.start(shop.visit, by=shop.cast.technician, now=at("09:14"))
    assert refused.value.code == "job.none"


def test_start_of_anothers_job_is_refused_but_the_controller_may(shop: Shop):
    with shop.scope():
        shop.dispatch()
        with pytest.raises(Refused) as refused:
            jobs.start(shop.visit, by=shop.cast.technician2, now=at("09:14"))
        assert refused.value.code == "job.not_own"
        jobs.start(shop.visit, by=shop.cast.controller, now=at("09:15"))
        assert builders(shop.visit) == {shop.cast.technician.pk}


def test_start_without_consent_is_refused(cast: Cast):
    shop = make_shop(cast, agreed=False)
    with shop.scope():
        shop.dispatch()
        with pytest.raises(Refused) as refused:
            jobs.start(shop.visit, by=cast.technician, now=at("09:14"))
        assert [missing.code for missing in refused.value.missing] == ["consent"]
        assert Job.objects.filter(state="running").count() == 0


@pytest.mark.parametrize("stage", ["negotiation", "explanation"])
def test_start_in_another_stage_is_refused(shop: Shop, stage: str):
    with shop.scope():
        shop.dispatch()
        shop.enter(stage, at("09:12"))
        with pytest.raises(Refused) as refused:
            jobs.start(shop.visit, by=shop.cast.technician, now=at("09:14"))
        assert refused.value.code == "job.stage"


def test_diagnosis_stays_in_negotiation_and_calls_the_advisor(cast: Cast):
    shop = make_shop(cast, stage="negotiation", agreed=False)
    with shop.scope():
        shop.dispatch(diagnosis=True)
        jobs.start(shop.visit, by=shop.cast.technician, now=at("09:14"))
        assert shop.visit.stage == "negotiation"
        assert "2.5/start" not in shop.steps()
        jobs.finish(shop.visit, by=shop.cast.technician, now=at("09:40"))
        mark = Attention.objects.get(visit=shop.visit, kind="diagnosed")
        assert mark.until is None
        cancel(shop.visit, by=shop.cast.advisor, reason="Too expensive", now=at("09:55"))
        mark.refresh_from_db()
        assert mark.until == at("09:55")


def test_repair_agreed_after_a_diagnosis_is_still_to_be_done(cast: Cast):
    shop = make_shop(cast, stage="negotiation", agreed=False)
    with shop.scope():
        shop.dispatch(diagnosis=True)
        shop.work("09:14", "09:40")
        shop.enter("workshop", at("10:00"), source="negotiation")
        assert waiting(cast.store) == []
        shop.dispatch(at=at("10:05"))
        assert rows(cast.store)[0].state == "waiting"


def test_high_voltage_work_needs_the_power_off_record(cast: Cast):
    shop = make_shop(cast, hv=True)
    with shop.scope():
        shop.dispatch()
        with pytest.raises(Refused) as refused:
            jobs.start(shop.visit, by=cast.technician, now=at("09:14"))
        assert [missing.panel for missing in refused.value.missing] == ["power-off"]
        record_power_off(shop.visit, by=cast.technician, voltage=Decimal("0.4"), locked=True, now=at("09:16"))
        assert jobs.start(shop.visit, by=cast.technician, now=at("09:17")).state == "running"


def test_high_voltage_work_needs_a_qualified_technician(cast: Cast):
    shop = make_shop(cast, hv=True)
    with shop.scope():
        shop.dispatch(cast.technician2)
        with pytest.raises(Refused) as refused:
            jobs.start(shop.visit, by=cast.technician2, now=at("09:14"))
    assert refused.value.code == "job.hv_duty"


@pytest.mark.parametrize(
    ("who", "voltage", "locked", "code"),
    [
        ("technician2", "0.4", True, "power_off.duty"),
        ("technician", "0.4", False, "power_off.locked"),
        ("technician", "60", True, "power_off.voltage"),
        ("technician", "-1", True, "power_off.voltage"),
    ],
)
def test_power_off_is_refused(shop: Shop, who: str, voltage: str, locked: bool, code: str):
    with shop.scope(), pytest.raises(Refused) as refused:
        record_power_off(
            shop.visit, by=getattr(shop.cast, who), voltage=Decimal(voltage), locked=locked, now=at("09:16")
        )
    assert refused.value.code == code


def test_power_off_pressed_twice_is_one_record(shop: Shop):
    press = uuid7()
    with shop.scope():
        for _press in range(2):
            record_power_off(
                shop.visit, by=shop.cast.technician, voltage=Decimal(0), locked=True, id=press, now=at("09:16")
            )
        assert PowerOff.objects.count() == 1


def test_rework_asks_for_a_new_power_off_record(cast: Cast):
    shop = make_shop(cast, hv=True)
    with shop.scope():
        shop.dispatch()
        record_power_off(shop.visit, by=cast.technician, voltage=Decimal(0), locked=True, now=at("09:12"))
        shop.work()
        jobs.reopen(shop.visit, by=cast.controller, reason="Noise is still there", now=at("10:20"))
        with pytest.raises(Refused) as refused:
            jobs.start(shop.visit, by=cast.technician, now=at("10:30"))
    assert refused.value.code == "job.gate"


def test_pause_and_resume_are_facts_and_rest_does_not_count(shop: Shop):
    with shop.scope():
        shop.dispatch()
        jobs.start(shop.visit, by=shop.cast.technician, now=at("09:00"))
        job = jobs.pause(shop.visit, by=shop.cast.technician, reason="parts", now=at("09:20"))
        assert (job.state, job.pause_reason) == ("paused", "parts")
        job = jobs.resume(shop.visit, by=shop.cast.technician, now=at("10:00"))
        assert (job.state, job.pause_reason) == ("running", "")
        spans = spans_of(shop.visit)
        assert [span.kind for span in spans] == ["start", "pause", "resume"]
        assert minutes_worked(spans, at("10:05")) == 25


def test_pause_pressed_twice_is_one_span(shop: Shop):
    press = uuid7()
    with shop.scope():
        shop.dispatch()
        jobs.start(shop.visit, by=shop.cast.technician, now=at("09:00"))
        for _press in range(2):
            jobs.pause(shop.visit, by=shop.cast.technician, reason="rest", id=press, now=at("09:20"))
        assert JobSpan.objects.filter(kind="pause").count() == 1


def test_pause_without_a_reason_is_refused(shop: Shop):
    with shop.scope(), pytest.raises(Refused) as refused:
        jobs.pause(shop.visit, by=shop.cast.technician, reason="tired")
    assert refused.value.code == "job.reason"


def test_resume_of_a_running_job_is_refused(shop: Shop):
    with shop.scope():
        shop.dispatch()
        jobs.start(shop.visit, by=shop.cast.technician, now=at("09:00"))
        with pytest.raises(Refused) as refused:
            jobs.resume(shop.visit, by=shop.cast.technician, now=at("09:10"))
    assert refused.value.code == "job.moved"


def test_finish_reports_ends_the_dispatch_and_keeps_findings(shop: Shop):
    with shop.scope():
        dispatch = shop.dispatch()
        jobs.start(shop.visit, by=shop.cast.technician, now=at("09:15"))
        report = jobs.finish(
            shop.visit, by=shop.cast.technician, chips=["all_done", "watch"], text=" Pads 4 mm ",
            findings=[("前制动片剩 4 mm", "yellow")], now=at("10:15"),
        )  # fmt: skip
        dispatch.refresh_from_db()
        advice = OpenAdvice.objects.get(visit=shop.visit)
        assert (report.text, len(report.labels)) == ("Pads 4 mm", 2)
        assert dispatch.until == at("10:15")
        assert (advice.colour, advice.kind, advice.text) == ("yellow", "found", "前制动片剩 4 mm")
        assert "3.1/report" in shop.steps()
        assert row_of(shop.visit) is None


def test_finish_pressed_twice_is_one_report(shop: Shop):
    press = uuid7()
    with shop.scope():
        shop.dispatch()
        jobs.start(shop.visit, by=shop.cast.technician, now=at("09:15"))
        for _press in range(2):
            jobs.finish(shop.visit, by=shop.cast.technician, id=press, now=at("10:15"))
        assert WorkReport.objects.count() == 1


def test_finish_before_start_is_refused(shop: Shop):
    with shop.scope():
        shop.dispatch()
        with pytest.raises(Refused) as refused:
            jobs.finish(shop.visit, by=shop.cast.technician, now=at("10:15"))
    assert refused.value.code == "job.moved"


def test_finish_with_unknown_words_is_refused(shop: Shop):
    with shop.scope():
        shop.dispatch()
        jobs.start(shop.visit, by=shop.cast.technician, now=at("09:15"))
        with pytest.raises(Refused) as refused:
            jobs.finish(shop.visit, by=shop.cast.technician, chips=["great"], now=at("10:15"))
        assert refused.value.code == "report.chip"
        with pytest.raises(Refused) as refused:
            jobs.finish(shop.visit, by=shop.cast.technician, findings=[("Tyre", "blue")], now=at("10:15"))
        assert refused.value.code == "report.colour"


def test_new_dispatch_takes_the_job_over(shop: Shop):
    with shop.scope():
        first = shop.dispatch()
        jobs.start(shop.visit, by=shop.cast.technician, now=at("09:15"))
        Dispatch.objects.filter(pk=first.pk).update(until=at("09:30"))
        shop.dispatch(shop.cast.technician2, bay=shop.bay("2号工位"), at=at("09:30"))
        row = row_of(shop.visit)
        assert row
        assert (row.technician, row.state) == (shop.cast.technician2, "waiting")
        job = jobs.start(shop.visit, by=shop.cast.technician2, now=at("09:35"))
        assert (job.technician, job.bay.name) == (shop.cast.technician2, "2号工位")
        assert builders(shop.visit) == {shop.cast.technician.pk, shop.cast.technician2.pk}
        assert Job.objects.count() == 1


def test_another_bay_leaves_the_job_running(shop: Shop):
    with shop.scope():
        first = shop.dispatch()
        jobs.start(shop.visit, by=shop.cast.technician, now=at("09:15"))
        Dispatch.objects.filter(pk=first.pk).update(until=at("09:30"))
        shop.dispatch(bay=shop.bay("四轮"), at=at("09:30"))
        job = jobs.pause(shop.visit, by=shop.cast.technician, reason="parts", now=at("09:35"))
        assert (job.bay.name, job.state) == ("四轮", "paused")


def test_rework_opens_the_last_job_with_its_reason(shop: Shop):
    with shop.scope():
        shop.to_showcase()
        advance(shop.visit, to="workshop", by=shop.cast.advisor, reason="Window still squeaks", now=at("10:40"))
        job = Job.objects.get(visit=shop.visit)
        assert (job.state, job.back_reason, job.done_at) == ("waiting", "Window still squeaks", None)
        assert [row.back for row in rows(shop.cast.store, technician=shop.cast.technician)] == ["Window still squeaks"]
        assert jobs.reopen(shop.visit, by=shop.cast.controller, reason="again", now=at("10:41")) is None


def test_cancelled_visit_stops_the_job(shop: Shop):
    with shop.scope():
        dispatch = shop.dispatch()
        jobs.start(shop.visit, by=shop.cast.technician, now=at("09:15"))
        cancel(shop.visit, by=shop.cast.advisor, reason="Customer must leave", now=at("09:30"))
        dispatch.refresh_from_db()
        assert Job.objects.get(visit=shop.visit).state == "stopped"
        assert dispatch.until == at("09:30")


def test_rows_show_running_first_and_only_own_jobs(cast: Cast):
    shops = [make_shop(cast, plate) for plate in ("沪A8K2D6", "沪B3M907", "浙A5V22N")]
    with shops[0].scope():
        shops[0].dispatch(at=at("09:00"))
        shops[1].dispatch(at=at("09:05"))
        shops[2].dispatch(cast.technician2, at=at("09:06"))
        jobs.start(shops[1].visit, by=cast.technician, now=at("09:15"))
        mine = rows(cast.store, technician=cast.technician)
        assert [(row.visit.vehicle.plate, row.state) for row in mine] == [
            ("沪B3M907", "running"),
            ("沪A8K2D6", "waiting"),
        ]
        assert len(rows(cast.store)) == 3
        assert mine[0].chip == ("ok", "player-play")
        assert str(mine[1].state_label)
        assert mine[0].why == ""


def test_paused_row_says_why(shop: Shop):
    with shop.scope():
        shop.dispatch()
        jobs.start(shop.visit, by=shop.cast.technician, now=at("09:15"))
        jobs.pause(shop.visit, by=shop.cast.technician, reason="customer", now=at("09:20"))
        row = row_of(shop.visit)
        assert row
        assert row.why == str(JobSpan.Reason.CUSTOMER.label)
        assert row.chip[0] == "risk"


def test_controller_without_membership_is_nobody(shop: Shop):
    """A role counts in its own store only."""
    Membership.objects.create(store=shop.cast.other, staff=shop.cast.technician2, role="controller")
    with shop.scope():
        shop.dispatch()
        with pytest.raises(Refused):
            jobs.start(shop.visit, by=shop.cast.technician2, now=at("09:14"))
        assert Job.objects.filter(state="running").count() == 0
