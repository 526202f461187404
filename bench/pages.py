"""How many times longer than a bare view does a page take? Same middleware and session, same SQL, same bytes."""

import time
from collections import Counter
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import urls

NO_READING = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")


class Ratio(NamedTuple):
    """A page against its bare view: medians in milliseconds, statements and bytes that both share."""

    page: float
    bare: float
    queries: int
    size: int

    @property
    def times(self) -> float:
        """How many times longer the page takes."""
        return self.page / self.bare


def use_bare_urls() -> None:
    """Let the bare view be found; before the first request."""
    settings.ROOT_URLCONF = "bench.urls"
    settings.ALLOWED_HOSTS = ["testserver"]


def compare(client: Client, address: str, *, bare: str, rounds: int) -> Ratio:
    """Ask for the page and its bare view in turns, `rounds` times each, after a warm-up of both."""
    urls.STATEMENTS, urls.CONTENT[0] = [], b""
    for _warm in range(3):
        _get(client, address)
    around = _statements(client, bare)
    urls.STATEMENTS.extend((Counter(_statements(client, address)) - Counter(around)).elements())
    urls.CONTENT[0] = _get(client, address)
    _get(client, bare)
    times: dict[str, list[float]] = {address: [], bare: []}
    for number in range(rounds):
        for one in (address, bare) if number % 2 == 0 else (bare, address):
            started = time.perf_counter()
            _get(client, one)
            times[one].append(1000 * (time.perf_counter() - started))
    return Ratio(median(times[address]), median(times[bare]), len(urls.STATEMENTS), len(urls.CONTENT[0]))


def _get(client: Client, address: str) -> bytes:
    answer = client.get(address)
    assert answer.status_code == 200, f"{address} answered {answer.status_code}"
    return answer.content


def _statements(client: Client, address: str) -> Sequence[str]:
    """Return the reading statements of one request, as they went to the server."""
    with CaptureQueriesContext(connection) as captured:
        _get(client, address)
    return [one["sql"] for one in captured if not one["sql"].startswith(NO_READING)]
