"""Seven cars from the gate to the signed order, a diagnosis agreed by link, and an excellent visit up to its agreement.

Everything on screens, on real servers; the tables are read afterwards.

The advisor's budget is that of the whole visit (40 taps, express 22). Of it the desk may have what its steps are of all
the advisor's steps in the course: 24 of 45 from 1.4 to 2.5, with the express lane 27 of 48, with a claim 28 of 49. The
guard's 4 taps have one for the exit. A diagnosis with its offer is held to the 40 alone; a loaner's contract counts
for the loaner.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from math import ceil

import pytest
from django.utils import timezone
from django_scopes import scope
from playwright.sync_api import Browser, expect

from dealership.actions.stages import cancel
from dealership.actions.visits import open_visit
from dealership.models import (
    Customer,
    Device,
    Event,
    Message,
    Promise,
    StepTick,
    Store,
    TouchpointRecord,
    Vehicle,
    Visit,
)
from reception.actions.appointments import book
from reception.actions.cameras import add_camera
from reception.actions.loaners import keep_car, set_aside
from reception.actions.pricelist import add_thing
from reception.models import AccidentCase, Approval, Consent, Loan, OpenAdvice, RepairOrder
from tests.cast import Cast
from tests.journey.agreement import (
    add_work,
    answer_claim,
    ask_to_bear,
    decide_on_phone,
    diagnose_first,
    note_loss,
    on_sheet,
    open_order,
    read_codes,
)
from tests.journey.conftest import at_their_screens
from tests.journey.excellent import (
    advise_against,
    camera_sees,
    greet_at_the_open_gate,
    hand_over_the_loaner,
    settle_by_phone,
)
from tests.journey.past import been_here
from tests.journey.person import Person
from tests.journey.product import Product
from tests.journey.route import UNDAMAGED, dispatch, follow, let_in, take
from tests.journey.test_journey import LAST

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]

SIZES = {1: 7, 2: 5, 3: 4, 4: 3, 5: 3}
"""Stage → its touchpoints (22 in all)."""
POINTS = {f"{stage}.{number}" for stage, size in SIZES.items() for number in range(1, size + 1)}
WHOLE, EXPRESS, GUARD = 40, 22, 4
DESK = ceil(WHOLE * 24 / 45)
EXPRESS_DESK = ceil(EXPRESS * 27 / 48)
CLAIM_DESK = ceil(WHOLE * 28 / 49)
GATE = GUARD - 1

BOOKED, WALK_IN, QUICK, CLAIM = "E1T201", "E2T302", "E3T403", "E4T504"
AGAIN, WAITING, DAMAGED, FLEET, EXAMINED = "E5T605", "E6T706", "E7T807", "E8T908", "E9T019"
EXCELLENT, LENT, CLEANING = "F1T120", "沪F2T230", "发动机深度清洗养护"
OF_THE_BRAND = "沪F3T340"
IN_THE_STORE = timedelta(minutes=7)
"""From the gate to the loaner's key (course, part 5)."""


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
    assert order.lines.first().quote == Decimal("1680.00")
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


def test_comeback_goes_first_and_the_store_bears_it(house: tuple[Cast, Product], desk: dict[str, Person]):
    cast, _product = house
    noise = {"works": ["repair"], "words": "刹车时有异响"}
    owner = {"name": "吴刚", "sex": "m", "phone": "+8613811110605", "email": ""}
    been_here(cast, f"沪{AGAIN}", days_ago=9, mileage=44_000, customer=owner, **noise)
    other = open_visit(cast.store, by=cast.guard, plate=f"沪{WAITING}", works=["service"])
    let_in(desk["guard"], AGAIN, work="repair")
    advisor = desk["advisor"]
    advisor.open("/hq/next/")
    first, second = (advisor.page.locator(".rx-todo").nth(place) for place in (0, 1))
    expect(first).to_contain_text(AGAIN[-3:])
    expect(second).to_contain_text(WAITING[-3:])
    at_the_desk(desk, AGAIN, mileage="44310")
    ask_to_bear(advisor, desk["manager"], reason="上次没有修好")
    follow(advisor, "negotiation")
    order = signed(AGAIN, lane="comeback", out={"1.6", "1.7"})
    assert {line.payer for line in order.lines.all()} == {"goodwill"}
    assert Event.objects.filter(visit=order.visit_id, kind="reception.comeback").count() == 1
    assert Message.objects.filter(visit=order.visit_id, kind="staff_alert", staff=cast.manager).exists()
    cancel(other, by=cast.manager, reason="客户改天再来")
    within_budget(desk, AGAIN)


