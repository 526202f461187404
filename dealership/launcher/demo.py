"""The whole product on one machine, for a look around: `make demo`."""

import contextlib
import fcntl
import hashlib
import multiprocessing
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from http.client import HTTPConnection
from pathlib import Path

from .account import Account
from .binaries import SHARED
from .servers import Servers, running_servers
from .supervisor import Supervisor

ROOT = Path(__file__).resolve().parents[2]
PORTS_TRIED = 100


class NotPossible(Exception):
    """The demo cannot run; the message says what to do."""


def data_folder() -> Path:
    """Return the folder that holds all the demo keeps; DATA_DIR names another one."""
    return Path(os.environ.get("DATA_DIR") or ROOT / ".data").resolve()


def demo() -> int:
    """Start everything, keep it running, stop everything; return the exit code."""
    multiprocessing.set_start_method("fork")  # honcho's parts hold file descriptors that are not pickled
    folder = data_folder()
    with _only_one(folder), _web_socket() as web:
        url = f"http://{_shown_host()}:{web.getsockname()[1]}"
        (folder / "static").mkdir(exist_ok=True)  # the static file server warns when it is missing
        print("Starting PostgreSQL and Valkey ...", flush=True)
        kept = {"postgres": postgres_folder(folder), "valkey": folder / "valkey"}
        with running_servers(**kept, throwaway=False, given=os.environ) as servers:
            environment = _environment(folder, servers, url)
            _write_environment(folder, environment)
            print("Preparing the database ...", flush=True)
            logins = folder / "logins.txt"
            prepare = [sys.executable, "-m", "dealership.launcher.prepare", str(logins)]
            subprocess.run(prepare, cwd=ROOT, env=environment, check=True)
            announcement = f"Open {url}/\n\n{logins.read_text()}\n  Ctrl-C stops it."
            return _supervise(web, announcement, environment, servers)


def reset() -> int:
    """Delete everything the demo keeps."""
    folder = data_folder()
    with _only_one(folder):
        for kept in {postgres_folder(folder), folder}:
            shutil.rmtree(kept, ignore_errors=True)
    print("The demo's data is gone; `make demo` starts anew. (Servers of your own are not touched.)")
    return 0


def postgres_folder(folder: Path) -> Path:
    """Return where PostgreSQL keeps its data.

    Beside the rest, unless its account cannot get there (root's own home); then in a folder of the
    system that belongs to this path alone.
    """
    if Account.for_postgres().can("x", folder):
        return folder / "postgres"
    SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
    return SHARED / f"data-{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}"


@contextlib.contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Hold the folder: two demos on the same data would ruin it."""
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    try:
        lock = (folder / "lock").open("w")
    except PermissionError:
        raise NotPossible(f"{folder} belongs to another user; start the demo as that user.") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NotPossible(f"A demo with the data in {folder} is running already; stop it first.") from None
        yield


def _shown_host() -> str:
    host = os.environ.get("HOST") or "127.0.0.1"
    return "localhost" if host in {"127.0.0.1", "0.0.0.0"} else host  # noqa: S104 - a comparison


def _wanted_port() -> int:
    named = os.environ.get("PORT") or "8000"
    if not named.isdecimal() or not 0 < int(named) < 65536:
        raise NotPossible(f"PORT is {named!r}; it must be a number from 1 to 65535.")
    return int(named)


@contextlib.contextmanager
def _web_socket() -> Iterator[socket.socket]:
    """Take PORT, or the next free one, at once: whoever comes now waits in its queue."""
    host = os.environ.get("HOST") or "127.0.0.1"
    wanted = _wanted_port()
    for port in range(wanted, min(wanted + PORTS_TRIED, 65536)):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen(64)
        except OSError:
            listener.close()
            continue
        if port != wanted:
            print(f"Port {wanted} is taken; the demo uses {port}.", flush=True)
        with listener:
            yield listener
        return
    raise NotPossible(f"No free port from {wanted} on; name another one with PORT=...")


def _environment(folder: Path, servers: Servers, url: str) -> dict[str, str]:
    return {
        "PUBLIC_URL": url,
        "WEB_LOG_LEVEL": "warning",
        "LOG_LEVEL": "WARNING",
        **os.environ,
        **servers.environment,
        "DEALERSHIP_ENV": "demo",
        "DATA_DIR": str(folder),
        "PYTHON": sys.executable,
        "PYTHONUNBUFFERED": "1",
    }


def _write_environment(folder: Path, environment: dict[str, str]) -> None:
    """Leave what `manage.py` needs to reach the running demo: `set -a; . .data/environment`."""
    path = folder / "environment"
    path.touch(mode=0o600)
    names = ("DEALERSHIP_ENV", "DATABASE_URL", "REDIS_URL", "DATA_DIR", "PUBLIC_URL")
    path.write_text("".join(f"{name}={shlex.quote(environment[name])}\n" for name in names))


def _supervise(web: socket.socket, announcement: str, environment: dict[str, str], servers: Servers) -> int:
    supervisor = Supervisor(
        keep_open=[web.fileno()],
        companions=[
            partial(_announce, web.getsockname(), announcement),
            partial(_watch, servers),
        ],
    )
    own = {
        "web": {"BIND": f"fd://{web.fileno()}"},
        # A demo as root is fine; the warning would be the first thing that people read.
        "worker": {"PYTHONWARNINGS": "ignore:You're running the worker with superuser"},
        "beat": {},
    }
    for part, extra in own.items():
        supervisor.add(part, [str(ROOT / "deploy" / "start"), part], {**environment, **extra})
    supervisor.loop()
    print("Stopped.", flush=True)
    return 0 if supervisor.asked and not servers.fallen() else 1


def _announce(address: tuple[str, int], announcement: str) -> None:
    """Say where to open it as soon as it really answers."""
    while not _answers(address):
        time.sleep(0.1)
    print(f"\n  {announcement}\n", flush=True)


def _answers(address: tuple[str, int]) -> bool:
    connection = HTTPConnection(*address, timeout=10)
    with contextlib.closing(connection), contextlib.suppress(OSError):
        connection.request("GET", "/livez")
        return connection.getresponse().status == 200
    return False


def _watch(servers: Servers) -> None:
    """End the demo when one of its servers has ended."""
    while not (fallen := servers.fallen()):
        time.sleep(1)
    print(f"{' and '.join(fallen)} has stopped; so does the demo.", flush=True)
    os.kill(os.getpid(), signal.SIGTERM)
