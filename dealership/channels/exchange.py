"""One question to a provider over HTTP, so that it is known how far it came.

Until the connection stands nothing has been said: that is an error to try again. From then on a break is TimedOut.
A connection is kept for the next question that follows at once: of a backlog each message would pay for a new one.
"""

import json
import os
import select
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from time import monotonic
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from dealership.channels.base import ChannelError, TimedOut

NOT_TAKEN = {429, 503}
"""Refused before anything was done with it (RFC 9110 15.6.4, RFC 6585 4). Any other 5xx may come after the deed."""
KEPT_SECONDS = 1.0
"""Far below any server's patience: one that hangs up just when we ask leaves a message of unknown fate."""

_own = threading.local()
"""`kept`: the connection of this thread, (whose and whereto, since when, connection)."""


@dataclass(frozen=True)
class Answer:
    """Status and text of an answer."""

    status: int
    body: bytes

    def json(self) -> dict[str, Any]:
        """Return the object in it. Raises TimedOut for anything else: the deed may be done all the same."""
        try:
            read = json.loads(self.body)
        except ValueError as unreadable:
            raise TimedOut(f"unreadable answer {self.status}") from unreadable
        if not isinstance(read, dict):
            raise TimedOut(f"unreadable answer {self.status}")
        return read


def exchange(method: str, url: str, *, headers: Mapping[str, str], body: bytes = b"") -> Answer:
    """Ask and return the answer. Raises ChannelError (nothing was done) or TimedOut (nobody knows)."""
    parts = urlsplit(url)
    connection = _connected(parts)
    kept = False
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(method, path, body or None, dict(headers))
        response = connection.getresponse()
        answer = Answer(response.status, response.read())
        kept = not response.will_close
    except (OSError, HTTPException) as lost:
        raise TimedOut(f"no answer: {type(lost).__name__}") from lost
    finally:
        if kept:
            _own.kept = (_whereto(parts), monotonic(), connection)
        else:
            connection.close()
    if answer.status in NOT_TAKEN:
        raise ChannelError(f"busy: {answer.status}", permanent=False)
    if answer.status >= 500:
        raise TimedOut(f"broken answer {answer.status}")
    return answer


def _connected(parts: SplitResult) -> HTTPConnection:
    """Return a standing connection. Raises ChannelError where there can be none."""
    whereto, since, connection = _own.__dict__.pop("kept", (None, 0.0, None))
    if connection:
        if whereto == _whereto(parts) and monotonic() - since < KEPT_SECONDS and _quiet(connection):
            return connection
        connection.close()
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.netloc, timeout=settings.PROVIDER_TIMEOUT)
    try:
        connection.connect()
    except OSError as away:
        connection.close()
        raise ChannelError(f"cannot connect: {type(away).__name__}", permanent=False) from away
    return connection


def _whereto(parts: SplitResult) -> tuple[int, str, str, float]:
    """Return what two questions must share to go through one connection; a forked process has its own."""
    return os.getpid(), parts.scheme, parts.netloc, settings.PROVIDER_TIMEOUT


def _quiet(connection: HTTPConnection) -> bool:
    """Tell whether the other side has neither hung up nor said anything unasked."""
    if connection.sock is None:
        return False
    ear = select.poll()
    ear.register(connection.sock, select.POLLIN)
    return not ear.poll(0)


def text_of(read: Mapping[str, Any], name: str) -> str:
    """Return a field that a taken message has. Raises TimedOut where it is missing: nobody knows what was done."""
    if read.get(name) in {None, ""}:
        raise TimedOut(f"an answer without {name}")
    return str(read[name])
