"""Runs one command against throwaway servers."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from .account import Account
from .servers import running_servers
from .tether import dies_with_parent


def with_servers(command: list[str]) -> int:
    """Run the command with private servers and return its exit code (128 + n after signal n)."""
    with _temporary_folder() as folder:
        kept = {"postgres": folder / "postgres", "valkey": folder / "valkey"}
        with running_servers(**kept, throwaway=True, given=os.environ) as servers:
            environment = {**os.environ, **servers.environment, "DEALERSHIP_ENV": "test"}
            environment.setdefault("DATA_DIR", str(folder / "data"))
            return _run(command, environment)


@contextmanager
def _temporary_folder() -> Iterator[Path]:
    """A folder that the server's account can enter, removed with all it holds."""
    folder = Path(tempfile.mkdtemp(prefix="dealership-"))
    folder.chmod(0o711)
    if not Account.for_postgres().can("x", folder):  # TMPDIR is private to root
        folder.rmdir()
        folder = Path(tempfile.mkdtemp(prefix="dealership-", dir="/tmp"))
        folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: list[str], environment: dict[str, str]) -> int:
    try:
        child = subprocess.Popen(command, env=environment, preexec_fn=dies_with_parent())
    except OSError as error:
        print(f"{command[0]}: {error.strerror}")
        return 127

    def forward(signum: int, _frame: FrameType | None) -> None:
        child.send_signal(signum)

    # Ctrl-C reaches the command by itself, in the same foreground group; we only wait for it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, forward)
    signal.signal(signal.SIGHUP, forward)
    code = child.wait()
    return 128 - code if code < 0 else code
