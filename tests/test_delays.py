"""A ready time that moves later: the customer hears it before it happens, the advisor is warned in time."""

import threading
from datetime import datetime

import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils.module_loading import import_string
from django_scopes import scope

from dealership import wiring
from dealership.actions import delays
from dealership.actions.promises import change, give, settle
from dealership.models import Attention, KindSetting, Message, Promise, StageChange, Visit
from tests.cast import Cast, at, make_cast

DUE = at("16:00")


def promised(cast: Cast, plate: str = "沪A8K2D6", *, stage: str = "workshop", **given) -> tuple[Visit, Promise]:
    visit = cast.visit(plate, **given)
    visit.stage = stage
    visit.save(update_fields=["stage"])
    return visit, give(visit, kind="ready", by=cast.advisor, due_at=DUE, now=at("09:00"))


def move(cast: Cast, promise: Promise, to: datetime, *, consent: str = "message", reason: str = "part") -> None:
    change(promise, by=cast.advisor, due_at=to, consent=consent, reason=reason, now=at("15:00"))


def told(visit: Visit) -> list[tuple[str, str, str]]:
    rows = Message.objects.filter(visit=visit, kind="delay").order_by("created_at", "id")
    return [(row.variables["reason"], row.variables["promised"], row.variables["ready_time"]) for row in rows]


@pytest.mark.django_db
def test_customer_is_told_reason_and_both_times(cast: Cast):
    with scope(store=cast.store):
        visit, promise = promised(cast)
        move(cast, promise, at("17:30"))
        assert told(visit) == [("配件晚到", "16:00", "17:30")]
        assert "17:30" in Message.objects.get(kind="delay").body


@pytest.mark.django_db
def test_typed_reason_goes_out_as_it_is(cast: Cast):
    with scope(store=cast.store):
        visit, promise = promised(cast)
        move(cast, promise, at("17:30"), reason="漆面还没干")
        assert told(visit)[0][0] == "漆面还没干"


@pytest.mark.django_db
def test_each_new_time_is_told_once(cast: Cast):
    with scope(store=cast.store):
        visit, promise = promised(cast)
        for to in ("17:00", "17:00", "16:30", "17:00", "18:00"):
            move(cast, promise, at(to))
        assert sorted(line[2] for line in told(visit)) == ["17:00", "18:00"]  # both were written at the same moment


@pytest.mark.django_db
@pytest.mark.parametrize(
    "given",
    [
        {"to": "15:30"},
        {"to": "17:00", "reason": ""},
        {"to": "17:00", "consent": "link"},
        {"to": "17:00", "consent": "person"},
        {"to": "17:00", "consent": "signature"},
    ],
)
def test_nothing_is_said_where_there_is_nothing_to_say(cast: Cast, given: dict):
    with scope(store=cast.store):
        visit, promise = promised(cast)
        move(cast, promise, at(given.pop("to")), **given)
        assert told(visit) == []


@pytest.mark.django_db
def test_other_promises_are_not_told(cast: Cast):
    with scope(store=cast.store):
        visit = cast.visit()
        promise = give(visit, kind="wash", by=cast.advisor, due_at=DUE, now=at("09:00"))
        move(cast, promise, at("17:00"))
        assert told(visit) == []


@pytest.mark.django_db
def test_store_that_does_not_send_it_moves_the_time_all_the_same(cast: Cast):
    with scope(store=cast.store):
        KindSetting.objects.create(store=cast.store, kind="delay", on=False, changed_at=at("08:00"))
        visit, promise = promised(cast)
        move(cast, promise, at("17:00"))
        assert (told(visit), Visit.objects.get().ready_due) == ([], at("17:00"))


@pytest.mark.django_db
def test_who_was_called_and_is_reached_by_no_machine_has_been_told(cast: Cast):
    with scope(store=cast.store):
        customer = {"name": "李娜", "sex": "f", "phone": ""}
        visit, promise = promised(cast, customer=customer)
        move(cast, promise, at("17:00"), consent="phone")
        message = Message.objects.get(visit=visit, kind="delay")
        assert (message.channel, message.state, message.told_by) == ("by_hand", "sent", cast.advisor)
        assert not Attention.objects.filter(visit=visit, kind="tell_by_hand", until=None).exists()


