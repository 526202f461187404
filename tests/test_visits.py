"""A visit's beginning, its people, key and place; and the operations of a tablet."""

from datetime import timedelta

import pytest
from django_scopes import scope

from dealership.actions import duty, visits
from dealership.actions.operations import Incoming, submit
from dealership.models import Attention, Bay, Customer, Event, Membership, Operation, StepTick, Vehicle, Visit
from dealership.queries.staff import next_advisor
from dealership.refused import Refused
from dealership.uuids import uuid7
from tests.cast import Cast, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def scoped(cast: Cast):
    with scope(store=cast.store):
        yield cast


def arrive(cast: Cast, plate: str = "沪B12345", **given):
    return visits.open_visit(cast.store, by=cast.guard, plate=plate, now=at("08:31"), **given)


def send(cast: Cast, visit_id, kind: str, payload: dict):
    operation = Incoming(id=uuid7(), visit=visit_id, kind=kind, at=at("08:40"), payload=payload)
    return submit(cast.store, by=cast.advisor, operations=[operation], now=at("08:41"))[0]


def test_visit_makes_car_and_customer_once(scoped: Cast):
    first = arrive(scoped, customer={"name": "王建国", "sex": "m", "phone": "13800001234"}, vehicle={"model": "途观L"})
    Visit.objects.filter(pk=first.pk).update(stage="closed")
    again = arrive(scoped)
    assert (again.vehicle, again.customer.name) == (first.vehicle, "王建国")
    assert (Vehicle.objects.count(), Customer.objects.count()) == (1, 1)


def test_visit_without_a_plate_is_refused(scoped: Cast):
    with pytest.raises(Refused) as refused:
        arrive(scoped, plate="  ")
    assert refused.value.code == "plate.empty"


def test_a_plate_no_rule_knows_is_accepted(scoped: Cast):
    assert arrive(scoped, plate="XYZ-1").vehicle.plate_info.known is False


def test_new_energy_plate_makes_an_electric_car(scoped: Cast):
    assert arrive(scoped, plate="沪AD12345").vehicle.electric


def test_same_id_again_returns_the_first_visit(scoped: Cast):
    visit_id = uuid7()
    assert arrive(scoped, id=visit_id) == arrive(scoped, id=visit_id)
    assert Visit.objects.count() == 1


def test_second_open_visit_of_a_plate_joins_the_first(scoped: Cast):
    first, later = arrive(scoped), uuid7()
    assert arrive(scoped, id=later) == first
    assert arrive(scoped, id=later) == first
    assert Visit.objects.get(pk=later).joined_to == first
    send(scoped, later, "tick", {"step": "1.4/introduce"})
    assert StepTick.objects.get(step="introduce").visit == first


def test_tick_that_waited_for_an_alias_goes_to_the_first_visit(scoped: Cast):
    first, later = arrive(scoped), uuid7()
    assert send(scoped, later, "tick", {"step": "1.4/introduce"}).state == "parked"
    send(scoped, later, "visit.open", {"plate": "沪B12345"})
    assert StepTick.objects.get(step="introduce").visit == first


def test_greeting_within_two_minutes_ticks_itself_and_later_it_does_not(scoped: Cast):
    soon, late = arrive(scoped), arrive(scoped, plate="沪B54321")
    visits.greet(soon, by=scoped.advisor, now=at("08:33"))
    visits.greet(late, by=scoped.advisor, now=at("08:33") + timedelta(seconds=1))
    answers = dict(StepTick.objects.filter(step="meet").values_list("visit_id", "answer"))
    assert answers == {soon.pk: "done", late.pk: "not_done"}
    assert visits.greet(soon, by=scoped.advisor, now=at("08:40")) is False


def test_a_car_is_taken_once(scoped: Cast):
    visit = arrive(scoped)
    visits.take(visit, by=scoped.advisor, now=at("08:32"))
    visits.take(visit, by=scoped.advisor, now=at("08:33"))
    with pytest.raises(Refused) as refused:
        visits.take(visit, by=scoped.advisor3, now=at("08:34"))
    assert refused.value.code == "visit.taken"
    assert Event.objects.filter(visit=visit, kind="taken").count() == 1


def test_turn_goes_to_whoever_waited_longest(scoped: Cast):
    assert next_advisor(scoped.store) == scoped.advisor
    visits.take(arrive(scoped), by=scoped.advisor, now=at("08:32"))
    assert next_advisor(scoped.store) == scoped.advisor3


def test_duty_is_signed_in_and_out(scoped: Cast):
    mine = Membership.objects.filter(staff=scoped.advisor)
    assert duty.set_on_duty(scoped.store, by=scoped.advisor, on=False) == 1
    assert mine.get().on_duty_since is None
    assert duty.set_on_duty(scoped.store, by=scoped.advisor, on=True, now=at("09:00")) == 1
    assert duty.set_on_duty(scoped.store, by=scoped.advisor, on=True, now=at("10:00")) == 0
    assert mine.get().on_duty_since == at("09:00")