def test_accident_follows_the_loss_assessment(house: tuple[Cast, Product], desk: dict[str, Person]):
    let_in(desk["guard"], DAMAGED, work="accident", name="宋雨", phone="13811110807")
    at_the_desk(desk, DAMAGED, mileage="12750")
    desk["advisor"].see("待定损")
    follow(desk["advisor"], "negotiation", first={".rx-accident": partial(note_loss, amount="820")})
    order = signed(DAMAGED, lane="accident", out={"1.6", "1.7"})
    case = AccidentCase.objects.get(visit=order.visit_id)
    assert (case.state, case.assessed) == ("parts", Decimal("820.00"))
    assert {line.payer for line in order.lines.all()} == {"insurer"}
    call = Promise.objects.get(visit=order.visit_id, kind="update", state="open")
    assert call.due_at is not None
    assert call.due_at.astimezone(order.store.zone).date() == local_day(order.store, days=2)
    within_budget(desk, DAMAGED)


def test_fleet_car_goes_on_account_within_its_limit(house: tuple[Cast, Product], desk: dict[str, Person]):
    cast, _product = house
    company = {"company": "申达物流有限公司", "credit_limit": Decimal(20_000), "phone": "+8613811110908"}
    known(cast.store, FLEET, "马骏", car={"mileage": 9_100}, **company)
    let_in(desk["guard"], FLEET, work="service")
    at_the_desk(desk, FLEET, mileage="9870")
    follow(desk["advisor"], "negotiation")
    order = signed(FLEET, lane="general", out={"1.6", "1.7"})
    assert (arrived(FLEET).arrival, {line.payer for line in order.lines.all()}) == ("fleet", {"account"})
    assert Promise.objects.get(visit=order.visit_id, kind="price").amount == 0
    assert not Approval.objects.filter(visit=order.visit_id).exists()
    within_budget(desk, FLEET)


def test_diagnosis_first_then_the_repair_by_link(house: tuple[Cast, Product], desk: dict[str, Person]):
    cast, product = house
    address = "zhao@example.com"
    known(cast.store, EXAMINED, "赵敏", sex="f", phone="+8613811110019", email=address, car={"mileage": 71_000})
    let_in(desk["guard"], EXAMINED, work="repair")
    at_the_desk(desk, EXAMINED, mileage="71230")
    advisor, customer = desk["advisor"], desk["customer"]
    customer.car = EXAMINED
    diagnose_first(advisor)
    examined(desk, EXAMINED, bay="1号工位")
    priced(advisor, EXAMINED)
    decide_on_phone(customer, product, address, digits="0019")
    expect(advisor.page.locator(".rx-offer")).to_contain_text("已答复")
    follow(advisor, "negotiation")
    visit = arrived(EXAMINED)
    assert visit.stage == "workshop"
    consents = Consent.objects.filter(visit=visit).order_by("at").values_list("kind", "how", "amount")
    assert list(consents) == [
        ("diagnosis", "signature", Decimal("300.00")), ("repair", "link", Decimal("1166.00")),
    ]  # fmt: skip
    states = dict(Promise.objects.filter(visit=visit).values_list("kind", "state"))
    assert states["call_back"] == "kept"
    assert {kind for kind, state in states.items() if state == "open"} >= {"price", "start", "ready"}
    within_budget(desk, EXAMINED, advisor=WHOLE)


def examined(desk: dict[str, Person], number: str, *, bay: str) -> None:
    """The car is sent to a technician while it is being talked about, who reads its codes."""
    dispatch(desk["controller"], number, to="冯强", bay=bay)
    read_codes(desk["technician"], number, "P0303")


def priced(advisor: Person, number: str) -> None:
    """Turn the diagnosis into an offer with its reasons and send it to the customer."""
    open_order(advisor, number)
    on_sheet(advisor, "a[href$='/order/repair/']", ".rx-next")
    add_work(advisor, "labour:R06", reason="第三缸点火线圈断路", must=True)
    add_work(advisor, "labour:M04", reason="火花塞间隙偏大")
    on_sheet(advisor, "a[href$='/order/offer/']", ".rx-next")


def local_day(store: Store, *, days: int) -> date:
    """Return the store's date in so many days."""
    return (timezone.now() + timedelta(days=days)).astimezone(store.zone).date()


