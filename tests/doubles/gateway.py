"""An SMS gateway as they are: no idempotency key, but it can be asked what it has sent."""

import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from dealership.channels import Channel, ChannelError, Sent, TimedOut
from dealership.models import Customer, Message

ADDRESS = "SMS_DOUBLE_PORT"
TIMEOUT = 0.5
HANG_SECONDS = 1.0


class Gateway:
    """`behave`: accept · refuse · later · lost_request (never got it) · lost_answer (sent it, said nothing) · deaf."""

    def __init__(self) -> None:
        self.behave = "accept"
        self.sent: list[dict[str, str]] = []


class SmsChannel(Channel):
    """The channel that speaks to it. The port comes from the environment, so that a worker process finds it."""

    kind = "sms"
    can_query = True

    def address(self, customer: Customer | None) -> str:
        return customer.phone if customer else ""

    def send(self, message: Message) -> Sent:
        answer = self._ask("POST", {"reference": str(message.pk), "to": message.recipient, "text": message.body})
        return Sent(provider_id=answer["id"])

    def query(self, message: Message) -> Sent | None:
        answer = self._ask("GET", {"reference": str(message.pk)})
        return Sent(provider_id=answer["id"]) if answer["id"] else None

    @staticmethod
    def _ask(method: str, content: dict[str, str]) -> dict[str, str]:
        connection = HTTPConnection("127.0.0.1", int(os.environ[ADDRESS]), timeout=TIMEOUT)
        try:
            connection.request(method, "/", json.dumps(content))
            response = connection.getresponse()
            answer: dict[str, str] = json.loads(response.read())
        except TimeoutError as late:
            raise TimedOut("the gateway says nothing") from late
        except (OSError, HTTPException) as away:
            raise ChannelError(str(away), permanent=False) from away
        finally:
            connection.close()
        if response.status != 200:
            raise ChannelError(answer["error"], permanent=response.status == 400)
        return answer


@contextmanager
def gateway() -> Iterator[tuple[Gateway, int]]:
    """Run the gateway on a free port; yield its state and port."""
    state = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.content()
            if state.behave in {"refuse", "later"}:
                self.answer(400 if state.behave == "refuse" else 503, {"error": state.behave})
                return
            if state.behave not in {"lost_request", "deaf"}:
                state.sent.append(content)
            if state.behave != "accept":
                time.sleep(HANG_SECONDS)
            self.answer(200, {"id": f"sms-{content['reference']}"})

        def do_GET(self) -> None:
            reference = self.content()["reference"]
            if state.behave == "deaf":
                time.sleep(HANG_SECONDS)
            known = any(one["reference"] == reference for one in state.sent)
            self.answer(200, {"id": f"sms-{reference}" if known else ""})

        def content(self) -> dict[str, str]:
            read: dict[str, str] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            return read

        def answer(self, status: int, content: dict[str, str]) -> None:
            body = json.dumps(content).encode()
            try:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                self.close_connection = True

        def log_message(self, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield state, server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
