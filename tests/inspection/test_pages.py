"""The pages of workshop and showcase, as their readers see and use them."""

import pytest
from django.test import Client
from django.urls import reverse

from dealership.models import Customer, Membership, Message, Staff, Visit
from inspection.actions import check, jobs, notice
from inspection.models import FinalInspection, Job, PowerOff, ReadyNotice, WorkReport
from inspection.queries.check import mid_check
from inspection.queries.jobs import seen_at_reception
from inspection.queries.notice import notice_of, text_to_tell
from reception.actions.sheet import record_readings
from reception.models import Appointment, OpenAdvice
from tests.cast import Cast, at
from tests.inspection.shop import Shop, make_shop

pytestmark = pytest.mark.django_db


def page(staff: Staff, name: str, *args, status: int = 200, **headers) -> str:
    client = Client()
    client.force_login(staff)
    response = client.get(reverse(name, args=["hq", *args]), headers=headers)
    assert response.status_code == status, response.content[:400]
    return response.content.decode()


def send(staff: Staff, name: str, visit: Visit, data: dict, status: int = 303) -> str:
    client = Client()
    client.force_login(staff)
    response = client.post(reverse(name, args=["hq", visit.pk]), data)
    assert response.status_code == status, response.content[:400]
    return response.content.decode()


def test_technician_starts_rests_goes_on_and_finishes(shop: Shop):
    technician, visit = shop.cast.technician, shop.visit
    with shop.scope():
        shop.dispatch()
    assert reverse("job-start", args=["hq", visit.pk]) in page(technician, "jobs")
    send(technician, "job-start", visit, {})
    assert "panel-form" in page(technician, "job", visit.pk)
    assert "parts" in page(technician, "job-pause", visit.pk)
    send(technician, "job-pause", visit, {"reason": "parts"})
    page(technician, "job", visit.pk)
    send(technician, "job-resume", visit, {})
    send(
        technician,
        "job-report",
        visit,
        {"chips": ["all_done"], "text": "6 mm", "finding_1": "雨刮片", "colour_1": "red"},
    )
    with shop.scope():
        assert WorkReport.objects.get().text == "6 mm"
        assert OpenAdvice.objects.get().colour == "red"
    assert "6 mm" in page(technician, "job", visit.pk)
    assert page(technician, "jobs")


def test_job_begins_with_what_was_seen_at_reception(shop: Shop):
    technician, visit = shop.cast.technician, shop.visit
    with shop.scope():
        shop.dispatch()
    assert "要更换" not in page(technician, "job", visit.pk)
    with shop.scope():
        record_readings(visit, by=shop.cast.advisor, readings={"exam": {"wipers": "replace", "tread": "good"}})
        assert [(line.part, line.chip[0]) for line in seen_at_reception(visit)] == [("tread", "ok"), ("wipers", "bad")]
    assert "要更换" in page(technician, "job", visit.pk)


def test_technician_is_never_shown_a_sum(shop: Shop):
    with shop.scope():
        shop.dispatch()
    for name in ("job", "jobs"):
        html = page(shop.cast.technician, name, *([shop.visit.pk] if name == "job" else []))
        assert "¥" not in html
        assert "13800001234" not in html


def test_high_voltage_sheet_records_and_starts_in_one_tap(cast: Cast):
    shop = make_shop(cast, hv=True)
    with shop.scope():
        shop.dispatch(hv_needed=True)
    assert reverse("power-off", args=["hq", shop.visit.pk]) in page(cast.technician, "job", shop.visit.pk)
    assert "voltage" in page(cast.technician, "power-off", shop.visit.pk, HX_Request="true", HX_Target="sheet")
    send(cast.technician, "power-off", shop.visit, {"voltage": "0.2", "locked": "1", "start": "1"})
    with shop.scope():
        assert PowerOff.objects.count() == 1
        assert Job.objects.get().state == "running"


def test_gate_comes_back_as_a_refusal_with_its_panel(cast: Cast):
    shop = make_shop(cast, hv=True)
    with shop.scope():
        shop.dispatch()
    html = send(cast.technician, "job-start", shop.visit, {}, status=422)
    assert reverse("power-off", args=["hq", shop.visit.pk]) in html


def test_controller_inspects_from_the_queue(shop: Shop):
    controller, visit = shop.cast.controller, shop.visit
    with shop.scope():
        shop.dispatch()
        shop.work()
        bay = shop.bay("交2")
    assert reverse("final-inspection", args=["hq", visit.pk]) in page(controller, "final")
    assert "fault" in page(controller, "final-inspection", visit.pk)
    send(controller, "final-inspection", visit, {"result": "back", "fault": ["fluids"]}, status=422)
    send(
        controller, "final-inspection", visit,
        {"result": "passed", "key_tag": "12", "place": str(bay.pk), "old_parts": "bagged", "road_test": "1"},
    )  # fmt: skip
    with shop.scope():
        visit.refresh_from_db()
        assert (visit.stage, visit.place, FinalInspection.objects.get().road_test) == ("showcase", bay, True)


