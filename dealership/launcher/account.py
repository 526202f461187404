"""The account that runs PostgreSQL, which refuses to run as root."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

UNPRIVILEGED = "nobody"


@dataclass(frozen=True)
class Account:
    """A user to run a server as; `uid` None means the one that runs us."""

    uid: int | None = None
    gid: int | None = None

    @classmethod
    def for_postgres(cls) -> "Account":
        """Return `nobody` for root and oneself for everybody else."""
        if os.geteuid() != 0:
            return cls()
        entry = pwd.getpwnam(UNPRIVILEGED)
        return cls(uid=entry.pw_uid, gid=entry.pw_gid)

    def popen_options(self) -> dict:
        """Return the keyword arguments that make subprocess run as this account."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give a file or folder to this account."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def can(self, permission: str, path: Path) -> bool:
        """Say whether this account may read (`r`) or enter (`x`) the path, parents included."""
        if self.uid is None:
            return os.access(path, {"r": os.R_OK, "x": os.X_OK}[permission])
        probe = subprocess.run(
            ["/bin/sh", "-c", f'test -{permission} "$1"', "sh", str(path)],
            cwd="/",
            check=False,
            **self.popen_options(),
        )
        return probe.returncode == 0
