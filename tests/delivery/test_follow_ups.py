"""What follows a visit: each rule once, at its moment, in the store's own form; and the calls that people make."""

import threading
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope

from dealership import wiring
from dealership.actions.stages import _move, cancel
from dealership.models import Event, KindSetting, Message, OptOut, Visit
from dealership.queries.next import next_steps
from dealership.refused import Refused
from delivery.actions import follow_ups
from delivery.actions.calls import look_at_phone, record_call
from delivery.actions.follow_up_rules import keep_rules
from delivery.actions.handover import bring_home
from delivery.follow_ups import RULES, Timing
from delivery.models import FollowUp, FollowUpRule, Settlement
from delivery.queries.calls import calls_due, masked
from delivery.queries.follow_up_rules import rules_of
from reception.models import OpenAdvice
from tests.cast import Cast, at, make_cast
from tests.delivery.orders import sent

State, Result = FollowUp.State, FollowUp.Result
LEFT = at("16:00")


def send_all(cast: Cast) -> None:
    """Let the store send every kind."""
    for kind in {rule.kind for rule in RULES.values()} - {"call"}:
        KindSetting.objects.create(store=cast.store, kind=kind, on=True, changed_at=LEFT)


def leave(cast: Cast, visit: Visit, *, now: datetime = LEFT) -> Visit:
    """Let the car out without the counter: this is about what follows, not about the arrival either."""
    FollowUp.objects.filter(visit=visit, rule="received").delete()
    _move(visit, source=visit.stage, to="closed", by=cast.guard, id=None, reason="", now=now)
    return visit


def gone(cast: Cast, plate: str = "沪A8K2D6", *, now: datetime = LEFT, **given: Any) -> Visit:
    visit = cast.visit(plate, works=["service"], now=now - timedelta(hours=3), **given)
    Visit.objects.filter(pk=visit.pk).update(mileage=58_620)
    visit.mileage = 58_620
    return leave(cast, visit, now=now)


def advise(visit: Visit, colour: str, text: str, *, kind: str = "declined") -> OpenAdvice:
    return OpenAdvice.objects.create(
        store=visit.store, vehicle=visit.vehicle, customer=visit.customer, visit=visit, kind=kind, colour=colour,
        texts={"zh-hans": text}, created_at=LEFT,
    )  # fmt: skip


def planned() -> dict[str, datetime]:
    return dict(FollowUp.objects.filter(state=State.WAITING).values_list("rule", "due_at"))


def due_call(cast: Cast, visit: Visit | None = None, **given: Any) -> FollowUp:
    visit = visit or gone(cast)
    FollowUp.objects.filter(visit=visit, rule="call").update(state=State.DUE, **given)
    return FollowUp.objects.select_related("visit__customer", "visit__vehicle", "store").get(visit=visit, rule="call")


def message_of(rule: str) -> Message | None:
    return FollowUp.objects.select_related("message").get(rule=rule).message


@pytest.mark.django_db
def test_leaving_plans_each_rule_at_its_moment(cast: Cast):
    with scope(store=cast.store):
        send_all(cast)
        visit = cast.visit(works=["service"])
        visit.mileage = 58_620
        visit.save(update_fields=["mileage"])
        advise(visit, "red", "更换前制动片")
        advise(visit, "yellow", "更换雨刮片")
        FollowUp.objects.all().delete()
        leave(cast, visit)
        # Serviced: 10,000 km at 12,000 km a year are 304 days, sooner than the 12 months.
        assert planned() == {
            "thanks": at("17:00"),
            "call": at("10:00", "2026-11-23"),
            "advice_red": at("10:00", "2026-12-04"),
            "advice_yellow": at("10:00", "2027-01-19"),
            "next_service": at("10:00", "2027-09-06"),
        }
        assert follow_ups.plan(visit, trigger="left", now=LEFT) == 5
        assert FollowUp.objects.count() == 5


