"""The launcher: private servers for a command, and nothing left afterwards, whoever is killed."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import psutil
import psycopg2
import pytest
import redis

from dealership.launcher import binaries, demo
from dealership.launcher.account import Account
from dealership.launcher.binaries import postgres_bin
from dealership.launcher.demo import NotPossible
from dealership.launcher.postgres import Postgres
from dealership.launcher.server import ServerFailed
from dealership.launcher.servers import running_servers

ROOT = Path(__file__).resolve().parents[1]
WITH_SERVERS = [sys.executable, "-m", "dealership.launcher", "with-servers", "--"]
TELL = "import json, os; print(json.dumps(dict(os.environ)), flush=True)"
WAIT = "; import time; time.sleep(60)"
SUPERVISED = """
import os
from dealership.launcher.supervisor import Supervisor

supervisor = Supervisor()
supervisor.add("leader", ["sh", "-c", "sleep 61 & sleep 62 & echo up; wait"], os.environ)
supervisor.add("other", ["sh", "-c", "trap 'exit 0' TERM; sleep 63 & wait"], os.environ)
supervisor.loop()
print("asked" if supervisor.asked else "fell", flush=True)
"""


def outside_environment() -> dict[str, str]:
    """Return the environment of somebody who has no servers yet."""
    return {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL", "DATA_DIR"}}


def start(command: list[str], **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command, cwd=ROOT, env={**outside_environment(), **environment}, stdout=subprocess.PIPE, text=True
    )


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def descendants(process: subprocess.Popen[str], at_least: int) -> list[psutil.Process]:
    """Return all processes below this one as soon as there are enough of them."""
    for _ in range(100):
        found = psutil.Process(process.pid).children(recursive=True)
        if len(found) >= at_least:
            return found
        time.sleep(0.05)
    raise AssertionError(f"only {found}")


def assert_all_gone(processes: list[psutil.Process]) -> None:
    _gone, alive = psutil.wait_procs(processes, timeout=15)
    assert [process.name() for process in alive] == []


@pytest.fixture
def cluster_folder() -> Iterator[Path]:
    """A folder that the account of PostgreSQL can enter; pytest's own is private."""
    folder = Path(tempfile.mkdtemp(prefix="dealership test "))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


def query(url: str, sql: str) -> list[tuple]:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(sql)
        rows = cursor.fetchall() if cursor.description else []
    connection.close()
    return rows


