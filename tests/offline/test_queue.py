"""The tablet's queue in a real browser: every story ends with the exact rows on the server."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone
from django_scopes import scope
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from dealership.actions.visits import open_visit
from dealership.models import Attachment, Event, Operation, Staff, StepTick, Visit
from dealership.uuids import uuid7
from tests.cast import Cast, make_cast
from tests.offline.house import session_cookie
from tests.patience import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.timeout(90)]

SENT = "() => document.documentElement.dataset.unsent === '0' && !('busy' in document.documentElement.dataset)"
HAND = ["1.3/gesture", "1.3/wait"]
"""The hand ticks of the card that these tests tap."""

Opens = Callable[..., BrowserContext]


@pytest.fixture
def people(transactional_db: None) -> Iterator[Cast]:
    cast = make_cast()
    with scope(store=cast.store):
        yield cast


@pytest.fixture
def visit(people: Cast) -> Visit:
    return people.visit(now=timezone.now() - timedelta(minutes=5))


@pytest.fixture
def card(live_server: LiveServer, visit: Visit) -> str:
    """The address of a card of hand ticks."""
    return f"{live_server.url}/hq/visits/{visit.pk}/reception/?card=1.3"


@pytest.fixture
def tablet(browser: Browser, live_server: LiveServer, people: Cast) -> Iterator[Opens]:
    """Open browser contexts in which somebody is logged in (the advisor, unless named)."""
    opened: list[BrowserContext] = []

    def context(staff: Staff = people.advisor, **options: Any) -> BrowserContext:
        made = browser.new_context(viewport={"width": 1280, "height": 800}, **options)
        # The queue alone: pages come from the network.
        made.add_init_script("Object.defineProperty(Navigator.prototype, 'serviceWorker', {value: undefined})")
        log_in(made, staff, live_server.url)
        opened.append(made)
        return made

    yield context
    for each in opened:
        each.close()


def log_in(context: BrowserContext, staff: Staff, url: str) -> None:
    language = {"name": settings.LANGUAGE_COOKIE_NAME, "value": "en", "url": url}
    Staff.objects.filter(pk=staff.pk).update(language="en")
    context.add_cookies([session_cookie(staff, url), language])  # type: ignore[list-item]


def opened(context: BrowserContext, url: str) -> Page:
    """Open a page and wait until its scripts are at rest."""
    page = context.new_page()
    page.goto(url)
    wait_sent(page)
    return page


def tap_card(page: Page) -> None:
    page.locator(".rx-cards-tap button").click()


def wait_sent(page: Page) -> None:
    page.wait_for_function(SENT, timeout=30_000)


def wait_unsent(page: Page, count: int) -> None:
    page.wait_for_function("n => document.documentElement.dataset.unsent === String(n)", arg=count, timeout=10_000)


def hand_ticks(visit: Visit) -> list[str]:
    """Return the codes of the hand ticks on the server, in the order of their ids' making."""
    ticks = StepTick.objects.filter(visit=visit, evidence="").order_by("moment", "id")
    return [f"{tick.touchpoint}/{tick.step}" for tick in ticks]


def sent(visit: Visit) -> list[tuple[int, str]]:
    """Return (seq, kind) of everything that came from a tablet."""
    rows = Operation.objects.filter(visit=visit.pk, seq__gt=0).order_by("seq")
    return list(rows.values_list("seq", "kind"))


def test_ticks_made_without_network_arrive_once_and_in_order(tablet: Opens, card: str, visit: Visit):
    context = tablet()
    page = opened(context, card)
    context.set_offline(True)
    tap_card(page)
    wait_unsent(page, 2)
    expect(page.locator(".rx-cards-open .rx-step.is-done")).to_have_count(2)
    expect(page.locator("#sync")).to_contain_text("Offline · 2 to send")

    context.set_offline(False)
    wait_sent(page)
    assert hand_ticks(visit) == HAND
    assert sent(visit) == [(1, "tick"), (2, "tick")]
    expect(page.locator("#sync")).to_contain_text("Synced")
    wait_for(lambda: page.evaluate(COUNT, "operations") == 0, "the sent ticks to leave the tablet")


COUNT = """name => new Promise((resolve) => {
  indexedDB.open("reception").onsuccess = (opened) => {
    const counted = opened.target.result.transaction(name).objectStore(name).count();
    counted.onsuccess = () => { opened.target.result.close(); resolve(counted.result); };
  };
})"""


