"""The customer's page in a real browser: what it tells others, how small it is, how far it folds, without a script."""

import gzip
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import pytest
from django_scopes import scope
from playwright.sync_api import Browser, Page

from dealership.actions.links import make_link
from dealership.models import CustomerLink
from tests.cast import Cast
from tests.delivery.orders import sent
from tests.delivery.test_customer_papers import delayed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_BYTES = 50_000
MESSAGE_APP = (
    "Mozilla/5.0 (Linux; Android 12; V2183A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/86.0.4240.99 "
    "Mobile Safari/537.36 MicroMessenger/8.0.50 NetType/4G"
)


@pytest.fixture
def elsewhere():
    """A server of another origin; `asked` holds what it was sent."""
    asked = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(f"{self.path} {self.headers}")
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet."""

    server = HTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield SimpleNamespace(url=f"http://localhost:{server.server_port}/", asked=asked)
    server.shutdown()
    server.server_close()


def address_of(cast: Cast, visit) -> str:
    with scope(store=cast.store):
        return "/v/" + make_link(visit, by=cast.advisor)[1].rpartition("/v/")[2]


def test_the_token_is_gone_after_the_first_request(cast: Cast, browser: Browser, live_server, elsewhere) -> None:
    path = address_of(cast, sent(cast))
    token = path.removeprefix("/v/")
    page = browser.new_page()
    sent_by_page: list[str] = []
    page.on("request", lambda request: sent_by_page.append(f"{request.url} {request.all_headers()}"))
    page.goto(live_server.url + path)
    page.wait_for_timeout(2500)  # the page says that it was opened
    kept = (
        "[location.href, document.referrer, document.cookie, document.documentElement.outerHTML, localStorage.length,"
        " sessionStorage.length, ...performance.getEntries().map((one) => one.name)].join(' ')"
    )
    inside = page.evaluate(kept)
    hosts = page.evaluate(
        "[...document.querySelectorAll('[src], a[href^=http]')].map((e) => new URL(e.src || e.href).origin)"
    )
    page.evaluate("(url) => { location.href = url }", elsewhere.url)
    page.wait_for_url(elsewhere.url)
    page.go_back()

    assert [line for line in sent_by_page[1:] if token in line] == []
    assert token not in inside
    assert set(hosts) <= {live_server.url}
    assert [line for line in elsewhere.asked if token in line] == []
    assert [line for line in elsewhere.asked if line.startswith("/ ") and "Referer" in line] == []
    assert elsewhere.asked
    assert token not in page.url
    with scope(store=cast.store):
        assert CustomerLink.objects.get().opened_at is not None
    page.close()


def test_the_whole_page_weighs_less_than_50_kb(cast: Cast, browser: Browser, live_server) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844}, user_agent=MESSAGE_APP)
    bodies: dict[str, bytes] = {}

    def keep(response) -> None:
        if response.status == 200:
            bodies[response.url] = response.body()

    page.on("response", keep)
    page.goto(live_server.url + address_of(cast, sent(cast)), wait_until="networkidle")
    raw = sum(len(body) for body in bodies.values())
    packed = sum(len(gzip.compress(body)) for body in bodies.values())
    page.close()

    print(f"customer's page: {raw} bytes plain, {packed} packed, {len(bodies)} requests")
    assert packed < raw < MOST_BYTES


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_at_200_per_cent_nothing_scrolls_sideways(cast: Cast, browser: Browser, live_server, language: str) -> None:
    page = browser.new_page(viewport={"width": 195, "height": 422})
    wide = {}
    for visit in (sent(cast), delayed(cast)):
        page.goto(f"{live_server.url}{address_of(cast, visit)}")
        page.goto(f"{page.url}?language={language}")
        wide[visit.stage] = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    page.close()

    assert wide == {"delivery": 0, "workshop": 0}


def test_without_a_script_all_of_it_works(cast: Cast, browser: Browser, live_server) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(live_server.url + address_of(cast, delayed(cast)))
    page.locator(".delay button").click()
    delay_left = page.locator(".delay").count()
    page.goto(live_server.url + address_of(cast, sent(cast, "沪B12345")))
    paper = settlement(page)
    context.close()

    assert (delay_left, paper) == (0, True)


def settlement(page: Page) -> bool:
    """Go through the phone check to the settlement sheet."""
    page.locator("a[href$='/documents/settlement/']").click()
    page.fill("#digits", "1234")
    page.locator("button.go").click()
    return page.locator(".sheet-a4 table").count() == 1


def test_ready_when_how_much_and_whom_to_call_is_in_the_first_view(cast: Cast, browser: Browser, live_server) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(live_server.url + address_of(cast, sent(cast)))
    answers = (".state h1", ".state time", ".money b", "a[href^='tel:']")
    tops = {one: page.locator(one).first.bounding_box()["y"] for one in answers}
    page.close()

    assert {one: y for one, y in tops.items() if y > 780} == {}