@pytest.mark.django_db
def test_quiet_hours_hold_it_back(cast: Cast):
    with scope(store=cast.store):
        visit, promise = promised(cast)
        change(promise, by=cast.advisor, due_at=at("12:00", "2026-11-21"), consent="message", reason="part",
               now=at("21:30", "2026-11-20"))  # fmt: skip
        assert Message.objects.get(visit=visit, kind="delay").send_at == at("08:00", "2026-11-21")


# The advisor is warned


def marks(visit: Visit) -> list[str]:
    return list(Attention.objects.filter(visit=visit, kind=delays.RISK, until=None).values_list("url", flat=True))


@pytest.mark.django_db
def test_advisor_is_warned_fifteen_minutes_before(cast: Cast):
    with scope(store=cast.store):
        visit, _promise = promised(cast)
        assert (delays.sweep(at("15:44")), marks(visit)) == (0, [])
        assert delays.sweep(at("15:45")) == 1
        assert marks(visit) == [reverse("ready-time", args=["hq", visit.pk])]
        assert delays.sweep(at("15:46")) == 0


@pytest.mark.django_db
def test_advisor_is_alerted_once_for_each_time_that_is_at_risk(cast: Cast):
    with scope(store=cast.store):
        visit, promise = promised(cast, customer={"name": "王建国", "phone": "13800001234"})
        for clock in ("15:45", "15:46", "15:50"):
            delays.sweep(at(clock))
        alert = Message.objects.get(kind="staff_alert")
        url = f"{settings.PUBLIC_URL}{reverse('ready-time', args=['hq', visit.pk])}"
        assert (alert.staff, alert.customer, alert.visit, alert.variables["url"]) == (cast.advisor, None, visit, url)
        assert alert.variables["text"] == "沪A·8K2D6：承诺的交车时间快到了，活还没做完，请先告诉客户。"
        assert not [word for word in ("王建国", "13800001234", "1234") if word in alert.subject + alert.body]
        change(promise, by=cast.advisor, due_at=at("17:00"), consent="person", reason="part", now=at("15:51"))
        delays.sweep(at("16:45"))
        assert Message.objects.filter(kind="staff_alert").count() == 2


@pytest.mark.django_db
def test_car_of_nobody_is_marked_and_alerts_nobody(cast: Cast):
    with scope(store=cast.store):
        visit, _promise = promised(cast)
        Visit.objects.update(advisor=None)
        assert delays.sweep(at("15:45")) == 1
        assert (len(marks(visit)), Message.objects.filter(kind="staff_alert").count()) == (1, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("stage", ["showcase", "explanation", "delivery", "closed"])
def test_finished_car_is_no_risk(cast: Cast, stage: str):
    with scope(store=cast.store):
        promised(cast, stage=stage)
        assert delays.sweep(at("15:50")) == 0


@pytest.mark.django_db
def test_mark_goes_when_the_work_is_done(cast: Cast):
    with scope(store=cast.store):
        visit, _promise = promised(cast)
        delays.sweep(at("15:46"))
        before = len(marks(visit))
        gone = StageChange.objects.create(
            store=cast.store, visit=visit, source="workshop", target="showcase", at=at("15:50")
        )
        for path in wiring.STAGE_ENTRIES["showcase"]:
            import_string(path)(visit, gone, by=cast.controller, now=at("15:50"))
        assert (before, marks(visit)) == (1, [])


@pytest.mark.django_db
def test_mark_goes_when_the_time_moves_or_is_kept(cast: Cast):
    with scope(store=cast.store):
        moved, promise = promised(cast)
        kept, _promise = promised(cast, "沪B12345", customer={"name": "李娜", "phone": "13900005678"})
        assert delays.sweep(at("15:50")) == 2
        change(promise, by=cast.advisor, due_at=at("17:00"), consent="person", reason="part", now=at("15:51"))
        settle(kept, kind="ready", now=at("15:55"))
        assert marks(moved) + marks(kept) == []
        assert delays.sweep(at("16:45")) == 1


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_set_one_mark():
    cast = make_cast()
    with scope(store=cast.store):
        visit, _promise = promised(cast)

    def work() -> None:
        delays.sweep(at("15:50"))
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with scope(store=cast.store):
        assert len(marks(visit)) == 1
        assert Message.objects.filter(kind="staff_alert").count() == 1
