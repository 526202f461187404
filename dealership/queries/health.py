"""How the parts of the product are."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone
from kombu.utils.url import parse_url
from redis import Redis, RedisError

from dealership.models import Heartbeat

SILENT_AFTER = {"worker": timedelta(seconds=30), "beat": timedelta(seconds=30)}
"""A part that gave no sign of life for so long is down; both give one every few seconds."""
BROKER_SECONDS = 1.0


def alive() -> str:
    """Return why the database does not answer, empty when it does."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return _first_line(error)
    return ""


def report(now: datetime | None = None) -> tuple[dict[str, Any], str]:
    """Return a line for each part, and what is wrong, empty when nothing is.

    A line is {"status": "ok" or "down"} with "age" (seconds since the last sign of life) or "reason".
    """
    now = now or timezone.now()
    database = alive()
    lines = {"database": _line(database), "broker": _line(_broker())}
    signs = {} if database else dict(Heartbeat.objects.values_list("name", "at"))
    for name, limit in SILENT_AFTER.items():
        lines[name] = _sign(signs.get(name), limit=limit, now=now)
    return lines, "; ".join(f"{name}: {line['reason']}" for name, line in lines.items() if line["status"] != "ok")


def _broker() -> str:
    """Ask the broker itself, briefly: a hanging one must not hang this answer."""
    url = settings.CELERY_BROKER_URL
    try:
        with Redis.from_url(
            url, socket_timeout=BROKER_SECONDS, socket_connect_timeout=BROKER_SECONDS, retry=None
        ) as broker:
            broker.ping()
    except (RedisError, OSError, ValueError) as error:
        return _first_line(error).replace(str(parse_url(url).get("password") or "\0"), "***")
    return ""


def _sign(at: datetime | None, *, limit: timedelta, now: datetime) -> dict[str, Any]:
    if at is None:
        return _line("no sign of life")
    age = round(max((now - at).total_seconds(), 0), 1)
    return _line(f"silent for {age:.0f} s" if age > limit.total_seconds() else "") | {"age": age}


def _line(problem: str) -> dict[str, Any]:
    return {"status": "down", "reason": problem} if problem else {"status": "ok"}


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
