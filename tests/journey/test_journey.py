"""One regular and one express car from the gate to the farewell, on real servers."""

import pytest

from tests.cast import Cast
from tests.journey.conftest import PICTURES
from tests.journey.person import Person
from tests.journey.product import Product
from tests.journey.route import dispatch, follow, inspect, let_in, let_out, pay, take, work_on

pytestmark = [pytest.mark.journey, pytest.mark.timeout(540)]

BUDGETS = {"advisor": 40, "express": 22, "guard": 4, "cashier": 3, "technician": 6}
"""Most taps a car, by role (design, part 1)."""


@pytest.mark.django_db  # one such test must stand here, or pytest-django makes no test database for this module
def test_budgets_are_those_of_the_design():
    assert BUDGETS == {"advisor": 40, "express": 22, "guard": 4, "cashier": 3, "technician": 6}


def drive(people: dict[str, Person], number: str, *, mileage: str) -> None:
    """Take a car that was let in through all stages to the cashier and out."""
    advisor = people["advisor"]
    take(advisor, number)
    follow(advisor, "reception", mileage=mileage)
    follow(advisor, "negotiation")
    dispatch(people["controller"], number)
    work_on(people["technician"], number)
    inspect(people["controller"], number)
    advisor.open("/hq/next/")
    advisor.tap(f".rx-todo:has-text('{number[-3:]}') a.rx-btn, .rx-todo:has-text('{number[-3:]}') button")
    follow(advisor, "showcase")
    follow(advisor, "explanation")
    pay(people["cashier"], number)


def test_journey(house: tuple[Cast, Product], people: dict[str, Person]):
    let_in(people["guard"], "A8K2D6", work="service")
    try:
        drive(people, "A8K2D6", mileage="58620")
    finally:
        for role, person in people.items():
            person.picture(PICTURES / f"{role}.png")
            print(role, person.page.url, dict(person.taps), dict(person.free), person.said[:3])
    let_out(people["guard"], "A8K2D6")