def test_queue_of_a_technician_holds_express_cars_only(shop: Shop):
    with shop.scope():
        shop.dispatch()
        shop.work()
    link = reverse("final-inspection", args=["hq", shop.visit.pk])
    assert link not in page(shop.cast.technician2, "final")
    with shop.scope():
        Visit.objects.filter(pk=shop.visit.pk).update(lane="express")
    assert link in page(shop.cast.technician2, "final")


def test_workshop_page_follows_the_work(shop: Shop):
    visit = shop.visit
    assert page(shop.cast.advisor, "workshop-stage", visit.pk)
    with shop.scope():
        shop.dispatch()
        shop.promise("ready", at("11:05", "2099-01-01"))
        jobs.start(visit, by=shop.cast.technician, now=at("09:15"))
        jobs.pause(visit, by=shop.cast.technician, reason="parts", now=at("09:20"))
    html = page(shop.cast.advisor, "workshop-stage", visit.pk)
    assert "冯强" in html
    assert "¥" not in html
    assert reverse("ready-time", args=["hq", visit.pk]) in html
    assert page(shop.cast.advisor, "workshop-progress", visit.pk, HX_Request="true")
    with shop.scope():
        jobs.finish(visit, by=shop.cast.technician, now=at("10:00"))
    assert reverse("final-inspection", args=["hq", visit.pk]) in page(shop.cast.controller, "workshop-stage", visit.pk)
    assert reverse("final-inspection", args=["hq", visit.pk]) not in page(shop.cast.advisor, "workshop-stage", visit.pk)


def test_workshop_page_leads_a_technician_to_the_job(shop: Shop):
    page(shop.cast.technician, "workshop-stage", shop.visit.pk, status=302)


def test_ready_time_is_changed_with_the_customer(shop: Shop):
    with shop.scope():
        promise = shop.promise("ready", at("11:05", "2099-01-01"))
    assert "due_at" in page(shop.cast.advisor, "ready-time", shop.visit.pk)
    data = {"due_at": "11:35", "day": "2099-01-01", "consent": "phone", "reason": "Extra work"}
    send(shop.cast.advisor3, "ready-time", shop.visit, data, status=422)
    send(shop.cast.advisor, "ready-time", shop.visit, data)
    with shop.scope():
        promise.refresh_from_db()
        assert promise.due_at == at("11:35", "2099-01-01")


def test_later_time_needs_its_reason_and_is_told(shop: Shop):
    with shop.scope():
        promise = shop.promise("ready", at("11:05", "2099-01-01"))
    later = {"due_at": "2099-01-02T09:00", "consent": "message", "reason": "other"}
    send(shop.cast.advisor, "ready-time", shop.visit, later, status=422)
    page_text = page(shop.cast.advisor, "ready-time", shop.visit.pk)
    assert "2099-01-01T11:35" in page_text
    assert "施工比预计的久一些" in page_text
    client = Client()
    client.force_login(shop.cast.advisor)
    url = reverse("ready-time-text", args=["hq", shop.visit.pk])
    assert "漆面还没干" in client.get(url, later | {"words": "漆面还没干"}).content.decode()
    send(shop.cast.advisor, "ready-time", shop.visit, later | {"words": "漆面还没干"})
    with shop.scope():
        promise.refresh_from_db()
        assert promise.due_at == at("09:00", "2099-01-02")
        message = Message.objects.get(kind="delay")
        assert (message.variables["reason"], message.variables["ready_time"]) == ("漆面还没干", "1月2日 09:00")


def test_ready_time_without_a_promise_is_refused(shop: Shop):
    data = {"due_at": "11:35", "day": "2099-01-01", "consent": "phone"}
    send(shop.cast.advisor, "ready-time", shop.visit, data, status=422)


def test_parts_leave_books_and_moves_on(shop: Shop):
    assert str(shop.lines[1].pk) in page(shop.cast.advisor, "parts-leave", shop.visit.pk)
    data = {"day": "2099-01-02", "clock": "09:00", "lines": [str(shop.lines[1].pk)], "note": "Filter"}
    send(shop.cast.advisor, "parts-leave", shop.visit, data)
    with shop.scope():
        shop.visit.refresh_from_db()
        assert shop.visit.stage == "explanation"
        assert Appointment.objects.count() == 1


def test_advisor_takes_a_car_through_the_showcase(shop: Shop):
    advisor, visit = shop.cast.advisor, shop.visit
    with shop.scope():
        shop.to_showcase()
    assert "卫东" in card(advisor, visit, "3.1")
    assert reverse("mid-check", args=["hq", visit.pk]) in card(advisor, visit, "3.2")
    send(advisor, "mid-check", visit, {"result": "fine"})
    assert reverse("material-check", args=["hq", visit.pk]) in card(advisor, visit, "3.2")
    send(
        advisor, "material-check", visit, {"papers": ["sheet", "order", "parts"], "asked": str(shop.cast.technician.pk)}
    )
    assert "old_parts" in card(advisor, visit, "3.2")
    send(advisor, "preparation", visit, {"papers": "1", "old_parts": "1"})
    card(advisor, visit, "3.2")
    assert "/v/" in card(advisor, visit, "3.3")
    send(advisor, "ready-notice", visit, {"way": "message"})
    with shop.scope():
        assert ReadyNotice.objects.get().way == "message"
    card(advisor, visit, "3.3")
    card(advisor, visit, "3.4")
    send(advisor, "agent-or-phone", visit, {"on": "1"})
    send(advisor, "wash", visit, {})
    send(advisor, "visit-advance", visit, {"to": "explanation"})
    with shop.scope():
        visit.refresh_from_db()
        assert visit.stage == "explanation"