def test_pending_ticks_are_drawn_again_after_a_reload(tablet: Opens, card: str, visit: Visit):
    context = tablet()
    page = opened(context, card)
    page.route("**/sync/", lambda route: route.abort())
    tap_card(page)
    wait_unsent(page, 2)
    page.reload()
    expect(page.locator(".rx-cards-open .rx-step.is-done")).to_have_count(2)
    assert hand_ticks(visit) == []


def test_a_lost_answer_is_sent_again_and_counts_once(tablet: Opens, card: str, visit: Visit):
    page = opened(tablet(), card)
    lost = []

    def lose_first(route: Any) -> None:
        route.fetch()
        lost.append(1)
        route.abort() if len(lost) == 1 else route.fallback()

    page.route("**/sync/", lose_first)
    tap_card(page)
    wait_unsent(page, 2)
    wait_sent(page)
    assert len(lost) > 1
    assert hand_ticks(visit) == HAND
    assert len(sent(visit)) == 2


def test_a_double_press_makes_one_entry(tablet: Opens, card: str, visit: Visit):
    context = tablet()
    page = opened(context, card)
    context.set_offline(True)
    page.evaluate("() => { for (const time of [1, 2, 3]) document.querySelector('.rx-cards-tap button').click(); }")
    wait_unsent(page, 2)
    context.set_offline(False)
    wait_sent(page)
    assert sent(visit) == [(1, "tick"), (2, "tick")]


def test_an_unsent_tick_is_taken_back(tablet: Opens, card: str, visit: Visit):
    context = tablet()
    page = opened(context, card + "&step=gesture")
    context.set_offline(True)
    page.locator("[data-answers='1.3/gesture'] [data-answer] > button").click()
    wait_unsent(page, 1)
    page.locator("[data-answers='1.3/gesture'] [data-undo] button").click()
    wait_unsent(page, 2)
    expect(page.locator(".rx-step[data-step='1.3/gesture']")).not_to_have_class(re.compile("is-done"))
    context.set_offline(False)
    wait_sent(page)
    assert sent(visit) == [(1, "tick"), (2, "undo")]


NOTE = "王建国 13800001234 wants his seat position kept"
RAW = """async () => {
  const done = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
  const opened = await done(indexedDB.open("reception"));
  const read = (name) => done(opened.transaction(name).objectStore(name).getAll());
  const inside = (value) => Object.entries(value).map(([name, one]) => name + "=" + text(one)).join(";");
  const text = (value) => {
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return new TextDecoder().decode(value);
    return value && typeof value === "object" && !(value instanceof CryptoKey) ? inside(value) : String(value);
  };
  const found = [];
  for (const name of opened.objectStoreNames) found.push(name + ":" + (await read(name)).map(text).join("|"));
  const { key } = (await read("keys"))[0];
  const out = await crypto.subtle.exportKey("raw", key).then(() => "exported", (error) => error.name);
  opened.close();
  return { text: found.join("\\n"), out };
}"""


def test_what_waits_lies_encrypted_and_its_key_stays(tablet: Opens, card: str, visit: Visit):
    context = tablet()
    page = opened(context, card)
    page.locator(f"a[href$='{visit.pk}/note/']").click()
    page.locator("#sheet textarea").fill(NOTE)
    context.set_offline(True)
    page.locator("#sheet .rx-next").click()
    wait_unsent(page, 1)
    raw = page.evaluate(RAW)
    assert "note" in raw["text"]
    assert [word for word in ("王建国", "1380000", "seat", "8K2D6") if word in raw["text"]] == []
    assert raw["out"] == "InvalidAccessError"

    context.set_offline(False)
    wait_sent(page)
    assert [event.data["text"] for event in Event.objects.filter(visit=visit, kind="note")] == [NOTE]


def test_two_tabs_send_one_queue(tablet: Opens, card: str, visit: Visit):
    context = tablet()
    first, second = opened(context, card + "&step=gesture"), opened(context, card + "&step=wait")
    context.set_offline(True)
    first.locator("[data-answers='1.3/gesture'] [data-answer] > button").click()
    wait_unsent(first, 1)
    second.locator("[data-answers='1.3/wait'] [data-answer] > button").click()
    wait_unsent(second, 2)
    wait_unsent(first, 2)
    context.set_offline(False)
    wait_sent(first)
    wait_sent(second)
    assert hand_ticks(visit) == HAND
    assert sent(visit) == [(1, "tick"), (2, "tick")]


