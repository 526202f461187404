"""A car that a tablet received by itself: one visit, its appointment, its advisor; nonsense holds up nothing."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from django_scopes import scope
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealership.actions.operations import Incoming, submit
from dealership.actions.stages import cancel
from dealership.models import Event, Operation, StepTick, Vehicle, Visit
from dealership.uuids import uuid7
from reception.actions.appointments import book_plate
from reception.actions.arrivals import record_arrival
from tests.cast import Cast, at
from tests.tablet import Tablet

pytestmark = pytest.mark.django_db
PLATE = "沪A8K2D6"
WANG = {"name": "王建国", "sex": "m", "phone": "13800001234"}


@pytest.fixture(autouse=True)
def _scope(cast: Cast):
    with time_machine.travel(at("09:00"), tick=True), scope(store=cast.store):
        yield


@pytest.fixture
def tablet(cast: Cast) -> Tablet:
    return Tablet(cast.advisor)


def opened(tablet: Tablet, id=None, **payload: Any) -> dict[str, Any]:
    payload = {"plate": PLATE, "customer": WANG, "take": True} | payload
    return tablet.op(id or uuid7(), "visit.open", payload)


def steps_of(visit: Visit) -> set[str]:
    return {tick.code for tick in StepTick.objects.filter(visit=visit)}


def test_a_car_received_offline_has_customer_car_advisor_and_ticks(cast: Cast, tablet: Tablet):
    vehicle = {"make": "大众", "model": "途观L", "year": 2021, "energy": "phev", "body": "suv", "vin": " lsv…1 "}
    op = opened(tablet, works=["express"], words=" 换机油 ", vehicle=vehicle)
    tick = tablet.op(op["visit"])

    assert tablet.send(op, tick) == [("accepted", "")] * 2

    visit = Visit.objects.get(pk=op["visit"])
    assert (visit.advisor, visit.offered_to) == (cast.advisor, None)
    assert (visit.arrival, visit.lane, visit.words) == ("walk_in", "express", "换机油")
    assert visit.greeted_at == visit.arrived_at == Operation.objects.get(pk=op["id"]).moment
    assert (visit.customer.name, visit.customer.sex, visit.customer.phone) == ("王建国", "m", "13800001234")
    car = visit.vehicle
    assert (car.make, car.model, car.year, car.energy, car.body, car.vin) == (
        "大众", "途观L", 2021, "phev", "suv", "LSV1"
    )  # fmt: skip
    gate = {"1.1/plate", "1.1/admit", "1.2/purpose", "1.2/notify", "1.3/lane"}
    assert steps_of(visit) == gate | {"1.4/verify", "1.4/meet", "1.4/introduce"}


def test_without_take_the_next_advisor_is_told(cast: Cast):
    op = opened(guard := Tablet(cast.guard))

    assert guard.send(op) == [("accepted", "")]

    visit = Visit.objects.get(pk=op["visit"])
    assert (visit.advisor, visit.offered_to, visit.greeted_at) == (None, cast.advisor, None)


def test_a_guard_takes_no_car_and_a_technician_opens_none(cast: Cast):
    guard, technician = Tablet(cast.guard), Tablet(cast.technician)
    op = opened(guard)

    assert guard.send(op) == [("accepted", "")]
    assert technician.send(opened(technician)) == [("parked", "refused")]

    assert Visit.objects.get().advisor is None


def test_todays_appointment_is_kept(cast: Cast, tablet: Tablet):
    appointment = book_plate(
        cast.store, plate=PLATE, by=cast.advisor, name="王建国", sex="m", phone="13800001234", at=at("09:30"),
        work="repair", wish="刹车有响声", now=at("08:00"),
    )  # fmt: skip
    op = opened(tablet, customer=None)

    assert tablet.send(op) == [("accepted", "")]

    visit = Visit.objects.get(pk=op["visit"])
    appointment.refresh_from_db()
    assert (appointment.state, appointment.visit) == ("arrived", visit)
    assert (visit.arrival, visit.works, visit.words) == ("booked", ["repair"], "刹车有响声")
    assert Event.objects.filter(visit=visit, kind="reception.appointment").exists()


def test_two_tablets_with_the_same_car_write_one_visit(cast: Cast, tablet: Tablet):
    other = Tablet(cast.advisor3)
    mine, theirs = opened(tablet), opened(other)
    mine_tick = tablet.op(mine["visit"], payload={"step": "1.4/introduce"})
    their_tick = other.op(theirs["visit"], payload={"step": "2.1/repeat"})

    assert other.send(their_tick) == [("parked", "unknown_visit")]
    assert tablet.send(mine, mine_tick) == [("accepted", "")] * 2
    assert other.send(theirs) == [("accepted", "")]

    visit = Visit.objects.get(joined_to=None)
    assert (visit.pk, visit.advisor) == (mine["visit"], cast.advisor)
    assert {"1.4/introduce", "2.1/repeat"} <= steps_of(visit)
    assert set(Operation.objects.filter(kind="visit.open").values_list("visit", flat=True)) == {visit.pk}
    assert other.send(other.op(theirs["visit"], payload={"step": "2.1/write"})) == [("accepted", "")]
    assert "2.1/write" in steps_of(visit)


def test_a_car_the_guard_let_in_meanwhile_is_taken_by_whoever_stood_beside_it(cast: Cast, tablet: Tablet):
    visit = record_arrival(cast.store, by=cast.guard, plate=PLATE, customer=WANG, now=at("08:58"))
    op = opened(tablet)

    assert tablet.send(op) == [("accepted", "")]

    visit.refresh_from_db()
    assert (visit.advisor, visit.offered_to) == (cast.advisor, None)
    assert Visit.objects.get(pk=op["visit"]).joined_to == visit


def test_the_customer_whom_only_the_second_tablet_knew_is_kept(cast: Cast, tablet: Tablet):
    first, second = opened(tablet, customer=None), opened(tablet)

    assert tablet.send(first, second) == [("accepted", "")] * 2

    assert Visit.objects.get(pk=first["visit"]).customer.name == "王建国"


def test_a_car_that_has_left_meanwhile_is_still_one_visit(cast: Cast, tablet: Tablet):
    visit = record_arrival(cast.store, by=cast.guard, plate=PLATE, customer=WANG, now=at("08:30"))
    cancel(visit, by=cast.supervisor, reason="客户改天再来", now=at("08:50"))
    op = opened(tablet, works=["service"]) | {"at": at("08:40")}

    assert tablet.send(op) == [("accepted", "")]

    visit.refresh_from_db()
    assert (Visit.objects.get(pk=op["visit"]).joined_to, visit.advisor) == (visit, None)


def test_take_and_greet_are_the_pages_own_actions(cast: Cast, tablet: Tablet):
    visit = record_arrival(cast.store, by=cast.guard, plate=PLATE, customer=WANG, now=timezone.now())
    colleague, guard = Tablet(cast.advisor3), Tablet(cast.guard)

    assert guard.send(guard.op(visit, "visit.take", {}), guard.op(visit, "visit.greet", {})) == [
        ("parked", "refused"), ("parked", "refused"),
    ]  # fmt: skip
    greeting = tablet.op(visit, "visit.greet", {})
    assert tablet.send(greeting, tablet.op(visit, "visit.take", {})) == [("accepted", "")] * 2
    answer = colleague.post(colleague.op(visit, "visit.take", {})).json()["results"][0]

    assert (answer["state"], answer["reason"]) == ("parked", "refused")
    assert answer["sentence"]
    visit.refresh_from_db()
    assert (visit.advisor, visit.greeted_at) == (cast.advisor, Operation.objects.get(pk=greeting["id"]).moment)


def test_an_arrival_opened_twice_changes_nothing(cast: Cast, tablet: Tablet):
    op = opened(tablet)
    again = op | {"id": uuid7(), "payload": op["payload"] | {"plate": "沪B12345"}}

    assert tablet.send(op, again) == [("accepted", "")] * 2

    assert [visit.vehicle.plate for visit in Visit.objects.all()] == [PLATE]


def test_a_car_without_a_plate_or_of_another_shape_waits_for_its_author(tablet: Tablet):
    strange = [{"plate": " "}, {"plate": 7}, {"works": 5}, {"customer": "王"}, {"customer": {"id": "no"}},
               {"vehicle": ["x"]}, {"words": {}}, {"plate": "沪" * 20}]  # fmt: skip
    operations = [opened(tablet, **payload) for payload in strange]

    answers = tablet.post(*operations).json()["results"]

    assert [(answer["state"], answer["reason"]) for answer in answers] == [("parked", "refused")] * len(strange)
    assert all(answer["sentence"] for answer in answers)
    assert [op.payload for op in Operation.objects.order_by("seq")] == [op["payload"] for op in operations]
    assert not Visit.objects.exists()
    assert not Vehicle.objects.exists()


NAMES = ["plate", "arrival", "works", "words", "customer", "vehicle", "take", "name", "id", "sex", "phone", "year",
         "vin", "energy", "body", "step", "tick", "item", "value", "sha256", "how", "entries", "seen"]  # fmt: skip
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | st.text(), inner, max_size=4),
    max_leaves=8,
)
PAYLOADS = st.dictionaries(st.sampled_from(NAMES), ANYTHING, max_size=6)
KINDS = ["visit.open", "tick", "undo", "note", "reading", "mark", "photo", "confirmation", "visit.take", "visit.greet",
         "field.set", "stage.advance", "dance"]  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=st.lists(st.tuples(st.sampled_from(KINDS), PAYLOADS, st.booleans()), min_size=1, max_size=5))
def test_no_payload_stops_the_queue_it_came_with(cast: Cast, entries: list[tuple[str, dict[str, Any], bool]]):
    visit = Visit.objects.filter(vehicle__plate="沪C66666").first() or cast.visit("沪C66666", now=timezone.now())
    operations = [
        Incoming(id=uuid7(), visit=visit.pk if here else uuid7(), kind=kind, at=timezone.now(), payload=payload, seq=n)
        for n, (kind, payload, here) in enumerate(entries)
    ]
    good = Incoming(id=uuid7(), visit=visit.pk, kind="tick", at=timezone.now(), payload={"step": "1.4/introduce"})

    results = submit(cast.store, by=cast.advisor, operations=[*operations, good])

    assert results[-1].state == "accepted"
    assert all(result.sentence for result in results if result.reason == "refused")
    assert Operation.objects.filter(pk__in=[op.id for op in operations]).count() == len(operations)


def test_moments_of_an_arrival_are_the_tablets_corrected_ones(cast: Cast):
    slow = Tablet(cast.advisor, wrong=timedelta(days=-1))
    op = opened(slow) | {"at": slow.clock() - timedelta(minutes=20)}

    assert slow.send(op) == [("accepted", "")]

    visit = Visit.objects.get(pk=op["visit"])
    assert abs(visit.arrived_at - (timezone.now() - timedelta(minutes=20))) < timedelta(seconds=5)
