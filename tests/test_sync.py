"""What a tablet's queue sends: kept once, at the right time, for the right person, answered in JSON."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_scopes import scope

from dealership.actions import devices
from dealership.models import Attachment, Device, Membership, Operation, StepTick, Store, Visit
from dealership.uuids import uuid7
from reception.models import SheetConfirmation
from tests.cast import Cast
from tests.pictures import picture
from tests.tablet import Tablet, photo_of, put

pytestmark = pytest.mark.django_db


@pytest.fixture
def tablet(cast: Cast) -> Tablet:
    return Tablet(cast.advisor)


@pytest.fixture
def visit(cast: Cast) -> Visit:
    return cast.visit(now=timezone.now() - timedelta(minutes=5))


@pytest.fixture
def scoped(cast: Cast):
    with scope(store=cast.store):
        yield cast.store


def test_a_batch_is_kept_once_however_often_it_comes(tablet: Tablet, visit: Visit, scoped):
    batch = [tablet.op(visit), tablet.op(visit, payload={"step": "1.5/enter"})]

    answers = [tablet.send(*batch) for _time in range(3)]

    assert answers == [[("accepted", "")] * 2, [("duplicate", "")] * 2, [("duplicate", "")] * 2]
    assert StepTick.objects.filter(pk__in=[op["id"] for op in batch]).count() == 2


def test_the_answer_names_each_id_and_the_servers_time(tablet: Tablet, visit: Visit):
    op = tablet.op(visit)

    body = tablet.post(op).json()

    assert set(body) == {"received", "now", "results"}
    assert body["results"] == [{"id": str(op["id"]), "state": "accepted", "reason": "", "sentence": ""}]
    assert abs(datetime.fromisoformat(body["now"]) - timezone.now()) < timedelta(seconds=5)


def test_nobody_logged_in_is_told_so_in_json(cast: Cast, tablet: Tablet, visit: Visit):
    tablet.client.logout()

    answer = tablet.post(tablet.op(visit))

    assert (answer.status_code, answer.json()["code"]) == (401, "login")


def test_another_persons_queue_waits_for_its_author(cast: Cast, tablet: Tablet, visit: Visit, scoped):
    op = tablet.op(visit)

    answer = tablet.post(op, author=cast.advisor3.pk)

    assert (answer.status_code, answer.json()["code"]) == (409, "other_author")
    assert not Operation.objects.filter(pk=op["id"]).exists()


def test_another_store_is_404_and_a_role_that_may_not_is_403(cast: Cast, visit: Visit):
    elsewhere = Tablet(cast.advisor, store="west")
    chain = Tablet(cast.chain)

    assert elsewhere.post(elsewhere.op(visit)).status_code == 404
    answer = chain.post(chain.op(visit))
    assert (answer.status_code, answer.json()["code"]) == (403, "role")


@pytest.mark.parametrize("logged_in", [True, False])
def test_a_missing_csrf_token_is_json_too(cast: Cast, visit: Visit, logged_in: bool):
    tablet = Tablet(cast.advisor)
    tablet.client = Client(enforce_csrf_checks=True)
    if logged_in:
        tablet.client.force_login(cast.advisor)

    answer = tablet.post(tablet.op(visit))

    assert (answer.status_code, answer.json()["code"]) == ((403, "csrf") if logged_in else (401, "login"))
    page = tablet.client.post("/language/", {"language": "en"})
    assert (page.status_code, page.headers["Content-Type"].partition(";")[0]) == (403, "text/html")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"author": 1}',
        b'{"author": NaN}',
        b"[" * 100_000,
        '{"author": "\ud800"}'.encode("utf-8", "surrogatepass"),
    ],
)
def test_what_is_no_batch_is_400(tablet: Tablet, body: bytes):
    answer = tablet.client.post("/hq/sync/", body, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (400, "shape")


def test_a_photo_waits_for_its_picture_and_is_kept_once(cast: Cast, tablet: Tablet, visit: Visit, scoped):
    content = picture(2000, 1500)
    op = photo_of(tablet, visit, content)

    assert tablet.send(op) == [("parked", "blob_missing")]
    answers = [put(tablet, op, content) for _time in range(3)]

    wanted = {"id": str(op["id"]), "state": "accepted", "reason": "", "sentence": ""}
    assert [(answer.status_code, answer.json()) for answer in answers] == [(200, wanted)] * 3
    row = Attachment.objects.get(visit=visit)
    assert (row.pk, row.kind, row.label, row.place, row.by) == (op["id"], "photo", "左前", "front_left", cast.advisor)
    assert row.at == Operation.objects.get(pk=op["id"]).moment
    assert tablet.send(op) == [("duplicate", "")]


def test_a_picture_damaged_on_the_way_is_wanted_again(tablet: Tablet, visit: Visit, scoped):
    content = picture()
    op = photo_of(tablet, visit, content)
    tablet.send(op)

    half = put(tablet, op, content[:100], sha256(content).hexdigest())
    other = put(tablet, op, picture(50, 50))

    assert [(answer.status_code, answer.json()["code"]) for answer in (half, other)] == [(422, "sha256")] * 2
    assert put(tablet, op, content).json()["state"] == "accepted"


def test_a_picture_that_nobody_can_read_is_parked_with_its_sentence(tablet: Tablet, visit: Visit, scoped):
    op = photo_of(tablet, visit, b"no picture")
    tablet.send(op)

    answers = [put(tablet, op, b"no picture").json() for _time in range(2)]

    assert [(answer["state"], answer["reason"]) for answer in answers] == [("parked", "refused")] * 2
    assert answers[0]["sentence"]
    kept = Operation.objects.get(pk=op["id"])
    assert (kept.payload, kept.sentence) == (op["payload"], answers[0]["sentence"])
    assert tablet.send(op) == [("duplicate", "refused")]
    assert not Attachment.objects.exists()


def test_a_photo_without_the_name_of_its_picture_is_parked(tablet: Tablet, visit: Visit, scoped):
    strange = [{}, {"sha256": None}, {"sha256": 7}, {"sha256": "short"}, {"sha256": {"a": 1}}]

    answers = tablet.send(*(tablet.op(visit, "photo", payload) for payload in strange))

    assert answers == [("parked", "refused")] * len(strange)


def test_a_picture_of_somebody_elses_operation_is_404(cast: Cast, tablet: Tablet, visit: Visit, scoped):
    content = picture()
    photo, tick = photo_of(tablet, visit, content), tablet.op(visit)
    tablet.send(photo, tick)
    colleague, stranger = Tablet(cast.advisor3), Tablet(cast.stranger, store="west")

    codes = [
        put(colleague, photo, content).status_code,
        put(stranger, photo, content).status_code,
        put(tablet, tick, content).status_code,
        put(tablet, {"id": uuid7()}, content).status_code,
    ]

    assert codes == [404] * 4
    assert put(Tablet(cast.advisor, store="west"), photo, content).status_code == 404
    tablet.client.logout()
    assert put(tablet, photo, content).status_code == 401


def test_a_picture_of_a_visit_that_has_not_come_stays_on_the_tablet(tablet: Tablet, scoped):
    content, unknown = picture(), uuid7()
    op = photo_of(tablet, unknown, content)

    assert tablet.send(op) == [("parked", "unknown_visit")]
    assert put(tablet, op, content).json()["reason"] == "unknown_visit"
    assert tablet.send(tablet.op(unknown, "visit.open", {"plate": "沪B12345"})) == [("accepted", "")]
    assert Operation.objects.get(pk=op["id"]).reason == "blob_missing"
    assert put(tablet, op, content).json()["state"] == "accepted"
    assert Attachment.objects.get(pk=op["id"]).visit_id == unknown


def test_a_signature_waits_for_its_picture_too(tablet: Tablet, visit: Visit, scoped):
    content = picture(300, 100, "PNG")
    op = tablet.op(visit, "confirmation", {"how": "signed", "entries": [], "sha256": sha256(content).hexdigest()})

    assert tablet.send(op) == [("parked", "blob_missing")]
    assert put(tablet, op, content).json()["state"] == "accepted"

    row = Attachment.objects.get(pk=op["id"])
    assert (row.kind, row.content_type) == ("signature", "image/png")
    assert SheetConfirmation.objects.get(visit=visit).signature == row


def test_a_picture_too_large_is_refused_unread(tablet: Tablet, visit: Visit, scoped):
    op = photo_of(tablet, visit, b"x")
    tablet.send(op)

    answer = put(tablet, op, b"\0" * (12 * 1024 * 1024 + 1), "0" * 64)

    assert (answer.status_code, answer.json()["reason"]) == (413, "refused")
    assert answer.json()["sentence"]


@pytest.mark.parametrize(
    "payload",
    [{"step": "1.4/introduce", "reason": "a\0b"}, {"step": "\ud800"}, {"step": 10**400}, {"step": None, "x\0": [{}]}],
)
def test_text_that_the_database_refuses_stops_nothing(tablet: Tablet, visit: Visit, payload: dict[str, Any]):
    assert tablet.send(tablet.op(visit, payload=payload), tablet.op(visit)) == [("accepted", "")] * 2


DAY = timedelta(days=1)
SOON = timedelta(seconds=5)


@pytest.mark.parametrize("wrong", [-DAY, DAY, timedelta(0), timedelta(days=-20_000)])
def test_a_tablet_whose_clock_is_wrong_ticks_at_the_right_time(cast: Cast, visit: Visit, scoped, wrong: timedelta):
    tablet = Tablet(cast.advisor, wrong=wrong)
    op = tablet.op(visit) | {"at": tablet.clock() - timedelta(minutes=3)}

    tablet.send(op)

    row = Operation.objects.get(pk=op["id"])
    assert abs(row.moment - (timezone.now() - timedelta(minutes=3))) < SOON
    assert (row.at, row.moment) == (op["at"], row.at + row.offset)


def test_a_clock_set_back_for_one_tick_moves_no_tick(tablet: Tablet, visit: Visit, scoped):
    """Noon, then set to yesterday for one tick, then set right: the shift tells how far it was set since."""
    times = [timezone.now() - timedelta(minutes=minutes) for minutes in (3, 2, 1)]
    ops = [tablet.op(visit) | {"at": moment} for moment in times]
    ops[1] |= {"at": times[1] - DAY, "shift": int(DAY.total_seconds() * 1000)}

    tablet.send(*ops)

    rows = list(Operation.objects.filter(pk__in=[op["id"] for op in ops]).order_by("seq"))
    assert all(abs(row.moment - moment) < SOON for row, moment in zip(rows, times, strict=True))
    assert [row.at for row in rows] == [op["at"] for op in ops]
    assert all(row.offset + row.at == row.moment for row in rows)


def test_without_a_shift_the_order_of_the_batch_still_holds(tablet: Tablet, visit: Visit, scoped):
    ops = [tablet.op(visit) for _tick in range(3)]
    ops[1] |= {"at": ops[1]["at"] - DAY}

    tablet.send(*reversed(ops))

    moments = list(Operation.objects.filter(pk__in=[op["id"] for op in ops]).order_by("seq").values_list("moment"))
    assert moments == sorted(moments)
    assert moments[1] == moments[0]


def test_nothing_happened_after_it_was_received(tablet: Tablet, visit: Visit, scoped):
    op = tablet.op(visit) | {"at": tablet.clock() + DAY, "shift": 5}

    tablet.send(op)

    row = Operation.objects.get(pk=op["id"])
    assert row.moment == row.received


@pytest.mark.parametrize("clock", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
@pytest.mark.parametrize("shift", [0, 3_000_000_000_000, -3_000_000_000_000])
def test_a_clock_out_of_this_world_stops_nothing(tablet: Tablet, visit: Visit, scoped, clock: str, shift: int):
    op = tablet.op(visit) | {"at": clock, "shift": shift}

    assert tablet.send(op) == [("accepted", "")]
    assert tablet.post(tablet.op(visit), sent_at=clock).status_code == 200


def test_the_order_of_one_person_holds_over_batches_of_a_device(cast: Cast, visit: Visit, scoped):
    device, secret = enrolled(cast)
    mine, theirs = Tablet(cast.advisor), Tablet(cast.advisor3)
    for tablet in (mine, theirs):
        tablet.client.cookies["device"] = secret
    theirs.seq = 10
    late = theirs.op(visit)
    theirs.send(late)
    first, second = mine.op(visit), mine.op(visit)
    second |= {"at": second["at"] - DAY}
    early = mine.op(visit, seq=50) | {"at": first["at"] - timedelta(minutes=1)}

    mine.send(first)
    mine.send(second)
    Tablet(cast.advisor).send(early)

    rows = {row.pk: row for row in Operation.objects.filter(device=device)}
    assert set(rows) == {late["id"], first["id"], second["id"]}
    assert rows[second["id"]].moment == rows[first["id"]].moment
    assert Operation.objects.get(pk=early["id"]).device is None


def test_a_device_of_another_store_is_no_device_here(cast: Cast, tablet: Tablet, visit: Visit, scoped):
    with scope(store=cast.other):
        _device, tablet.client.cookies["device"] = enrolled(cast, cast.other)
    op = tablet.op(visit)

    tablet.send(op)

    assert Operation.objects.get(pk=op["id"]).device is None


def test_the_same_id_with_other_content_is_parked(tablet: Tablet, visit: Visit, scoped):
    op = tablet.op(visit)
    other = op | {"payload": {"step": "2.1/repeat"}}

    assert tablet.send(op) == [("accepted", "")]
    assert tablet.send(other) == [("parked", "id_reused")]
    assert StepTick.objects.get(pk=op["id"]).code == "1.4/introduce"


def test_a_tick_waits_for_its_visit_and_then_counts(tablet: Tablet, scoped):
    unknown = uuid7()
    ticks = [tablet.op(unknown), tablet.op(unknown, payload={"step": "1.5/enter"})]

    assert tablet.send(*ticks) == [("parked", "unknown_visit")] * 2
    assert tablet.send(*ticks) == [("duplicate", "unknown_visit")] * 2
    assert tablet.send(tablet.op(unknown, "visit.open", {"plate": "沪B12345"})) == [("accepted", "")]

    assert tablet.send(*ticks) == [("duplicate", "")] * 2
    assert StepTick.objects.filter(visit=unknown, pk__in=[op["id"] for op in ticks]).count() == 2


def test_another_stores_visit_is_parked_and_touched_by_nobody(cast: Cast, visit: Visit, scoped):
    stranger = Tablet(cast.stranger, store="west")
    op = stranger.op(visit)

    assert stranger.send(op) == [("parked", "other_store")]
    assert not StepTick.objects.filter(pk=op["id"]).exists()


def test_a_person_of_two_stores_writes_into_each_by_its_address(cast: Cast, visit: Visit, scoped):
    Membership.objects.create(store=cast.other, staff=cast.advisor, role="advisor")
    here, there = Tablet(cast.advisor), Tablet(cast.advisor, store="west")
    car = uuid7()
    opened = there.op(car, "visit.open", {"plate": "沪B12345"})

    assert there.send(opened, there.op(visit)) == [("accepted", ""), ("parked", "other_store")]
    assert here.send(here.op(car), here.op(visit)) == [("parked", "other_store"), ("accepted", "")]

    with scope(store=cast.other):
        assert Operation.objects.get(pk=opened["id"]).store == cast.other
        assert Visit.objects.get(pk=car).store == cast.other


def test_a_batch_asks_as_much_for_two_hundred_ticks_as_for_one(tablet: Tablet, visit: Visit, scoped):
    tablet.send(tablet.op(visit))
    counts = []
    for number in (1, 200):
        with CaptureQueriesContext(connection) as asked:
            assert set(tablet.send(*(tablet.op(visit) for _tick in range(number)))) == {("accepted", "")}
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_a_batch_that_is_too_long_is_400(tablet: Tablet, visit: Visit):
    assert tablet.post(*(tablet.op(visit) for _tick in range(501))).status_code == 400


def enrolled(cast: Cast, store: Store | None = None) -> tuple[Device, str]:
    _invited, code = devices.invite(store or cast.store, by=cast.supervisor, name="接待平板1")
    return devices.enrol(code=code)
