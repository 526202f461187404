"""One question to a provider: a connection is kept for the next, and what is over is never mistaken for silence."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from dealership.channels import ChannelError, TimedOut, exchange


class House:
    """A server that counts connections and questions; `after`: keep · close (says so) · vanish (just hangs up)."""

    def __init__(self) -> None:
        self.connections = self.questions = 0
        self.after = "keep"
        self.silent = False
        self.url = ""


@pytest.fixture
def house() -> Iterator[House]:
    state = House()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            state.connections += 1
            super().setup()

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            state.questions += 1
            if state.silent:
                self.close_connection = True
                return
            self.send_response(200)
            self.send_header("Content-Length", "2")
            if state.after == "close":
                self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(b"{}")
            self.close_connection = state.after != "keep"

        def log_message(self, *args: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True, kwargs={"poll_interval": 0.05}).start()
        state.url = f"http://127.0.0.1:{server.server_address[1]}/send"
        yield state
        server.shutdown()


def ask(house: House) -> int:
    return exchange.exchange("POST", house.url, headers={}, body=b"{}").status


def test_questions_that_follow_at_once_share_a_connection(house: House) -> None:
    assert [ask(house) for _ in range(3)] == [200, 200, 200]
    assert (house.connections, house.questions) == (1, 3)


def test_a_connection_grows_old(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(house)
    monkeypatch.setattr(exchange, "KEPT_SECONDS", 0)
    ask(house)
    assert house.connections == 2


@pytest.mark.parametrize("after", ["close", "vanish"])
def test_who_has_hung_up_is_called_again(house: House, after: str) -> None:
    house.after = after
    ask(house)
    time.sleep(0.1)
    ask(house)
    assert (house.connections, house.questions) == (2, 2)


def test_silence_on_a_kept_connection_leaves_the_fate_open(house: House) -> None:
    ask(house)
    house.silent = True
    with pytest.raises(TimedOut):
        ask(house)
    house.silent = False
    assert ask(house) == 200
    assert (house.connections, house.questions) == (2, 3)


def test_another_house_gets_a_connection_of_its_own(house: House) -> None:
    ask(house)
    with pytest.raises(ChannelError):
        exchange.exchange("POST", "http://127.0.0.1:9/", headers={}, body=b"{}")
    ask(house)
    assert house.connections == 2
