"""A Valkey that is killed, comes back empty on the same port, or is only a port that never answers."""

import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from dealership.launcher.binaries import valkey_server
from dealership.launcher.server import free_port
from dealership.launcher.valkey import Valkey


class Broker(Valkey):
    """The launcher's Valkey on a port that stays; `url` is valid from the beginning."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *what: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start it, empty."""
        self.server.start([str(valkey_server()), "-"], stdin=self._configuration().encode())
        self.server.wait_until(self._answers)

    def kill(self) -> None:
        """SIGKILL: nothing is saved, nobody is told."""
        assert self.server.process
        os.kill(self.server.process.pid, signal.SIGKILL)
        self.server.process.wait()
        self.server.process = None

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Accept connections on its port and never answer."""
        with socket.create_server(("127.0.0.1", self.port), backlog=200) as listening:
            held: list[socket.socket] = []

            def accept() -> None:
                with suppress(OSError):
                    while True:
                        held.append(listening.accept()[0])

            threading.Thread(target=accept, daemon=True).start()
            try:
                yield
            finally:
                # A blocked accept keeps the port; shutdown ends it.
                listening.shutdown(socket.SHUT_RDWR)
                for one in held:
                    one.close()
