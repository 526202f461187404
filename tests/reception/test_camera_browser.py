"""From the camera to the guard's open barrier, in a browser: nothing is typed."""

from datetime import timedelta
from urllib.request import Request, urlopen

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from django_scopes import scope
from playwright.sync_api import BrowserContext, expect

from dealership.models import Visit
from reception.actions.appointments import book_plate
from reception.actions.cameras import add_camera
from tests.cast import Cast
from tests.reception import payloads

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
SOON = 30_000
"""Milliseconds within which the poll has come round, on a busy machine."""


def push(server: str, camera: object, key: str, plate: str, confidence: int = 96) -> None:
    body = payloads.dahua(plate, picture=payloads.photo())
    body = body.replace(b'"Confidence": 96', f'"Confidence": {confidence}'.encode())
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    with urlopen(Request(f"{server}/api/gate/{camera}/", body, headers), timeout=60) as answer:  # noqa: S310
        assert answer.status == 200


def test_read_appears_and_one_tap_leads_to_the_barrier(cast: Cast, context: BrowserContext, live_server):
    now = timezone.now()
    with scope(store=cast.store):
        book_plate(
            cast.store, plate="沪A8K2D6", by=cast.advisor, name="王建国", sex="m", phone="1", at=now,
            now=now - timedelta(hours=1),
        )  # fmt: skip
    camera, key = add_camera(cast.store, by=cast.manager, name="入口", adapter="dahua")
    client = Client()
    client.force_login(cast.guard)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/hq/gate/")

    push(live_server.url, camera.pk, key, "沪C11111", confidence=40)
    push(live_server.url, camera.pk, key, "沪A8K2D6")
    expect(page.locator("#gate-reads article")).to_have_count(2, timeout=SOON)
    with page.expect_navigation(timeout=SOON):
        page.locator(".rx-read-unsure .rx-read-away").click()
    expect(page.locator("#gate-reads article")).to_have_count(1, timeout=SOON)
    page.locator(".rx-read-booked a.rx-read-plate").click()
    expect(page.locator(".rx-gate-name")).to_contain_text("王先生")
    page.locator(".rx-gate-car > .rx-next").click()
    expect(page.locator(".rx-let-in")).to_be_visible(timeout=SOON)
    expect(page.locator("#gate-reads article")).to_have_count(0)
    with scope(store=cast.store):
        assert Visit.objects.get().vehicle.plate == "沪A8K2D6"
