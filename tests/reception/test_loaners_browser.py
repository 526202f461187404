"""A loaner on a tablet, turned round to the customer: set aside from the calendar, signed out, signed back."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from django_scopes import scope
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from dealership.models import Staff
from reception.actions.loaners import set_aside
from reception.models import Loan
from tests import pictures
from tests.cast import Cast
from tests.reception.lending import SECOND, customer, loaner

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def tablet(cast: Cast, browser: Browser, live_server) -> Page:
    Staff.objects.update(language="en")
    client = Client()
    client.force_login(Staff.objects.get(pk=cast.advisor.pk))
    context = browser.new_context(viewport={"width": 1280, "height": 800}, has_touch=True, service_workers="block")
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{live_server.url}/hq/loaners/")
    yield page
    context.close()


def sign(page: Page) -> None:
    """Draw a stroke that leans to the upper left of the pad as it stands on the screen."""
    box = page.locator("canvas").bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 90, box["y"] + 50, steps=8)
    page.mouse.up()
    page.wait_for_function("document.querySelector('[data-signature-field]').value.length > 100")


def loan_now(cast: Cast) -> Loan:
    with scope(store=cast.store):
        return Loan.objects.get()


def test_a_loaner_goes_out_and_comes_back_on_a_tablet(cast: Cast, tablet: Page):
    loaner(cast)
    customer(cast)
    tablet.reload()
    tablet.locator(".loan-free").first.click()
    tablet.get_by_label("Plate of the customer's own car").fill("沪A8K2D6")
    tablet.locator("input[name=car]").first.check(force=True)
    tablet.get_by_role("button", name="Set this car aside").click()

    tablet.get_by_label("Licence, last four").wait_for()
    photo = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": pictures.picture(1200, 900)}
    tablet.locator("input[type=file]").set_input_files(photo)
    tablet.get_by_text("Photo taken").wait_for()
    tablet.get_by_label("Licence, last four").fill("123X")
    tablet.get_by_label("Mileage, km").fill("12010")
    tablet.locator("input[name=fuel][value='6']").check(force=True)
    tablet.locator("input[name=deposit_note][value=cash]").check(force=True)
    tablet.get_by_role("button", name="the contract").click()

    tablet.locator("[data-turn]").click()
    sign(tablet)
    tablet.get_by_role("button", name="Signed: hand over the key").click()
    tablet.get_by_role("button", name="Signed: the car is back").wait_for()
    loan = loan_now(cast)
    assert (loan.state, loan.licence_no, loan.out_energy) == ("out", "123X", {"fuel": 6})
    with Image.open(Path(settings.MEDIA_ROOT) / loan.out_signature.name) as kept:
        left, _top, right, _bottom = kept.getchannel("A").getbbox()
        # Turned by half a circle the corner at the upper left of the screen is the lower right of the writer's page.
        assert left + right > kept.width

    tablet.get_by_label("Mileage, km").fill("12095")
    tablet.locator("input[name=fuel][value='4']").check(force=True)
    expect(tablet.locator("#loan-difference")).to_contain_text("85 km")
    expect(tablet.locator("#loan-difference")).to_contain_text("2/8")
    sign(tablet)
    tablet.get_by_role("button", name="Signed: the car is back").click()
    tablet.get_by_text("Out and back").wait_for()
    assert loan_now(cast).state == "back"


def test_the_slower_of_two_keeps_what_was_typed(cast: Cast, tablet: Page):
    now = timezone.now()
    car = loaner(cast)
    loaner(cast, SECOND, model="ID.4")
    customer(cast)
    tablet.reload()
    tablet.get_by_role("link", name="Set a car aside").click()
    tablet.get_by_label("Plate of the customer's own car").fill("沪A8K2D6")
    tablet.locator(f"input[name=car][value='{car.pk}']").check(force=True)
    other = customer(cast, "李娜", "沪B00001")
    with scope(store=cast.store):
        until = now + timedelta(hours=3)
        set_aside(car, customer=other, since=now - timedelta(hours=1), until=until, by=cast.manager)
    tablet.get_by_role("button", name="Set this car aside").click()
    expect(tablet.locator("#sheet")).to_contain_text("沪A·D10002 ID.4")
    assert tablet.get_by_label("Plate of the customer's own car").input_value() == "沪A8K2D6"


def test_arrow_keys_walk_the_calendar(cast: Cast, tablet: Page):
    loaner(cast)
    loaner(cast, SECOND)
    tablet.reload()
    rows = tablet.locator(".loan-table tbody tr")
    rows.nth(0).locator("a").nth(0).focus()
    tablet.keyboard.press("ArrowRight")
    tablet.keyboard.press("ArrowDown")
    expect(rows.nth(1).locator("a").nth(1)).to_be_focused()
