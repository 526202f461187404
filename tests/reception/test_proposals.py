"""What an order begins with: fitting packages, open advice, the fleet's account; and the difference to the booking."""

import pytest
from django_scopes import scope

from dealership.models import Customer, Vehicle, Visit
from reception.actions.lines import add_line, answer_line
from reception.models import OpenAdvice, OrderLine, Package, RepairOrder
from reception.queries.orders import lines_of, totals
from reception.queries.packages import due_service, fits
from reception.queries.pricelist import PriceList
from reception.queries.proposals import proposals
from tests.cast import Cast, at
from tests.reception.desk import desk, order_at, yuan

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("energy", "mileage", "code"),
    [("fuel", 9_800, "P10"), ("fuel", 21_000, "P20"), ("fuel", 80_300, "P40"), ("fuel", 119_000, "P60"),
     ("fuel", 70_000, "P10"), ("phev", 40_000, "P40"), ("bev", 9_000, "EV"), ("bev", 61_000, "EV")],
)  # fmt: skip
def test_due_service_is_the_largest_that_divides_the_mileage(cast: Cast, energy: str, mileage: int, code: str):
    desk(cast)
    with scope(store=cast.store):
        picks = PriceList().picks.values()
        assert due_service(picks, Vehicle(energy=energy, make="大众", model="途观L"), mileage) == f"package:{code}"


def test_store_without_mileages_has_the_products_order(cast: Cast):
    desk(cast)
    with scope(store=cast.store):
        Package.objects.update(mileage=None, energies=[])
        picks = PriceList().picks.values()
        assert due_service(picks, Vehicle(energy="fuel"), 41_000) == "package:P40"


def test_package_of_another_model_does_not_fit(cast: Cast):
    desk(cast)
    with scope(store=cast.store):
        Package.objects.filter(code="P10").update(fits="帕萨特\n朗逸")
        pick = PriceList().picks["package:P10"]
        assert not fits(pick, Vehicle(make="大众", model="途观L"))
        assert fits(pick, Vehicle(make="大众", model="朗逸 Plus"))
        # The next best of those that fit is due then.
        assert due_service(PriceList().picks.values(), Vehicle(make="大众", model="途观L"), 20_000) == "package:P20"


def declined(cast: Cast, colour: str) -> OrderLine:
    """Let the car's order of another day have a declined line."""
    visit = desk(cast, plate="沪A8K2D9")
    order = order_at(cast, visit)
    with scope(store=cast.store):
        line = add_line(order, by=cast.advisor, kind="package", code="PADS", now=at("08:52"))
        answer_line(line, by=cast.advisor, answer="declined", reason="price", colour=colour, now=at("08:53"))
    return line


@pytest.mark.parametrize(("colour", "must"), [("red", True), ("yellow", False)])
def test_open_advice_comes_back_with_its_reason(cast: Cast, colour: str, must: bool):
    declined(cast, colour)
    visit = desk(cast)
    with scope(store=cast.store):
        OpenAdvice.objects.update(vehicle=visit.vehicle_id)
        (found,) = [row for row in proposals(visit, PriceList()) if row.pick.code == "PADS"]
        assert (found.why, found.must, "2026" in found.reason) == ("advice", must, True)
        order = RepairOrder.objects.select_related("visit__store").get(visit=visit)
        line = add_line(order, by=cast.advisor, kind="package", code="PADS", why="advice", now=at("08:54"))
        answer_line(line, by=cast.advisor, answer="agreed", now=at("08:55"))
        assert OpenAdvice.objects.filter(closed_at=None).count() == 0


def test_company_pays_for_a_fleet_car_that_has_credit(cast: Cast):
    fleet = desk(cast, arrival="fleet")
    with scope(store=cast.store):
        Customer.objects.update(credit_limit=yuan(5000))
        visit = Visit.objects.select_related("customer", "vehicle", "store").get(pk=fleet.pk)
        assert {row.payer for row in proposals(visit, PriceList())} == {"account"}
        OrderLine.objects.update(payer="account")
        found = totals(OrderLine.objects.all())
        assert (found.customer, found.company) == (0, yuan(598))


def test_customer_pays_for_a_fleet_car_without_credit(cast: Cast):
    order = order_at(cast, desk(cast, arrival="fleet"))
    with scope(store=cast.store):
        assert {line.payer for line in lines_of(order)} == {"customer"}
