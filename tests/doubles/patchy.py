"""Wi-Fi as it is at the bay: a real HTTP proxy on loopback that loses answers, cuts uploads or is not there at all."""

import http.client
import socket
import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

NO_LINGER = struct.pack("ii", 1, 0)
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "te", "upgrade", "proxy-authenticate"}


@dataclass
class Air:
    """What the air does. `lose_every`: each n-th answer to /sync/ is lost after the server has done its work (0: none).

    `cut_uploads`: so many uploads are reset in the middle of their body. `log` keeps method and path of what passed.
    """

    upstream: int
    lose_every: int = 0
    cut_uploads: int = 0
    log: list[tuple[str, str]] = field(default_factory=list)
    lost: int = 0
    cut: int = 0
    answers: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def loses_this(self, path: str) -> bool:
        """Count an answer to /sync/ and tell whether it gets lost."""
        if not self.lose_every or "/sync/" not in path:
            return False
        with self.lock:
            self.answers += 1
            gone = self.answers % self.lose_every == 0
            self.lost += gone
        return gone

    def cuts_this(self, method: str) -> bool:
        """Tell whether this upload is reset half-way."""
        if method != "PUT":
            return False
        with self.lock:
            if not self.cut_uploads:
                return False
            self.cut_uploads -= 1
            self.cut += 1
        return True


class Handler(BaseHTTPRequestHandler):
    """Passes each request on, one connection upstream a request."""

    protocol_version = "HTTP/1.1"
    air: Air

    def _pass_on(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if self.air.cuts_this(self.command):
            self.rfile.read(length // 2)
            self._reset()
            return
        body = self.rfile.read(length) if length else None
        self.air.log.append((self.command, self.path))
        upstream = http.client.HTTPConnection("localhost", self.air.upstream, timeout=60)
        try:
            headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
            upstream.request(self.command, self.path, body=body, headers=headers)
            answer = upstream.getresponse()
            content = answer.read()
        except OSError:
            self._reset()
            return
        finally:
            upstream.close()
        if self.air.loses_this(self.path):
            self._reset()
            return
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in HOP_BY_HOP | {"content-length"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_HEAD = _pass_on

    def _reset(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        self.connection.close()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Proxy(socketserver.ThreadingTCPServer):
    """One thread a connection."""

    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that goes away is no news."""


@contextmanager
def patchy_air(upstream: int, **given: int) -> Iterator[tuple[Air, int]]:
    """Run a proxy in front of `upstream`; yields what it does and its own port."""
    air = Air(upstream, **given)
    handler = type("PatchyHandler", (Handler,), {"air": air})
    with Proxy(("127.0.0.1", 0), handler) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, daemon=True)
        thread.start()
        try:
            yield air, proxy.server_address[1]
        finally:
            proxy.shutdown()
            thread.join(timeout=10)
