"""The app on the tablet: its pages without a server, whose they are, how it is installed and updated."""

import json
import urllib.request

import pytest
from django_scopes import scope
from playwright.sync_api import expect

from dealership.models import Visit
from tests.cast import Cast
from tests.offline.house import Server, Tablet, session_cookie, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.offline, pytest.mark.timeout(180)]

KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys()) for (const request of await (await caches.open(name)).keys())
    found.push([name, new URL(request.url).pathname + new URL(request.url).search]);
  return found;
}"""


def kept(tablet: Tablet, prefix: str = "") -> list[str]:
    """Return the addresses in the caches whose name begins with `prefix`."""
    return [address for name, address in tablet.page.evaluate(KEPT) if name.startswith(prefix)]


def test_pages_of_open_cars_load_cold_while_the_server_is_down(house: tuple[Cast, Server], tablet: Tablet):
    people, server = house
    visit = people.visit()
    tablet.prepare("/hq/next/")
    server.stop()
    tablet.kill()
    page = tablet.start()
    for path, text in (
        ("/hq/next/", "8K2D6"),
        ("/", "8K2D6"),
        (f"/hq/visits/{visit.pk}/", "8K2D6"),
        (f"/hq/visits/{visit.pk}/reception/?card=1.4", "8K2D6"),
        (f"/hq/visits/{visit.pk}/reception/?card=1.5&step=cabin", "8K2D6"),
        ("/hq/receive/", "接车"),
        ("/hq/board/", "没有网络"),
    ):
        tablet.open(path)
        expect(page.locator("body"), path).to_contain_text(text)
    assert tablet.said == []


def receive(tablet: Tablet, plate: str) -> None:
    """Fill in the page of a new arrival as an advisor does and send it."""
    page = tablet.open("/hq/receive/")
    page.locator("select[name=province]").select_option(plate[0])
    for key in plate[1:]:
        page.locator(f'[data-key="{key}"]').click()
    page.get_by_label("保养", exact=True).check()
    page.locator("[name=name]").fill("李")
    page.get_by_label("先生").check()
    page.locator("[name=phone]").fill("13900005678")
    page.locator(".rx-receive-bodies .rx-tile").nth(1).click()
    page.locator("[name=model]").fill("途观L")
    page.locator(".rx-next").click()


def test_car_received_without_network_opens_its_walk(house: tuple[Cast, Server], tablet: Tablet):
    people, server = house
    tablet.prepare("/hq/next/")
    server.stop()
    receive(tablet, "沪B12345")
    page = tablet.page
    page.wait_for_url("**/reception/?card=1.5")
    expect(page.locator("[data-blank-plate]")).to_have_text("沪B·12345")
    expect(page.locator("[data-blank-name]")).to_have_text("李先生")
    expect(page.locator("[data-walk]")).to_be_visible()
    tablet.kill()
    page = tablet.start()
    tablet.open("/hq/next/")
    assert tablet.counts() == {"waiting": 1, "parked": 0}
    server.start()
    tablet.wait_sent()
    with scope(store=people.store):
        visit = Visit.objects.select_related("vehicle__owner").get()
    assert (visit.vehicle.plate, visit.vehicle.body, visit.vehicle.owner.name) == ("沪B12345", "suv", "李")
    assert (visit.advisor, visit.works) == (people.advisor, ["service"])
    tablet.open(f"/hq/visits/{visit.pk}/reception/?card=1.5")
    expect(page.locator("[data-blank]")).to_have_count(0)
    expect(page.locator(".rx-top-name")).to_have_text("李先生")
    assert tablet.said == []
