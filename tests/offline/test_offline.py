"""The bay tablet without network: each story ends with the exact rows on the server.

`make offline` runs the whole; OFFLINE_FORM=minute runs the same stories with smaller numbers.
"""

import os
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from dealership.actions.devices import remember, set_pin
from dealership.models import Attachment, Operation, Staff, StepTick, Vehicle, Visit
from dealership.queries.course import specs_of
from dealership.uuids import uuid7
from reception.models import DamageMark, Reading, SheetConfirmation
from tests.cast import Cast
from tests.doubles.patchy import patchy_air
from tests.offline.house import Server, Tablet, session_cookie, tick_entry
from tests.patience import wait_for

pytestmark = [pytest.mark.offline, pytest.mark.timeout(300)]

MINUTE = os.environ.get("OFFLINE_FORM") == "minute"
TICKS, PHOTOS, CARS = (40, 4, 1) if MINUTE else (200, 20, 4)
QUEUED = 10 if MINUTE else 50
PIN = "2026"
WITHIN = 60.0
"""Seconds from the first reachable server to the last acknowledged entry."""
SLACK = timedelta(seconds=15)
"""What the way from the tablet to a busy server may add to a corrected moment."""
House = tuple[Cast, Server]


def arrive(cast: Cast, count: int = 1) -> list[Visit]:
    """Cars of the advisor in the yard, just arrived."""
    return [cast.visit(f"沪A8K2D{number}", now=timezone.now() - timedelta(minutes=40)) for number in range(count)]


def hand_steps(visit: Visit) -> list[str]:
    """Codes of the visit's steps; a hand tick may name any of them."""
    with scope(store=visit.store):
        return [spec.code for spec in specs_of(visit.standard_id)]


def ticks_of(visits: list[Visit], total: int) -> list[dict[str, Any]]:
    """`total` ticks of different steps, car by car."""
    each = total // len(visits)
    return [tick_entry(visit.pk, code) for visit in visits for code in hand_steps(visit)[:each]]


def operations(kind: str, visits: list[Visit]) -> list[Operation]:
    """What the tablets sent of one kind (ticks by a record are the server's own), by seq."""
    with scopes_disabled():
        rows = Operation.objects.filter(kind=kind, visit__in=[visit.pk for visit in visits]).order_by("seq")
        return [row for row in rows if "evidence" not in row.payload]


def rows(model: Any, visits: list[Visit], **wanted: Any) -> int:
    """How many rows of the visits there are."""
    with scopes_disabled():
        return int(model.objects.filter(visit__in=[visit.pk for visit in visits], **wanted).count())


def assert_once_and_in_order(sent: list[Operation], ids: list[str]) -> None:
    """Every id once, accepted, in the order of the acts."""
    assert [str(row.pk) for row in sent] == ids
    assert Counter(row.state for row in sent) == {"accepted": len(ids)}
    assert all(one.moment <= two.moment for one, two in pairwise(sent))


def photo_entry(visit: Visit, number: int) -> dict[str, Any]:
    """Return a photo as the camera button keeps it."""
    return {"visit": str(visit.pk), "kind": "photo", "payload": {"label": str(number), "place": ""}, "picture": number}


def signature_entry(visit: Visit) -> dict[str, Any]:
    """Return the customer's signature on the sheet."""
    payload = {"how": "signed", "entries": [], "reason": "", "witness": None}
    return {"visit": str(visit.pk), "kind": "confirmation", "payload": payload, "picture": 0}