@pytest.mark.django_db
def test_by_default_only_the_call_follows(cast: Cast):
    with scope(store=cast.store):
        gone(cast)
        assert list(planned()) == ["call"]


@pytest.mark.django_db
@pytest.mark.parametrize("given", [{"works": ["internal"]}, {"customer": None}])
def test_nothing_follows_a_car_of_the_house_or_of_nobody(cast: Cast, given: dict):
    with scope(store=cast.store):
        send_all(cast)
        leave(cast, cast.visit("沪B99999", **given))
        assert FollowUp.objects.count() == 0


@pytest.mark.django_db
def test_message_is_queued_once_when_it_is_due(cast: Cast):
    with scope(store=cast.store):
        send_all(cast)
        gone(cast)
        assert follow_ups.sweep(at("16:59")) == 0
        assert follow_ups.sweep(at("17:00")) == 1
        assert follow_ups.sweep(at("17:10")) == 0
        row = FollowUp.objects.get(rule="thanks")
        assert (row.state, row.due_at, row.done_at) == (State.DONE, at("17:00"), at("17:00"))
        assert [(m.kind, m.pk) for m in Message.objects.all()] == [("thanks", row.pk)]


@pytest.mark.django_db
def test_quiet_hours_hold_a_message_back(cast: Cast):
    with scope(store=cast.store):
        send_all(cast)
        gone(cast, now=at("20:30"))
        follow_ups.sweep(at("21:31"))
        message = message_of("thanks")
        assert message
        assert message.send_at == at("08:00", "2026-11-21")


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_change_nothing():
    cast = make_cast()
    with scope(store=cast.store):
        send_all(cast)
        for number in range(4):
            gone(cast, f"沪A0000{number}", customer={"name": "王", "phone": f"1380000000{number}", "email": "w@x.cn"})
    done: list[int] = []

    def work() -> None:
        done.append(follow_ups.sweep(at("17:01")))
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with scope(store=cast.store):
        assert sum(done) == 4
        assert Message.objects.filter(kind="thanks").count() == 4


@pytest.mark.django_db
def test_row_of_a_dead_worker_comes_again(cast: Cast):
    with scope(store=cast.store):
        send_all(cast)
        gone(cast)
        claimed = follow_ups.claim(now=at("17:00"))
        assert claimed is not None
        assert follow_ups.sweep(at("17:01")) == 0
        assert follow_ups.sweep(at("17:05")) == 1
        assert message_of("thanks") is not None


@pytest.mark.django_db
def test_rule_switched_off_lets_nothing_out(cast: Cast):
    with scope(store=cast.store):
        send_all(cast)
        gone(cast)
        keep_rules(cast.store, by=cast.manager, rules={"thanks": (False, Timing(0, 60, None))}, now=LEFT)
        follow_ups.sweep(at("17:00"))
        assert FollowUp.objects.get(rule="thanks").state == State.CANCELLED
        assert not Message.objects.exists()


@pytest.mark.django_db
def test_message_that_the_customer_does_not_want_is_called_off(cast: Cast):
    with scope(store=cast.store):
        send_all(cast)
        visit = gone(cast)
        OptOut.objects.create(store=cast.store, customer=visit.customer, kind="thanks", since=LEFT)
        follow_ups.sweep(at("17:00"))
        assert FollowUp.objects.get(rule="thanks").state == State.CANCELLED