def test_somebody_else_on_the_tablet_neither_sees_nor_sends(
    tablet: Opens, card: str, people: Cast, visit: Visit, live_server: LiveServer
):
    context = tablet()
    page = opened(context, card)
    page.route("**/sync/", lambda route: route.abort())
    tap_card(page)
    wait_unsent(page, 2)

    log_in(context, people.advisor3, live_server.url)
    page.unroute("**/sync/")
    page.goto(f"{live_server.url}/hq/unsent/")
    wait_sent(page)
    expect(page.locator("[data-nothing]")).to_be_visible()
    assert sent(visit) == []

    log_in(context, people.advisor, live_server.url)
    page.goto(card)
    wait_sent(page)
    assert hand_ticks(visit) == HAND
    assert {op.staff_id for op in Operation.objects.filter(visit=visit.pk, seq__gt=0)} == {people.advisor.pk}


def test_an_old_page_does_not_send_as_the_next_person(
    tablet: Opens, card: str, people: Cast, visit: Visit, live_server: LiveServer
):
    context = tablet()
    page = opened(context, card)
    log_in(context, people.advisor3, live_server.url)
    tap_card(page)
    expect(page.locator("#sync")).to_contain_text("Log in to send 2")
    assert sent(visit) == []


def test_an_ended_session_asks_for_a_login_and_loses_nothing(
    tablet: Opens, card: str, people: Cast, visit: Visit, live_server: LiveServer
):
    context = tablet()
    page = opened(context, card)
    Session.objects.all().delete()
    tap_card(page)
    expect(page.locator("#sync")).to_contain_text("Log in to send 2")
    log_in(context, people.advisor, live_server.url)
    page.goto(card)
    wait_sent(page)
    assert hand_ticks(visit) == HAND


def test_a_full_tablet_says_so_before_anything_shows_as_kept(
    tablet: Opens, card: str, visit: Visit, live_server: LiveServer
):
    context = tablet()
    page = opened(context, card)
    browser = context.new_cdp_session(page)
    browser.send("Storage.overrideQuotaForOrigin", {"origin": live_server.url, "quotaSize": 1})
    tap_card(page)
    expect(page.locator(".rx-toast.is-bad")).to_contain_text("NOT kept")
    expect(page.locator(".rx-cards-open .rx-step.is-done")).to_have_count(0)
    assert page.evaluate(COUNT, "operations") == 0

    browser.send("Storage.overrideQuotaForOrigin", {"origin": live_server.url})
    tap_card(page)
    page.wait_for_function("() => document.querySelectorAll('.rx-cards-open .rx-step.is-done').length === 2")
    wait_sent(page)
    assert hand_ticks(visit) == HAND


OLD_QUEUE = """({operations, owner}) => new Promise((resolve, reject) => {
  const asked = indexedDB.open("reception", 1);
  asked.onerror = () => reject(asked.error);
  asked.onupgradeneeded = () => {
    const stores = { operations: "id", counters: "owner", keys: "owner" };
    for (const [name, keyPath] of Object.entries(stores)) asked.result.createObjectStore(name, { keyPath });
  };
  asked.onsuccess = () => {
    const tx = asked.result.transaction(["operations", "counters"], "readwrite");
    for (const operation of operations) tx.objectStore("operations").put(operation);
    tx.objectStore("counters").put({ owner, seq: operations.length });
    tx.oncomplete = () => { asked.result.close(); resolve(); };
  };
})"""


def test_a_queue_of_an_older_app_is_sent_by_this_one(
    tablet: Opens, card: str, people: Cast, visit: Visit, live_server: LiveServer
):
    owner = str(people.advisor.pk)
    old = [
        {"id": str(uuid7()), "owner": owner, "store": "hq", "seq": seq, "visit": str(visit.pk), "kind": "tick",
         "version": 1, "payload": {"step": step, "answer": "done"}, "at": timezone.now().isoformat(),
         "state": "waiting"}
        for seq, step in enumerate(HAND, start=1)
    ]  # fmt: skip
    page = tablet().new_page()
    page.goto(live_server.url + "/static/favicon.svg")
    page.evaluate(OLD_QUEUE, {"operations": old, "owner": owner})
    page.goto(card)
    wait_sent(page)
    assert hand_ticks(visit) == HAND
    assert sent(visit) == [(1, "tick"), (2, "tick")]


