"""The broker dies, comes back empty, is away or hangs: it only wakes, so nothing is lost and no page waits for it."""

import http.client
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.utils import timezone
from django_scopes import scope

from dealership.actions.links import make_link
from dealership.actions.messages import queue
from dealership.actions.stages import _move
from dealership.models import Message, StepTick, Visit
from dealership.uuids import uuid7
from tests.cast import PASSWORD, Cast, make_cast
from tests.doubles.mail import mail_server
from tests.doubles.worker import running_worker
from tests.faults.broker import Broker
from tests.faults.conftest import Tell
from tests.faults.house import (
    MINUTE,
    awake,
    beat,
    double,
    due,
    lost_and_twice,
    nothing_open,
    running,
    until,
)
from tests.journey.product import wait_until_alone
from tests.offline.house import Server

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300), pytest.mark.django_db(transaction=True)]

SENDS = 60 if MINUTE else 300
WITHIN = 120
STAGES = ("reception", "negotiation", "workshop", "showcase", "explanation", "delivery")
STEPS = ("1.4/introduce", "2.1/repeat", "2.4/facilities", "3.4/result", "3.4/cleanliness", "3.4/covers")


@pytest.fixture
def broker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Broker]:
    """A broker of one's own, not started; every process of the test is told its address."""
    with Broker(tmp_path / "broker") as found:
        monkeypatch.setenv("REDIS_URL", found.url)
        yield found
    wait_until_alone()


@contextmanager
def sending(folder: Path, settings: dict[str, str]) -> Iterator[None]:
    """Run a worker and a beat."""
    with running(beat(folder)), running_worker(**settings, WORKER_QUEUE="celery"):
        yield


def test_broker_killed_and_restarted_empty(broker: Broker, tmp_path: Path, tell: Tell) -> None:
    cast = make_cast()
    awake()
    due(cast, SENDS, channel="sms")
    broker.start()
    with double("sms") as provider, sending(tmp_path, provider.settings):
        until(lambda: len(provider.state.sent) >= SENDS // 4, every=0.002)
        broker.kill()
        at_kill = len(provider.state.sent)
        # The sweep at work needs no broker; what is written after it waits for the next call.
        until(nothing_open)
        due(cast, 20, channel="sms", key="meanwhile")
        time.sleep(1 if MINUTE else 10)
        waited = len(provider.state.sent) == SENDS
        broker.start()
        took = until(nothing_open, seconds=WITHIN)
        counted = lost_and_twice(provider)
    tell("broker SIGKILLed, restarted empty: sent at that moment", (f"< {SENDS}", lambda n: n < SENDS), at_kill)
    tell("  the 20 written while it was away wait for its return", True, waited)
    tell("  delivered, lost, twice", [SENDS + 20, 0, 0], list(counted))
    tell("  seconds until everything was out", (f"<= {WITHIN}", lambda n: n <= WITHIN), round(took, 1))


@pytest.mark.parametrize("how", ["down", "hanging"])
def test_a_whole_visit_without_broker(how: str, broker: Broker, tmp_path: Path, tell: Tell) -> None:
    cast = make_cast()
    awake()
    server = Server(tmp_path / "data")
    with ExitStack() as stack:
        provider = stack.enter_context(double("sms"))
        mailbox, port = stack.enter_context(mail_server())
        stack.callback(server.stop)
        without = stack.enter_context(ExitStack())
        without.enter_context(broker.hanging() if how == "hanging" else nullcontext())
        server.start()
        settings = {**provider.settings, "EMAIL_URL": f"smtp://127.0.0.1:{port}"}
        stack.enter_context(sending(tmp_path, settings))
        seen = whole_visit(cast, server.url)
        # Written after the last move: what is older than the stage is cancelled.
        due(cast, SENDS, channel="sms", now=timezone.now() + timedelta(hours=1))
        # Long enough that worker and beat wait ever longer between two attempts.
        time.sleep(0 if MINUTE else 25)
        meanwhile = len(provider.state.sent) + len(mailbox.letters)
        without.close()
        broker.start()
        took = until(nothing_open, seconds=WITHIN, every=0.2)
        counted, letters = lost_and_twice(provider), Counter(str(one["Message-ID"]) for one in mailbox.letters)
    with scope(store=cast.store):
        ticked = StepTick.objects.filter(step__in=[code.partition("/")[2] for code in STEPS], evidence="").count()
        wanted = Message.objects.filter(channel="email").count()
    broken = [one for one in seen if one.status >= 500]
    tell(f"broker {how}, a whole visit of {len(seen)} requests: answers 5xx", [], broken)
    tell("  other than a page or a redirect", [], [one for one in seen if one.status >= 400])
    tell("  slowest answer, seconds", ("<= 3", lambda n: n <= 3), max(one.seconds for one in seen))
    tell("  hand ticks written", len(STEPS), ticked)
    tell("  sent meanwhile", 0, meanwhile)
    tell(f"  backlog drained, seconds after the broker's return (was {how})",
         (f"<= {WITHIN}", lambda n: n <= WITHIN), round(took, 1))  # fmt: skip
    tell("  delivered, lost, twice by SMS", [SENDS, 0, 0], list(counted))
    tell("  letters, twice (at least one)", (f"{wanted}, 0", lambda n: n == [max(wanted, 1), 0]),
         [len(letters), sum(count > 1 for count in letters.values())])  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """An answer of the web server."""

    what: str
    status: int
    seconds: float


@dataclass
class Visitor:
    """A browser without the browser: cookies, forms, and a note of every answer."""

    url: str
    cookies: dict[str, str] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    body: str = ""

    def get(self, path: str) -> str:
        """Ask for a page; return where a redirect leads, else the path."""
        return self._ask("GET", path, "")

    def post(self, path: str, **fields: Any) -> str:
        """Send a form."""
        token = self.cookies.get("csrftoken", "")
        return self._ask("POST", path, urlencode({"csrfmiddlewaretoken": token, **fields}, doseq=True))

    def _ask(self, method: str, path: str, content: str) -> str:
        place, begun = urlsplit(self.url), time.monotonic()
        connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=20)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if method == "POST":
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.url}
        connection.request(method, path, content, headers)
        response = connection.getresponse()
        self.body = response.read().decode(errors="replace")
        for line in response.headers.get_all("Set-Cookie") or []:
            name, value = line.partition(";")[0].split("=", 1)
            self.cookies[name] = value
        connection.close()
        # A path may hold a token.
        what = f"{method} /{path.split('/')[1]}/..."
        self.seen.append(Seen(what, response.status, round(time.monotonic() - begun, 2)))
        return urlsplit(response.headers["Location"]).path if response.headers["Location"] else path