def test_half_an_hour_with_the_browser_killed_in_between(house: House, tablet: Tablet):
    cast, server = house
    visits = arrive(cast, CARS)
    began = timezone.now() - timedelta(minutes=30)
    acts = spread(ticks_of(visits, TICKS), [photo_entry(visits[0], n) for n in range(PHOTOS)])
    half = len(acts) // 2
    step = timedelta(minutes=30) / len(acts)
    tablet.prepare("/hq/next/")
    server.stop()

    ids = act(tablet, acts[:half], began, step)
    tablet.kill()
    tablet.start()
    ids += act(tablet, [*acts[half:], signature_entry(visits[0])], began + step * half, step)
    assert tablet.counts()["waiting"] == len(ids)
    server.start()
    taken = tablet.wait_sent(WITHIN)

    by_kind = {kind: [i for i, entry in zip(ids, [*acts, signature_entry(visits[0])], strict=True)
                      if entry["kind"] == kind] for kind in ("tick", "photo", "confirmation")}  # fmt: skip
    assert [len(found) for found in by_kind.values()] == [TICKS, PHOTOS, 1]
    for kind, kept in by_kind.items():
        assert_once_and_in_order(operations(kind, visits), kept)
    assert rows(StepTick, visits, evidence="") - arrival_ticks(visits) == TICKS
    assert rows(Attachment, visits, kind="photo") == PHOTOS
    assert rows(Attachment, visits, kind="signature") == rows(SheetConfirmation, visits) == 1
    first, last = operations("tick", visits)[0].moment, operations("tick", visits)[-1].moment
    assert abs(first - began) < timedelta(seconds=90)
    assert timedelta(minutes=27) < last - first < timedelta(minutes=31)
    print(f"{TICKS} ticks, {PHOTOS} photos and 1 signature sent in {taken:.1f} s, browser killed at half-time")


