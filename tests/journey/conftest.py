"""The product of the journey, and its people."""

import os
from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from django_scopes import scope
from playwright.sync_api import Browser, expect

from dealership.actions import duty
from dealership.models import Customer, OpeningHours, Store, Vehicle
from reception.actions.appointments import book
from reception.actions.pricelist import load_price_list
from tests.cast import Cast, make_cast
from tests.journey.person import Person
from tests.journey.product import Product, running_product

# As patient as a tap: whole stories run beside other work on two cores.
expect.set_options(timeout=15_000)
PICTURES = Path(os.environ.get("PICTURES_DIR", settings.BASE_DIR / ".data" / "journey"))
MINUTE = {"test_shares_of_the_budget_are_whole_taps", "test_accident_follows_the_loss_assessment"}
"""Of the stories up to the agreement, those that the minute form tells (JOURNEY_FORM=minute)."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave most stories up to the agreement to `make journey`."""
    if os.environ.get("JOURNEY_FORM") != "minute":
        return
    told = [item for item in items if item.path.name != "test_welcome_story.py" or item.name.split("[")[0] in MINUTE]
    config.hook.pytest_deselected(items=[item for item in items if item not in told])
    items[:] = told


@pytest.fixture(scope="package")
def house(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[tuple[Cast, Product]]:
    """The cast in the database, and the whole product on it: one for all stories, each with its own cars."""
    with django_db_blocker.unblock():
        people = make_cast()
        book_mr_wang(people)
        connection.close()
        with running_product(str(tmp_path_factory.mktemp("data"))) as product:
            yield people, product


def book_mr_wang(cast: Cast) -> None:
    """A known customer with an e-mail, booked for today's service; and the store's price list."""
    duty.set_on_duty(cast.store, by=cast.advisor3, on=False)
    with scope(store=cast.store):
        load_price_list(cast.store)
        # Whatever the hour is: the store is open and no quiet hours hold the notice back.
        OpeningHours.objects.update(opens="00:00", closes="23:59")
        Store.objects.filter(pk=cast.store.pk).update(quiet_from="03:00", quiet_until="03:00")
        wang = Customer.objects.create(
            store=cast.store, name="王建国", sex="m", phone="+8613800001234", email="wang@example.com"
        )
        car = Vehicle.objects.create(
            store=cast.store, owner=wang, plate="沪A8K2D6", make="大众", model="途观L", year=2021, mileage=48210,
            body="suv",
        )  # fmt: skip
        book(
            cast.store, customer=wang, vehicle=car, at=timezone.now() + timedelta(minutes=5), by=cast.advisor,
            advisor=cast.advisor,
            work="service", wish="6万公里保养,左前窗升降有异响", quote_amount=Decimal("3180.00"),
        )  # fmt: skip


@pytest.fixture
def people(house: tuple[Cast, Product], browser: Browser) -> Iterator[dict[str, Person]]:
    """Guard, advisor, technician, controller, cashier and manager, logged in; the customer with a phone."""
    staff = ("guard", "advisor", "technician", "controller", "cashier", "manager")
    yield from at_their_screens(house[1], browser, staff)


def at_their_screens(product: Product, browser: Browser, staff: Sequence[str]) -> Iterator[dict[str, Person]]:
    """Yield these people by role, logged in, and the customer; afterwards their browsers are closed."""
    found = {role: Person(browser, product.url, role, login=role) for role in staff}
    found["customer"] = Person(browser, product.url, "customer")
    yield found
    for person in found.values():
        person.context.close()
