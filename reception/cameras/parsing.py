"""Reading values that a camera wrote: each is checked, none is trusted."""

import base64
import binascii
import json
import re
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from dealership.plates import PROVINCES
from reception.cameras.sighting import Unreadable

MOST_SIGHTINGS = 8
"""Cars in one push; more stand before no barrier."""
LONGEST_PLATE = 24
NO_PLATE = {"", "unknown", "none", "null", "noplate", "no plate", "unlicensed", "无车牌", "未识别", "无牌车", "车牌"}
# Some firmware writes the colour of the plate before it.
_COLOUR = re.compile(rf"^(?:新能源|渐变绿|黄绿|[蓝黄白黑绿])(?=[{''.join(PROVINCES)}使])")


def json_body(request: HttpRequest) -> Any:
    """Return the JSON of the body, or of the form field `json`. Raises Unreadable."""
    raw: str | bytes = request.body if is_json(request) else request.POST.get("json", "")
    if not raw:
        raw = b"" if request.content_type == "multipart/form-data" else request.body
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as broken:
        raise Unreadable(_("This is no JSON. Choose the maker's JSON format in the camera.")) from broken


def is_json(request: HttpRequest) -> bool:
    """Tell whether the push says that it is JSON."""
    return "json" in (request.content_type or "")


def part(value: Any, *names: str) -> Any:
    """Return what stands under `names`, one below the other; None where anything on the way is missing."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def listed(value: Any) -> list[Any]:
    """Return at most MOST_SIGHTINGS entries of a list; none of anything else."""
    return value[:MOST_SIGHTINGS] if isinstance(value, list) else []


def words(value: Any, length: int) -> str:
    """Return a short text or number as text, empty for everything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).replace("\x00", "").strip()[:length]


def plate_text(value: Any) -> str:
    """Return the plate without what makers write around it; empty where they say that there is none."""
    text = words(value, LONGEST_PLATE)
    return "" if text.lower() in NO_PLATE else _COLOUR.sub("", text)


def share(value: Any, *, of: float) -> float | None:
    """Return `value` of `of` as 0 to 1, None where it is no number."""
    try:
        number = float(words(value, 20)) / of
    except ValueError:
        return None
    return min(max(number, 0.0), 1.0) if number == number else None


def moment(value: Any) -> datetime | None:
    """Return a time: ISO 8601, the same with a blank, or seconds since 1970. Without offset it is the store's."""
    text = words(value, 40)
    try:
        if text.replace(".", "", 1).isdecimal():
            return datetime.fromtimestamp(float(text), UTC)
        found = parse_datetime(text)
        return found if found is None or timezone.is_aware(found) else timezone.make_aware(found)
    except (ValueError, OverflowError, OSError):
        return None


def picture(value: Any) -> bytes | None:
    """Return the bytes behind a base64 text (a data: address too), None where it is none."""
    if not isinstance(value, str) or not value:
        return None
    try:
        return base64.b64decode(value.rpartition("base64,")[2], validate=False) or None
    except (binascii.Error, ValueError):
        return None


def upload(request: HttpRequest, *names: str) -> bytes | None:
    """Return the first uploaded picture whose name holds one of `names`, in their order; "" fits every name."""
    for wanted in names:
        for name, file in request.FILES.items():
            own = f"{name} {getattr(file, 'name', '')}".lower()
            if wanted in own and ".xml" not in own and ".json" not in own:
                content: bytes = file.read()  # type: ignore[union-attr]
                return content or None
    return None
