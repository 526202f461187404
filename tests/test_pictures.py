"""Whatever is sent as a photo, by form or by queue: written anew or refused with a sentence, quickly and in small."""

import contextlib
import http.client
import json
import os
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope
from PIL import Image

from dealership.actions.attachments import small_name
from dealership.models import Attachment, Staff, Visit
from dealership.uuids import uuid7
from tests.cast import Cast, make_cast
from tests.offline.house import Server, session_cookie
from tests.pictures import KEPT, REFUSED, SCRIPT, corpus
from tests.tablet import Tablet, photo_of, put

SECONDS = 1.0
MEMORY_KB = 300_000
WAYS = ["form", "queue"]
TOKEN = "t" * 32


@pytest.fixture
def visit(cast: Cast) -> Iterator[Visit]:
    made = cast.visit(now=timezone.now())
    with scope(store=cast.store):
        yield made


def form_url(visit: Visit) -> str:
    return reverse("sheet-photos", kwargs={"store": "hq", "visit": visit.pk})


def files() -> set[str]:
    root = Path(settings.MEDIA_ROOT)
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def by_form(staff: Staff, visit: Visit, name: str) -> str:
    """Send a file by the page's form; return the sentence of a refusal, empty when it was kept."""
    client = Client()
    client.force_login(staff)
    file = SimpleUploadedFile("x.jpg", corpus(name))
    file._name = name  # type: ignore[attr-defined] # as a hostile browser writes it: Django's own class would clean it
    answer = client.post(form_url(visit), {"photo": file, "label": name}, headers={"hx-request": "true"})
    assert answer.status_code in (303, 422)
    return " ".join(re.findall(r"[一-鿿]+", answer.content.decode())) if answer.status_code == 422 else ""


def by_queue(staff: Staff, visit: Visit, name: str) -> str:
    tablet = Tablet(staff)
    op = photo_of(tablet, visit, corpus(name), label=name, place=name)
    assert tablet.send(op) == [("parked", "blob_missing")]
    answer = put(tablet, op, corpus(name))
    assert answer.status_code in (200, 413)
    result = answer.json()
    assert (result["state"], result["reason"]) in {("accepted", ""), ("parked", "refused")}
    return result["sentence"]


@pytest.mark.django_db
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", KEPT)
def test_a_picture_is_written_anew_and_nothing_hidden_survives(cast: Cast, visit: Visit, name: str, way: str):
    send = by_form if way == "form" else by_queue

    assert send(cast.advisor, visit, name) == ""

    row = Attachment.objects.get()
    assert row.file.name == f"hq/{visit.pk}/{row.pk}.jpg"
    assert files() == {row.file.name, small_name(row.file.name)}
    for each in files():
        path = Path(settings.MEDIA_ROOT) / each
        assert SCRIPT not in path.read_bytes()
        with Image.open(path) as kept:
            kept.load()
            assert (kept.format, dict(kept.getexif()), max(kept.size) <= 1600) == ("JPEG", {}, True)
            assert not {"comment", "exif", "icc_profile"} & set(kept.info)


@pytest.mark.django_db
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_picture_is_refused_with_a_sentence(cast: Cast, visit: Visit, name: str, way: str):
    send = by_form if way == "form" else by_queue

    sentence = send(cast.advisor, visit, name)

    assert len(sentence) >= 8
    assert not Attachment.objects.exists()
    assert files() == set()


class Wire:
    """A tablet on a real connection, as its browser talks."""

    def __init__(self, server: Server, staff: Staff) -> None:
        self.address = urlsplit(server.url).netloc
        self.staff = staff
        session = session_cookie(staff, server.url)
        cookies = f"{session['name']}={session['value']}; csrftoken={TOKEN}"
        self.headers = {"Cookie": cookies, "X-CSRFToken": TOKEN}

    def send(self, method: str, path: str, body: bytes, **headers: str) -> tuple[int, bytes]:
        """Return status and body; a server that answers before it has read everything is heard too."""
        connection = http.client.HTTPConnection(self.address, timeout=10)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.request(method, path, body, self.headers | headers)
        answer = connection.getresponse()
        found = answer.status, answer.read()
        connection.close()
        return found

    def form(self, visit: Visit, name: str) -> int:
        part = f'--b\r\nContent-Disposition: form-data; name="photo"; filename="{name}"\r\n\r\n'.encode()
        body = part + corpus(name) + b"\r\n--b--\r\n"
        return self.send("POST", form_url(visit), body, **{"Content-Type": "multipart/form-data; boundary=b"})[0]

    def queue(self, visit: Visit, name: str) -> int:
        content, now = corpus(name), timezone.now().isoformat()
        digest = sha256(content).hexdigest()
        op: dict[str, Any] = {"id": str(uuid7()), "seq": 1, "visit": str(visit.pk), "kind": "photo", "at": now,
                              "payload": {"sha256": digest, "label": name}}  # fmt: skip
        batch = json.dumps({"author": str(self.staff.pk), "sent_at": now, "operations": [op]}).encode()
        assert self.send("POST", "/hq/sync/", batch, **{"Content-Type": "application/json"})[0] == 200
        return self.send("PUT", f"/hq/sync/blobs/{op['id']}/", content, **{"X-Sha256": digest})[0]


def worker_of(server: Server) -> Path:
    """Return where the kernel tells about the process that answers."""
    assert server.process is not None
    pid = server.process.pid
    return Path("/proc") / Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0]


def peak_kb(server: Server) -> int:
    """Return the most memory that the server has held, in kB (as ru_maxrss counts)."""
    status = (worker_of(server) / "status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+)", status)[0])


def busy(server: Server) -> float:
    """Return the seconds that the server has worked; neighbours on this machine do not count."""
    user, system = (worker_of(server) / "stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="Memory of a process is read from /proc")
def test_the_server_takes_each_picture_within_a_second_and_300_megabytes(tmp_path: Path):
    cast = make_cast()
    visit = cast.visit(now=timezone.now())
    server = Server(folder=tmp_path)
    server.start()
    try:
        wire = Wire(server, cast.advisor)
        wire.form(visit, "page.jpg")  # the first request loads the whole product
        seconds: dict[str, float] = {}
        statuses: dict[str, int] = {}
        for name in (*KEPT, *REFUSED):
            corpus(name)
            for way, send in (("form", wire.form), ("queue", wire.queue)):
                began = busy(server)
                statuses[f"{name} by {way}"] = send(visit, name)
                seconds[f"{name} by {way}"] = busy(server) - began
        peak = peak_kb(server)
    finally:
        server.stop()

    assert statuses == {
        **{f"{name} by form": 303 if name in KEPT else 422 for name in (*KEPT, *REFUSED)},
        **{f"{name} by queue": 413 if name == "fifty.jpg" else 200 for name in (*KEPT, *REFUSED)},
    }
    assert {name: each for name, each in seconds.items() if each >= SECONDS} == {}
    assert peak < MEMORY_KB
