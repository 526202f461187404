"""The servers a command needs: those that the environment names, and ours for the rest."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from .postgres import Postgres
from .valkey import Valkey


@dataclass
class Servers:
    """Running servers; `environment` holds the DATABASE_URL and REDIS_URL that were not set before."""

    environment: dict[str, str] = field(default_factory=dict)
    running: list[Postgres | Valkey] = field(default_factory=list)

    def fallen(self) -> list[str]:
        """Return the names of those that have stopped by themselves."""
        return [server.server.name for server in self.running if not server.alive()]


@contextmanager
def running_servers(*, postgres: Path, valkey: Path, throwaway: bool, given: Mapping[str, str]) -> Iterator[Servers]:
    """Start what `given` (the environment) does not name, and stop exactly that afterwards."""
    servers = Servers()
    wanted: dict[str, Postgres | Valkey] = {}
    if not given.get("DATABASE_URL"):
        wanted["DATABASE_URL"] = Postgres(postgres, throwaway=throwaway)
    if not given.get("REDIS_URL"):
        wanted["REDIS_URL"] = Valkey(valkey)
    try:
        for name, server in wanted.items():
            servers.running.append(server)
            server.start()
            servers.environment[name] = server.url
        yield servers
    finally:
        for server in reversed(servers.running):
            server.stop()
