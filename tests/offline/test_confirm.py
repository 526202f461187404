"""The last step of the walk on a tablet without network: seen, signed, refused, and what changes afterwards."""

import pytest
from django.utils import timezone
from django_scopes import scope
from PIL import Image

from dealership.models import Attachment, Visit
from reception.actions.marks import add_mark
from reception.actions.sheet import record_readings
from reception.models import DamageMark, Reading, SheetConfirmation
from tests.cast import Cast
from tests.offline.house import Server, Tablet

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
House = tuple[Cast, Server]
READ = {
    "covers": True, "mileage": 58620, "energy": {"fuel": 3}, "lamps": ["tyre"], "belongings": ["dashcam"],
    "valuables": True, "controls": {"findings": ["window_noise"], "note": "左前"}, "exterior": "all",
    "engine_bay": {"findings": [], "note": ""},
}  # fmt: skip


@pytest.fixture
def visit(house: House) -> Visit:
    """A car whose walk is done but for the confirmation."""
    people, _server = house
    made = people.visit("沪A8K2D6", now=timezone.now())
    with scope(store=people.store):
        record_readings(made, by=people.advisor, readings=READ)
        for x, kind in ((146, "scratch"), (300, "dent")):
            mark = add_mark(made, by=people.advisor, view="right", zone="right_rear_door", x=x, y=110, kind=kind)
    assert mark.view == "right"
    return made


def confirm_step(tablet: Tablet, visit: Visit):
    page = tablet.open(f"/hq/visits/{visit.pk}/reception/?card=1.5&step=confirm")
    page.wait_for_selector("[data-turned-open]:visible")
    return page


def draw(page) -> None:
    """Write a line from the upper left, as the one at the screen sees it."""
    box = page.locator("[data-turned] canvas").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + box["height"] * 0.1)
    page.mouse.down()
    for step in range(1, 11):
        page.mouse.move(box["x"] + box["width"] * (0.1 + step * 0.03), box["y"] + box["height"] * (0.1 + step * 0.02))
    page.mouse.up()


def reach(tablet: Tablet) -> None:
    """Let the tablet find the network again and wait until nothing is left to send."""
    tablet.context.set_offline(False)
    tablet.wait_sent()


def confirmation(people: Cast) -> SheetConfirmation:
    with scope(store=people.store):
        return SheetConfirmation.objects.select_related("signature", "witness").get()


def test_one_tap_without_network_confirms_what_was_on_the_screen(house: House, tablet: Tablet, visit: Visit):
    people, _server = house
    page = confirm_step(tablet, visit)
    tablet.context.set_offline(True)

    page.locator(".rx-next[form=walk-confirm]:visible").click()

    page.wait_for_selector("[data-sheet-confirmed]:visible")
    assert page.locator("[data-turned-open]").is_hidden()
    reach(tablet)
    row = confirmation(people)
    with scope(store=people.store):
        shown = {*Reading.objects.values_list("pk", flat=True), *DamageMark.objects.values_list("pk", flat=True)}
    assert (row.how, row.by, set(row.entries)) == ("seen", people.advisor, shown)


def test_a_leaving_customer_signs_on_the_screen_turned_round(house: House, tablet: Tablet, visit: Visit):
    people, server = house
    page = confirm_step(tablet, visit)
    tablet.context.set_offline(True)

    page.locator("[data-turned-open]").click()
    page.locator("[data-turned-language=en]").click()
    assert "Mr Wang" in page.locator("#turned-title").inner_text()
    assert "Scratch, Right rear door; Dent, Right rear door" in page.locator("[data-turned-lines]").inner_text()
    assert page.locator("[data-turned-cars] svg").count() == 1
    page.locator("[data-turn-round]").click()
    page.locator("[data-turned-sign]").click()
    draw(page)
    page.locator("[data-turned-keep]").click()

    page.wait_for_selector("[data-sheet-confirmed]:visible")
    assert page.locator("dialog[data-turned][open]").count() == 0
    reach(tablet)
    row = confirmation(people)
    assert (row.how, row.signature_id) == ("signed", row.pk)
    with Image.open(server.folder / row.signature.file.name) as picture:
        # The one who wrote sat opposite: what was upper left at the screen is lower right on the paper.
        left, top, right, lower = picture.getchannel("A").getbbox()
        assert (left > picture.width * 0.5, top > picture.height * 0.5) == (True, True)
        assert (right, lower) < picture.size
    with scope(store=people.store):
        assert Attachment.objects.filter(kind="signature").count() == 1


def test_a_customer_who_would_not_sign_needs_a_reason_and_a_witness(house: House, tablet: Tablet, visit: Visit):
    people, _server = house
    page = confirm_step(tablet, visit)
    tablet.context.set_offline(True)

    page.locator("[data-refusal-open]").click()
    box = page.locator("dialog[data-refusal]")
    box.locator(".rx-chip", has_text="赶时间").click()
    box.locator(".rx-chip", has_text=people.supervisor.name).click()
    box.locator("button.rx-next").click()

    page.wait_for_selector("[data-sheet-confirmed]:visible")
    reach(tablet)
    row = confirmation(people)
    assert (row.how, row.reason, row.witness) == ("refused", "hurry", people.supervisor)


def test_a_confirmed_sheet_asks_why_before_it_keeps_a_change(house: House, tablet: Tablet, visit: Visit):
    people, _server = house
    page = confirm_step(tablet, visit)
    tablet.context.set_offline(True)
    page.locator(".rx-next[form=walk-confirm]:visible").click()
    page.wait_for_selector("[data-sheet-confirmed]:visible")

    page.locator('a[data-step="1.5/exterior"]').click()
    fine = page.locator('form[data-op=reading]:has([name=exterior][value="all"]) button:visible')
    fine.click()
    page.locator("dialog[data-why] [data-dialog-close]").click()
    fine.click()
    page.locator("dialog[data-why] button", has_text="看漏了").click()

    reach(tablet)
    with scope(store=people.store):
        later = Reading.objects.filter(item="exterior").order_by("moment")
        assert [row.reason for row in later] == ["", "overlooked"]