def test_car_stays_until_the_colleague_accepts(scoped: Cast):
    visit = visits.take(arrive(scoped), by=scoped.advisor, now=at("08:32"))
    visits.offer(visit, by=scoped.advisor, to=scoped.advisor3, now=at("08:40"))
    assert Visit.objects.get(pk=visit.pk).advisor == scoped.advisor
    visits.accept_offer(visit, by=scoped.advisor3, now=at("08:41"))
    assert Visit.objects.get(pk=visit.pk).advisor == scoped.advisor3
    assert not Attention.objects.filter(visit=visit, kind="offered", until=None).exists()


def test_offer_to_oneself_and_an_offer_that_is_gone_are_refused(scoped: Cast):
    visit = visits.take(arrive(scoped), by=scoped.advisor, now=at("08:32"))
    with pytest.raises(Refused) as same:
        visits.offer(visit, by=scoped.advisor, to=scoped.advisor)
    visits.offer(visit, by=scoped.advisor, to=scoped.advisor3)
    visits.decline_offer(visit, by=scoped.advisor3)
    with pytest.raises(Refused) as gone:
        visits.accept_offer(visit, by=scoped.advisor3)
    assert (same.value.code, gone.value.code) == ("offer.same", "offer.gone")


def test_key_tag_hangs_on_one_car(scoped: Cast):
    first, second = arrive(scoped), arrive(scoped, plate="沪B54321")
    bay = Bay.objects.get(name="交1")
    visits.place(first, by=scoped.advisor, key_tag="12", bay=bay)
    with pytest.raises(Refused) as refused:
        visits.place(second, by=scoped.advisor, key_tag="12")
    assert refused.value.code == "key_tag.used"
    visits.place(first, by=scoped.advisor, bay=bay)
    assert Visit.objects.get(pk=first.pk).key_tag == "12"


def test_what_it_came_for_changes_lane_and_what_applies(scoped: Cast):
    visit = arrive(scoped)
    visits.describe(visit, by=scoped.advisor, works=["express"], words="换雨刮")
    assert (visit.lane, visit.words) == ("express", "换雨刮")
    visits.describe(visit, by=scoped.advisor)
    assert visit.lane == "express"
    assert visits.set_dms_no(visit, by=scoped.advisor, dms_no=" RO-1 ").dms_no == "RO-1"


def test_tablet_opens_a_visit_notes_and_sets_fields(scoped: Cast):
    visit_id = uuid7()
    opened = {"plate": "沪C66666", "arrival": "nonsense", "works": ["service", "nonsense"], "words": "保养",
              "customer": {"name": "李娜", "sex": "f"}, "vehicle": {"model": "朗逸", "secret": "x"}}  # fmt: skip
    assert send(scoped, visit_id, "visit.open", opened).state == "accepted"
    visit = Visit.objects.get(pk=visit_id)
    assert (visit.arrival, visit.works, visit.customer.name) == ("walk_in", ["service"], "李娜")
    send(scoped, visit_id, "note", {"text": "钥匙有磨损"})
    assert Event.objects.get(kind="note").data["text"] == "钥匙有磨损"
    send(scoped, visit_id, "field.set", {"field": "words", "value": "保养和异响"})
    send(scoped, visit_id, "field.set", {"field": "key_tag", "value": "7"})
    visit.refresh_from_db()
    assert (visit.words, visit.key_tag) == ("保养和异响", "7")
    refused = send(scoped, visit_id, "field.set", {"field": "stage", "value": "closed"})
    assert (refused.state, refused.reason) == ("parked", "refused")


def test_a_known_customer_is_named_by_id(scoped: Cast):
    known = Customer.objects.create(store=scoped.store, name="林静", sex="f")
    assert arrive(scoped, plate="沪C77777", customer={"id": known.pk}).customer == known
    assert arrive(scoped, plate="沪C88888", customer={"phone": "1"}).customer is None


def test_same_id_with_other_content_is_parked(scoped: Cast):
    visit = arrive(scoped)
    operation_id = uuid7()
    for step, expected in (("1.4/introduce", "accepted"), ("2.1/repeat", "parked")):
        one = Incoming(id=operation_id, visit=visit.pk, kind="tick", at=at("08:40"), payload={"step": step})
        (result,) = submit(scoped.store, by=scoped.advisor, operations=[one], now=at("08:41"))
        assert result.state == expected
    assert result.reason == "id_reused"


def test_a_slow_clock_is_corrected_and_the_raw_time_kept(scoped: Cast):
    visit = arrive(scoped)
    yesterday = at("08:40", "2026-11-19")
    one = Incoming(id=uuid7(), visit=visit.pk, kind="tick", at=yesterday, payload={"step": "1.4/introduce"})
    submit(scoped.store, by=scoped.advisor, operations=[one], sent_at=yesterday + timedelta(minutes=1), now=at("08:41"))
    row = Operation.objects.get(pk=one.id)
    assert (row.at, row.moment) == (yesterday, at("08:40"))


def test_nonsense_in_ticks_and_undos_is_kept_but_counts_nothing(scoped: Cast):
    visit = arrive(scoped)
    for kind, payload in (("tick", {"step": "nothing"}), ("tick", {"step": "1.4/x", "answer": "?"}), ("undo", {})):
        assert send(scoped, visit.pk, kind, payload).state == "accepted"
    assert not StepTick.objects.filter(visit=visit, evidence="").exists()
