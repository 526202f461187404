"""A server that can be stopped and started, and a tablet whose browser can be killed."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import BrowserContext, Page, Playwright
from playwright.sync_api import Error as PlaywrightError

from dealership.actions.devices import enrol, invite
from dealership.models import Device, Staff, Store
from dealership.views.devices import COOKIE
from tests.conftest import CHROMIUM, CHROMIUM_FLAGS
from tests.doubles.worker import environment
from tests.patience import wait_for

UP_WITHIN = 30.0
TABLET = {"width": 1280, "height": 800}


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@dataclass
class Server:
    """The web server in a process of its own, on this test's own database."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """Its address: localhost is a secure context."""
        return f"http://localhost:{self.port}"

    def start(self, *, version: str = "a") -> None:
        """Start and wait until it answers."""
        data = str(self.folder)
        wanted = environment(MEDIA_ROOT=data, DATA_DIR=data, PUBLIC_URL=self.url, APP_VERSION=version)
        command = [sys.executable, "-m", "gunicorn", "dealership.wsgi", "--bind", f"127.0.0.1:{self.port}",
                   "--threads", "6", "--log-level", "error"]  # fmt: skip
        self.process = subprocess.Popen(command, env=wanted)
        end = time.monotonic() + UP_WITHIN
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(self.url + "/livez", timeout=5):  # noqa: S310 (our own server)
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        self.stop()
        raise AssertionError("The server did not come up.")

    def stop(self) -> None:
        """Stop it as a deployment does."""
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=20)
            self.process = None


def session_cookie(staff: Staff, url: str) -> dict[str, Any]:
    """Return the cookie of a login that outlives the browser."""
    session = SessionStore()
    session[SESSION_KEY] = str(staff.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = staff.get_session_auth_hash()
    session.create()
    return cookie(settings.SESSION_COOKIE_NAME, str(session.session_key), url)


def device_cookie(store: Store, by: Staff, url: str) -> tuple[Device, dict[str, Any]]:
    """Enrol a tablet of the store; return it with the cookie that it holds."""
    _invited, code = invite(store, by=by, name="接待 1")
    device, secret = enrol(code=code)
    return device, cookie(COOKIE, secret, url)


def cookie(name: str, value: str, url: str) -> dict[str, Any]:
    """Return a cookie as the browser keeps it over a restart."""
    return {"name": name, "value": value, "url": url, "expires": time.time() + 86400, "httpOnly": True}


class Tablet:
    """Chromium with a profile on disk, started by us, so that it can be killed by its own process group."""

    def __init__(self, playwright: Playwright, profile: Path, url: str) -> None:
        self.playwright, self.profile, self.url = playwright, profile, url
        self.cookies: list[dict[str, Any]] = []
        self.process: subprocess.Popen[bytes] | None = None
        self.said: list[str] = []
        self.context: BrowserContext
        self.page: Page

    def start(self) -> Page:
        """Start the browser with its old profile and return its first page."""
        port_file = self.profile / "DevToolsActivePort"
        port_file.unlink(missing_ok=True)
        command = [CHROMIUM, "--headless=new", "--remote-debugging-port=0", f"--user-data-dir={self.profile}",
                   "--lang=zh-CN", *CHROMIUM_FLAGS, "about:blank"]  # fmt: skip
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        wait_for(lambda: port_file.exists() and len(port_file.read_text().splitlines()) > 1, "the browser")
        port = port_file.read_text().splitlines()[0]
        browser = self.playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
        self.context = browser.contexts[0]
        self.context.set_default_timeout(15_000)
        if self.cookies:
            self.context.add_cookies(self.cookies)  # type: ignore[arg-type] # plain dicts of the same shape
        self.page = self.new_page()
        return self.page

    def new_page(self) -> Page:
        """Open another tab."""
        page = self.context.new_page()
        page.set_viewport_size(TABLET)  # type: ignore[arg-type] # a plain dict
        page.on("pageerror", lambda error: self.said.append(str(error)))
        return page

    def set_clock(self, moment: datetime) -> Page:
        """Go on with one tab whose clock stands at `moment` (a tablet has one clock for all its tabs)."""
        old, self.page = self.page, self.new_page()
        self.page.clock.install(time=moment)
        old.close()
        return self.page

    def kill(self) -> None:
        """End the browser without a word, as an empty battery does."""
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=20)
            self.process = None

    def log_in(self, *cookies: dict[str, Any]) -> None:
        """Hold these cookies from now on, also after a restart."""
        self.cookies = list(cookies)
        self.context.clear_cookies()
        self.context.add_cookies(self.cookies)  # type: ignore[arg-type]

    def open(self, path: str, page: Page | None = None) -> Page:
        """Open a page by its path."""
        page = page or self.page
        page.goto(self.url + path)
        return page

    def prepare(self, path: str) -> None:
        """Come in once with network and wait until today's pages are on the tablet."""
        self.open(path)
        self.page.evaluate("async () => { await navigator.serviceWorker.ready; }")
        self.page.reload()
        self.page.wait_for_selector("html[data-offline-ready]", state="attached", timeout=30_000)

    def add(self, entries: list[dict[str, Any]], page: Page | None = None) -> list[str]:
        """Keep entries in the tablet's queue as the forms do; `picture` draws a photo of its own. Returns the ids."""
        ids: list[str] = (page or self.page).evaluate(ADD, entries)
        return ids

    def counts(self, page: Page | None = None) -> dict[str, int]:
        """Return how many entries wait and how many are parked."""
        found: dict[str, int] = asked(page or self.page, "async () => (await import('/static/js/queue.js')).counts()")
        return found

    def wait_sent(self, seconds: float = 60, page: Page | None = None) -> float:
        """Wait until nothing waits any more; return the seconds it took."""
        began = time.monotonic()
        wait_for(lambda: self.counts(page)["waiting"] == 0, "the queue to empty", seconds)
        return time.monotonic() - began


def asked(page: Page, script: str) -> Any:
    """Ask a page that may be loading itself anew just now."""
    for _attempt in range(3):
        try:
            return page.evaluate(script)
        except PlaywrightError:
            page.wait_for_timeout(500)
    return page.evaluate(script)


ADD = """async (entries) => {
  const queue = await import('/static/js/queue.js');
  const made = [];
  for (const { picture, ...entry } of entries) {
    if (picture !== undefined) {
      const canvas = new OffscreenCanvas(1200, 900);
      const draw = canvas.getContext('2d');
      // Noise keeps the file as large as a real photo.
      const pixels = draw.createImageData(1200, 900);
      for (let i = 0; i < pixels.data.length; i += 4) {
        pixels.data[i] = (i * 7 + picture * 31) % 256;
        pixels.data[i + 1] = (i * 13) % 256;
        pixels.data[i + 3] = 255;
      }
      draw.putImageData(pixels, 0, 0);
      draw.fillText(String(picture), 600, 450);
      const type = entry.kind === 'photo' ? 'image/jpeg' : 'image/png';
      entry.blob = await canvas.convertToBlob({ type, quality: 0.8 });
    }
    made.push(...await queue.add([entry]));
  }
  return made.map((operation) => operation.id);
}"""


def tick_entry(visit: UUID, step: str) -> dict[str, Any]:
    """Return a hand tick as the cards make it."""
    return {"visit": str(visit), "kind": "tick", "payload": {"step": step, "answer": "done"}}
