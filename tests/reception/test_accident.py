"""An accident car between the insurer and the workshop."""

import pytest
from django.urls import reverse
from django_scopes import scope

from dealership.actions.stages import cancel
from dealership.models import Attention, Holiday, OpeningHours, Promise, Visit
from dealership.refused import Refused
from reception.actions.accident import assess, called, move, note_case, open_case, undo
from reception.actions.consents import sign_order
from reception.actions.lines import agree_all, change_line
from reception.models import AccidentCase, AccidentChange, RepairOrder
from reception.queries.accident import accident_of, next_call
from reception.queries.orders import lines_of
from tests.cast import Cast, at
from tests.reception.desk import SIGNATURE, desk, order_at, terms, yuan

pytestmark = pytest.mark.django_db
State = AccidentCase.State


@pytest.fixture
def visit(cast: Cast):
    """An accident car at the desk: its order is begun, one panel of paint for the insurer (¥700)."""
    found = desk(cast, works=["accident"])
    order_at(cast, found)
    with scope(store=cast.store):
        yield Visit.objects.select_related("store", "customer", "vehicle").get(pk=found.pk)


def case_of(visit: Visit) -> AccidentCase:
    return AccidentCase.objects.select_related("visit__store").get(visit=visit)


def marks(visit: Visit) -> list[str]:
    found = Attention.objects.filter(visit=visit, until=None, kind__startswith="accident_")
    return list(found.values_list("kind", flat=True))


def test_order_of_an_accident_car_opens_its_case(cast: Cast, visit: Visit):
    case = case_of(visit)
    assert (case.state, marks(visit)) == (State.SURVEY, ["accident_survey"])
    assert open_case(visit, by=cast.advisor).pk == case.pk
    assert Promise.objects.get(visit=visit, kind="update").due_at == at("16:00", "2026-11-22")


def test_one_tap_goes_on_and_is_taken_back(cast: Cast, visit: Visit):
    case = case_of(visit)
    move(case, by=cast.advisor, to=State.ASSESSMENT, source=State.SURVEY, now=at("09:00"))
    assert marks(visit) == ["accident_assessment"]
    undo(case, by=cast.advisor, source=State.ASSESSMENT, now=at("09:01"))
    assert (case.state, marks(visit)) == (State.SURVEY, ["accident_survey"])
    assert AccidentChange.objects.filter(case=case).count() == 3


def test_slower_of_two_is_told(cast: Cast, visit: Visit):
    case, other = case_of(visit), case_of(visit)
    move(case, by=cast.advisor, to=State.ASSESSMENT, source=State.SURVEY, now=at("09:00"))
    assert move(other, by=cast.advisor, to=State.ASSESSMENT, source=State.SURVEY, now=at("09:00")).state == "assessment"
    with pytest.raises(Refused) as refused:
        move(other, by=cast.advisor, to=State.BODY, source=State.SURVEY, now=at("09:01"))
    assert refused.value.code == "accident.moved"


def test_refusals(cast: Cast, visit: Visit):
    case = case_of(visit)
    for act, code in (
        (lambda: move(case, by=cast.advisor, to="lost", source=State.SURVEY), "accident.state"),
        (lambda: undo(case, by=cast.advisor, source=State.SURVEY), "accident.first"),
        (lambda: assess(visit, by=cast.advisor, amount=yuan(0)), "accident.amount"),
        (lambda: assess(visit, by=cast.advisor3, amount=yuan(9)), "visit.not_yours"),
        (lambda: note_case(visit, by=cast.advisor3, insurer="平安"), "visit.not_yours"),
        (lambda: called(case, by=cast.advisor3), "visit.not_yours"),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == code
    move(case, by=cast.advisor, to=State.DONE, source=State.SURVEY, now=at("09:00"))
    with pytest.raises(Refused) as refused:
        called(case, by=cast.advisor)
    assert refused.value.code == "accident.done"


def test_call_is_kept_and_promised_again(cast: Cast, visit: Visit):
    called(case_of(visit), by=cast.advisor, words="等前保险杠到货", now=at("15:40", "2026-11-22"))
    kept, open_one = Promise.objects.filter(visit=visit, kind="update").order_by("given_at")
    assert (kept.state, open_one.state) == ("kept", "open")
    assert open_one.due_at == at("16:00", "2026-11-24")


def test_next_call_keeps_to_open_days(cast: Cast):
    with scope(store=cast.store):
        OpeningHours.objects.filter(weekday=5).update(closes="12:00")
        OpeningHours.objects.filter(weekday=6).delete()
        assert next_call(cast.store, at("09:00")) == at("16:00", "2026-11-23")
        Holiday.objects.create(store=cast.store, date="2026-11-23")
        assert next_call(cast.store, at("09:00")) == at("16:00", "2026-11-24")
        assert next_call(cast.store, at("09:00", "2026-11-19")) == at("08:00", "2026-11-21")


def signable(cast: Cast, visit: Visit) -> RepairOrder:
    order = RepairOrder.objects.get(visit=visit)
    order.visit = visit
    agree_all(order, by=cast.advisor, now=at("08:53"))
    return terms(cast, order)


def test_consent_waits_for_the_assessment(cast: Cast, visit: Visit):
    order = signable(cast, visit)
    with pytest.raises(Refused) as refused:
        sign_order(order, by=cast.advisor, signature=SIGNATURE, now=at("08:58"))
    assert refused.value.code == "order.assessment"
    assess(visit, by=cast.advisor, amount=yuan(600), now=at("08:59"))
    assert accident_of(visit, lines_of(order)).over == yuan(100)
    with pytest.raises(Refused) as refused:
        sign_order(order, by=cast.advisor, signature=SIGNATURE, now=at("09:00"))
    assert refused.value.code == "order.above_assessment"
    line = lines_of(order)[0]
    line.order = order
    change_line(line, by=cast.manager, labour=yuan(600), now=at("09:00"))
    assert sign_order(order, by=cast.advisor, signature=SIGNATURE, now=at("09:01")).amount == 0
    assert case_of(visit).state == State.PARTS


def test_leaving_takes_the_state_off_the_board(cast: Cast, visit: Visit):
    cancel(visit, by=cast.advisor, reason="价格", now=at("09:00"))
    assert marks(visit) == []


def test_pages_of_the_case(cast: Cast, visit: Visit, client):
    client.force_login(cast.advisor)
    where = {"store": "hq", "visit": visit.pk}
    assert client.get(reverse("accident", kwargs=where)).status_code == 200
    saved = {"insurer": "平安产险", "claim_no": "C1", "assessed": "700", "direct": "on"}
    assert client.post(reverse("accident", kwargs=where), saved).status_code == 303
    assert (
        client.post(reverse("accident-state", kwargs=where), {"source": "parts", "to": "stripping"}).status_code == 303
    )
    assert client.post(reverse("accident-called", kwargs=where)).status_code == 303
    case = case_of(visit)
    assert (case.insurer, case.assessed, case.state) == ("平安产险", yuan(700), State.STRIPPING)
    assert "平安产险" in client.get(reverse("accident-panel", kwargs=where)).content.decode()
    assert "平安产险" in client.get(reverse("negotiation-stage", kwargs=where) + "?card=2.1").content.decode()


def test_other_cars_have_no_panel(cast: Cast, client):
    visit = desk(cast)
    client.force_login(cast.advisor)
    assert client.get(reverse("accident-panel", kwargs={"store": "hq", "visit": visit.pk})).content == b""
