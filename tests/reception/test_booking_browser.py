"""The whole booking on a phone of 390 x 844, with and without a script: from the address to the appointment."""

from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.utils import timezone
from django_scopes import scope
from playwright.sync_api import Browser, Page

from dealership.models import Store, business_day
from reception.actions.appointments import book_plate
from reception.models import Appointment
from reception.queries.booking import moment_in
from tests.cast import Cast
from tests.looks import SMALL_TARGETS
from tests.reception.booking import code_of, places

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400), pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}
MOST_BYTES = 50_000
PICTURES = Path(settings.BASE_DIR) / ".data" / "screens" / "booking"


class Looked:
    """A page that notes what is wrong with every step: axe, targets, width, weight, the console."""

    def __init__(self, page: Page) -> None:
        self.page, self.wrong, self.bytes = page, [], 0
        page.on("console", lambda said: self._hear(said.text) if said.type == "error" else None)
        page.on("response", self._weigh)

    def _hear(self, text: str) -> None:
        if "(Unprocessable Entity)" not in text:  # the browser itself notes a refusal
            self.wrong.append(text)

    def _weigh(self, response) -> None:
        if response.status < 300:
            self.bytes += len(response.body())

    def step(self, name: str) -> None:
        """Take the picture of this step and note what is wrong; the weight begins anew."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
        found = {
            "axe": [one["id"] for one in Axe().run(self.page).response["violations"]],
            "small": self.page.evaluate(SMALL_TARGETS, 48),
            "wide": self.page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"),
            "heavy": self.bytes > MOST_BYTES,
        }
        self.wrong += [f"{name} {what}: {said}" for what, said in found.items() if said]
        self.bytes = 0


def fill(page: Page) -> None:
    page.get_by_label("车牌", exact=True).fill("沪B 12345")
    page.get_by_label("您的姓名").fill("林静")
    page.get_by_role("radio", name="女士").check()
    page.get_by_label("您的手机号").fill("139 0000 5678")
    page.get_by_label("想让我们看看什么？").fill("冷车启动有异响，开一会儿就没了")
    page.get_by_role("radio", name="一辆代步车").check()


def tomorrow_at(store: Store, clock: str):
    day = business_day(store, timezone.now()) + timedelta(days=1)
    return moment_in(store, f"{day}T{clock}")


@pytest.mark.parametrize("scripts", [True, False], ids=["script", "plain"])
def test_a_customer_books_on_a_phone(cast: Cast, browser: Browser, live_server, scripts: bool) -> None:
    places(cast.store)
    context = browser.new_context(viewport=PHONE, locale="zh-CN", has_touch=True, java_script_enabled=scripts)
    page = context.new_page()
    looked = Looked(page)
    look = looked.step if scripts else lambda name: None

    page.goto(f"{live_server.url}/book/hq/")
    look("1-work")
    page.get_by_role("link", name="车有毛病").click()
    wanted = tomorrow_at(cast.store, "09:00")
    page.locator(f"a[href*='day={wanted:%Y-%m-%d}']").first.click()
    look("2-time")
    page.get_by_role("link", name="9:00", exact=True).click()
    fill(page)
    page.get_by_role("button", name="English").click()
    assert page.get_by_label("Your name").input_value() == "林静"
    page.get_by_role("button", name="简体中文").click()
    look("3-details")
    page.get_by_role("button", name="给我发验证码").click()
    look("4-code")
    page.get_by_label("短信里的 6 位数字").fill(code_of(cast.store))
    page.get_by_role("button", name="约好这个时间").click()
    look("5-done")

    assert page.url.endswith("/book/hq/done/")
    assert "139" not in page.url
    assert looked.wrong == []
    with scope(store=cast.store):
        booked = Appointment.objects.select_related("customer", "vehicle").get()
    assert (booked.at, booked.via, booked.transport, booked.work) == (wanted, "web", "loaner", "repair")
    assert (booked.customer.phone, booked.vehicle.plate) == ("13900005678", "沪B12345")
    context.close()


def test_the_place_that_is_gone_is_swapped_with_one_tap_then_moved_and_called_off(
    cast: Cast, browser: Browser, live_server
) -> None:
    places(cast.store)
    context = browser.new_context(viewport=PHONE, locale="zh-CN", has_touch=True)
    page = context.new_page()
    looked = Looked(page)
    wanted = tomorrow_at(cast.store, "09:00")
    page.goto(f"{live_server.url}/book/hq/?work=repair&at={wanted:%Y-%m-%dT%H:%M}")
    fill(page)
    page.get_by_role("button", name="换个时间").or_(page.get_by_role("button", name="其他时间")).click()
    looked.step("6-other-times")
    assert page.get_by_label("您的姓名").input_value() == "林静"
    page.get_by_role("button", name="给我发验证码").click()
    with scope(store=cast.store):
        book_plate(cast.store, plate="沪C00001", by=cast.advisor, name="王", phone="13800001234", at=wanted)
    page.get_by_label("短信里的 6 位数字").fill(code_of(cast.store))
    page.get_by_role("button", name="约好这个时间").click()
    looked.step("7-gone")
    page.get_by_role("button", name="10:00").first.click()
    page.get_by_text("改时间或取消").click()
    looked.step("8-fold")
    page.get_by_role("link", name="其他时间").click()
    looked.step("9-move")
    page.get_by_role("button", name="9:00", exact=True).or_(page.get_by_role("button", name="10:00")).first.click()
    page.get_by_text("改时间或取消").click()
    page.get_by_role("button", name="取消预约").click()
    page.get_by_text("已经取消").wait_for()
    looked.step("10-off")
    page.goto(f"{live_server.url}/book/hq/mine/")
    looked.step("11-mine")

    assert looked.wrong == []
    with scope(store=cast.store):
        assert Appointment.objects.filter(via="web", state="booked").count() == 0
    context.close()
