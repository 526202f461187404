"""What each person does with a car, tap by tap, as on an ordinary day."""

from collections.abc import Callable, Mapping
from pathlib import Path

from playwright.sync_api import expect

from tests.journey.person import Person

NEXT = ".rx-bar-next .rx-next:visible"
FREE = ".rx-cards-tap button, .rx-order-top [data-free-tap], .rx-work-settle [data-free-tap]"
UNDAMAGED = "[data-side-answers] form:has([name=exterior][value=all]) button:visible"
PHONED = ".rx-panel-main button[name=way][value=phone]"
FRESH_MS = 900
OPENED = "#sheet[open]"
LONGEST = 14
"""Most presses of the one next action within a stage; more means that the page goes round in circles."""


def let_in(guard: Person, number: str, *, work: str, name: str = "", phone: str = "") -> None:
    """The guard greets, types the plate and opens the gate."""
    guard.car = number
    guard.open("/hq/gate/")
    guard.type("[data-plate-number]", number)
    guard.page.wait_for_selector("[data-found]")
    if name:
        guard.type("[name=name]", name)
        guard.tap("label:has([name=sex][value=m])")
        guard.type("[name=phone]", phone)
    if not guard.page.locator(f"[name=works][value={work}]").is_checked():
        guard.tap(f"label:has([name=works][value={work}])")
    guard.tap(".rx-gate .rx-next")
    guard.tap_free(".rx-let-in [data-free-tap]")


def let_out(guard: Person, number: str) -> None:
    """The guard takes the pass back, salutes and opens the exit."""
    guard.car = number
    guard.open("/hq/gate/")
    guard.tap(f"li:has-text('{number[-3:]}') form button")


def take(advisor: Person, number: str) -> None:
    """The advisor goes to meet the customer."""
    advisor.car = number
    advisor.open("/hq/next/")
    advisor.tap(f".rx-todo:has-text('{number[-3:]}') button")
    expect(advisor.page.locator(".rx-rail").first).to_be_visible()


def open_car(advisor: Person, number: str) -> None:
    """The advisor goes on with a car from the home page."""
    advisor.car = number
    advisor.open("/hq/next/")
    line = f".rx-todo:has-text('{number[-3:]}')"
    advisor.tap(f"{line} a.rx-btn, {line} button")


def follow(
    advisor: Person, stage: str, *, mileage: str = "", picture: Path | None = None, instead: str = "",
    first: Mapping[str, Callable[[Person], None]] | None = None,
) -> None:  # fmt: skip
    """Do what the page proposes until the car leaves `stage`: read, sign, press the one next action.

    `instead` is tapped where it stands on the page: one tap that says it all. `first`: what is done, once, before the
    next press where something stands on the page (selector → by whom).
    """
    left = dict(first or {})
    for _press in range(LONGEST):
        if f"/{stage}/" not in advisor.page.url:
            assert not left, f"{stage} never showed {list(left)}"
            return
        one_tap_card(advisor)
        for mark in [mark for mark in left if advisor.page.locator(f"{mark}:visible").count()]:
            left.pop(mark)(advisor)
        if mileage and advisor.page.locator("[name=mileage]:visible").count():
            advisor.type("[name=mileage]:visible", mileage)
            advisor.slide("[data-gauge=fuel] [data-gauge-range]:visible", 4)
        if advisor.page.locator(".rx-sign canvas:visible").count():
            advisor.sign(".rx-sign canvas:visible")
            if picture:
                advisor.picture(picture)
        shorter = bool(instead) and advisor.page.locator(instead).count()
        advisor.tap(instead if shorter else NEXT)
    raise AssertionError(f"{stage} goes round in circles at {advisor.page.url}")


def one_tap_card(person: Person) -> None:
    """Record with one free tap what was done by hand on the open card."""
    if person.page.locator(FREE).count():
        # A page that the tablet had kept is followed by a fresh one, which may know the card as done.
        person.look()
    if person.page.locator(FREE).count():
        person.tap_free(FREE)
        # A finished card opens the next one by itself: people look before they tap again.
        person.look()


def work_on(technician: Person, number: str) -> None:
    """The technician starts, works, reports."""
    technician.car = number
    technician.open("/hq/jobs/")
    technician.tap(f"li:has-text('{number[-3:]}') form button")
    technician.tap(f"li:has-text('{number[-3:]}') a.rx-btn, {NEXT}") if "/job/" not in technician.page.url else None
    technician.tap(NEXT)


def dispatch(controller: Person, number: str, *, to: str = "", bay: str = "") -> None:
    """The controller sends the car to the technician (or `to`) and bay (or `bay`) that the board proposes."""
    controller.car = number
    controller.open("/hq/dispatch/")
    for name in filter(None, (to, bay)):
        controller.tap(f"form.rx-send:has-text('{number[-3:]}') label:has-text('{name}')")
    controller.tap(f"form.rx-send:has-text('{number[-3:]}') > button")


def inspect(controller: Person, number: str) -> None:
    """The controller inspects and hands the car to its advisor."""
    controller.car = number
    controller.open("/hq/final/")
    controller.tap(f"li:has-text('{number[-3:]}') a.rx-btn-brand")
    controller.tap("button[name=result][value=passed]")


def pay(cashier: Person, number: str) -> None:
    """The cashier takes what is due; the gate pass comes by itself."""
    cashier.car = number
    cashier.open("/hq/cashier/")
    car = cashier.page.locator(f".rx-counter-list a:has-text('{number[-3:]}')")
    if car.count() and number[-3:] not in cashier.page.locator(".rx-counter-car").inner_text():
        cashier.tap(car)
    cashier.tap(".rx-counter-car form .rx-next")
    cashier.tap_free(".rx-counter-car [data-free-tap]")


def say_goodbye(advisor: Person, number: str) -> None:
    """Paid: the advisor sees the customer off and hands the car over."""
    advisor.car = number
    advisor.refresh()
    # Nobody taps before the paid state is there: the kept page of before the payment comes first.
    advisor.page.wait_for_timeout(3 * FRESH_MS)
    for _press in range(LONGEST):
        one_tap_card(advisor)
        if "/next/" in advisor.page.url or advisor.page.locator(".rx-panel-main .rx-facts").count():
            return
        advisor.tap(NEXT)
    raise AssertionError(f"the handover goes round in circles at {advisor.page.url}")
