"""A PostgreSQL of our own, on 127.0.0.1 behind a password."""

import secrets
import shutil
import signal
import subprocess
from pathlib import Path

import psycopg2

from .account import Account
from .binaries import postgres_bin
from .server import Server, ServerFailed, free_port

USER = DATABASE = "dealership"
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
# fsync off loses a cluster when the machine stops: for throwaway clusters only.
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    """A cluster in `folder`, made when missing; `url` is valid after start().

    With `throwaway` nothing is ever flushed to the disk.
    """

    def __init__(self, folder: Path, *, throwaway: bool) -> None:
        self.folder = folder
        self.throwaway = throwaway
        self.account = Account.for_postgres()
        self.bin = postgres_bin(self.account)
        self.server = Server("PostgreSQL", log=folder / "postgres.log", account=self.account, stop_signal=signal.SIGINT)
        self.port = 0

    @property
    def url(self) -> str:
        """The DATABASE_URL."""
        return f"postgres://{USER}:{self._password}@127.0.0.1:{self.port}/{DATABASE}"

    @property
    def _password(self) -> str:
        return (self.folder / "password").read_text()

    def start(self) -> None:
        """Make the cluster when there is none, start it, make the database."""
        self._make_cluster()
        for attempt in range(3):
            self.port = free_port()
            self.server.start(self._command(), env=ENVIRONMENT)
            try:
                self.server.wait_until(self._answers)
                break
            except ServerFailed:  # somebody took the port in between
                self.server.stop()
                if attempt == 2:
                    raise
        self._make_database()

    def stop(self) -> None:
        """Stop it; connections are cut, nothing committed is lost."""
        self.server.stop()

    def alive(self) -> bool:
        """Say whether it runs."""
        return self.server.alive()

    def _command(self) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "max_connections": "120",
            **(THROWAWAY if self.throwaway else {}),
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(self.bin / "postgres"), "-D", str(self.folder / "data"), *options]

    def _make_cluster(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.account.own(self.folder)
        data = self.folder / "data"
        if data.exists():
            self._check_version(data)
            return
        password, part = self.folder / "password", self.folder / "data.part"
        shutil.rmtree(part, ignore_errors=True)
        password.touch(mode=0o600)
        password.write_text(secrets.token_urlsafe(24))
        self.account.own(password)
        # The builtin C.UTF-8 knows Chinese letters; plain C does not, and trigrams need them.
        command = [str(self.bin / "initdb"), "-D", str(part), "-U", USER, "-A", "scram-sha-256"]
        command += ["--pwfile", str(password), "-E", "UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]
        done = subprocess.run(
            [*command, "--no-sync"],
            cwd="/",
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            **self.account.popen_options(),
        )
        if done.returncode:
            raise ServerFailed(f"initdb failed.\n{done.stdout}{done.stderr}")
        part.rename(data)

    def _check_version(self, data: Path) -> None:
        shown = subprocess.run([self.bin / "postgres", "--version"], capture_output=True, text=True, check=True)
        program = shown.stdout.split()[-1].split(".")[0]
        cluster = (data / "PG_VERSION").read_text().strip()
        if program != cluster:
            raise ServerFailed(f"{data} was made by PostgreSQL {cluster}, this is {program}: make demo-reset.")

    def _connect(self, name: str):
        return psycopg2.connect(
            host="127.0.0.1",
            port=self.port,
            user=USER,
            password=self._password,
            dbname=name,
            connect_timeout=3,
        )

    def _answers(self) -> bool:
        try:
            self._connect("postgres").close()
        except psycopg2.OperationalError:
            return False
        return True

    def _make_database(self) -> None:
        connection = self._connect("postgres")
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(f'CREATE DATABASE "{DATABASE}"')
        connection.close()
