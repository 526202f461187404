"""A car leaves the workshop waiting for parts."""

import pytest

from dealership.actions.stages import advance
from dealership.models import Promise
from dealership.refused import Refused
from dealership.uuids import uuid7
from inspection.actions import jobs, leave
from inspection.models import Job, PartsLeave
from inspection.queries.leave import leave_of, waiting_lines
from reception.models import Appointment, OrderLine
from tests.cast import Cast, at
from tests.inspection.shop import Shop, make_shop

pytestmark = pytest.mark.django_db

BACK = at("09:00", "2026-11-24")


@pytest.fixture
def begun(shop: Shop) -> Shop:
    with shop.scope():
        shop.dispatch()
        jobs.start(shop.visit, by=shop.cast.technician, now=at("09:15"))
    return shop


def go(shop: Shop, **given) -> PartsLeave:
    given = {"by": shop.cast.advisor, "back_at": BACK, "lines": [shop.lines[1].pk], "now": at("10:00")} | given
    return leave.leave_for_parts(shop.visit, **given)


def test_leave_books_promises_and_moves_on(begun: Shop):
    with begun.scope():
        ready = begun.promise(Promise.Kind.READY, at("11:05"))
        row = go(begun, note="Filter on order")
        appointment = Appointment.objects.get()
        ready.refresh_from_db()
        new = Promise.objects.get(visit=begun.visit, state="open")
        assert begun.visit.stage == "explanation"
        assert (row.appointment, appointment.at, appointment.wish) == (appointment, BACK, "空调滤芯、Filter on order")
        assert (ready.state, new.kind, new.due_at) == ("kept", "call_back", BACK)
        assert Job.objects.get().state == "stopped"
        assert waiting_lines(begun.visit) == {begun.lines[1].pk}


def test_leave_pressed_twice_books_once(begun: Shop):
    press = uuid7()
    with begun.scope():
        assert go(begun, id=press) == go(begun, id=press)
        assert Appointment.objects.count() == 1


def test_leave_is_refused(begun: Shop):
    with begun.scope():
        for given, code in [
            ({"lines": []}, "leave.lines"),
            ({"lines": [uuid7()]}, "leave.lines"),
            ({"by": begun.cast.advisor3}, "visit.not_yours"),
            ({"back_at": at("08:00")}, "appointment.past"),
        ]:
            with pytest.raises(Refused) as refused:
                go(begun, **given)
            assert refused.value.code == code
        OrderLine.objects.filter(pk=begun.lines[1].pk).update(answer="declined")
        with pytest.raises(Refused) as refused:
            go(begun)
        assert refused.value.code == "leave.lines"


def test_leave_from_another_stage_is_refused(cast: Cast):
    shop = make_shop(cast, stage="negotiation")
    with shop.scope(), pytest.raises(Refused) as refused:
        go(shop)
    assert refused.value.code == "leave.stage"


def test_leave_of_nobodys_car_is_refused(begun: Shop):
    with begun.scope():
        begun.visit.customer = None
        with pytest.raises(Refused) as refused:
            go(begun)
    assert refused.value.code == "leave.customer"


def test_workshop_is_not_left_for_the_explanation_without_it(begun: Shop):
    with begun.scope():
        with pytest.raises(Refused) as refused:
            advance(begun.visit, to="explanation", by=begun.cast.advisor, now=at("10:00"))
        assert [one.panel for one in refused.value.missing] == ["parts-leave"]
        assert leave_of(begun.visit) is None
        assert waiting_lines(begun.visit) == frozenset()
