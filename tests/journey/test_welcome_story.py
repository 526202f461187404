"""Seven cars from the gate to the signed order, a diagnosis agreed by link, and one excellent visit up to its agreement.

Everything on screens, on real servers; the tables are read afterwards.

The advisor's budget is that of the whole visit (40 taps, express 22). Of it the desk may have what its steps are of all
the advisor's steps in the course: 24 of 45 from 1.4 to 2.5, with the express lane 27 of 48, with a claim 28 of 49. The
guard's 4 taps have one for the exit.
"""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from math import ceil

import pytest
from django.utils import timezone
from django_scopes import scope
from playwright.sync_api import Browser

from dealership.models import Customer, Store, TouchpointRecord, Vehicle, Visit
from reception.actions.appointments import book
from reception.models import Consent, RepairOrder
from tests.cast import Cast
from tests.journey.conftest import at_their_screens
from tests.journey.person import Person
from tests.journey.product import Product
from tests.journey.route import UNDAMAGED, follow, let_in, take
from tests.journey.test_journey import LAST

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]

POINTS = frozenset(
    "1.1 1.2 1.3 1.4 1.5 1.6 1.7 2.1 2.2 2.3 2.4 2.5 3.1 3.2 3.3 3.4 4.1 4.2 4.3 5.1 5.2 5.3".split()
)  # fmt: skip
WHOLE, EXPRESS, GUARD = 40, 22, 4
DESK = ceil(WHOLE * 24 / 45)
EXPRESS_DESK = ceil(EXPRESS * 27 / 48)
CLAIM_DESK = ceil(WHOLE * 28 / 49)
GATE = GUARD - 1

BOOKED, WALK_IN, QUICK, CLAIM = "E1T201", "E2T302", "E3T403", "E4T504"


@pytest.mark.django_db  # one such test must stand here, or pytest-django makes no test database for this module
def test_shares_of_the_budget_are_whole_taps():
    assert (DESK, EXPRESS_DESK, CLAIM_DESK, GATE) == (22, 13, 23, 3)


@pytest.fixture(scope="module")
def desk(house: tuple[Cast, Product], browser: Browser) -> Iterator[dict[str, Person]]:
    """Guard, advisor and whoever else is at a screen, one browser each for all cars; then what their consoles said."""
    for people in at_their_screens(house[1], browser, ("guard", "advisor", "controller", "technician", "manager")):
        yield people
        report(people)


@pytest.fixture(autouse=True)
def _scope(house: tuple[Cast, Product]) -> Iterator[None]:
    with scope(store=house[0].store):
        yield


@pytest.fixture(autouse=True)
def _pictures(request: pytest.FixtureRequest, desk: dict[str, Person]) -> Iterator[None]:
    """Keep where everybody stood when a car was through, well or not."""
    yield
    for role in ("guard", "advisor"):
        desk[role].picture(LAST / f"welcome-{request.node.originalname[5:]}-{role}.png")


def report(people: dict[str, Person]) -> None:
    """Print the taps of everybody."""
    for role, person in people.items():
        for car in person.taps:
            print(f"{role:>11} {car}: {person.taps[car]} taps, {person.free[car]} free")
    print(*people["advisor"].log, sep="\n")


def known(store: Store, number: str, name: str, *, car: dict[str, object] | None = None, **given: object) -> Vehicle:
    """Return a car that the store knows, with its owner."""
    owner = Customer.objects.create(store=store, name=name, **({"sex": "m"} | given))
    about = {"make": "大众", "model": "途观L", "year": 2023, "body": "suv"} | (car or {})
    return Vehicle.objects.create(store=store, plate=f"沪{number}", owner=owner, **about)


def at_the_desk(desk: dict[str, Person], number: str, *, mileage: str, **given: object) -> None:
    """The advisor goes to the car that was let in, walks round it and sits down with the customer."""
    take(desk["advisor"], number)
    follow(desk["advisor"], "reception", mileage=mileage, instead=UNDAMAGED, **given)  # type: ignore[arg-type]


def arrived(number: str) -> Visit:
    """Return the visit of a car that is here."""
    return Visit.objects.get(vehicle__plate=f"沪{number}", joined_to=None, left_at=None)