def spread(many: list[Any], few: list[Any]) -> list[Any]:
    """Return both lists as one, the second spread evenly over the first."""
    gap = max(len(many) // max(len(few), 1), 1)
    mixed: list[Any] = []
    for number, one in enumerate(many):
        mixed.append(one)
        if number % gap == gap - 1 and few:
            mixed.append(few.pop(0))
    return mixed + few


def arrival_ticks(visits: list[Visit]) -> int:
    """Hand ticks that were there before the story began."""
    return 0


def act(tablet: Tablet, entries: list[dict[str, Any]], began: datetime, step: timedelta) -> list[str]:
    """Do one thing after the other on the tablet's own clock, `step` apart; return the ids."""
    tablet.set_clock(began)
    tablet.open("/hq/next/")
    ids = []
    for entry in entries:
        tablet.page.clock.fast_forward(int(step.total_seconds() * 1000))
        ids += tablet.add([entry])
    return ids


def test_every_third_answer_is_lost(house: House, tablet: Tablet):
    cast, server = house
    visits = arrive(cast)
    with patchy_air(server.port, lose_every=3) as (air, port):
        tablet.url = f"http://localhost:{port}"
        tablet.prepare("/hq/next/")
        ids: list[str] = []
        for entry in [*ticks_of(visits, 20), *(photo_entry(visits[0], n) for n in range(3))]:
            ids += tablet.add([entry])
        tablet.wait_sent(WITHIN)
        tablet.kill()
    assert air.lost >= 1
    assert_once_and_in_order(operations("tick", visits), ids[:20])
    assert rows(StepTick, visits, evidence="") == 20
    assert rows(Attachment, visits, kind="photo") == 3


def test_an_upload_is_cut_in_the_middle(house: House, tablet: Tablet):
    cast, server = house
    visits = arrive(cast)
    with patchy_air(server.port, cut_uploads=2) as (air, port):
        tablet.url = f"http://localhost:{port}"
        tablet.prepare("/hq/next/")
        ids = tablet.add([photo_entry(visits[0], 1)])
        tablet.wait_sent(WITHIN)
        tablet.kill()
    assert air.cut == 2
    assert_once_and_in_order(operations("photo", visits), ids)
    assert rows(Attachment, visits, kind="photo") == 1


def test_pages_open_cold_while_the_server_is_stopped(house: House, tablet: Tablet):
    cast, server = house
    (visit,) = arrive(cast)
    path = f"/hq/visits/{visit.pk}/reception/?card=1.5"
    tablet.prepare("/hq/next/")
    server.stop()
    tablet.kill()
    page = tablet.start()
    tablet.open("/hq/next/")
    assert "8K2D0" in page.inner_text("#main").replace("·", "")
    tablet.open(path)
    page.locator("[data-walk-step=enter]").wait_for()
    ids = tablet.add(ticks_of([visit], QUEUED))
    server.start()
    tablet.wait_sent(WITHIN)
    assert_once_and_in_order(operations("tick", [visit]), ids)


def test_two_tabs_send_each_entry_once(house: House, tablet: Tablet):
    cast, server = house
    visits = arrive(cast)
    tablet.prepare("/hq/next/")
    other = tablet.open("/hq/unsent/", tablet.new_page())
    server.stop()
    entries = ticks_of(visits, QUEUED)
    ids = []
    for number, entry in enumerate(entries):
        ids += tablet.add([entry], other if number % 2 else tablet.page)
    wait_for(lambda: tablet.counts(other) == tablet.counts(), "both tabs to see one queue")
    server.start()
    tablet.wait_sent(WITHIN)
    tablet.wait_sent(WITHIN, other)
    assert_once_and_in_order(operations("tick", visits), ids)


def test_a_login_that_ended_meanwhile_keeps_the_queue(house: House, tablet: Tablet):
    cast, server = house
    visits = arrive(cast)
    tablet.prepare("/hq/next/")
    server.stop()
    ids = tablet.add(ticks_of(visits, QUEUED))
    tablet.context.clear_cookies(name="sessionid")
    server.start()
    tablet.page.wait_for_selector("html[data-login]", state="attached")
    assert operations("tick", visits) == []
    tablet.log_in(session_cookie(cast.advisor, server.url), tablet.enrolled)
    tablet.open("/hq/next/")
    tablet.wait_sent(WITHIN)
    assert_once_and_in_order(operations("tick", visits), ids)


def test_another_person_in_between_neither_sees_nor_sends_the_queue(house: House, tablet: Tablet):
    cast, server = house
    visits = arrive(cast)
    for person in (cast.advisor, cast.advisor3):
        set_pin(person, pin=PIN)
        remember(tablet.device, staff=person)
    tablet.log_in(session_cookie(cast.advisor, server.url), tablet.enrolled)
    tablet.prepare("/hq/next/")
    server.stop()
    ids = tablet.add(ticks_of(visits, QUEUED))
    tablet.kill()
    server.start()
    tablet.start()
    tablet.log_in(tablet.enrolled)
    switch(tablet, cast.advisor3)
    theirs = tablet.add([tick_entry(visits[0].pk, "5.1/accompany")])
    tablet.wait_sent(WITHIN)
    mine = {row.staff_id: str(row.pk) for row in operations("tick", visits)}
    assert mine.get(cast.advisor3.pk) == theirs[0]
    switch(tablet, cast.advisor)
    tablet.wait_sent(WITHIN)
    assert_once_and_in_order([row for row in operations("tick", visits) if row.staff_id == cast.advisor.pk], ids)
    assert len(operations("tick", visits)) == len(ids) + 1


def switch(tablet: Tablet, person: Staff) -> None:
    """Change the person by PIN; what is seen then is theirs alone."""
    tablet.open("/switch/")
    tablet.page.locator(f"label:has([value='{person.pk}'])").click()
    tablet.page.fill("[name=pin]", PIN)
    tablet.page.click(".rx-next")
    tablet.page.wait_for_selector(f"html[data-owner='{person.pk}'][data-offline-ready]", state="attached")


def test_an_update_with_a_full_queue(house: House, tablet: Tablet):
    cast, server = house
    visits = arrive(cast)
    tablet.prepare(f"/hq/visits/{visits[0].pk}/reception/?card=1.5")
    server.stop()
    ids = tablet.add(ticks_of(visits, QUEUED))
    server.start(version="b")
    tablet.wait_sent(WITHIN)
    assert tablet.page.evaluate("document.documentElement.dataset.version") == "a", "updated in the middle of a visit"
    tablet.open("/hq/next/")
    tablet.page.wait_for_selector("html[data-version=b]", state="attached", timeout=30_000)
    assert_once_and_in_order(operations("tick", visits), ids)


@pytest.mark.parametrize("wrong", [timedelta(days=-1), timedelta(days=1)], ids=["a day slow", "a day fast"])
def test_a_clock_that_is_a_day_wrong(house: House, tablet: Tablet, wrong: timedelta):
    cast, server = house
    visits = arrive(cast)
    tablet.prepare("/hq/next/")
    server.stop()
    tablet.set_clock(timezone.now() + wrong)
    tablet.open("/hq/next/")
    before = timezone.now()
    ids = tablet.add(ticks_of(visits, 5))
    after = timezone.now()
    server.start()
    tablet.wait_sent(WITHIN)
    sent = operations("tick", visits)
    assert_once_and_in_order(sent, ids)
    assert [row.moment for row in sent if not before - SLACK <= row.moment <= after + SLACK] == [], (before, after)
    assert all(abs(row.at - (row.moment + wrong)) < SLACK for row in sent), "the raw time is kept"


def test_a_clock_set_back_for_one_tick(house: House, tablet: Tablet):
    cast, server = house
    visits = arrive(cast)
    tablet.prepare("/hq/next/")
    server.stop()
    page = tablet.set_clock(timezone.now())
    tablet.open("/hq/next/")
    first, second, third = ticks_of(visits, 3)
    before = timezone.now()
    ids = tablet.add([first])
    page.clock.set_system_time(timezone.now() - timedelta(days=1))
    ids += tablet.add([second])
    page.clock.set_system_time(timezone.now())
    ids += tablet.add([third])
    after = timezone.now()
    server.start()
    tablet.wait_sent(WITHIN)
    sent = operations("tick", visits)
    assert_once_and_in_order(sent, ids)
    assert [row.moment for row in sent if not before - SLACK <= row.moment <= after + SLACK] == [], (before, after)
    assert after - sent[1].at > timedelta(hours=23), "the raw time is kept"


def test_a_car_received_wholly_offline(house: House, tablet: Tablet):
    cast, server = house
    tablet.prepare("/hq/next/")
    server.stop()
    visit = str(uuid7())
    tablet.add(whole_car(visit))
    assert tablet.counts()["waiting"] == len(whole_car(visit))
    server.start()
    tablet.wait_sent(WITHIN)
    with scope(store=cast.store):
        car = Vehicle.objects.get(plate="沪B66K88")
        row = Visit.objects.get(vehicle=car)
        assert (str(row.pk), row.advisor, car.owner.name, car.model) == (visit, cast.advisor, "林清", "帕萨特")
        assert row.mileage == 23100
        assert {reading.item for reading in Reading.objects.filter(visit=row)} == {
            "covers", "mileage", "energy", "controls", "exterior", "engine_bay",
        }  # fmt: skip
        assert DamageMark.objects.filter(visit=row, kind="dent", size_cm=3).count() == 1
        assert Attachment.objects.filter(visit=row, kind="photo").count() == 2
        assert SheetConfirmation.objects.get(visit=row).how == "signed"
        done = {f"{t.touchpoint}/{t.step}" for t in StepTick.objects.filter(visit=row, answer="done")}
    walk = {f"1.5/{slug}" for slug in ("enter", "cabin", "controls", "exterior", "engine", "confirm")}
    assert walk | {"1.4/introduce"} <= done
    assert Operation.State.PARKED not in states_of(visit)


def whole_car(visit: str) -> list[dict[str, Any]]:
    """Return what an advisor enters for a new car, from its plate to the signature."""
    mark = str(uuid7())
    opened = {"plate": "沪B66K88", "arrival": "walk_in", "works": ["service"], "words": "做保养", "take": True,
              "customer": {"id": str(uuid7()), "name": "林清", "sex": "f", "phone": "13900002222"},
              "vehicle": {"make": "大众", "model": "帕萨特", "energy": "fuel", "body": "sedan"}}  # fmt: skip
    readings = {"covers": True, "mileage": 23100, "energy": {"fuel": 4}, "controls": {"findings": [], "note": ""},
                "exterior": "all", "engine_bay": {"findings": [], "note": ""}}  # fmt: skip
    entries: list[dict[str, Any]] = [{"kind": "visit.open", "payload": opened}]
    entries += [{"kind": "reading", "payload": {"item": item, "value": value}} for item, value in readings.items()]
    place = {"view": "right", "zone": "right_rear_door", "x": 150, "y": 110, "kind": "scratch", "size_cm": None}
    entries += [
        {"id": mark, "kind": "mark", "payload": place},
        {"kind": "mark", "payload": {"mark": mark, "kind": "dent", "size_cm": 3}},
        {"kind": "photo", "payload": {"label": "右后门", "place": f"mark:{mark}"}, "picture": 1},
        {"kind": "photo", "payload": {"label": "仪表", "place": "dashboard"}, "picture": 2},
        {"kind": "tick", "payload": {"step": "1.4/introduce", "answer": "done"}},
        {"kind": "confirmation", "payload": {"how": "signed", "entries": [mark]}, "picture": 3},
    ]
    return [{"visit": visit, **entry} for entry in entries]


def states_of(visit: str) -> set[str]:
    """States of everything that was sent for a visit."""
    with scopes_disabled():
        return set(Operation.objects.filter(visit=visit).values_list("state", flat=True))
