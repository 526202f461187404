"""What every test stands on: real servers from the launcher, a browser when there is one."""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.servers.basehttp import WSGIRequestHandler
from django.core.signals import request_finished, request_started

CHROMIUM = shutil.which("chromium") or ""
IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]

REQUESTS_END_WITHIN = 5.0

# The fixed cast and its fixtures live in tests/cast.py.
pytest_plugins = ["tests.cast"] if Path(__file__).with_name("cast.py").exists() else []

# Head and body are sent apart: on a kept connection the browser would wait 40 ms for each file's body.
WSGIRequestHandler.disable_nagle_algorithm = True

# Playwright's sync API runs an event loop in the test's own thread, where Django suspects async code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


def pytest_configure() -> None:
    if not os.environ.get("DATABASE_URL"):
        pytest.exit("No servers: run `make pytest ARGS='...'`, which starts private ones.", returncode=4)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not CHROMIUM:
        for item in items:
            if any(item.get_closest_marker(name) for name in ("browser", "journey", "offline")):
                item.add_marker(pytest.mark.skip(reason="Chromium is not installed"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """With CI=true nothing may be skipped: a suite that ran half of itself is not green."""
    report: Any = yield
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not accept: {report.longrepr}"
    return report  # type: ignore[return-value]


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _requests_end(request: pytest.FixtureRequest) -> Iterator[None]:
    """Empty no table while the live server still answers: a browser that is gone has left requests behind."""
    if "live_server" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")
    begun: list[object] = []
    ended: list[object] = []

    def begin(**kwargs: Any) -> None:
        begun.append(1)

    def end(**kwargs: Any) -> None:
        ended.append(1)

    request_started.connect(begin)
    request_finished.connect(end)
    yield
    until = time.monotonic() + REQUESTS_END_WITHIN
    while len(ended) < len(begun) and time.monotonic() < until:
        time.sleep(0.05)
    request_started.disconnect(begin)
    request_finished.disconnect(end)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": CHROMIUM_FLAGS}
