"""Every screen of the table in three languages: 200, no console message, axe 0, right language, large targets."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from django.urls import resolve
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page
from pytest_django.live_server_helper import LiveServer

from dealership.models import Staff
from tests.looks import OWN_TEXT, SETTLED, SMALL_TARGETS, VIOLATIONS, data_words, strays
from tests.screens import DESKTOP, SCREENS, Screen
from tests.screens_apart import APART
from tests.test_access import patterns
from tests.windows import AXE_URL, Windows, server_of_kept_files
from tests.world import World, made_world

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

LANGUAGES = ("zh-hans", "zh-hant", "en")
PICTURES = Path(os.environ.get("SCREENS_DIR", settings.BASE_DIR / ".data" / "screens"))
TOUCH_TARGET, POINTER_TARGET = 48, 24
BLOCKED = "Service Worker registration blocked by Playwright"
"""A fresh tablet would fetch the whole app for each screen; what it keeps has its own tests (tests/offline)."""


@pytest.fixture(autouse=True)
def _own_media() -> None:
    """Override the folder of each test: the pictures of this world are made once."""


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[World]:
    media = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    with django_db_blocker.unblock(), media, made_world() as world:
        yield world
        call_command("flush", verbosity=0, interactive=False)
        connection.close()


@pytest.fixture(scope="module")
def server(world: World) -> Iterator[LiveServer]:
    server = server_of_kept_files()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def windows(browser: Browser, server: LiveServer) -> Iterator[Windows]:
    windows = Windows(browser, server.url)
    yield windows
    windows.close()


@pytest.fixture(scope="module")
def words(world: World) -> list[str]:
    return data_words()


def session_of(staff: Staff) -> str:
    """Log in without the login page, which costs a second a time."""
    session = SessionStore()
    session[SESSION_KEY] = str(staff.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = staff.get_session_auth_hash()
    session.create()
    return session.session_key


def enter(context: BrowserContext, server: LiveServer, world: World, role: str, language: str) -> None:
    cookies = [{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": server.url}]
    if role:
        staff = world.person(role)
        Staff.objects.filter(pk=staff.pk).update(language=language)
        cookies.append({"name": settings.SESSION_COOKIE_NAME, "value": session_of(staff), "url": server.url})
    context.add_cookies(cookies)


@pytest.mark.django_db  # one such test must stand here, or pytest-django makes no test database for this module
def test_every_row_has_a_name_of_its_own():
    names = [screen.name for screen in SCREENS]
    assert sorted(set(names)) == sorted(names)


def test_every_page_has_a_row_or_a_reason(world: World):
    seen = {resolve(urlsplit(screen.url(world)).path).url_name for screen in SCREENS if screen.status != 404}
    if "link" in seen:  # the address on the letter leads to the customer's page
        seen.add("customer")
    pages = {pattern.name for _route, pattern in patterns() if "GET" in methods(pattern.callback)}
    assert sorted(name for name in pages - seen - set(APART) if not name.startswith("api")) == []
    assert sorted(set(APART) - pages) == [], "reasons for addresses that are none"


def methods(view: Any) -> set[str]:
    """Return what a view is asked with: what its decorators say, GET where they say nothing."""
    while view:
        for cell in view.__closure__ or ():
            held = cell.cell_contents
            if isinstance(held, list | tuple) and held and set(held) <= {"GET", "HEAD", "POST", "PUT"}:
                return set(held)
        view = getattr(view, "__wrapped__", None)
    return {"GET"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_screen(screen: Screen, language: str, windows: Windows, server: LiveServer, world: World, words: list[str]):
    said: list[str] = []
    noted = ("error", "warning") if screen.status == 200 else ("warning",)  # the browser notes an error page itself

    def note(message: ConsoleMessage) -> None:
        if message.type in noted and message.text != BLOCKED:
            said.append(message.text)

    def fall(error: Error) -> None:
        said.append(str(error))

    problems: dict[str, object] = {}
    with windows.window(language, touch=screen.sizes[0] != DESKTOP) as page:
        enter(page.context, server, world, screen.role, language)
        page.on("console", note)
        page.on("pageerror", fall)
        for size in screen.sizes:
            problems |= look(page, screen, size, language, server.url + screen.url(world), words)
    page.remove_listener("console", note)
    page.remove_listener("pageerror", fall)
    if said:
        problems["console"] = said
    assert problems == {}


def look(
    page: Page, screen: Screen, size: tuple[int, int], language: str, url: str, words: list[str]
) -> dict[str, object]:
    """Open the screen, or turn it to another size; take its picture and return what is wrong with it."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    answer = None
    if size == screen.sizes[0]:
        answer = page.goto(url, wait_until="load")
        page.evaluate(SETTLED, 0)
        if screen.open:
            page.locator(screen.open).first.click()
            page.wait_for_load_state("load")  # where the tap led to another page
            page.evaluate(SETTLED, 250)
        page.add_script_tag(url=AXE_URL)
    else:
        page.evaluate(SETTLED, 100)  # somebody has turned the tablet
    picture = PICTURES / language / f"{screen.name}-{size[0]}x{size[1]}.png"
    picture.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=picture)
    least = POINTER_TARGET if size == DESKTOP else TOUCH_TARGET
    # What axe sees of a second size is its layout: the language changes nothing there.
    judged = size == screen.sizes[0] or language == LANGUAGES[0]
    found = {
        "status": answer.status if answer and answer.status != screen.status else None,
        "axe": page.evaluate(VIOLATIONS) if judged else [],
        "scrolls sideways": page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"),
        "small targets": page.evaluate(SMALL_TARGETS, least),
        "wrong language": wrong_words(page.evaluate(OWN_TEXT), language, words),
    }
    return {f"{what} {size[0]}x{size[1]}": wrong for what, wrong in found.items() if wrong}


def wrong_words(text: str, language: str, words: list[str]) -> list[str]:
    """Return words of the wrong language; what a row has added to the world since is data, too."""
    found = strays(text, language, words)
    if found:
        words[:] = data_words()
        found = strays(text, language, words)
    return found
