"""The app on the tablet: its pages without a server, whose they are, how it is installed and updated."""

import pytest
from django_scopes import scope
from playwright.sync_api import expect

from dealership.models import Visit
from tests.cast import Cast
from tests.offline.house import Server, Tablet, asked, session_cookie
from tests.patience import wait_for

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


def test_nothing_of_customers_pages_or_of_the_api_is_kept(house: tuple[Cast, Server], tablet: Tablet):
    people, _server = house
    people.visit()
    tablet.prepare("/hq/next/")
    tablet.page.evaluate("() => Promise.all(['/api/schema/', '/my/x/', '/v/x'].map((url) => fetch(url)))")
    pages, files = kept(tablet, "rx-pages-"), kept(tablet, "rx-static-")
    assert [url for url in pages + files if url.startswith(("/my/", "/v/", "/api/", "/admin/"))] == []
    assert [url for url in files if not url.startswith("/static/")] == ["/offline/"]
    assert f"rx-pages-{people.advisor.pk}" in tablet.page.evaluate("() => caches.keys()")


def test_another_person_sees_no_kept_page_of_the_first(house: tuple[Cast, Server], tablet: Tablet):
    people, server = house
    visit = people.visit()
    tablet.prepare("/hq/next/")
    tablet.add([{"visit": str(visit.pk), "kind": "note", "payload": {"text": "钥匙在前台"}}])
    tablet.log_in(session_cookie(people.advisor3, server.url), tablet.enrolled)
    tablet.open("/hq/scores/")  # no page of the list: the server answers and says whose it is
    owners = "async () => (await caches.keys()).filter((name) => name.startsWith('rx-pages-'))"
    wait_for(lambda: f"rx-pages-{people.advisor.pk}" not in tablet.page.evaluate(owners), "the first one's pages to go")
    tablet.prepare("/hq/next/")
    server.stop()
    page = tablet.open(f"/hq/visits/{visit.pk}/reception/")
    expect(page.locator("body")).to_contain_text("没有网络")
    expect(page.locator("body")).not_to_contain_text("8K2D6")


def test_logout_wipes_pages_and_the_same_login_keeps_what_waits(house: tuple[Cast, Server], tablet: Tablet):
    people, server = house
    visit = people.visit()
    tablet.prepare("/hq/next/")
    tablet.page.route("**/sync/**", lambda route: route.abort())
    page = tablet.page
    tablet.add([{"visit": str(visit.pk), "kind": "note", "payload": {"text": "钥匙在前台"}}])
    page.locator(".rx-me > summary").click()
    page.locator("[data-logout] button").click()
    page.locator("[data-leave]").click()
    page.wait_for_url("**/login/**")
    assert [name for name, _url in page.evaluate(KEPT) if name.startswith("rx-pages-")] == []
    tablet.log_in(session_cookie(people.advisor, server.url), tablet.enrolled)
    tablet.open("/hq/next/")
    assert tablet.counts() == {"waiting": 1, "parked": 0}


def test_new_version_waits_for_the_end_of_the_visit(house: tuple[Cast, Server], tablet: Tablet):
    people, server = house
    visit = people.visit()
    tablet.prepare("/hq/next/")
    page = tablet.open(f"/hq/visits/{visit.pk}/reception/?card=1.4")
    server.stop()
    server.start(version="b")
    page.evaluate("async () => { await (await navigator.serviceWorker.getRegistration('/')).update(); }")
    waiting = "async () => Boolean((await navigator.serviceWorker.getRegistration('/')).waiting)"
    wait_for(lambda: page.evaluate(waiting), "the new version to wait")
    page.wait_for_timeout(5000)
    assert page.evaluate(waiting)
    tablet.open("/hq/next/")
    page.wait_for_selector('html[data-version="b"]', state="attached", timeout=30_000)
    page.wait_for_selector("html[data-offline-ready]", state="attached", timeout=30_000)
    wait_for(lambda: "rx-static-a" not in asked(page, "() => caches.keys()"), "the old files to go")
    assert tablet.said == []


def test_manifest_is_one_that_the_browser_installs(house: tuple[Cast, Server], tablet: Tablet):
    _people, _server = house
    page = tablet.open("/hq/next/")
    session = tablet.context.new_cdp_session(page)
    found = session.send("Page.getAppManifest")
    assert (found["errors"], found["url"]) == ([], f"{tablet.url}/manifest.webmanifest")


def test_pages_are_wiped_twelve_hours_after_the_login(house: tuple[Cast, Server], tablet: Tablet):
    people, server = house
    people.visit()
    tablet.prepare("/hq/next/")
    assert kept(tablet, "rx-pages-") != []
    late = """() => {
      const known = JSON.parse(localStorage['rx-login']);
      localStorage['rx-login'] = JSON.stringify({ ...known, since: known.since - 13 * 3600e3 });
    }"""
    tablet.page.evaluate(late)
    server.stop()
    tablet.page.reload()
    wait_for(lambda: kept(tablet, "rx-pages-") == [], "the pages to be wiped")
