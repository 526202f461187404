"""What a camera is told, and what is noted of it: one row a car, in any order, surely or not."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.utils import translation
from django_scopes import scope

from dealership.actions.stages import advance
from dealership.models import Device
from dealership.refused import Refused
from delivery.queries.exit import may_leave
from reception.actions.appointments import book_plate
from reception.actions.arrivals import record_arrival
from reception.actions.cameras import add_camera, dismiss, forget_reads, revoke_camera, take_reads
from reception.cameras.sighting import Candidate, Sighting
from reception.models import GateRead
from reception.queries.cameras import on_strip
from tests.cast import Cast, at
from tests.reception import payloads

pytestmark = pytest.mark.django_db
NOW = at("08:31")
PLATE = "沪A8K2D6"


@pytest.fixture(autouse=True)
def _scope(cast: Cast):
    with scope(store=cast.store), translation.override("en"):
        yield


def camera(cast: Cast, **given: Any) -> Device:
    return add_camera(cast.store, by=cast.manager, **{"name": "Entrance", "adapter": "plain"} | given)[0]


def booked(cast: Cast, plate: str = PLATE, **given: Any):
    fields = {"name": "王建国", "sex": "m", "phone": "13800001234", "at": at("09:00"), "now": at("08:00")} | given
    return book_plate(cast.store, plate=plate, by=cast.advisor, **fields)


def read(device: Device, plate: str = PLATE, *, now=NOW, **given: Any):
    return take_reads(device, [Sighting(plate, **given)], now=now)[0]


def row() -> GateRead:
    return GateRead.objects.get()


def test_booked_car_opens_and_reads_its_form_of_address_and_lane(cast: Cast):
    booked(cast)
    answer = read(camera(cast), "沪a·8k2d6")
    assert (answer.open, answer.outcome, answer.plate) == (True, "booked", PLATE)
    assert "Mr Wang" in answer.display[0]
    assert "Lane" in answer.display[1]
    assert "建国" not in "".join(answer.display)
    assert (row().outcome, row().opened, row().reads, row().lane) == ("booked", True, 1, "")


def test_known_car_opens_without_a_name(cast: Cast):
    booked(cast, at=at("09:00", "2026-11-21"))
    answer = read(camera(cast))
    assert (answer.open, answer.outcome) == (True, "known")
    assert "Wang" not in "".join(answer.display)


@pytest.mark.parametrize(("make", "outcome"), [("Volkswagen", "brand"), ("大众", "brand"), ("BMW", "unknown")])
def test_new_car_opens_for_the_stores_brand_alone(cast: Cast, make: str, outcome: str):
    answer = read(camera(cast), "沪B12345", make=make)
    assert (answer.open, answer.outcome) == (outcome == "brand", outcome)


def test_unsure_plate_stays_closed_and_names_nobody(cast: Cast):
    booked(cast)
    answer = read(camera(cast), confidence=0.79)
    assert (answer.open, answer.outcome) == (False, "unsure")
    assert "Wang" not in "".join(answer.display)
    assert answer.candidates == [{"plate": PLATE, "confidence": None, "booked": True}]


@pytest.mark.parametrize("seen", ["沪A8K2O6", "沪A8K206", "沪AB K2D6", "A8K2D6", "沪A8K2D", "浙A8K2D6"])
def test_plate_near_a_booked_one_is_suggested_and_opens_nothing(cast: Cast, seen: str):
    booked(cast)
    answer = read(camera(cast), seen, confidence=0.5)
    assert answer.outcome == "unsure"
    assert answer.candidates[0]["plate"] == PLATE


def test_well_read_plate_of_a_stranger_is_only_compared_with_todays_bookings(cast: Cast):
    booked(cast)
    booked(cast, "沪A8K2D9", phone="2", at=at("09:00", "2026-11-21"))
    answer = read(camera(cast), "沪A8K2D8")
    assert (answer.outcome, answer.open) == ("unknown", False)
    assert [one["plate"] for one in answer.candidates] == [PLATE]


def test_makers_candidates_come_after_cars_that_are_known(cast: Cast):
    booked(cast)
    maybe = (Candidate("沪a8k2d6", 0.7), Candidate("沪Z99999", 0.6))
    answer = read(camera(cast), "沪A8K777", confidence=0.7, candidates=maybe)
    assert [(one["plate"], one["confidence"]) for one in answer.candidates] == [(PLATE, 0.7), ("沪Z99999", 0.6)]


def test_plate_that_fits_no_rule_is_unsure_unless_the_store_knows_it(cast: Cast):
    assert read(camera(cast), "沪AAAAAAAAA").outcome == "unsure"
    record_arrival(cast.store, by=cast.guard, plate="XYZ1", customer={"name": "王", "phone": "1"}, now=at("08:00"))
    assert read(camera(cast), "XYZ1").outcome == "inside"


def test_car_without_a_plate_is_one_unsure_row(cast: Cast):
    device = camera(cast)
    assert read(device, "").outcome == "unsure"
    read(device, "", now=NOW + timedelta(seconds=5))
    assert (row().plate, row().reads, row().candidates) == ("", 2, [])


def test_reads_within_two_minutes_count_on_the_first(cast: Cast):
    device = camera(cast)
    for seconds in (0, 40, 150, 260):
        read(device, at=NOW + timedelta(seconds=seconds), now=NOW + timedelta(seconds=seconds))
    assert (row().reads, row().received_at, row().last_at) == (4, NOW, NOW + timedelta(seconds=260))


def test_read_after_two_minutes_is_another(cast: Cast):
    device = camera(cast)
    read(device)
    read(device, now=NOW + timedelta(seconds=121))
    assert [each.reads for each in GateRead.objects.all()] == [1, 1]


def test_older_read_that_comes_later_counts_on_the_same_row(cast: Cast):
    device = camera(cast)
    later, earlier = NOW + timedelta(seconds=70), NOW
    for moment in (later, earlier, later):
        read(device, at=moment, now=NOW + timedelta(seconds=75))
    assert (row().read_at, row().last_at, row().reads) == (earlier, later, 3)


def test_two_cameras_have_rows_of_their_own(cast: Cast):
    read(camera(cast))
    read(camera(cast, name="Exit", at_exit=True))
    assert GateRead.objects.count() == 2


@pytest.mark.parametrize("off", [timedelta(minutes=-6), timedelta(minutes=2), timedelta(days=-3650)])
def test_clock_that_is_off_is_not_believed(cast: Cast, off: timedelta):
    read(camera(cast), at=NOW + off)
    assert (row().read_at, row().last_at) == (NOW, NOW)


def test_surer_read_of_the_same_car_opens(cast: Cast):
    device = camera(cast)
    booked(cast)
    assert read(device, confidence=0.5).open is False
    assert read(device, confidence=0.95, now=NOW + timedelta(seconds=3)).open is True
    assert read(device, confidence=0.3, now=NOW + timedelta(seconds=6)).open is True
    assert (row().outcome, row().opened, row().confidence, row().reads) == ("booked", True, 0.95, 3)


def test_late_push_is_noted_and_opens_nothing(cast: Cast):
    booked(cast)
    answer = read(camera(cast), late=True)
    assert (answer.open, answer.outcome, row().opened) == (False, "booked", False)


def test_car_that_was_let_in_leaves_the_strip_with_the_reads_that_meant_it(cast: Cast):
    device = camera(cast)
    booked(cast)
    read(device)
    read(device, "沪A8K206", confidence=0.5, now=NOW + timedelta(seconds=2))
    read(device, "沪C11111", now=NOW + timedelta(seconds=4))
    assert len(on_strip(cast.store, NOW)) == 3
    visit = record_arrival(cast.store, by=cast.guard, plate=PLATE, now=NOW + timedelta(minutes=1))
    assert [each.plate for each in on_strip(cast.store, NOW)] == ["沪C11111"]
    assert GateRead.objects.filter(visit=visit).count() == 2
    assert read(device, now=NOW + timedelta(minutes=5)).outcome == "inside"


def test_exit_holds_a_car_of_today_until_it_is_handed_over(cast: Cast):
    visit = cast.visit(PLATE)
    out = camera(cast, at_exit=True)
    answer = read(out)
    assert (answer.open, answer.outcome, answer.visit) == (False, "may_not_leave", visit)
    assert [each.plate for each in on_strip(cast.store, NOW)] == [PLATE]
    assert may_leave(visit) is False
    advance(visit, to="negotiation", by=cast.advisor, now=NOW)
    assert read(out, now=NOW + timedelta(seconds=30)).open is False


def test_exit_lets_cars_out_that_are_no_customers_of_today(cast: Cast):
    answer = read(camera(cast, at_exit=True), "沪C11111")
    assert (answer.open, answer.outcome) == (True, "may_leave")
    assert on_strip(cast.store, NOW) == []


def test_exit_stays_closed_for_an_unsure_plate(cast: Cast):
    assert read(camera(cast, at_exit=True), confidence=0.2).open is False


def test_picture_is_kept_small_and_written_anew(cast: Cast):
    read(camera(cast), picture=payloads.photo(size=(2000, 1500)))
    assert str(row().picture) == f"hq/gate/{row().pk}.jpg"
    with default_storage.open(row().picture.name) as file:
        assert file.read(3) == b"\xff\xd8\xff"


def test_picture_that_cannot_be_read_does_not_stop_the_car(cast: Cast):
    assert read(camera(cast), picture=b"<svg onload=alert(1)>").outcome == "unknown"
    assert str(row().picture) == ""


def test_reads_and_pictures_go_after_a_week(cast: Cast):
    device = camera(cast)
    read(device, picture=payloads.photo(), now=NOW - timedelta(days=7, minutes=1))
    name = str(row().picture)
    read(device, now=NOW)
    assert forget_reads(NOW) == 0
    assert row().received_at == NOW
    assert not default_storage.exists(name)


def test_dismissed_read_stays_away_though_the_car_stands_there(cast: Cast):
    device = camera(cast)
    read(device)
    dismiss(dismiss(row(), by=cast.guard, now=NOW), by=cast.guard, now=NOW + timedelta(hours=1))
    read(device, now=NOW + timedelta(seconds=30))
    assert on_strip(cast.store, NOW) == []
    assert row().dismissed_at == NOW


def test_camera_that_reads_more_than_can_pass_is_refused(cast: Cast):
    device = camera(cast)
    take_reads(device, [Sighting(f"沪B{number:05}") for number in range(30)], now=NOW)
    with pytest.raises(Refused) as refused:
        read(device, now=NOW + timedelta(seconds=30))
    assert refused.value.code == "camera.busy"
    assert read(device, "沪B00001", now=NOW + timedelta(seconds=30)).plate == "沪B00001"
    assert GateRead.objects.count() == 30


@pytest.mark.parametrize(("given", "code"), [({"name": " "}, "camera.name"), ({"adapter": "x"}, "camera.adapter")])
def test_camera_needs_name_and_maker(cast: Cast, given: dict, code: str):
    with pytest.raises(Refused) as refused:
        camera(cast, **given)
    assert refused.value.code == code
    assert Device.objects.count() == 0


def test_camera_is_shut_out_once_and_reads_no_more(cast: Cast):
    device = revoke_camera(camera(cast), by=cast.manager)
    with pytest.raises(Refused) as refused:
        revoke_camera(device, by=cast.manager)
    assert refused.value.code == "camera.revoked"
    with pytest.raises(Refused):
        read(device)
    assert GateRead.objects.count() == 0


def test_read_takes_a_bounded_number_of_queries(cast: Cast, django_assert_max_num_queries):
    booked(cast)
    device = camera(cast)
    with django_assert_max_num_queries(20):
        read(device)
    with django_assert_max_num_queries(19):
        read(device, now=NOW + timedelta(seconds=2))
    with django_assert_max_num_queries(11):
        read(device, "沪A8K206", confidence=0.4)
