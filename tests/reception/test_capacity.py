"""Places of a half hour: counted by bay and advisor, claimed by a booking, edited by the store."""

from datetime import date, time

import pytest
from django_scopes import scope

from dealership.models import Holiday
from dealership.refused import Refused
from reception.actions.appointments import MOVED, book_plate, call_off, confirm, miss, move, reopen
from reception.actions.capacity import Cell, copy_day, fill_usual, set_places
from reception.models import Appointment, SlotCapacity
from reception.queries.capacity import bay_kind_for, free_days, free_slots, half_hours
from tests.cast import Cast, at

pytestmark = pytest.mark.django_db
FRIDAY = date(2026, 11, 20)
WANG = {"name": "王建国", "sex": "m", "phone": "13800001234"}


@pytest.fixture(autouse=True)
def _scope(cast: Cast):
    with scope(store=cast.store):
        yield


def places(cast: Cast, clock: str = "09:00", *, cars: int = 1, bay_kind: str = "general", advisor=None) -> None:
    SlotCapacity.objects.create(
        store=cast.store, weekday=4, start=time.fromisoformat(clock), cars=cars,
        bay_kind="" if advisor else bay_kind, advisor=advisor,
    )  # fmt: skip


def booked(cast: Cast, plate: str = "沪A8K2D6", when: str = "09:00", **given) -> Appointment:
    given = WANG | {"at": at(when), "now": at("08:00"), "work": "service", "by": cast.advisor} | given
    return book_plate(cast.store, plate=plate, **given)


def free(cast: Cast, work: str = "service", advisor=None) -> list[tuple[str, int, list[str]]]:
    slots = free_slots(cast.store, FRIDAY, work=work, advisor=advisor, now=at("08:00"))
    return [(f"{slot.at:%H:%M}", slot.left, sorted(person.name for person in slot.advisors)) for slot in slots]


def refusal(call, *args, **given) -> str:
    with pytest.raises(Refused) as refused:
        call(*args, **given)
    return refused.value.code


def test_slots_are_counted_by_the_kind_of_bay(cast: Cast):
    places(cast, cars=2)
    places(cast, bay_kind="express")
    booked(cast, when="09:20")
    assert (bay_kind_for("service"), bay_kind_for("express")) == ("general", "express")
    assert free(cast) == [("09:00", 1, [])]
    assert free(cast, work="express") == [("09:00", 1, [])]
    booked(cast, "沪A00002", work="express")
    assert free(cast, work="express") == []


def test_express_takes_a_general_place_where_the_store_lists_no_express_bay(cast: Cast):
    places(cast)
    booked(cast, work="express")
    assert free(cast) == []


def test_advisors_who_are_listed_bound_the_half_hour(cast: Cast):
    places(cast, cars=5)
    places(cast, advisor=cast.advisor)
    places(cast, advisor=cast.advisor3)
    assert free(cast) == [("09:00", 2, ["周敏", "吴磊"])] or free(cast) == [("09:00", 2, ["吴磊", "周敏"])]
    booked(cast, advisor=cast.advisor)
    assert free(cast) == [("09:00", 1, ["吴磊"])]
    assert free(cast, advisor=cast.advisor) == []
    assert refusal(booked, cast, "沪A00002", advisor=cast.advisor) == "appointment.full"
    # A car booked without an advisor takes the place of whoever is left.
    booked(cast, "沪A00003")
    assert refusal(booked, cast, "沪A00004", advisor=cast.advisor3) == "appointment.full"


def test_full_half_hour_is_refused_and_names_the_next_free_ones(cast: Cast):
    places(cast)
    places(cast, "09:30")
    booked(cast)
    with pytest.raises(Refused) as refused:
        booked(cast, "沪A00002")
    assert refused.value.code == "appointment.full"
    assert "09:30" in refused.value.message
    assert Appointment.objects.count() == 1


def test_time_that_the_table_does_not_list_is_refused(cast: Cast):
    places(cast)
    assert refusal(booked, cast, when="12:00") == "appointment.full"
    assert booked(cast, when="12:00", capacity=False).state == "booked"


def test_store_without_a_table_takes_any_time_from_staff_and_none_from_the_web(cast: Cast):
    assert free(cast) == []
    assert booked(cast, when="12:10").bay_kind == "general"
    assert refusal(booked, cast, by=None, via="web") == "appointment.full"


def test_holiday_has_no_places_but_in_its_own_hours(cast: Cast):
    places(cast)
    places(cast, "10:00")
    day = Holiday.objects.create(store=cast.store, date=FRIDAY, name="店庆")
    assert free(cast) == []
    assert refusal(booked, cast) == "appointment.full"
    Holiday.objects.filter(pk=day.pk).update(opens="09:30", closes="12:00")
    assert free(cast) == [("10:00", 1, [])]


def test_booking_keeps_all_that_was_said(cast: Cast):
    row = booked(cast, concern="左前异响", transport="loaner", via="desk", bay_kind="alignment", reference="D-17")
    assert (row.concern, row.transport, row.via, row.bay_kind) == ("左前异响", "loaner", "desk", "alignment")
    assert booked(cast, "沪A00002", reference="D-17") == row


