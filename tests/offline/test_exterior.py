"""The outside of the car on a tablet: marks, earlier marks and photos, none of them waiting for the network."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from django_scopes import scope, scopes_disabled
from PIL import Image
from playwright.sync_api import Page, expect

from dealership.actions.attachments import small_name
from dealership.models import Attachment, Operation, StepTick, Visit
from dealership.stages import Stage
from reception.actions.marks import add_mark
from reception.models import DamageMark, Reading
from tests.cast import Cast
from tests.offline.house import Server, Tablet

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
House = tuple[Cast, Server]

GPS_TAG = 0x8825
BLOB = re.compile("^blob:")
RED = (224, 27, 27)


def outside(tablet: Tablet, visit: Visit, query: str = "") -> Page:
    """Open the step on the tablet and wait until its script has it in hand."""
    page = tablet.open(f"/hq/visits/{visit.pk}/reception/?card=1.5&step=exterior{query}")
    page.wait_for_selector("[data-exterior][data-drawn]")
    return page


def here(people: Cast, plate: str = "沪A8K2D6") -> Visit:
    return people.visit(plate, now=timezone.now() - timedelta(minutes=20))


def photo_with_place(folder: Path) -> Path:
    """Return a JPEG as a phone makes it: 12 megapixels would be slow here, 2000 x 1500 turned, camera and GPS noted."""
    image = Image.new("RGB", (2000, 1500), (90, 110, 120))
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Camera", 6
    exif.get_ifd(GPS_TAG).update({1: "N", 2: (31.0, 14.0, 5.0), 3: "E", 4: (121.0, 28.0, 2.0)})
    path = folder / "photo.jpg"
    image.save(path, exif=exif)
    return path


def marks(visit: Visit) -> list[tuple[str, str, str, int | None, bool]]:
    with scopes_disabled():
        rows = DamageMark.objects.filter(visit=visit.pk).order_by("moment", "id")
        return [(row.view, row.zone, row.kind, row.size_cm, row.removed_at is not None) for row in rows]


def test_marks_are_made_changed_taken_off_and_put_back(house: House, tablet: Tablet):
    people, _server = house
    visit = here(people)
    page = outside(tablet, visit)
    editor = page.locator("[data-mark-editor]")
    page.locator("[data-view=left] [data-zone=left_rear_door]").click()
    expect(editor).to_be_visible()
    editor.locator("[value=dent]").click()
    editor.locator("[value='10']").click()
    page.locator("[data-mark-close]").click()
    page.locator("[data-side-next] button").click()
    expect(page.locator("[data-view-tab=front]")).to_have_attribute("aria-current", "true")
    page.locator("[data-view=front] [data-zone=bonnet]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-view=front] .car-mark text")).to_have_text("2")
    expect(page.locator(".rx-car-over .car-mark")).to_have_count(2)
    editor.locator("[data-mark-remove]").click()
    expect(page.locator(".rx-car-over .car-mark")).to_have_count(1)
    tablet.wait_sent()
    assert marks(visit) == [
        ("left", "left_rear_door", "dent", 10, False), ("front", "bonnet", "scratch", None, True),
    ]  # fmt: skip
    page.locator("[data-mark-back]").click()
    expect(page.locator(".rx-car-over .car-mark")).to_have_count(2)
    tablet.wait_sent()
    assert marks(visit)[1] == ("front", "bonnet", "scratch", None, False)
    assert tablet.said == []


def test_change_names_what_its_author_had_seen(house: House, tablet: Tablet):
    people, _server = house
    visit = here(people)
    with scope(store=people.store):
        mark = add_mark(visit, by=people.advisor3, view="left", x=200, y=100, zone="left_rear_door")
    page = outside(tablet, visit, f"&mark={mark.pk}")
    page.locator("[data-mark-editor] [value=crack]").click()
    page.locator("[data-mark-editor] [value=rust]").click()
    tablet.wait_sent()
    with scopes_disabled():
        first, second = Operation.objects.filter(kind="mark", payload__has_key="mark").order_by("seq")
    assert first.payload == {"mark": str(mark.pk), "kind": "crack", "seen": [str(mark.pk)]}
    assert second.payload == {"mark": str(mark.pk), "kind": "rust", "seen": [str(mark.pk), str(first.pk)]}
    assert marks(visit) == [("left", "left_rear_door", "rust", None, False)]


def test_all_fine_is_one_tap_and_ticks_its_own_step(house: House, tablet: Tablet):
    people, _server = house
    visit = here(people)
    page = outside(tablet, visit)
    page.locator("[data-side-answers] form").nth(1).locator("button").click()
    expect(page.locator("[data-walk-step=exterior]")).to_be_hidden()
    tablet.wait_sent()
    with scopes_disabled():
        assert list(Reading.objects.filter(visit=visit.pk).values_list("item", "value")) == [("exterior", "all")]
        ticked = StepTick.objects.filter(visit=visit.pk, touchpoint="1.5")
        assert [tick.code for tick in ticked] == ["1.5/exterior"]


def test_step_is_ticked_when_every_side_is_answered(house: House, tablet: Tablet):
    people, _server = house
    visit = here(people)
    page = outside(tablet, visit)
    for number in range(5):
        expect(page.locator("[data-view-tab].is-seen")).to_have_count(number)
        page.locator("[data-side-next] button").click()
    expect(page.locator("[data-walk-step=exterior]")).to_be_hidden()
    tablet.wait_sent()
    with scopes_disabled():
        read = Reading.objects.filter(visit=visit.pk).order_by("moment", "id").values_list("value", flat=True)
        assert list(read) == ["left", "front", "right", "rear", "roof"]
        assert StepTick.objects.filter(visit=visit.pk, touchpoint="1.5", step="exterior").count() == 1


def test_earlier_marks_stand_faded_and_are_not_counted(house: House, tablet: Tablet):
    people, _server = house
    old = people.visit(now=timezone.now() - timedelta(days=80))
    with scope(store=people.store):
        add_mark(old, by=people.advisor, view="left", x=320, y=100, zone="left_front_door", kind="dent", size_cm=3,
                 now=timezone.now() - timedelta(days=80))  # fmt: skip
        Visit.objects.filter(pk=old.pk).update(left_at=timezone.now() - timedelta(days=79), stage=Stage.CLOSED)
    page = outside(tablet, here(people))
    expect(page.locator("[data-view=left] .car-mark")).to_have_count(0)
    expect(page.locator("[data-view-tab=left] small")).to_contain_text("未查")
    page.locator("[data-view=left] [data-past]").click()
    expect(page.locator("[data-past-words]")).to_contain_text("凹陷")
    expect(page.locator(".car-mark")).to_have_count(0)


def test_photo_loses_its_place_and_is_shown_without_network(house: House, tablet: Tablet, tmp_path: Path):
    people, server = house
    visit = here(people)
    page = outside(tablet, visit)
    server.stop()
    page.locator("[data-photo-invite] input[type=file]").set_input_files(photo_with_place(tmp_path))
    page.locator("[data-annotate-keep]").click()
    exterior = page.locator("[data-walk-step=exterior]")
    shot = exterior.locator("[data-shots] [data-shot] img")
    expect(shot).to_have_attribute("src", BLOB)
    assert page.evaluate(
        "document.querySelector('[data-walk-step=exterior] [data-shot] img').decode().then(() => true)"
    )
    expect(page.locator("[data-photo-invite] [data-invited]")).to_have_text("右前角")
    shot.click()
    expect(page.locator("[data-annotate-label]")).to_have_text("左前角")
    page.locator("[data-annotate-close]").click()
    server.start()
    tablet.wait_sent()
    with scopes_disabled():
        kept = Attachment.objects.get(visit=visit.pk)
    assert (kept.place, kept.label) == ("front_left", "左前角")
    with Image.open(server.folder / kept.file.name) as image:
        assert (image.size, dict(image.getexif())) == ((1200, 1600), {})
    with Image.open(server.folder / small_name(kept.file.name)) as small:
        assert max(small.size) == 240


def test_drawing_is_burned_into_the_photo_of_a_mark(house: House, tablet: Tablet, tmp_path: Path):
    people, server = house
    visit = here(people)
    page = outside(tablet, visit)
    page.locator("[data-view=left] [data-zone=left_front_door]").click()
    page.locator("[data-mark-photo] input[type=file]").set_input_files(photo_with_place(tmp_path))
    canvas = page.locator("[data-annotate-canvas]")
    expect(canvas).to_be_visible()
    box = canvas.bounding_box()
    assert box
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for dy in (0, 60):
        page.mouse.move(middle[0] - 80, middle[1] + dy)
        page.mouse.down()
        page.mouse.move(middle[0] + 80, middle[1] + dy, steps=5)
        page.mouse.up()
    page.locator("[data-annotate-undo]").click()
    page.locator("[data-annotate-keep]").click()
    expect(page.locator("[data-walk-step=exterior] [data-shot] span")).to_have_text("1")
    tablet.wait_sent()
    with scopes_disabled():
        kept, mark = Attachment.objects.get(visit=visit.pk), DamageMark.objects.get(visit=visit.pk)
    assert kept.place == f"mark:{mark.pk}"
    with Image.open(server.folder / kept.file.name) as image:
        assert near(image.getpixel((600, 800)), RED)
        below = image.getpixel((600, 800 + round(60 * 1600 / box["height"])))
        assert not near(below, RED)


def near(found: object, wanted: tuple[int, int, int]) -> bool:
    return isinstance(found, tuple) and all(abs(a - b) < 40 for a, b in zip(found, wanted, strict=True))


def test_mark_that_could_not_be_kept_goes_away_and_says_so(house: House, tablet: Tablet):
    people, _server = house
    page = outside(tablet, here(people))
    page.evaluate("""() => {
      const put = IDBObjectStore.prototype.add;
      IDBObjectStore.prototype.add = function () { throw new DOMException('full', 'QuotaExceededError'); };
      window.again = () => { IDBObjectStore.prototype.add = put; };
    }""")
    page.locator("[data-view=left] [data-zone=left_front_door]").click()
    expect(page.locator("#toasts .is-bad")).to_be_visible()
    expect(page.locator(".car-mark")).to_have_count(0)
    page.evaluate("window.again()")
    page.locator("[data-view=left] [data-zone=left_front_door]").click()
    expect(page.locator("[data-view=left] .car-mark")).to_have_count(1)
