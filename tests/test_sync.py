"""What a tablet's queue sends: kept once, at the right time, for the right person, answered in JSON."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone
from django_scopes import scope

from dealership.models import Operation, Staff, StepTick, Visit
from dealership.uuids import uuid7
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
