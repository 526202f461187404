"""Waiting for what another process or a browser does."""

import time
from collections.abc import Callable


def wait_for(true: Callable[[], bool], what: str, seconds: float = 30) -> None:
    """Wait until something is true; say what was waited for when it takes too long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return
        time.sleep(0.1)
    raise AssertionError(f"Waited {seconds:.0f} s for {what}.")
