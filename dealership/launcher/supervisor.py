"""Runs the parts of the product side by side; when one ends, all end, and nothing stays."""

import os
import shlex
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from types import FrameType
from typing import Any

from honcho.manager import KILL_WAIT, Manager
from honcho.printer import Message
from honcho.process import Popen, Process

from .tether import dies_with_parent


def _end_group(leader: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


class Part(Process):
    """A process group that ends with its leader, as the leader ends with the supervisor."""

    keep_open: Sequence[int] = ()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._tie_to_supervisor = dies_with_parent(signal.SIGUSR1)
        self._child_ctor = self._open

    def run(self, *arguments: Any, **options: Any) -> None:
        """Run in the process that honcho forked for this part; honcho lets it ignore SIGTERM."""
        signal.signal(signal.SIGUSR1, self._abandoned)
        self._tie_to_supervisor()
        super().run(*arguments, **options)

    def _abandoned(self, _signum: int, _frame: FrameType | None) -> None:
        """The supervisor was killed: end the whole group in its place."""
        if self._child is not None:
            os.kill(self._child.pid, signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self._child.wait(KILL_WAIT)
            _end_group(self._child.pid)
        os._exit(1)

    def _open(self, command: str, **options: Any) -> Popen:
        leader = Popen(command, preexec_fn=dies_with_parent(), pass_fds=tuple(self.keep_open), **options)
        threading.Thread(target=self._clear_up, args=(leader,), daemon=True).start()
        return leader

    @staticmethod
    def _clear_up(leader: Popen) -> None:
        """Kill what a killed leader leaves: it would hold the pipe that honcho waits for."""
        leader.wait()
        _end_group(leader.pid)


class Groups:
    """How honcho ends a part: first its leader alone, which knows its children, at last all."""

    def terminate(self, leader: int) -> None:
        """Ask the leader to finish."""
        with suppress(ProcessLookupError):
            os.kill(leader, signal.SIGTERM)

    def kill(self, leader: int) -> None:
        """Kill the whole group."""
        _end_group(leader)


class Supervisor(Manager):
    """Runs until a part ends or SIGINT or SIGTERM comes; `asked` tells these two apart.

    Parts get SIGTERM and, five seconds after the first has ended, SIGKILL. The `companions` run in
    threads that begin when all parts are forked.
    """

    def __init__(self, *, keep_open: Sequence[int] = (), companions: Sequence[Callable[[], None]] = ()) -> None:
        super().__init__()
        self._process_ctor = type("OwnPart", (Part,), {"keep_open": keep_open})
        self._procmgr = Groups()
        self._companions = companions
        self._end_when_started = False

    @property
    def asked(self) -> bool:
        """Whether somebody asked for the end, by Ctrl-C or SIGTERM."""
        return self.returncode in {128 + signal.SIGINT, 128 + signal.SIGTERM}

    def add(self, name: str, command: Sequence[str], env: Mapping[str, str]) -> None:
        """Add a part; the command is a list, never a shell's line."""
        # Honcho starts a shell; exec makes the part itself the leader of its group.
        self.add_process(name, f"exec {shlex.join(command)}", env=dict(env))

    def terminate(self) -> None:
        """Pass the end on, when need be as soon as honcho knows whom to send it to."""
        if super()._all_started():
            super().terminate()
        else:
            self._end_when_started = True

    def _start(self) -> None:
        super()._start()
        for companion in self._companions:
            threading.Thread(target=companion, daemon=True).start()

    def _all_started(self) -> bool:
        started = super()._all_started()
        if started and self._end_when_started:
            self._end_when_started = False
            super().terminate()
        return started

    def _system_print(self, data: str) -> None:
        """Leave out pids and signals: say only what a person needs to know."""
        if "stopped" in data and not self._terminating:
            line = f"{data.strip()}; so everything stops\n"
            self._printer.write(Message("line", line, self._clock.now(), "system", None))
