"""The whole product on real parts: web server, Celery worker and beat, a mail server, on this test's own database."""

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage

from django.db import connection

from tests.doubles.mail import Mailbox, mail_server
from tests.doubles.worker import OWN, environment

UP_WITHIN = 30.0


@dataclass
class Product:
    """A running product: its address and the mailbox its letters arrive in."""

    url: str
    mailbox: Mailbox

    def health(self) -> tuple[int, str]:
        """Return status and body of /healthz."""
        try:
            with urllib.request.urlopen(self.url + "/healthz", timeout=5) as answer:  # noqa: S310 (our own server)
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as answer:
            return answer.code, answer.read().decode()

    def letter_to(self, address: str, *, saying: str = "", seconds: float = 30) -> EmailMessage:
        """Wait for the letter that the worker sends to this address (the first one with these words in it)."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for letter in self.mailbox.letters:
                if address in str(letter["To"]) and saying in letter.get_content():
                    return letter
            time.sleep(0.2)
        raise AssertionError(f"No letter to {address} arrived within {seconds:.0f} s.")


@contextmanager
def running_product(data: str) -> Iterator[Product]:
    """Start everything, wait until /healthz is 200, stop everything by its own pid."""
    with mail_server() as (mailbox, mail_port), socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        listening.close()
        url = f"http://localhost:{port}"
        wanted = environment(EMAIL_URL=f"smtp://127.0.0.1:{mail_port}", PUBLIC_URL=url, MEDIA_ROOT=data, DATA_DIR=data)
        python = [sys.executable, "-m"]
        options = ["--pool", "solo", "--without-gossip", "--without-mingle", "--loglevel", "ERROR"]
        commands = [
            [
                *python,
                "gunicorn",
                "dealership.wsgi",
                "--bind",
                f"127.0.0.1:{port}",
                "--threads",
                "6",
                "--log-level",
                "error",
            ],
            [*python, "celery", "--quiet", "-A", "dealership", "worker", *options],
            [*python, "celery", "--quiet", "-A", "dealership", "beat", "--loglevel", "ERROR"],
        ]
        processes = [subprocess.Popen(command, env=wanted) for command in commands]
        try:
            product = Product(url, mailbox)
            wait_until_well(product)
            yield product
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(timeout=20)
            wait_until_alone()


OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = %s"


def wait_until_alone() -> None:
    """Wait until the server has noticed that the processes are gone: a database in use cannot be dropped."""
    end = time.monotonic() + 10
    with connection.cursor() as cursor:
        while time.monotonic() < end:
            cursor.execute(OTHERS, [OWN])
            if cursor.fetchone() == (0,):
                break
            time.sleep(0.1)
    # Playwright's loop gives this code a connection of its own, which nobody else would close.
    connection.close()


def wait_until_well(product: Product) -> None:
    """Wait for web, database, broker, worker and beat; say what is missing when it takes too long."""
    end = time.monotonic() + UP_WITHIN
    said = ""
    while time.monotonic() < end:
        try:
            status, said = product.health()
        except OSError as error:
            status, said = 0, str(error)
        if status == 200:
            return
        time.sleep(0.3)
    raise AssertionError(f"The product did not come up: {said}")
