"""The house of the offline tests: cast, server, tablet."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from playwright.sync_api import Playwright

from tests.cast import Cast, make_cast
from tests.journey.product import wait_until_alone
from tests.offline.house import Server, Tablet, device_cookie, session_cookie


@pytest.fixture
def house(transactional_db: None, tmp_path: Path) -> Iterator[tuple[Cast, Server]]:
    """The cast in the database and the web server on it."""
    people = make_cast()
    server = Server(tmp_path / "data")
    server.start()
    try:
        yield people, server
    finally:
        server.stop()
        wait_until_alone()


@pytest.fixture
def tablet(house: tuple[Cast, Server], playwright: Playwright) -> Iterator[Tablet]:
    """An enrolled tablet at the bay, the advisor logged in."""
    people, server = house
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        found = Tablet(playwright, Path(profile), server.url)
        device, enrolled = device_cookie(people.store, people.supervisor, server.url)
        found.start()
        found.log_in(session_cookie(people.advisor, server.url), enrolled)
        found.device, found.enrolled = device, enrolled  # type: ignore[attr-defined] # for the tests that change the person
        try:
            yield found
        finally:
            found.kill()
            connection.close()
