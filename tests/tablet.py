"""A tablet as the server sees it: its batches and its pictures."""

import json
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.test import Client
from django.utils import timezone

from dealership.models import Staff, Visit
from dealership.uuids import uuid7


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


def photo_of(tablet: Tablet, visit: Visit | UUID, content: bytes, **payload: Any) -> dict[str, Any]:
    payload = {"sha256": sha256(content).hexdigest(), "label": "左前", "place": "front_left"} | payload
    return tablet.op(visit, "photo", payload)


def put(tablet: Tablet, op: dict[str, Any], content: bytes, digest: str = ""):
    url = f"/{tablet.store}/sync/blobs/{op['id']}/"
    headers = {"x-sha256": digest or sha256(content).hexdigest()}
    return tablet.client.put(url, content, content_type="application/octet-stream", headers=headers)
