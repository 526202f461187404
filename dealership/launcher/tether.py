"""A child that never outlives its parent, whatever kills the parent."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def dies_with_parent(signum: signal.Signals = signal.SIGTERM) -> Callable[[], None]:
    """Return a `preexec_fn`: the kernel sends `signum` to the child when its parent is gone.

    Linux only; elsewhere the child relies on the parent's own clean-up.
    """
    parent = os.getpid()
    # Loaded before the fork: a child between fork and exec must not load libraries.
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def tie() -> None:
        if libc is None:
            return
        libc.prctl(PR_SET_PDEATHSIG, signum)
        if os.getppid() != parent:  # it died between fork and here
            os.kill(os.getpid(), signum)

    return tie