def test_command_gets_servers_and_its_code_comes_back() -> None:
    script = f"{TELL}; raise SystemExit(7)"
    done = subprocess.run(
        [*WITH_SERVERS, sys.executable, "-c", script],
        cwd=ROOT,
        env=outside_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    told = json.loads(done.stdout)
    assert done.returncode == 7
    assert told["DEALERSHIP_ENV"] == "test"
    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(told["DATABASE_URL"])
    with pytest.raises(redis.ConnectionError):
        redis.Redis.from_url(told["REDIS_URL"]).ping()
    assert not Path(told["DATA_DIR"]).parent.exists()


def test_given_servers_are_used_and_nothing_is_started() -> None:
    process = start(
        [*WITH_SERVERS, sys.executable, "-c", TELL],
        DATABASE_URL="postgres://elsewhere/x",
        REDIS_URL="redis://elsewhere",
    )
    told = json.loads(process.communicate()[0])
    assert (told["DATABASE_URL"], told["REDIS_URL"]) == ("postgres://elsewhere/x", "redis://elsewhere")


def test_unknown_command_is_127() -> None:
    process = start([*WITH_SERVERS, "no-such-command"], DATABASE_URL="x", REDIS_URL="x")
    assert process.communicate()[0] == "no-such-command: No such file or directory\n"
    assert process.returncode == 127


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_stopped_launcher_leaves_no_process(signum: signal.Signals) -> None:
    process = start([*WITH_SERVERS, sys.executable, "-c", TELL + WAIT])
    first_line(process)
    below = descendants(process, at_least=3)
    process.send_signal(signum)
    process.wait(15)
    assert_all_gone(below)


def test_cluster_knows_chinese_letters_and_says_utc(cluster_folder: Path) -> None:
    with running_servers(
        postgres=cluster_folder / "pg", valkey=cluster_folder, throwaway=True, given={"REDIS_URL": "x"}
    ) as servers:
        url = servers.environment["DATABASE_URL"]
        assert query(url, r"SELECT '王' ~ '^\w$'") == [(True,)]
        assert query(url, "SHOW timezone") == [("UTC",)]
        assert query(url, "SHOW fsync") == [("off",)]
        assert list(servers.environment) == ["DATABASE_URL"]


def test_kept_cluster_flushes_and_keeps_its_rows(cluster_folder: Path) -> None:
    postgres = Postgres(cluster_folder / "pg", throwaway=False)
    postgres.start()
    query(postgres.url, "CREATE TABLE kept AS SELECT 42 AS answer")
    assert query(postgres.url, "SHOW fsync") == [("on",)]
    postgres.stop()
    postgres.start()
    assert query(postgres.url, "SELECT answer FROM kept") == [(42,)]
    postgres.stop()


def test_cluster_refuses_a_wrong_password(cluster_folder: Path) -> None:
    postgres = Postgres(cluster_folder / "pg", throwaway=True)
    postgres.start()
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        query(f"postgres://dealership:guess@127.0.0.1:{postgres.port}/dealership", "SELECT 1")
    postgres.stop()


def test_cluster_of_another_version_says_what_to_do(cluster_folder: Path) -> None:
    (cluster_folder / "data").mkdir()
    (cluster_folder / "data" / "PG_VERSION").write_text("9\n")
    with pytest.raises(ServerFailed, match=r"was made by PostgreSQL 9.*make demo-reset"):
        Postgres(cluster_folder, throwaway=False).start()


def test_broken_cluster_shows_its_log(cluster_folder: Path) -> None:
    postgres = Postgres(cluster_folder / "pg", throwaway=True)
    postgres.start()
    postgres.stop()
    (cluster_folder / "pg" / "data" / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(ServerFailed, match="no_such_setting"):
        postgres.start()


def test_unreachable_wheel_is_copied_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "SHARED", tmp_path / "shared")
    monkeypatch.setattr(Account, "can", lambda *_: False)
    bin_dir = postgres_bin(Account())
    shown = subprocess.run([bin_dir / "postgres", "--version"], capture_output=True, text=True, check=True)
    assert shown.stdout.startswith("postgres (PostgreSQL) 18")
    assert postgres_bin(Account()) == bin_dir
    assert [path.name[:9] for path in (tmp_path / "shared").iterdir()] == ["postgres-"]


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_stopped_supervisor_leaves_no_process(signum: signal.Signals) -> None:
    process = start([sys.executable, "-c", SUPERVISED])
    assert "up" in first_line(process)
    below = descendants(process, at_least=7)
    process.send_signal(signum)
    output, _ = process.communicate(timeout=15)
    assert_all_gone(below)
    assert output.strip() == ("" if signum == signal.SIGKILL else "asked")


def test_a_killed_part_takes_its_group_and_the_others_along() -> None:
    process = start([sys.executable, "-c", SUPERVISED])
    assert "up" in first_line(process)
    below = descendants(process, at_least=7)
    leader = next(part for part in below if "sleep 61" in " ".join(part.cmdline()) and part.name() == "sh")
    leader.kill()
    output, _ = process.communicate(timeout=15)
    assert_all_gone(below)
    assert "leader stopped (rc=-9); so everything stops" in output
    assert output.strip().endswith("fell")


def test_taken_port_gives_the_next_free_one_and_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        with demo._web_socket() as web:
            chosen = web.getsockname()[1]
    assert chosen > port
    assert capsys.readouterr().out == f"Port {port} is taken; the demo uses {chosen}.\n"


@pytest.mark.parametrize("port", ["http", "0", "70000", "-1"])
def test_nonsense_for_a_port_is_refused(port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", port)
    with pytest.raises(NotPossible, match="must be a number"), demo._web_socket():
        pass


def test_two_demos_on_the_same_data_are_refused(tmp_path: Path) -> None:
    with demo._only_one(tmp_path), pytest.raises(NotPossible, match="running already"), demo._only_one(tmp_path):
        pass


def test_reset_deletes_what_the_demo_keeps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(demo, "SHARED", tmp_path / "shared")
    kept = demo.postgres_folder(tmp_path / "data")
    kept.mkdir(parents=True)
    assert demo.reset() == 0
    assert (kept.exists(), (tmp_path / "data").exists()) == (False, False)


def demo_comes_up(folder: Path) -> tuple[subprocess.Popen[str], dict[str, str], float]:
    """Start the demo; return it, the environment it leaves for manage.py and the seconds it took."""
    began = time.monotonic()
    process = start(
        [sys.executable, "-m", "dealership.launcher", "demo"], DATA_DIR=str(folder), PORT="18000", HOST="127.0.0.1"
    )
    said = []
    while "Ctrl-C stops it" not in "".join(said):
        said.append(first_line(process))
        assert process.poll() is None, "".join(said)
    took = time.monotonic() - began
    lines = (folder / "environment").read_text().splitlines()
    return process, {k: v.strip("'") for k, v in (line.split("=", 1) for line in lines)}, took


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_demo_is_healthy_keeps_its_data_and_leaves_no_process(cluster_folder: Path) -> None:
    for seconds in (180, 20):  # 10 on a quiet machine
        process, environment, took = demo_comes_up(cluster_folder)
        below = descendants(process, at_least=10)
        health = wait_for_health(environment["PUBLIC_URL"])
        visits = query(environment["DATABASE_URL"], "SELECT count(*) FROM dealership_visit")[0][0]
        process.terminate()
        assert process.wait(20) == 0
        assert_all_gone(below)
        assert health["status"] == "ok"
        assert visits > 2000
        assert took < seconds


def wait_for_health(url: str) -> dict:
    """Return what /healthz says once it is 200; worker and beat give their first sign of life late."""
    for _ in range(100):
        try:
            with urlopen(f"{url}/healthz", timeout=10) as answer:  # noqa: S310 - our own address
                return json.load(answer)
        except HTTPError as error:
            last = error.read().decode()
        time.sleep(0.3)
    raise AssertionError(last)