def card(staff: Staff, visit: Visit, code: str) -> str:
    client = Client()
    client.force_login(staff)
    response = client.get(reverse("showcase-stage", args=["hq", visit.pk]), {"card": code})
    assert response.status_code == 200
    return response.content.decode()


def test_text_for_a_person_is_written_shown_and_told(shop: Shop):
    advisor, visit = shop.cast.advisor, shop.visit
    with shop.scope():
        shop.to_showcase()
        shop.check()
        Customer.objects.filter(pk=visit.customer_id).update(email="", channel="")
    card(advisor, visit, "3.3")
    send(advisor, "ready-notice", visit, {"way": "message"})
    html = card(advisor, visit, "3.3")
    assert "data-copy" in html
    send(advisor, "ready-notice", visit, {"way": "copied"})
    with shop.scope():
        assert Message.objects.get(kind="ready").state == "sent"


def test_finding_sends_the_car_back_from_its_sheet(shop: Shop):
    with shop.scope():
        shop.to_showcase()
    html = page(shop.cast.advisor, "mid-check", shop.visit.pk, HX_Request="true", HX_Target="sheet")
    assert "<html" not in html
    send(shop.cast.advisor, "mid-check", shop.visit, {"result": "back", "fault": ["clean"], "note": "Dusty"})
    with shop.scope():
        shop.visit.refresh_from_db()
        assert shop.visit.stage == "workshop"


def test_checks_open_as_sheets(shop: Shop):
    with shop.scope():
        shop.to_showcase()
    assert "papers" in page(shop.cast.advisor, "material-check", shop.visit.pk, HX_Request="true")
    assert "<html" in page(shop.cast.advisor, "material-check", shop.visit.pk)


def test_another_stores_car_does_not_exist(shop: Shop):
    stranger = shop.cast.stranger
    for name in ("job", "workshop-stage", "showcase-stage", "final-inspection", "mid-check", "power-off"):
        page(stranger, name, shop.visit.pk, status=404)


@pytest.mark.parametrize("name", ["jobs", "final", "next"])
def test_lists_cost_the_same_with_one_car_and_with_three(cast: Cast, django_assert_max_num_queries, name: str):
    counts = []
    for plates in (["沪A8K2D6"], ["沪B3M907", "浙A5V22N"]):
        for plate in plates:
            shop = make_shop(cast, plate)
            done = make_shop(cast, f"{plate[:-1]}Z")
            with shop.scope():
                shop.dispatch()
                done.dispatch()
                done.work()
        with django_assert_max_num_queries(60) as seen:
            page(cast.controller, name)
        counts.append(len(seen.captured_queries))
    assert counts[0] == counts[1]


def test_next_steps_of_each_role(shop: Shop):
    with shop.scope():
        shop.dispatch()
    assert reverse("job-start", args=["hq", shop.visit.pk]) in page(shop.cast.technician, "next")
    with shop.scope():
        shop.work()
    assert reverse("final-inspection", args=["hq", shop.visit.pk]) in page(shop.cast.controller, "next")
    with shop.scope():
        shop.inspect()
    assert reverse("showcase-stage", args=["hq", shop.visit.pk]) in page(shop.cast.advisor, "next")
    with shop.scope():
        shop.check()
        notice.tell(shop.visit, by=shop.cast.advisor, way="person")
        check.washed(shop.visit, by=shop.cast.advisor)
    assert reverse("showcase-stage", args=["hq", shop.visit.pk]) not in page(shop.cast.advisor, "next")


def test_washers_see_the_cars_to_be_washed(shop: Shop):
    Membership.objects.filter(staff=shop.cast.technician2).update(duties=["wash"])
    with shop.scope():
        shop.to_showcase()
        shop.promise("wash", at("11:00", "2099-01-01"))
    assert reverse("wash", args=["hq", shop.visit.pk]) in page(shop.cast.technician2, "next")
    assert reverse("wash", args=["hq", shop.visit.pk]) not in page(shop.cast.technician, "next")


def test_checks_of_a_car_that_was_never_in_the_showcase_are_none(shop: Shop):
    with shop.scope():
        assert (mid_check(shop.visit), notice_of(shop.visit), text_to_tell(shop.visit)) == (None, None, None)


def test_job_without_an_order_says_so(cast: Cast):
    visit = cast.visit()
    assert "panel-form" not in page(cast.technician, "job", visit.pk)


def test_dispatch_is_the_next_action_of_a_car_that_nobody_works_on(shop: Shop):
    assert reverse("dispatch", args=["hq"]) in page(shop.cast.controller, "workshop-stage", shop.visit.pk)