def test_a_clock_set_back_for_one_tick_moves_no_tick(tablet: Opens, card: str, visit: Visit):
    context = tablet()
    page = context.new_page()
    page.clock.install()
    page.goto(card + "&step=gesture")
    wait_sent(page)
    context.set_offline(True)
    began = timezone.now()
    page.clock.set_system_time(began - timedelta(days=1))
    page.locator("[data-answers='1.3/gesture'] [data-answer] > button").click()
    wait_unsent(page, 1)
    page.clock.set_system_time(timezone.now())
    context.set_offline(False)
    page.clock.run_for(16_000)
    wait_sent(page)
    op = Operation.objects.get(visit=visit.pk, seq=1)
    assert abs(op.at - (began - timedelta(days=1))) < timedelta(seconds=20)
    assert abs(op.moment - began) < timedelta(seconds=20)


ADD = "async (entry) => { const { add } = await import('/static/js/queue.js'); return (await add([entry]))[0].id; }"


def test_a_parked_entry_stays_with_its_content_until_its_author_removes_it(
    tablet: Opens, visit: Visit, live_server: LiveServer
):
    page = opened(tablet(), f"{live_server.url}/hq/unsent/")
    page.evaluate(ADD, {"visit": str(visit.pk), "kind": "later.kind", "payload": {"text": "look at me"}})
    expect(page.locator("#sync")).to_contain_text("1 to look at")
    line = page.locator("[data-group=parked] li")
    expect(line).to_contain_text("look at me")
    line.locator("[data-forget]").click()
    expect(line).to_have_count(0)
    page.locator(".rx-toast .rx-btn").click()
    expect(line).to_have_count(1)

    page.reload()
    expect(line).to_have_count(0)
    page.locator(".rx-parked-row", has_text="look at me").get_by_role("button", name="Dealt with").click()
    expect(page.locator("[data-nothing]")).to_be_visible()
    wait_sent(page)
    wait_for(lambda: page.evaluate(COUNT, "operations") == 0, "the dealt-with entry to leave the tablet")
    assert Operation.objects.get(visit=visit.pk, kind="later.kind").payload == {"text": "look at me"}


PHOTO = """async (visit) => {
  const canvas = new OffscreenCanvas(640, 480);
  canvas.getContext("2d").fillRect(0, 0, 320, 240);
  const blob = await canvas.convertToBlob({ type: "image/jpeg" });
  const { add } = await import("/static/js/queue.js");
  return (await add([{ visit, kind: "photo", payload: { label: "left front", place: "" }, blob }]))[0].id;
}"""


def test_a_photo_follows_its_entry_and_leaves_nothing_behind(tablet: Opens, card: str, visit: Visit):
    page = opened(tablet(), card)
    torn = []

    def tear_first(route: Any) -> None:
        torn.append(1)
        route.abort() if len(torn) == 1 else route.fallback()

    page.route("**/sync/blobs/**", tear_first)
    made = page.evaluate(PHOTO, str(visit.pk))
    wait_sent(page)
    assert [str(photo.pk) for photo in Attachment.objects.filter(visit=visit)] == [made]
    assert len(torn) == 2
    # What the server has stays as a read copy until the page that shows it is drawn.
    wait_for(lambda: page.evaluate(COUNT, "blobs") == 0, "the sent photo to leave the tablet")


def test_logging_out_warns_of_what_waits_and_keeps_it(
    tablet: Opens, card: str, people: Cast, visit: Visit, live_server: LiveServer
):
    context = tablet()
    page = opened(context, card)
    page.route("**/sync/", lambda route: route.abort())
    tap_card(page)
    wait_unsent(page, 2)
    page.locator(".rx-me summary").click()
    page.locator("form[data-logout] button").click()
    expect(page.locator("#sheet")).to_contain_text("2 entries are not sent yet")
    page.locator("#sheet [data-leave]").click()
    page.wait_for_url("**/login/")
    page.unroute("**/sync/")
    log_in(context, people.advisor, live_server.url)
    page.goto(card)
    wait_sent(page)
    assert hand_ticks(visit) == HAND


def test_a_car_is_taken_without_network(tablet: Opens, people: Cast, live_server: LiveServer):
    waiting = open_visit(people.store, by=people.guard, plate="沪B66666", now=timezone.now())
    context = tablet()
    page = opened(context, f"{live_server.url}/hq/next/")
    context.set_offline(True)
    page.get_by_role("button", name="Take the car").click()
    wait_unsent(page, 1)
    context.set_offline(False)
    wait_sent(page)
    waiting.refresh_from_db()
    assert waiting.advisor == people.advisor
    assert sent(waiting) == [(1, "visit.take")]


def test_without_script_a_tick_is_a_plain_form(tablet: Opens, card: str, visit: Visit):
    page = tablet(java_script_enabled=False).new_page()
    page.goto(card)
    tap_card(page)
    assert hand_ticks(visit) == HAND
