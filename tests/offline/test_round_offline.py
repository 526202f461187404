"""A self-check round without network: a tap each, a note, a photo, the browser killed in between; five rows."""

from datetime import datetime, time
from pathlib import Path

import pytest
from django.utils import timezone
from django_scopes import scope
from PIL import Image
from playwright.sync_api import Page, expect

from dealership.models import Attachment, Operation, business_day
from feedback.actions.rounds import draw_rounds
from feedback.models import CheckRound, CheckScore, CheckTask
from tests.cast import Cast
from tests.offline.house import Server, Tablet, session_cookie

pytestmark = [pytest.mark.offline, pytest.mark.timeout(300)]

House = tuple[Cast, Server]
MOST_TAPS = 12
"""For five items, notes and photos apart."""
GIVEN = [8, 9, 10, 5, 7]


def drawn(cast: Cast) -> list[CheckTask]:
    """Draw today's rounds; the first item of the first is looked at at a car that is here."""
    today = business_day(cast.store, timezone.now())
    car = cast.visit(now=timezone.now())
    with scope(store=cast.store):
        one = draw_rounds(cast.store, day=today, now=datetime.combine(today, time(8), tzinfo=cast.store.zone))[0]
        CheckTask.objects.filter(round=one, position=1).update(visit=car)
        return list(CheckTask.objects.filter(round=one).select_related("item"))


def photo(folder: Path) -> Path:
    path = folder / "sheet.jpg"
    Image.new("RGB", (1600, 1200), "#7a8a90").save(path, "JPEG")
    return path


def tap(page: Page, number: int, score: int) -> int:
    page.locator(f"#task-{number} .rx-rcard-tile[value='{score}']").click()
    expect(page.locator(f"#task-{number}.is-done")).to_be_attached()
    return 1


def test_a_round_without_network(house: House, tablet: Tablet, tmp_path: Path):
    cast, server = house
    tasks = drawn(cast)
    day = business_day(cast.store, timezone.now())
    path = f"/hq/checks/{day}/1/"
    tablet.log_in(session_cookie(cast.supervisor, server.url), tablet.enrolled)  # type: ignore[attr-defined]
    tablet.prepare("/hq/next/")
    server.stop()

    page = tablet.open("/hq/checks/")
    page.locator(f"a[href='{path}']").first.click()
    page.locator("#task-1 input[type=file]").set_input_files(photo(tmp_path))
    expect(page.locator("#task-1 [data-photos] [data-shot]")).to_have_count(1)
    taps = tap(page, 1, GIVEN[0])
    page.locator("#task-2 .rx-rcard-note summary").click()
    page.locator("#task-2 [name=note]").fill("顾问先开口")
    taps += tap(page, 2, GIVEN[1]) + tap(page, 3, GIVEN[2])
    expect(page.locator("[data-round-count]")).to_have_text("3/5")

    tablet.kill()
    page = tablet.start()
    tablet.open(path)
    expect(page.locator("[data-round-count]")).to_have_text("3/5")
    expect(page.locator("#task-1 .rx-rcard-tile.is-chosen")).to_have_text(str(GIVEN[0]))
    expect(page.locator("#task-2 [name=note]")).to_have_value("顾问先开口")
    expect(page.locator("#task-1 [data-photos] [data-shot]")).to_have_count(1)
    taps += tap(page, 4, 3) + tap(page, 4, GIVEN[3]) + tap(page, 5, GIVEN[4])
    expect(page.locator("[data-round-count]")).to_have_text("5/5")
    expect(page.locator("[data-back] li")).to_have_count(1)
    assert page.locator("#task-4 [data-item]").inner_text() in page.locator("#round-end").inner_text()
    assert taps <= MOST_TAPS

    server.start()
    tablet.wait_sent()
    with scope(store=cast.store):
        rows = list(CheckScore.objects.order_by("task__position").values_list("task", "score", "note", "by__username"))
        assert rows == [
            (task.pk, score, "顾问先开口" if number == 1 else "", "supervisor")
            for number, (task, score) in enumerate(zip(tasks, GIVEN, strict=True))
        ]
        operations = Operation.objects.filter(kind="check", visit=tasks[0].round_id)
        assert {operation.state for operation in operations} == {"accepted"}
        assert operations.count() == 6
        kept = Attachment.objects.get(kind="photo")
        assert (kept.place, kept.by) == (f"check:{tasks[0].pk}", cast.supervisor)
        done = CheckRound.objects.get(pk=tasks[0].round_id)
        assert done.done_at is not None
        assert done.by == cast.supervisor
    expect(page.locator("#task-1 [data-photos] [data-shot]")).to_have_count(1)
    expect(page.locator("[data-round-count]")).to_have_text("5/5")
    assert tablet.said == []
    print(f"{taps} taps for five items, one of them given twice")
