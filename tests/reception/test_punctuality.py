"""On time, early, late, no-show, moved: counted as the docstring says."""

import pytest
from django_scopes import scope

from reception.actions.appointments import book_plate, call_off, keep, miss, move
from reception.queries.punctuality import Punctuality, lateness, punctuality
from tests.cast import Cast, at

pytestmark = pytest.mark.django_db
WANG = {"name": "王建国", "sex": "m", "phone": "13800001234"}


def test_each_agreed_time_is_counted_once(cast: Cast):
    def booked(number: int, clock: str, day: str = "2026-11-20"):
        return book_plate(
            cast.store, plate=f"沪A0000{number}", by=cast.advisor, at=at(clock, day),
            now=at("08:00", "2026-11-18"), **WANG,
        )  # fmt: skip

    def come(row, clock: str):
        return keep(row, visit=cast.visit(row.vehicle.plate, now=at(clock)), by=cast.guard)

    with scope(store=cast.store):
        met = [come(booked(1, "09:00"), "09:15"), come(booked(2, "09:00"), "08:44"), come(booked(3, "09:00"), "09:16")]
        miss(booked(4, "09:00"), by=cast.advisor)
        move(booked(5, "09:00"), at=at("16:00"), by=cast.advisor, now=at("08:00", "2026-11-19"))
        call_off(booked(6, "09:00"), by=cast.advisor)
        booked(7, "09:00")  # not here at 10:00: late
        booked(8, "09:50")  # not here at 10:00: may still be on time
        booked(9, "09:00", "2026-11-19")  # nobody noted anything: did not come
        found = punctuality(cast.store, at("00:00", "2026-11-19").date(), at("00:00").date(), now=at("10:00"))
    assert found == Punctuality(on_time=1, early=1, late=2, no_show=2, moved=1)
    assert (found.due, found.share) == (6, 17)
    assert [lateness(row) for row in met] == ["on_time", "early", "late"]


def test_nobody_due_has_no_share(cast: Cast):
    with scope(store=cast.store):
        day = at("00:00").date()
        assert punctuality(cast.store, day, day, now=at("10:00")).share is None
