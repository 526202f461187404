"""A Celery worker in a process of its own, with the doubled channel wired: `python -m tests.doubles.worker`.

The pool is `solo`: a SIGKILL at a kill point ends the whole worker, as a machine that loses its power would.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.db import connection

from dealership import wiring
from dealership.celery import app

OWN = "reception-under-test"
"""By this name the database knows the connections of processes that a test has started."""


def environment(**extra: str) -> dict[str, str]:
    """The environment in which a process sees this test's own database."""
    url = urlsplit(os.environ["DATABASE_URL"])
    own = urlunsplit(url._replace(path=f"/{connection.settings_dict['NAME']}"))
    return {
        **os.environ,
        "DATABASE_URL": own,
        "DEALERSHIP_ENV": "test",
        "PYTHONWARNINGS": "ignore",
        "PGAPPNAME": OWN,
        **extra,
    }


@contextmanager
def running_worker(*arguments: str, **extra: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a worker until the block ends; `arguments` are Celery's, `extra` goes into its environment."""
    process = subprocess.Popen([sys.executable, "-m", "tests.doubles.worker", *arguments], env=environment(**extra))
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=20)


def main(argv: list[str]) -> Any:
    """Run the worker."""
    wiring.CHANNELS["sms"] = "tests.doubles.gateway.SmsChannel"
    queue = ["--queues", os.environ["WORKER_QUEUE"]]
    options = ["--pool", "solo", "--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "ERROR"]
    return app.worker_main(["--quiet", "worker", *options, *queue, *argv])


if __name__ == "__main__":
    main(sys.argv[1:])
