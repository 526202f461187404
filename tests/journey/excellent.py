"""The screens of one excellent visit: the barrier that opens by itself, the loaner, the one conversation."""

import json
from urllib.request import Request, urlopen

from django.utils import timezone
from playwright.sync_api import expect

from tests import pictures
from tests.journey.agreement import SHEET, on_sheet
from tests.journey.person import Person
from tests.journey.product import Product
from tests.journey.route import NEXT


def camera_sees(product: Product, camera: object, key: str, plate: str, *, make: str = "") -> dict[str, object]:
    """Let the camera at the entrance push what it reads; return what it is told."""
    seen = {"plate": plate, "at": timezone.now().isoformat(), "lane": "1", "confidence": 0.97, "make": make}
    body = json.dumps(seen).encode()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    request = Request(f"{product.url}/api/gate/{camera}/", body, headers)  # noqa: S310 (our own server)
    with urlopen(request, timeout=30) as answer:  # noqa: S310
        return json.load(answer)


def greet_at_the_open_gate(guard: Person, number: str) -> None:
    """One tap on what the camera read, one to let in; the barrier is open already."""
    guard.car = number
    guard.open("/hq/gate/")
    guard.tap(f".rx-read-booked a.rx-read-plate:has-text('{number[-3:]}')")
    expect(guard.page.locator("[data-found=known]")).to_be_visible()
    guard.tap(".rx-gate .rx-next")
    guard.tap_free(".rx-let-in [data-free-tap]")


def hand_over_the_loaner(advisor: Person, customer_name: str, *, loaner: str) -> None:
    """From beside the visit: licence, kilometres, fuel, deposit; the customer signs, the key changes hands."""
    advisor.car = loaner
    advisor.tap("section:has(#loaner-title) a.rx-btn")
    photo = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": pictures.picture(1200, 900)}
    advisor.page.locator("form[action$='/licence/'] input[type=file]").set_input_files(photo)
    advisor.see("已拍")
    for name, text in (("driver", customer_name), ("licence_no", "123X"), ("mileage", "12010")):
        advisor.type(f"#loan-form [name={name}]", text)
    advisor.tap("#loan-form label:has([name=fuel][value='6'])")
    advisor.tap("#loan-form label:has([name=deposit_note][value=wechat])")
    advisor.tap(NEXT)
    advisor.sign("#loan-sign canvas")
    advisor.tap(NEXT)


def advise_against(advisor: Person, title: str) -> None:
    """Argue against a line: it is not due."""
    row = advisor.page.locator(f".rx-order tr:has-text('{title}')")
    advisor.tap(row.locator(".rx-order-act a"))
    advisor.tap(f"{SHEET} button[value='advised_against:not_due']")
    expect(advisor.page.locator(SHEET)).to_be_hidden()


def settle_by_phone(advisor: Person, colleague: str) -> None:
    """One conversation: the customer agrees to what stands there; a colleague listens."""
    advisor.tap(NEXT)
    on_sheet(advisor, "a[href$='/order/consent/']", f"label:has-text('{colleague}')", ".rx-next")
