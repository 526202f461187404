"""Windows of the browser that are kept from one screen to the next, and a server that lets them keep its files.

A new window for each screen cost as much as the screen itself: its process, and every stylesheet and module anew.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.base import AXE_SCRIPT
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.http import HttpRequest, HttpResponse
from playwright.sync_api import Browser, CDPSession, Page
from pytest_django.live_server_helper import LiveServer

AXE_URL = "/static/axe.min.js"
# Longer than the days between the world's Friday, which the server's answers bear, and the browser's own clock.
LIFETIME = f"max-age={10 * 365 * 24 * 3600}"


class KeptFiles(StaticFilesHandler):
    """Static files with a lifetime, as production's have; axe is one of them."""

    def serve(self, request: HttpRequest) -> HttpResponse:
        if request.path == AXE_URL:
            answer = HttpResponse(AXE_SCRIPT, content_type="text/javascript; charset=utf-8")
        else:
            answer = super().serve(request)
        answer["Cache-Control"] = LIFETIME
        return answer


def server_of_kept_files() -> LiveServer:
    """Return a live server, started."""
    server = LiveServer("127.0.0.1", start=False)
    server.thread.static_handler = KeptFiles
    server.start()
    return server


class Windows:
    """One window for each language and kind of pointer; each row finds it empty, but for the browser's cache."""

    def __init__(self, browser: Browser, origin: str) -> None:
        self.browser, self.origin = browser, origin
        self.kept: dict[tuple[str, bool], tuple[Page, CDPSession]] = {}

    @contextmanager
    def window(self, language: str, *, touch: bool) -> Iterator[Page]:
        """Lend a window without cookies or anything stored; what went wrong in it closes it for good."""
        page, session = self.kept.pop((language, touch), None) or self._open(language, touch)
        whole = False
        try:
            yield page
            whole = True
        finally:
            if not whole:
                page.context.close()
        page.evaluate("sessionStorage.clear()")
        page.goto("about:blank")  # what the page still says on leaving is said to its own row
        session.send("Storage.clearDataForOrigin", {"origin": self.origin, "storageTypes": "all"})
        page.context.clear_cookies()
        self.kept[language, touch] = page, session

    def _open(self, language: str, touch: bool) -> tuple[Page, CDPSession]:
        context = self.browser.new_context(
            locale=language, timezone_id="Asia/Shanghai", has_touch=touch, service_workers="block"
        )
        page = context.new_page()
        return page, context.new_cdp_session(page)

    def close(self) -> None:
        for page, _session in self.kept.values():
            page.context.close()
