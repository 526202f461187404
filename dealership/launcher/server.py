"""One server process: started, waited for, stopped by its own pid."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from .account import Account
from .tether import dies_with_parent

START_SECONDS = 30.0
STOP_SECONDS = 10.0


class ServerFailed(Exception):
    """A server did not come up; the message ends with the last lines of its log."""


def free_port(host: str = "127.0.0.1") -> int:
    """Return a TCP port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


class Server:
    """A child in a session of its own, so that Ctrl-C reaches it only through us."""

    def __init__(self, name: str, *, log: Path, account: Account, stop_signal: signal.Signals) -> None:
        self.name = name
        self.log = log
        self.account = account
        self.stop_signal = stop_signal
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, command: list[str], *, stdin: bytes = b"", env: dict[str, str] | None = None) -> None:
        """Start the command; its output goes to the log."""
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                command,
                cwd="/",
                env=env,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=dies_with_parent(self.stop_signal),
                **self.account.popen_options(),
            )
        assert self.process.stdin is not None  # noqa: S101 - asked for three lines above
        with suppress(BrokenPipeError):
            self.process.stdin.write(stdin)
            self.process.stdin.close()

    def wait_until(self, ready: Callable[[], bool]) -> None:
        """Return as soon as `ready()` is true; raise ServerFailed when it never is."""
        deadline = time.monotonic() + START_SECONDS
        while not ready():
            if not self.alive() or time.monotonic() > deadline:
                raise ServerFailed(f"{self.name} did not start.\n{self.last_lines()}")
            time.sleep(0.03)

    def alive(self) -> bool:
        """Say whether the process runs."""
        return self.process is not None and self.process.poll() is None

    def last_lines(self) -> str:
        """Return the end of the log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])

    def stop(self) -> None:
        """Ask kindly, then kill whatever is left of its process group."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(STOP_SECONDS)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None