def whole_visit(cast: Cast, url: str) -> list[Seen]:
    """Let a car in, tick, look at every page of every stage and at the link; return every answer."""
    guard, advisor, customer = Visitor(url), Visitor(url), Visitor(url)
    for who, name in ((guard, "guard"), (advisor, "advisor")):
        who.get("/login/")
        who.get(who.post("/login/", username=name, password=PASSWORD))
    guard.get("/hq/gate/")
    car = {"province": "沪", "number": "A8K2D6", "works": "repair", "operation": str(uuid7())}
    guard.get(guard.post("/hq/arrivals/", name="王建国", sex="m", phone="13800001234", **car))
    with scope(store=cast.store):
        visit = Visit.objects.select_related("store", "customer", "vehicle", "standard").get()
        visit.customer.email = "w@example.com"
        visit.customer.save(update_fields=["email"])
        base = f"/hq/visits/{visit.pk}/"
        advisor.post(base + "take/")
        page = opened(customer, visit)
        for number, stage in enumerate(STAGES):
            visit.refresh_from_db()
            if visit.stage != stage:
                now = timezone.now()
                _move(visit, source=visit.stage, to=stage, by=cast.advisor, id=None, reason="", now=now)
            for path in ("/hq/board/", "/hq/next/", base + f"{stage}/", base + "timeline/", base + "messages/"):
                advisor.get(path)
            advisor.post(base + "ticks/", step=STEPS[number])
            customer.get(page)
        queue(visit, kind="ready", by=cast.advisor)
    customer.post(page + "thread/", text="几点能来取？")
    return [*guard.seen, *advisor.seen, *customer.seen]


def opened(customer: Visitor, visit: Visit) -> str:
    """Open the customer's link; return the address of the page behind it."""
    link = make_link(visit, by=None)[1]
    return customer.get(urlsplit(link).path)
