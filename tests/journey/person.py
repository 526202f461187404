"""A person with a browser, whose taps are counted as the design counts them."""

import re
from collections import Counter
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect
from playwright.sync_api import Error as PlaywrightError

from tests.cast import PASSWORD
from tests.patience import wait_for

SIZES = {
    "guard": (390, 844),
    "technician": (390, 844),
    "customer": (390, 844),
    "advisor": (1280, 800),
    "controller": (1280, 800),
    "cashier": (1280, 800),
    "manager": (1440, 900),
}

LOOK_MS = 400


class Person:
    """Somebody at a screen. `taps` and `free` count what `tap` and `tap_free` did, by car."""

    def __init__(self, browser: Browser, url: str, role: str, *, login: str = "") -> None:
        width, height = SIZES[role]
        self.url, self.role = url, role
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-hans", timezone_id="Asia/Shanghai", has_touch=True
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.taps: Counter[str] = Counter()
        self.free: Counter[str] = Counter()
        self.car = ""
        self.log: list[str] = []
        self.said: list[str] = []
        self.page.on("console", lambda m: self.said.append(m.text) if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        if login:
            self.log_in(login)

    def log_in(self, name: str) -> None:
        """Come in by the login page."""
        self.page.goto(self.url + "/login/")
        self.page.fill("[name=username]", name)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click(".rx-form .rx-next")
        expect(self.page).not_to_have_url(re.compile("/login/"))

    def open(self, path: str) -> None:
        """Go to a page as a bookmark or the home screen does (not a tap of the visit)."""
        self.page.goto(self.url + path)

    def refresh(self) -> None:
        """Load the page anew; it may be doing just that by itself, which ends ours."""
        try:
            self.page.reload()
        except PlaywrightError:
            self.page.wait_for_load_state("load")

    def tap(self, target: str | Locator) -> None:
        """Tap once and let the page answer."""
        self.taps[self.car] += 1
        self._press(target)

    def tap_free(self, target: str | Locator) -> None:
        """Tap a one-tap card, of which one a touchpoint is free."""
        self.free[self.car] += 1
        self._press(target)

    def type(self, target: str, text: str) -> None:
        """Type characters; a keypad's keys are not counted."""
        self.page.locator(target).first.fill(text)

    def slide(self, target: str, value: int) -> None:
        """Move a slider with one touch."""
        self.taps[self.car] += 1
        self.page.locator(target).first.fill(str(value))

    def sign(self, target: str = "canvas") -> None:
        """Write a name with a finger."""
        pad = self.page.locator(target).first
        pad.scroll_into_view_if_needed()
        box = pad.bounding_box()
        assert box, "no field to sign in"
        mouse = self.page.mouse
        x, y = box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.6
        mouse.move(x, y)
        mouse.down()
        for step in range(1, 9):
            mouse.move(x + step * box["width"] * 0.05, y - (step % 3) * box["height"] * 0.12, steps=3)
        mouse.up()

    def look(self) -> None:
        """Look at the page for a moment, and until nothing is on its way to it."""
        self.page.wait_for_timeout(LOOK_MS)
        expect(self.page.locator("html[data-busy]")).to_have_count(0)

    def see(self, text: str) -> None:
        """Wait until the page shows these words."""
        expect(self.page.locator("body")).to_contain_text(text)

    def picture(self, path: Path) -> None:
        """Take a picture for the README."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.wait_for_timeout(400)
        self.page.screenshot(path=path)

    def _press(self, target: str | Locator) -> None:
        found = self.page.locator(target).first if isinstance(target, str) else target.first
        self.log.append(f"{self.car} {found.inner_text().strip()[:24]}")
        with_answer = found.evaluate("e => Boolean(e.form || e.closest('form, a, [hx-get], [hx-post]'))")
        step = found.evaluate_handle("e => e.closest('[data-walk-step], [data-walk-next]')").as_element()
        before = step.inner_text() if step else ""
        found.click()
        if step:
            # The walk goes on by itself once the entry is on the tablet: to its next side, or its next step.
            wait_for(lambda: not step.is_visible() or step.inner_text() != before, "the walk to go on", 15)
        if with_answer:
            self.page.wait_for_load_state("load")
            # (not wait_for_function: it evaluates text, which the page's CSP forbids)
            expect(self.page.locator(".htmx-request")).to_have_count(0)
            # What the tablet keeps is on its way, or there.
            expect(self.page.locator("html[data-busy]")).to_have_count(0)
