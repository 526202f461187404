"""What a tablet's queue sends: kept once, at the right time, for the right person, answered in JSON."""

import io
import json
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone
from django_scopes import scope
from PIL import Image

from dealership.models import Attachment, Operation, Staff, StepTick, Visit
from dealership.uuids import uuid7
from reception.models import SheetConfirmation
from tests.cast import Cast

pytestmark = pytest.mark.django_db


class Tablet:
    """A browser of `staff` with a queue; `wrong` is how far its clock is ahead."""

    def __init__(self, staff: Staff, store: str = "hq", wrong: timedelta = timedelta(0)) -> None:
        self.client = Client()
        self.client.force_login(staff)
        self.staff, self.store, self.wrong = staff, store, wrong
        self.seq = 0

    def clock(self) -> datetime:
        return timezone.now() + self.wrong

    def op(self, visit: Visit | UUID, kind: str = "tick", payload: Any = None, **given: Any) -> dict[str, Any]:
        self.seq += 1
        payload = {"step": "1.4/introduce"} if payload is None else payload
        pk = visit if isinstance(visit, UUID) else visit.pk
        return {
            "id": uuid7(), "seq": self.seq, "visit": pk, "kind": kind, "version": 1, "at": self.clock(),
            "payload": payload,
        } | given  # fmt: skip

    def post(self, *operations: dict[str, Any], **given: Any):
        body = {"author": self.staff.pk, "sent_at": self.clock(), "operations": list(operations)} | given
        url = f"/{self.store}/sync/"
        return self.client.post(url, json.dumps(body, default=str), content_type="application/json")

    def send(self, *operations: dict[str, Any], **given: Any) -> list[tuple[str, str]]:
        answer = self.post(*operations, **given)
        assert answer.status_code == 200, answer.content
        return [(result["state"], result["reason"]) for result in answer.json()["results"]]


def picture(width: int = 40, height: int = 30, image_format: str = "JPEG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "#004B5C").save(file, image_format)
    return file.getvalue()


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


def photo_of(tablet: Tablet, visit: Visit | UUID, content: bytes, **payload: Any) -> dict[str, Any]:
    payload = {"sha256": sha256(content).hexdigest(), "label": "左前", "place": "front_left"} | payload
    return tablet.op(visit, "photo", payload)


def put(tablet: Tablet, op: dict[str, Any], content: bytes, digest: str = ""):
    url = f"/{tablet.store}/sync/blobs/{op['id']}/"
    headers = {"x-sha256": digest or sha256(content).hexdigest()}
    return tablet.client.put(url, content, content_type="application/octet-stream", headers=headers)


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