def test_move_claims_the_new_place_gives_back_the_old_and_leaves_a_mark(cast: Cast):
    places(cast)
    places(cast, "09:30")
    row = confirm(booked(cast), by=cast.advisor, now=at("08:10"))
    other = booked(cast, "沪A00002", when="09:30")
    assert refusal(move, row, at=at("09:30"), by=cast.advisor, now=at("08:20")) == "appointment.full"
    call_off(other, by=cast.advisor, reason="出差", now=at("08:21"))
    move(row, at=at("09:30"), by=cast.advisor, now=at("08:22"))
    row = Appointment.objects.get(pk=row.pk)
    assert (row.at, row.state, row.confirmed_at) == (at("09:30"), "booked", None)
    given_up = Appointment.objects.get(close_reason=MOVED)
    assert (given_up.at, given_up.state, given_up.closed_at) == (at("09:00"), "cancelled", at("08:22"))
    assert free(cast) == [("09:00", 1, [])]


def test_move_to_the_same_time_is_no_move(cast: Cast):
    row = booked(cast)
    move(row, at=at("09:00"), by=cast.advisor, now=at("08:10"))
    assert Appointment.objects.count() == 1


def test_confirming_twice_keeps_the_first(cast: Cast):
    row = confirm(booked(cast), by=cast.advisor, now=at("08:10"))
    again = confirm(Appointment.objects.get(pk=row.pk), by=cast.advisor3, now=at("08:40"))
    assert (again.confirmed_at, again.confirmed_by) == (at("08:10"), cast.advisor)
    closed = call_off(booked(cast, "沪A00002"), by=cast.advisor)
    assert refusal(confirm, closed, by=cast.advisor) == "appointment.closed"


def test_closing_notes_when_and_why_and_is_taken_back(cast: Cast):
    row = miss(booked(cast), by=cast.advisor, reason="电话没人接", now=at("10:00"))
    row = Appointment.objects.get(pk=row.pk)
    assert (row.state, row.closed_at, row.close_reason) == ("no_show", at("10:00"), "电话没人接")
    back = reopen(row, by=cast.advisor, now=at("10:05"))
    assert (back.state, back.closed_at, back.close_reason) == ("booked", None, "")


def test_taking_back_is_refused_when_too_late_moved_or_full(cast: Cast):
    places(cast)
    missed = miss(booked(cast), by=cast.advisor, now=at("08:30"))
    assert refusal(reopen, missed, by=cast.advisor, now=at("08:00", "2026-11-21")) == "appointment.day_over"
    booked(cast, "沪A00002")
    assert refusal(reopen, missed, by=cast.advisor, now=at("08:40")) == "appointment.full"
    SlotCapacity.objects.all().delete()
    row = booked(cast, "沪A00003", when="11:00")
    move(row, at=at("12:00"), by=cast.advisor, now=at("08:41"))
    given_up = Appointment.objects.get(close_reason=MOVED)
    assert refusal(reopen, given_up, by=cast.advisor, now=at("08:42")) == "appointment.moved"


def test_usual_places_come_from_hours_and_bays_and_leave_what_is_there(cast: Cast):
    places(cast, cars=7)
    made = fill_usual(cast.store, cast.manager)
    day = SlotCapacity.objects.filter(weekday=4, bay_kind="general")
    # 8:00 to 18:00 is twenty half hours, the last hour takes no car.
    assert (day.count(), day.get(start="09:00").cars, day.get(start="08:00").cars) == (18, 7, 1)
    assert SlotCapacity.objects.filter(bay_kind="express").count() == 18 * 7
    assert made == 18 * 7 * 2 - 1
    assert half_hours(time(8, 30), time(10)) == [time(8, 30), time(9), time(9, 30)]


def test_places_of_a_day_are_set_cleared_and_copied(cast: Cast):
    nine, ten = Cell(time(9), "general"), Cell(time(10), "", cast.advisor.pk)
    assert set_places(cast.store, weekday=0, cells={nine: 2, ten: 1}, by=cast.manager) == 2
    assert set_places(cast.store, weekday=0, cells={nine: 3, ten: None}, by=cast.manager) == 1
    assert copy_day(cast.store, weekday=0, to=[1, 2], by=cast.manager) == 2
    assert list(SlotCapacity.objects.values_list("weekday", "cars")) == [(0, 3), (1, 3), (2, 3)]
    assert refusal(copy_day, cast.store, weekday=5, to=[1], by=cast.manager) == "capacity.empty"
    assert refusal(set_places, cast.store, weekday=7, cells={}, by=cast.manager) == "capacity.weekday"
    assert refusal(set_places, cast.store, weekday=0, cells={nine: 51}, by=cast.manager) == "capacity.cars"


def test_days_are_read_in_the_same_number_of_queries(cast: Cast, django_assert_num_queries):
    places(cast)
    booked(cast)
    for days in (1, 14):
        with django_assert_num_queries(3):
            found = free_days(cast.store, FRIDAY, days=days, work="service", now=at("08:00"))
    assert [len(slots) for slots in found.values()] == [0] * 7 + [1] + [0] * 6