@pytest.mark.django_db
def test_survey_waits_for_its_subject(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    with scope(store=cast.store):
        visit = gone(cast)
        assert not FollowUp.objects.filter(rule="survey").exists()
        FollowUp.objects.create(store=cast.store, visit=visit, rule="survey", due_at=at("10:00", "2026-11-21"))
        follow_ups.sweep(at("10:00", "2026-11-21"))
        assert FollowUp.objects.get(rule="survey").state == State.CANCELLED
        monkeypatch.setitem(wiring.FOLLOW_UP_SUBJECTS, "survey", "delivery.queries.follow_up_subjects.due_again")
        later = gone(cast, "沪B12345", customer={"name": "李娜", "phone": "13900005678", "email": "l@x.cn"})
        assert planned()["survey"] == at("10:00", "2026-11-21")
        follow_ups.sweep(at("10:00", "2026-11-21"))
        assert [message.visit_id for message in Message.objects.filter(kind="survey")] == [later.pk]


@pytest.mark.django_db
def test_advice_names_what_is_still_open(cast: Cast):
    with scope(store=cast.store):
        send_all(cast)
        visit = cast.visit()
        advise(visit, "red", "更换前制动片")
        advise(visit, "red", "更换蓄电池")
        advise(visit, "red", "发动机清洗", kind="advised_against")
        closed = advise(visit, "yellow", "更换雨刮片")
        leave(cast, visit)
        closed.closed_at = LEFT
        closed.save(update_fields=["closed_at"])
        follow_ups.sweep(at("10:00", "2026-12-04"))
        message = message_of("advice_red")
        assert message
        assert message.variables["advice"] == "更换前制动片、更换蓄电池"
        follow_ups.sweep(at("10:00", "2027-01-19"))
        assert FollowUp.objects.get(rule="advice_yellow").state == State.CANCELLED


@pytest.mark.django_db
def test_next_service_names_day_and_kilometres(cast: Cast):
    with scope(store=cast.store):
        send_all(cast)
        gone(cast)
        follow_ups.sweep(at("10:00", "2027-09-06"))
        message = message_of("next_service")
        assert message is not None
        assert (message.variables["next_date"], message.variables["next_km"]) == ("2027年9月20日", "68,620")


@pytest.mark.django_db
def test_car_that_is_back_needs_no_word_about_its_last_visit(cast: Cast):
    with scope(store=cast.store):
        send_all(cast)
        first = gone(cast)
        cast.visit(now=at("09:00", "2026-11-22"))
        states = dict(FollowUp.objects.filter(visit=first).values_list("rule", "state"))
        assert (states["next_service"], states["thanks"]) == (State.CANCELLED, State.CANCELLED)
        assert states["call"] == State.WAITING


@pytest.mark.django_db
def test_arrival_is_confirmed_where_the_store_wants_it(cast: Cast):
    with scope(store=cast.store):
        send_all(cast)
        cast.visit(now=at("08:31"))
        assert planned() == {"received": at("08:31")}
        follow_ups.sweep(at("08:31"))
        assert message_of("received") is not None


@pytest.mark.django_db
def test_cancelled_visit_is_followed_by_nothing(cast: Cast):
    with scope(store=cast.store):
        send_all(cast)
        visit = cast.visit()
        cancel(visit, by=cast.advisor, reason="客户改天再来", now=at("09:00"))
        assert not FollowUp.objects.filter(state__in=follow_ups.OPEN).exists()


@pytest.mark.django_db
def test_unpaid_is_said_while_it_is(cast: Cast):
    visit = sent(cast)
    with scope(store=cast.store):
        send_all(cast)
        FollowUp.objects.filter(rule="unpaid").delete()
        follow_ups.plan(visit, trigger="to_pay", now=at("11:40"))
        follow_ups.sweep(at("12:10"))
        message = message_of("unpaid")
        assert message
        assert message.variables["amount"] == "1514元"
        assert Settlement.objects.get(visit=visit).final


@pytest.mark.django_db
def test_car_on_its_way_home_is_said_once(cast: Cast):
    with scope(store=cast.store):
        send_all(cast)
        visit = cast.visit()
        bring_home(visit, by=cast.advisor, on=True, now=at("15:00"))
        bring_home(visit, by=cast.advisor, on=False, now=at("15:01"))
        follow_ups.sweep(at("15:02"))
        assert message_of("on_its_way") is None
        bring_home(visit, by=cast.advisor, on=True, now=at("15:03"))
        bring_home(visit, by=cast.advisor, on=True, now=at("15:04"))
        follow_ups.sweep(at("15:05"))
        follow_ups.sweep(at("15:30"))
        assert Message.objects.filter(kind="on_its_way").count() == 1


# Rules of the store


@pytest.mark.django_db
def test_store_keeps_its_own_form_with_who_and_when(cast: Cast):
    with scope(store=cast.store):
        changed = keep_rules(
            cast.store, by=cast.manager, now=LEFT,
            rules={"call": (True, Timing(2, 0, time(9, 30))), "thanks": (True, Timing(0, 60, None))},
        )  # fmt: skip
        assert [row.code for row in changed] == ["call"]
        row = FollowUpRule.objects.get()
        assert (row.by, row.changed_at) == (cast.manager, LEFT)
        gone(cast)
        assert planned()["call"] == at("09:30", "2026-11-22")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ({"nonsense": (True, Timing(1, 0, None))}, "rule.unknown"),
        ({"ready": (False, Timing(0, 0, None))}, "rule.unknown"),
        ({"call": (True, Timing(731, 0, time(10)))}, "rule.range"),
        ({"thanks": (True, Timing(0, 1441, None))}, "rule.range"),
    ],
)
def test_rule_out_of_range_is_refused(cast: Cast, rules: dict, code: str):
    with scope(store=cast.store), pytest.raises(Refused) as refused:
        keep_rules(cast.store, by=cast.manager, rules=rules)
    assert refused.value.code == code