def expected_guest(cast: Cast) -> tuple[Device, str]:
    """Let a customer with a past be booked with a loaner; return the camera at the entrance and its key."""
    owner = {"name": "沈岩", "sex": "m", "phone": "+8613811110120", "email": "shen@example.com"}
    been_here(cast, f"沪{EXCELLENT}", days_ago=210, mileage=50_000, customer=owner, works=["service"])
    been_here(cast, f"沪{EXCELLENT}", days_ago=80, mileage=55_000, works=["repair"], words="冷车启动有异响")
    car = Vehicle.objects.select_related("owner").get(plate=f"沪{EXCELLENT}")
    add_thing(
        cast.store, kind="package", by=cast.manager, code="DEEP", names={"zh-hans": CLEANING}, price=Decimal(2000)
    )  # fmt: skip
    soon = timezone.now() + timedelta(minutes=5)
    booked = book(
        cast.store, customer=car.owner, vehicle=car, at=soon, by=cast.advisor, advisor=cast.advisor, work="repair",
        concern="发动机故障灯亮", transport="loaner",
    )  # fmt: skip
    lent = keep_car(cast.store, plate=LENT, model="朗逸", by=cast.manager, mileage=12_000, deposit=Decimal(2000))
    set_aside(
        lent, customer=car.owner, since=timezone.now(), until=soon + timedelta(days=2), by=cast.advisor,
        appointment=booked,
    )  # fmt: skip
    return add_camera(cast.store, by=cast.manager, name="入口", adapter="plain")


def test_excellent_visit_up_to_the_agreement(house: tuple[Cast, Product], desk: dict[str, Person]):
    """The gate opens by itself, somebody is there at once, the past year is talked through while the codes are read,
    a loaner goes out; later one conversation settles work and price, and the store talks the customer out of ¥2,000.
    """
    cast, product = house
    camera, key = expected_guest(cast)
    advisor = desk["advisor"]
    for plate, make in ((f"沪{EXCELLENT}", ""), (OF_THE_BRAND, "大众")):
        assert camera_sees(product, camera.pk, key, plate, make=make)["open"] is True
    greet_at_the_open_gate(desk["guard"], EXCELLENT)
    take(advisor, EXCELLENT)
    advisor.see("过去一年")
    advisor.see("异响")
    follow(advisor, "reception", mileage="58300", instead=UNDAMAGED)
    diagnose_first(advisor)
    examined(desk, EXCELLENT, bay="2号工位")
    hand_over_the_loaner(advisor, "沈岩", loaner=LENT)
    visit = arrived(EXCELLENT)
    loan = Loan.objects.get(car__plate=LENT, appointment__visit=visit)
    assert (loan.state, loan.out_at - visit.arrived_at <= IN_THE_STORE) == ("out", True)
    settle(desk, product)
    what_was_settled(arrived(EXCELLENT))
    within_budget(desk, EXCELLENT, advisor=WHOLE)


def settle(desk: dict[str, Person], product: Product) -> None:
    """The priced offer says what the call will be about; the call settles it, and the car goes into the workshop."""
    advisor = desk["advisor"]
    open_order(advisor, EXCELLENT)
    on_sheet(advisor, "a[href$='/order/repair/']", ".rx-next")
    add_work(advisor, "labour:R06", reason="第三缸点火线圈断路")
    add_work(advisor, "package:DEEP", reason="客户听说可以省油")
    advise_against(advisor, CLEANING)
    on_sheet(advisor, "a[href$='/order/offer/']", ".rx-next")
    assert "沪F·1T120" in product.letter_to("shen@example.com").get_content()
    settle_by_phone(advisor, "沈洁")
    follow(advisor, "negotiation")


def what_was_settled(visit: Visit) -> None:
    """One call with a second person; ¥2,000 saved and kept as advice; what was promised is on record."""
    assert visit.stage == "workshop"
    call = Consent.objects.get(visit=visit, kind="repair")
    assert (call.how, call.second_person.username) == ("phone", "supervisor")
    saved = OpenAdvice.objects.get(visit=visit)
    assert (saved.kind, saved.amount) == ("advised_against", Decimal("2000.00"))
    states = dict(Promise.objects.filter(visit=visit).values_list("kind", "state"))
    assert states["call_back"] == "kept"
    assert {kind for kind, state in states.items() if state == "open"} >= {"price", "start", "ready"}
    met = StepTick.objects.get(visit=visit, touchpoint="1.4", step="meet")
    assert met.answer == "done"
