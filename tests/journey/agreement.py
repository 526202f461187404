"""What is done at the desk when an order is not agreed in four taps: claim, accident, goodwill, diagnosis, offer."""

import re

from playwright.sync_api import expect

from tests.journey.person import Person
from tests.journey.product import Product
from tests.journey.route import NEXT, open_car

SHEET = "#sheet[open]"


def on_sheet(person: Person, opens: str, *presses: str) -> None:
    """Open a sheet, press these on it in order; the last press closes it."""
    person.tap(opens)
    expect(person.page.locator(SHEET)).to_be_visible()
    for press in presses:
        person.tap(f"{SHEET} {press}")
    expect(person.page.locator(SHEET)).to_be_hidden()


def answer_claim(advisor: Person) -> None:
    """Say whether it is covered, what it does, and until when there is an answer."""
    advisor.tap(".rx-claim-cover button[value=covered]")
    advisor.tap("label:has([name=symptoms])")
    advisor.tap(NEXT)
    advisor.tap("form[action$='/answer-time/'] button[value='2']")


def note_loss(advisor: Person, *, amount: str) -> None:
    """Write down the insurer and what the loss is assessed at."""
    advisor.tap(".rx-accident a[href$='/accident/']")
    for name, text in (
        ("insurer", "平安产险"),
        ("claim_no", "C2611200042"),
        ("adjuster", "孟师傅"),
        ("assessed", amount),
    ):
        advisor.type(f"{SHEET} [name={name}]", text)
    advisor.tap(f"{SHEET} .rx-next")
    expect(advisor.page.locator(SHEET)).to_be_hidden()


def ask_to_bear(advisor: Person, manager: Person, *, reason: str) -> None:
    """Ask whether the store bears the first line; the manager allows it, and the page that asked learns of it."""
    number = manager.car = advisor.car
    advisor.tap(".rx-order-act a")
    advisor.type(f"{SHEET} [name=reason]", reason)
    advisor.tap(f"{SHEET} button[value=goodwill]")
    expect(advisor.page.locator(SHEET)).to_be_hidden()
    manager.open("/hq/next/")
    manager.tap(f".rx-todo:has-text('{number[-3:]}'):has-text('{reason}') a.rx-btn")
    manager.tap(f".rx-approval:has-text('{reason}') button[value=yes]")
    expect(advisor.page.locator(".rx-asked")).to_contain_text("同意")
    expect(advisor.page.locator(".rx-order")).to_contain_text("店内承担")


def diagnose_first(advisor: Person) -> None:
    """Agree on the most that a diagnosis may cost and by when we call back; the customer signs for it."""
    on_sheet(advisor, "a[href$='/order/diagnosis/']", ".rx-next")
    advisor.tap(NEXT)
    advisor.sign(".rx-sign canvas:visible")
    advisor.tap(NEXT)


def read_codes(technician: Person, number: str, codes: str) -> None:
    """The technician examines the car: begins, keeps what the scan tool shows, ends."""
    technician.car = number
    technician.open("/hq/jobs/")
    technician.tap(f"li:has-text('{number[-3:]}') form button")
    technician.tap("a[href*='/fault-codes/']")
    technician.type(f"{SHEET} [name=text]", codes)
    technician.tap(f"{SHEET} #code-form button.rx-btn-ok")
    technician.see(codes)
    technician.tap(NEXT)


def open_order(advisor: Person, number: str) -> None:
    """Go on with a car from the home page, at its order."""
    open_car(advisor, number)
    if not advisor.page.locator("a[href$='/order/lines/']").count():
        advisor.tap("[data-card='2.1']")


def add_work(advisor: Person, pick: str, *, reason: str, must: bool = False) -> None:
    """Add a thing of the price book, with its reason in the customer's words."""
    advisor.tap("a[href$='/order/lines/']")
    if must:
        advisor.tap(f"{SHEET} label:has([name=must][value='1'])")
    advisor.type(f"{SHEET} [name=reason]", reason)
    advisor.tap(f"{SHEET} button[name=pick][value='{pick}']")
    expect(advisor.page.locator(SHEET)).to_be_hidden()


def decide_on_phone(customer: Person, product: Product, address: str, *, digits: str) -> None:
    """Open the link of the letter that really arrived, and agree to every line of the offer."""
    text = product.letter_to(address).get_content()
    found = re.search(r"http://localhost:\d+/v/\S+", text)
    assert found, text
    customer.page.goto(found.group(0))
    customer.tap("#offer a.go")
    for each in customer.page.locator("label.pick-yes").all():
        customer.tap(each)
    customer.tap("button.go")
    customer.type("#digits", digits)
    customer.tap("button.go")
    customer.see("您定好了")