# Calls


@pytest.mark.django_db
def test_call_becomes_due_on_the_third_day(cast: Cast):
    with scope(store=cast.store):
        gone(cast)
        follow_ups.sweep(at("09:59", "2026-11-23"))
        assert calls_due(cast.store, now=at("09:59", "2026-11-23")) == []
        follow_ups.sweep(at("10:00", "2026-11-23"))
        [line] = calls_due(cast.store, now=at("10:00", "2026-11-23"))
        assert (line.phone, line.attempt) == ("138****1234", 1)
        for person in (cast.care, cast.supervisor):
            [step] = next_steps(cast.store, person, now=at("10:00", "2026-11-23"))
            assert step.url == "/hq/follow-ups/"
        assert next_steps(cast.store, cast.advisor3, now=at("10:00", "2026-11-23")) == []


@pytest.mark.django_db
def test_customer_who_does_not_answer_is_called_three_times(cast: Cast):
    with scope(store=cast.store):
        visit = gone(cast)
        for day in (23, 24, 25):
            now = at("10:00", f"2026-11-{day}")
            follow_ups.sweep(now)
            [line] = calls_due(cast.store, now=now)
            assert line.again == (day < 25)
            record_call(line.row, by=cast.care, result=Result.NO_ANSWER, now=now)
        assert not FollowUp.objects.filter(visit=visit, state__in=follow_ups.OPEN).exists()
        assert FollowUp.objects.filter(visit=visit, result=Result.NO_ANSWER).count() == 3


@pytest.mark.django_db
def test_call_again_later_is_planned_for_then(cast: Cast):
    with scope(store=cast.store):
        row = due_call(cast)
        record_call(row, by=cast.care, result=Result.LATER, later_at=at("15:00", "2026-11-23"), now=LEFT)
        again = FollowUp.objects.get(state=State.WAITING, rule="call")
        assert (again.due_at, again.slot) == (at("15:00", "2026-11-23"), "2")


@pytest.mark.django_db
def test_customer_who_wants_no_calls_gets_none(cast: Cast):
    with scope(store=cast.store):
        row = due_call(cast)
        record_call(row, by=cast.care, result=Result.NOT_WANTED, now=LEFT)
        leave(cast, cast.visit(now=at("09:00", "2026-12-01")), now=at("11:00", "2026-12-01"))
        assert FollowUp.objects.filter(rule="call").count() == 1


