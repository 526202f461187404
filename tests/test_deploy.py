"""What a container does, done without one: the scripts of deploy/ as an ordinary user, in production."""

import fnmatch
import json
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
SITE = "service.example.com"
KEPT = {"PATH", "LANG", "HOME", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"}


def ordinary_user() -> dict[str, Any]:
    """Return what makes subprocess run as somebody who is not root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def reachable_python() -> str:
    """Return a Python 3.11 or newer that the ordinary user can run; root's own may lie in root's home."""
    check = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))"
    for python in (os.path.realpath(sys.executable), "/usr/local/bin/python3", "/usr/bin/python3"):
        try:
            tried = subprocess.run([python, "-c", check], cwd="/", check=False, capture_output=True, **ordinary_user())
        except OSError:
            continue
        if tried.returncode == 0:
            return python
    pytest.skip("no Python that an ordinary user can run")


def ignored_by_docker(folder: str, names: list[str]) -> set[str]:
    """Leave out what .dockerignore keeps out of the image."""
    patterns = (ROOT / ".dockerignore").read_text().split()
    at_top = Path(folder) == ROOT
    return {
        name
        for name in names
        for pattern in patterns
        if (at_top or pattern.startswith("**/")) and fnmatch.fnmatch(name, pattern.removeprefix("**/"))
    }


@dataclass
class Installation:
    """A copy of the product in a folder of its own, with the environment of a container."""

    folder: Path
    environment: dict[str, str]

    def start(self, *command: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.environment,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            **ordinary_user(),
        )

    def run(self, *command: str) -> None:
        """Run a command that has to succeed."""
        process = self.start(*command)
        output, _ = process.communicate(timeout=170)
        assert process.returncode == 0, output


@pytest.fixture
def empty_database() -> Iterator[str]:
    """A database of its own on the test's server, as a URL."""
    url = urlsplit(os.environ["DATABASE_URL"])
    name = f"deploy_{uuid.uuid4().hex}"
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        yield url._replace(path=f"/{name}").geturl()
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    connection.close()


@pytest.fixture
def installation(empty_database: str) -> Iterator[Installation]:
    folder = Path(tempfile.mkdtemp(prefix="deploy with space "))
    shutil.copytree(ROOT, folder, ignore=ignored_by_docker, dirs_exist_ok=True)
    user = ordinary_user()
    if user:
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, user["user"], user["group"], follow_symlinks=False)
    environment = {
        **{name: value for name, value in os.environ.items() if name in KEPT or name.startswith("PIP_")},
        "DEALERSHIP_ENV": "production",
        "SECRET_KEY": "of-this-test-alone-" + "k" * 40,
        "ALLOWED_HOSTS": SITE,
        "PUBLIC_URL": f"https://{SITE}",
        "DATABASE_URL": empty_database,
        "REDIS_URL": os.environ["REDIS_URL"],
        "DATA_DIR": str(folder / "data"),
        "STATIC_ROOT": str(folder / "collected"),
    }
    if user:
        environment["HOME"] = str(folder)
    yield Installation(folder, environment)
    shutil.rmtree(folder)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(port: int, path: str, *, host: str = SITE, scheme: str = "https") -> HTTPResponse:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers={"Host": host, "X-Forwarded-Proto": scheme})
    return connection.getresponse()


def wait_for(port: int, path: str, process: subprocess.Popen[str], seconds: float = 30) -> HTTPResponse:
    """Return the first answer that is 200."""
    deadline = time.monotonic() + seconds
    seen: object = None
    while time.monotonic() < deadline and process.poll() is None:
        try:
            answer = get(port, path)
        except OSError as error:
            seen = error
        else:
            if answer.status == 200:
                return answer
            seen = answer.read()
        time.sleep(0.2)
    process.kill()
    raise AssertionError(f"{path}: {seen}\n{process.communicate()[0]}")


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_scripts_bring_up_production_in_an_empty_folder(installation: Installation) -> None:
    build = {**installation.environment, "PYTHON": reachable_python()}
    Installation(installation.folder, build).run("deploy/build")
    installation.run("deploy/start", "migrate")
    port = free_port()
    installation.environment["BIND"] = f"127.0.0.1:{port}"
    parts = {name: installation.start("deploy/start", name) for name in ("web", "worker", "beat")}
    try:
        assert wait_for(port, "/livez", parts["web"]).status == 200
        installation.run("deploy/alive", str(port))
        assert get(port, "/livez", host="other.example.com").status == 400
        assert get(port, "/", scheme="http").headers["Location"] == f"https://{SITE}/"
        names = json.loads((installation.folder / "collected" / "staticfiles.json").read_text())["paths"]
        assert get(port, f"/static/{names['admin/css/base.css']}").status == 200
        health = json.load(wait_for(port, "/healthz", parts["web"]))
        assert health["status"] == "ok"
    finally:
        for process in parts.values():
            process.terminate()
    assert [process.wait(15) for process in parts.values()] == [0, 0, 0]


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL"])
def test_production_names_the_setting_it_misses(name: str) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": "x" * 50,
        "ALLOWED_HOSTS": SITE,
        "DATABASE_URL": "postgres://localhost/none",
        "REDIS_URL": "redis://localhost",
    }
    del environment[name]
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert name in done.stderr.splitlines()[-1]


def test_containers_call_the_tested_scripts_only() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    ours = {name: service for name, service in services.items() if "build" in service}
    assert {name: service["command"] for name, service in ours.items()} == {
        "migrate": "migrate",
        "web": "web",
        "worker": "worker",
        "beat": "beat",
    }
    assert services["web"]["healthcheck"]["test"] == ["CMD", "deploy/alive"]
    assert services["postgres"]["image"] == "postgres:18"
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert [line for line in lines if line.startswith(("RUN deploy", "ENTRYPOINT", "CMD", "USER"))] == [
        "USER dealership",
        "RUN deploy/build environment",
        "RUN deploy/build static",
        'ENTRYPOINT ["deploy/start"]',
        'CMD ["web"]',
    ]


def test_example_environment_names_every_secret_of_compose() -> None:
    example = {line.split("=")[0] for line in (ROOT / ".env.example").read_text().splitlines() if "=" in line}
    assert {"SECRET_KEY", "POSTGRES_PASSWORD", "ALLOWED_HOSTS", "SITE_ADDRESS", "TLS"} <= example