def signed(number: str, *, lane: str, out: set[str]) -> RepairOrder:
    """Tell that the car is in the workshop, in its lane, its order signed; `out`: touchpoints that do not apply."""
    visit = arrived(number)
    assert (visit.stage, visit.lane) == ("workshop", lane)
    applicable = dict(TouchpointRecord.objects.filter(visit=visit).values_list("touchpoint", "applicable"))
    assert set(applicable) == POINTS
    assert {point for point, applies in applicable.items() if not applies} == out
    order = RepairOrder.objects.get(visit=visit)
    consent = Consent.objects.get(order=order)
    assert (consent.kind, consent.how, consent.signature is not None) == ("repair", "signature", True)
    return order


def within_budget(desk: dict[str, Person], number: str, *, advisor: int = DESK, guard: int = GATE) -> None:
    """Tell that nobody tapped more than their share, and that no console complained."""
    taps = {role: desk[role].taps[number] for role in ("guard", "advisor")}
    print(f"{number}: {taps}")
    assert {role: n for role, n in taps.items() if n > {"guard": guard, "advisor": advisor}[role]} == {}
    assert {role: person.said for role, person in desk.items() if person.said} == {}


def test_booked_car(house: tuple[Cast, Product], desk: dict[str, Person]):
    cast, _product = house
    car = known(cast.store, BOOKED, "李强", phone="+8613811110201", car={"mileage": 38_900})
    book(
        cast.store, customer=car.owner, vehicle=car, at=timezone.now() + timedelta(minutes=5), by=cast.advisor,
        advisor=cast.advisor, work="service", wish="4万公里保养", quote_amount=Decimal(1680),
    )  # fmt: skip
    let_in(desk["guard"], BOOKED, work="service")
    desk["guard"].see("周敏")
    at_the_desk(desk, BOOKED, mileage="40120")
    follow(desk["advisor"], "negotiation")
    order = signed(BOOKED, lane="booked", out={"1.6", "1.7"})
    assert [line.quote for line in order.lines.all()][0] == Decimal("1680.00")
    within_budget(desk, BOOKED)


def test_walk_in_car(house: tuple[Cast, Product], desk: dict[str, Person]):
    let_in(desk["guard"], WALK_IN, work="service", name="郑涛", phone="13811110302")
    at_the_desk(desk, WALK_IN, mileage="20050")
    follow(desk["advisor"], "negotiation")
    signed(WALK_IN, lane="general", out={"1.6", "1.7"})
    within_budget(desk, WALK_IN)


def test_express_car(house: tuple[Cast, Product], desk: dict[str, Person]):
    let_in(desk["guard"], QUICK, work="express", name="何伟", phone="13811110403")
    at_the_desk(desk, QUICK, mileage="31200")
    follow(desk["advisor"], "negotiation")
    signed(QUICK, lane="express", out={"1.7"})
    within_budget(desk, QUICK, advisor=EXPRESS_DESK)


def answer_claim(advisor: Person) -> None:
    """Say whether it is covered, what it does, and until when there is an answer."""
    advisor.tap(".rx-claim-cover button[value=covered]")
    advisor.tap("label:has([name=symptoms])")
    advisor.tap(".rx-bar-next .rx-next:visible")
    advisor.tap("form[action$='/answer-time/'] button[value='2']")


def test_claim_keeps_its_old_parts(house: tuple[Cast, Product], desk: dict[str, Person]):
    cast, _product = house
    bought = (timezone.now() - timedelta(days=400)).date()
    known(cast.store, CLAIM, "孙洁", sex="f", phone="+8613811110504", car={"mileage": 18_000, "sold_on": bought})
    let_in(desk["guard"], CLAIM, work="claim")
    at_the_desk(desk, CLAIM, mileage="19340", first={".rx-claim-cover": answer_claim})
    follow(desk["advisor"], "negotiation")
    order = signed(CLAIM, lane="claim", out={"1.6"})
    assert (order.old_parts, {line.payer for line in order.lines.all()}) == ("claim", {"warranty"})
    within_budget(desk, CLAIM, advisor=CLAIM_DESK)