@pytest.mark.django_db
def test_second_press_returns_the_first_and_a_colleague_is_told(cast: Cast):
    with scope(store=cast.store):
        row = due_call(cast)
        stale = FollowUp.objects.select_related("visit__customer", "store").get(pk=row.pk)
        record_call(row, by=cast.care, result=Result.REACHED, note="满意", now=LEFT)
        assert record_call(stale, by=cast.care, result=Result.REACHED).note == "满意"
        with pytest.raises(Refused) as refused:
            record_call(stale, by=cast.supervisor, result=Result.NO_ANSWER)
        assert refused.value.code == "call.done"


@pytest.mark.django_db
@pytest.mark.parametrize(("result", "code"), [("", "call.result"), ("bored", "call.result"), ("later", "call.later")])
def test_call_without_a_result_is_refused(cast: Cast, result: str, code: str):
    with scope(store=cast.store), pytest.raises(Refused) as refused:
        record_call(due_call(cast), by=cast.care, result=result)
    assert refused.value.code == code


@pytest.mark.django_db
def test_each_look_at_a_number_stands_in_the_timeline(cast: Cast):
    with scope(store=cast.store):
        row = due_call(cast)
        assert look_at_phone(row, by=cast.care) == "13800001234"
        assert Event.objects.filter(kind="phone.seen", by=cast.care, visit=row.visit).count() == 1


@pytest.mark.parametrize(("phone", "shown"), [("13800001234", "138****1234"), ("021-55", "****"), ("", "")])
def test_number_is_masked(phone: str, shown: str):
    assert masked(phone) == shown


# Pages


def browse(staff) -> Client:
    client = Client()
    client.force_login(staff)
    return client


@pytest.mark.django_db
def test_page_shows_the_number_only_on_demand(cast: Cast):
    with scope(store=cast.store):
        row = due_call(cast)
    client = browse(cast.care)
    assert "13800001234" not in client.get("/hq/follow-ups/").content.decode()
    number = reverse("follow-up-number", args=["hq", row.pk])
    assert "13800001234" in client.post(number).content.decode()
    assert client.get(number).status_code == 405
    result = reverse("follow-up-result", args=["hq", row.pk])
    assert client.post(result, {"result": "later", "later": "tomorrow"}).status_code == 303
    assert client.post(result, {"result": "reached"}).status_code == 422
    with scope(store=cast.store):
        assert FollowUp.objects.get(state=State.WAITING, rule="call").due_at > timezone.now() + timedelta(hours=23)


@pytest.mark.django_db
def test_list_of_calls_takes_the_same_queries_for_one_and_for_three(cast: Cast, django_assert_max_num_queries):
    counts = []
    client = browse(cast.care)
    for plates in (["沪A00001"], ["沪A00002", "沪A00003"]):
        with scope(store=cast.store):
            for plate in plates:
                given = {"name": "王建国", "phone": f"1380000{plate[-4:]}"}
                advise(due_call(cast, gone(cast, plate, customer=given)).visit, "red", "更换前制动片")
        client.get("/hq/follow-ups/")
        with django_assert_max_num_queries(30) as counted:
            client.get("/hq/follow-ups/")
        counts.append(len(counted))
    assert counts[0] == counts[1]


@pytest.mark.django_db
def test_manager_edits_the_rules_and_the_supervisor_reads_them(cast: Cast):
    kept = reverse("follow-up-rules-kept", args=["hq"])
    with scope(store=cast.store):
        rules = rules_of(cast.store)
    data = {f"{code}-on": "on" for code in rules} | {"call-days": "4", "call-at": "11:00"}
    assert browse(cast.supervisor).post(kept, data).status_code == 403
    page = browse(cast.supervisor).get("/hq/follow-ups/rules/").content.decode()
    assert 'name="call-days"' in page
    assert 'form="rules-form"' not in page
    client = browse(cast.manager)
    assert client.post(kept, data).status_code == 303
    assert client.post(kept, data | {"call-days": "9999"}).status_code == 422
    with scope(store=cast.store):
        row = FollowUpRule.objects.get()
        assert (row.code, row.days, row.at, row.by) == ("call", 4, time(11), cast.manager)
    assert "韩梅" in client.get("/hq/follow-ups/rules/").content.decode()
