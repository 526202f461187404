"""What the doubles of message providers share: a real HTTP server that counts, checks, and behaves as it is told."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

HANG_SECONDS = 0.6
"""Longer than PROVIDER_TIMEOUT of the tests."""
P = TypeVar("P", bound="Provider")


@dataclass(frozen=True)
class Request:
    """A request as it came over the wire; header names are lower-case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The path without its query."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the address."""
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))


@dataclass
class Sending:
    """A message that the provider has taken."""

    id: str
    reference: str
    to: str
    content: dict[str, Any] = field(default_factory=dict)
    status: str = ""


class Provider:
    """`behave`: accept · refuse (for good) · later (refused for now) · lost_request (never got it) · lost_answer
    (took it, said nothing) · deaf (silent to questions too).

    What is wrong with a request is said before any of this.
    """

    def __init__(self) -> None:
        self.behave = "accept"
        self.calls = 0
        self.sent: list[Sending] = []
        self.requests: list[Request] = []
        self.url = ""
        self.lock = threading.Lock()

    def answer(self, request: Request) -> tuple[int, Any]:
        """Return status and content (an object or text)."""
        raise NotImplementedError

    def take(self, reference: str, to: str, content: dict[str, Any]) -> Sending | None:
        """Take a message as `behave` says; None where it was lost on its way."""
        if self.behave in {"lost_request", "deaf"}:
            time.sleep(HANG_SECONDS)
            return None
        with self.lock:
            made = Sending(self.number(len(self.sent) + 1), reference, to, content)
            self.sent.append(made)
            self.keep(made)
        if self.behave == "lost_answer":
            time.sleep(HANG_SECONDS)
        return made

    def keep(self, made: Sending) -> None:
        """Remember more of a message that was taken."""

    def number(self, count: int) -> str:
        """Return the id of the message with this number."""
        return f"{count}"

    def asked(self) -> None:
        """Somebody asks what became of a message."""
        if self.behave == "deaf":
            time.sleep(HANG_SECONDS)


@contextmanager
def serving(state: P) -> Iterator[P]:
    """Run the provider on a free port; `state.url` says where."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(self.command, self.path, headers, body)
            with state.lock:
                state.calls += 1
                state.requests.append(request)
            status, content = state.answer(request)
            answer = content.encode() if isinstance(content, str) else json.dumps(content).encode()
            try:
                self.send_response(status)
                self.send_header("Content-Type", "text/plain" if isinstance(content, str) else "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)
            except OSError:
                self.close_connection = True

        do_GET = do_POST = handle_any

        def log_message(self, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True, kwargs={"poll_interval": 0.05}).start()
    state.url = f"http://127.0.0.1:{server.server_address[1]}/"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
