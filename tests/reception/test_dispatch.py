"""Dispatch: who may send, whom, where; the board and what it suggests."""

import pytest
from django_scopes import scope

from dealership.models import Bay, Membership, StepTick, Vehicle
from dealership.refused import Refused
from reception.actions.dispatch import dispatch, end_dispatch
from reception.actions.lines import add_extra_line
from reception.models import Dispatch
from reception.queries.dispatch import board, waiting_visits
from tests.cast import Cast, at
from tests.reception.desk import desk, in_workshop
from tests.reception.test_consents import diagnosed

pytestmark = pytest.mark.django_db


def bay(name: str = "1号工位") -> Bay:
    return Bay.objects.get(name=name)


def test_controller_sends_a_car_and_it_stands_there(cast: Cast):
    visit = in_workshop(cast)
    with scope(store=cast.store):
        row = dispatch(visit, by=cast.controller, technician=cast.technician, bay=bay(), now=at("09:10"))
        assert (row.minutes, row.hv_needed, row.diagnosis, row.until) == (36, False, False, None)
        assert visit.place == bay()
        assert waiting_visits() == []


def test_sending_again_ends_the_first_assignment(cast: Cast):
    visit = in_workshop(cast)
    with scope(store=cast.store):
        first = dispatch(visit, by=cast.controller, technician=cast.technician, bay=bay(), now=at("09:10"))
        again = dispatch(visit, by=cast.controller, technician=cast.technician, bay=bay(), id=first.pk)
        second = dispatch(visit, by=cast.controller, technician=cast.technician2, bay=bay("2号工位"), now=at("09:30"))
        first.refresh_from_db()
        assert (again, first.until, second.until) == (first, at("09:30"), None)
        assert end_dispatch(visit, now=at("10:00")) == 1


def test_advisor_sends_only_while_no_controller_is_on_duty(cast: Cast):
    visit = in_workshop(cast)
    with scope(store=cast.store):
        with pytest.raises(Refused) as refused:
            dispatch(visit, by=cast.advisor, technician=cast.technician, bay=bay())
        assert refused.value.code == "dispatch.controller"
        Membership.objects.filter(staff=cast.controller).update(on_duty_since=None)
        assert dispatch(visit, by=cast.advisor, technician=cast.technician, bay=bay()).by == cast.advisor


def test_high_voltage_work_goes_to_a_qualified_technician(cast: Cast):
    visit = in_workshop(cast, vehicle={"model": "ID.4 X", "energy": Vehicle.Energy.BEV})
    with scope(store=cast.store):
        with pytest.raises(Refused) as refused:
            dispatch(visit, by=cast.controller, technician=cast.technician2, bay=bay())
        assert (refused.value.code, "褚军" in refused.value.message) == ("dispatch.hv", True)
        assert dispatch(visit, by=cast.controller, technician=cast.technician, bay=bay()).hv_needed is True
        add_extra_line(visit, by=cast.advisor, kind="labour", code="M03")
        (car,) = board(cast.store, at("09:20")).sent
        assert (car.hv, car.minutes) == (True, 60)


def test_dispatch_refuses_strangers_other_places_and_cars_without_an_order(cast: Cast):
    visit, early = in_workshop(cast), desk(cast, plate="沪B12345")
    with scope(store=cast.store):
        for car, person, place, code in (
            (visit, cast.cashier, bay(), "dispatch.technician"),
            (visit, cast.technician, bay("洗1"), "dispatch.bay"),
            (early, cast.technician, bay(), "dispatch.stage"),
        ):
            with pytest.raises(Refused) as refused:
                dispatch(car, by=cast.controller, technician=person, bay=place)
            assert refused.value.code == code
        assert Dispatch.objects.count() == 0


def test_express_car_in_an_express_bay_ticks_its_step(cast: Cast):
    visit = in_workshop(cast, works=["express"], words="换雨刮片")
    with scope(store=cast.store):
        dispatch(visit, by=cast.controller, technician=cast.technician, bay=bay("快1"), now=at("09:05"))
        assert StepTick.objects.filter(visit=visit, touchpoint="1.6", step="bay").count() == 1


def test_agreed_diagnosis_is_sent_while_the_car_is_in_negotiation(cast: Cast):
    visit = desk(cast, works=["repair"])
    with scope(store=cast.store):
        assert waiting_visits() == []
        diagnosed(cast, visit)
        assert waiting_visits() == [visit]
        assert dispatch(visit, by=cast.controller, technician=cast.technician, bay=bay()).diagnosis is True


def test_board_suggests_the_least_busy_technician_and_a_fitting_bay(cast: Cast):
    plain, express = in_workshop(cast), in_workshop(cast, "沪B12345", works=["express"], words="换雨刮片")
    electric = in_workshop(cast, "沪AD12345", vehicle={"energy": "bev"}, since="09:03")
    with scope(store=cast.store):
        dispatch(plain, by=cast.controller, technician=cast.technician2, bay=bay(), now=at("09:05"))
        shown = board(cast.store, at("09:15"))
        cars = {car.visit.pk: car for car in shown.waiting}
        assert (cars[express.pk].technician, cars[express.pk].bay) == (cast.technician.pk, bay("快1").pk)
        assert (cars[electric.pk].technician, cars[electric.pk].bay) == (cast.technician.pk, bay("2号工位").pk)
        assert {one.staff: one.until_minutes for one in shown.technicians} == {cast.technician: 0, cast.technician2: 26}
        assert [state.plate for state in shown.bays if not state.free] == ["沪A·8K2D6"]


def test_board_asks_the_same_number_of_questions_for_one_car_and_three(cast: Cast, django_assert_num_queries):
    in_workshop(cast)
    with scope(store=cast.store), django_assert_num_queries(6):
        board(cast.store, at("09:15"))
    for plate in ("沪B11111", "沪B22222"):
        other = in_workshop(cast, plate)
    with scope(store=cast.store):
        dispatch(other, by=cast.controller, technician=cast.technician, bay=bay(), now=at("09:05"))
        with django_assert_num_queries(6):
            board(cast.store, at("09:15"))
