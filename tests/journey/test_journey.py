"""One regular and one express car from the gate to the farewell, on real servers.

What it asserts afterwards: the letter that arrived and its link, the customer's page, every touchpoint's record, the
manager's figures against a second computation in SQL, and the taps of each role.
"""

import re

import pytest
from django.conf import settings
from django.utils import timezone
from django_scopes import scope

from dealership.models import Message, StepTick, TouchpointRecord, Visit, business_day
from tests.cast import Cast
from tests.journey.conftest import PICTURES
from tests.journey.person import Person
from tests.journey.product import Product
from tests.journey.route import (
    PHONED,
    UNDAMAGED,
    dispatch,
    follow,
    inspect,
    let_in,
    let_out,
    one_tap_card,
    open_car,
    pay,
    say_goodbye,
    take,
    work_on,
)
from tests.score_sql import executions

pytestmark = [pytest.mark.journey, pytest.mark.timeout(540)]

LAST = settings.BASE_DIR / ".data" / "journey"
"""Where everybody stood when the test ended, well or not."""
BUDGETS = {"advisor": 40, "express": 22, "guard": 4, "cashier": 3, "technician": 6}
"""Most taps a car, by role (design, part 1)."""
REGULAR, EXPRESS = "A8K2D6", "B3M907"
NOT_FOR_REGULAR = {"1.6", "1.7"}
NOT_FOR_EXPRESS = {"1.7"}


@pytest.mark.django_db  # one such test must stand here, or pytest-django makes no test database for this module
def test_budgets_are_those_of_the_design():
    assert BUDGETS == {"advisor": 40, "express": 22, "guard": 4, "cashier": 3, "technician": 6}


def drive(people: dict[str, Person], number: str, *, mileage: str, product: Product) -> None:
    """Take a car that was let in through all stages and out of the gate."""
    advisor = people["advisor"]
    take(advisor, number)
    follow(advisor, "reception", mileage=mileage, instead=UNDAMAGED)
    follow(advisor, "negotiation", picture=PICTURES / "negotiation.png" if number == REGULAR else None)
    dispatch(people["controller"], number)
    work_on(people["technician"], number)
    inspect(people["controller"], number)
    open_car(advisor, number)
    follow(advisor, "showcase", instead="" if number == REGULAR else PHONED)
    if number == REGULAR:
        read_letter(people["customer"], product)
    if number == REGULAR:
        advisor.picture(PICTURES / "settlement.png")
    follow(advisor, "explanation")
    one_tap_card(advisor)
    pay(people["cashier"], number)
    say_goodbye(advisor, number)
    let_out(people["guard"], number)


def read_letter(customer: Person, product: Product) -> None:
    """The customer reads the e-mail that really arrived, and opens its link on the phone."""
    letter = product.letter_to("wang@example.com")
    text = letter.get_content()
    found = re.search(r"http://localhost:\d+/v/\S+", text)
    assert found, text
    assert "沪A·8K2D6" in text
    customer.page.goto(found.group(0))
    customer.see("可以取车")
    customer.see("周敏")
    customer.see("021-55501818")
    assert "/v/" not in customer.page.url
    customer.picture(PICTURES / "customer.png")


def test_journey(house: tuple[Cast, Product], people: dict[str, Person]):
    cast, product = house
    let_in(people["guard"], REGULAR, work="service")
    try:
        drive(people, REGULAR, mileage="58620", product=product)
        let_in(people["guard"], EXPRESS, work="express", name="何伟", phone="13900005818")
        drive(people, EXPRESS, mileage="31200", product=product)
    finally:
        report(people)
    with scope(store=cast.store):
        every_touchpoint_has_its_record(REGULAR, NOT_FOR_REGULAR)
        every_touchpoint_has_its_record(EXPRESS, NOT_FOR_EXPRESS)
        (notice,) = Message.objects.filter(kind="ready", channel="email")
        assert (notice.state, notice.attempts) == (Message.State.SENT, 1)
        manager_reads_what_sql_computes(people["manager"], cast)
    budgets_hold(people)
    assert {role: person.said for role, person in people.items() if person.said} == {}


def every_touchpoint_has_its_record(number: str, out: set[str]) -> None:
    """All 22 records stand; those that apply are complete and have their day; those that do not, count nothing."""
    visit = Visit.objects.get(vehicle__plate=f"沪{number}", joined_to=None)
    assert visit.stage == "closed"
    records = {record.touchpoint: record for record in TouchpointRecord.objects.filter(visit=visit)}
    assert len(records) == 22
    assert {code for code, record in records.items() if not record.applicable} == out
    assert {code for code, record in records.items() if record.applicable and record.day is None} == set()
    open_steps = {code: (r.steps - r.done - r.skipped) for code, r in records.items() if r.applicable}
    missing = {code: left for code, left in open_steps.items() if left}
    assert missing == {}, [tick.code for tick in StepTick.objects.filter(visit=visit)]


def manager_reads_what_sql_computes(manager: Person, cast: Cast) -> None:
    """The figures on the manager's page are those of a second computation from the raw operations."""
    day = business_day(cast.store, timezone.now())
    manager.open(f"/hq/scores/{day}/")
    expected = {code: [f"{mean:.1f}", str(n)] for code, (mean, n) in executions(cast.store, day).items()}
    rows = manager.page.locator(".rx-heat tbody tr").all()
    readings = {row.locator(".rx-heat-name small").inner_text(): row.locator(".rx-heat-reading").first for row in rows}
    shown = {code: reading.inner_text().split() for code, reading in readings.items()}
    shown = {code: reading for code, reading in shown.items() if reading[1] != "0"}
    manager.picture(PICTURES / "manager.png")
    assert shown == expected


def report(people: dict[str, Person]) -> None:
    """Print the taps and keep a picture of where everybody stands."""
    for role, person in people.items():
        person.picture(LAST / f"{role}.png")
        for car in person.taps:
            print(f"{role:>11} {car}: {person.taps[car]} taps, {person.free[car]} free")
    print(*people["advisor"].log, sep="\n")


def budgets_hold(people: dict[str, Person]) -> None:
    """Nobody taps more than the design allows."""
    over = {}
    for role in ("advisor", "guard", "cashier", "technician"):
        for car, taps in people[role].taps.items():
            express = (role, car) == ("advisor", EXPRESS)
            limit = BUDGETS["express"] if express else BUDGETS[role]
            if taps > limit:
                over[role, car] = taps
    assert over == {}
