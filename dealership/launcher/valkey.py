"""A Valkey (the Redis protocol) of our own, on 127.0.0.1 behind a password, keeping nothing."""

import secrets
import signal
from pathlib import Path

import redis

from .account import Account
from .binaries import valkey_server
from .server import Server, ServerFailed, free_port


class Valkey:
    """A broker with its log in `folder`; `url` is valid after start().

    Nothing is saved: what is due stands in the database, the broker only carries wake-up calls.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.password = secrets.token_urlsafe(24)
        self.port = 0
        self.server = Server("Valkey", log=folder / "valkey.log", account=Account(), stop_signal=signal.SIGTERM)

    @property
    def url(self) -> str:
        """The REDIS_URL."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it and wait for its first answer."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for attempt in range(3):
            self.port = free_port()
            # By stdin: a password on the command line is everybody's.
            self.server.start([str(valkey_server()), "-"], stdin=self._configuration().encode())
            try:
                self.server.wait_until(self._answers)
                return
            except ServerFailed:  # somebody took the port in between
                self.server.stop()
                if attempt == 2:
                    raise

    def stop(self) -> None:
        """Stop it."""
        self.server.stop()

    def alive(self) -> bool:
        """Say whether it runs."""
        return self.server.alive()

    def _configuration(self) -> str:
        return (
            f'bind 127.0.0.1\nport {self.port}\nrequirepass {self.password}\nsave ""\n'
            f'appendonly no\ndir "{self.folder}"\n'
        )

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url, socket_timeout=2) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False
