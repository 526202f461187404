"""Plate Recognizer Stream: its webhook as JSON, or multipart with the field `json` and the file `upload`."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from reception.cameras import parsing
from reception.cameras.sighting import Candidate, Sighting, Unreadable


def read(request: HttpRequest) -> list[Sighting]:
    """Return the cars of one webhook, the first with its picture. Raises Unreadable."""
    body = parsing.json_body(request)
    data = parsing.part(body, "data")
    results = parsing.part(data, "results")
    if not isinstance(results, list):
        raise Unreadable(_("This webhook holds no data.results. Name this address as webhook_target in Stream."))
    at = parsing.moment(parsing.part(data, "timestamp"))
    lane = parsing.words(parsing.part(data, "camera_id"), 20)
    picture = parsing.upload(request, "upload", "")
    found = [_sighting(row, at=at, lane=lane) for row in parsing.listed(results) if isinstance(row, dict)]
    return [*(_with(first, picture) for first in found[:1]), *found[1:]]


def _with(sighting: Sighting, picture: bytes | None) -> Sighting:
    return Sighting(**{**vars(sighting), "picture": picture})


def _sighting(row: dict[str, Any], *, at: datetime | None, lane: str) -> Sighting:
    """Read one result; with detection by vehicle the plate is an object and its texts stand under `props`."""
    texts = parsing.listed(parsing.part(row, "plate", "props", "plate"))
    if isinstance(row.get("plate"), dict) or row.get("plate") is None:
        read = [_candidate(each, "value") for each in texts if isinstance(each, dict)]
        makes = parsing.listed(parsing.part(row, "vehicle", "props", "make_model"))
    else:
        read = [Candidate(parsing.plate_text(row["plate"]), parsing.share(row.get("score"), of=1))]
        read += [_candidate(each, "plate") for each in parsing.listed(row.get("candidates")) if isinstance(each, dict)]
        makes = parsing.listed(row.get("model_make"))
    best = read[0] if read else Candidate("")
    return Sighting(
        plate=best.plate, confidence=best.confidence, candidates=tuple(read[1:]), at=at, lane=lane,
        make=next((parsing.words(parsing.part(make, "make"), 40) for make in makes), ""),
    )  # fmt: skip


def _candidate(row: dict[str, Any], name: str) -> Candidate:
    return Candidate(parsing.plate_text(row.get(name)), parsing.share(row.get("score"), of=1))
