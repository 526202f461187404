"""The product's own form, for everything that can be scripted: {"plate", "at", "lane"} as JSON, or a list of them.

Optional: "confidence" (0 to 1), "candidates" ([{"plate", "confidence"}]), "make", "picture" (base64).
"""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from reception.cameras import parsing
from reception.cameras.sighting import Candidate, Sighting, Unreadable


def read(request: HttpRequest) -> list[Sighting]:
    """Return the cars of the push. Raises Unreadable."""
    body = parsing.json_body(request)
    rows = parsing.listed(body) if isinstance(body, list) else [body]
    return [_sighting(row) for row in rows]


def _sighting(row: Any) -> Sighting:
    if not isinstance(row, dict) or not isinstance(row.get("plate"), str):
        raise Unreadable(_("Send a plate: {“plate”: “沪A8K2D6”, “at”: “2026-11-20T08:31:00+08:00”, “lane”: “1”}."))
    candidates = [
        Candidate(parsing.plate_text(each.get("plate")), parsing.share(each.get("confidence"), of=1))
        for each in parsing.listed(row.get("candidates"))
        if isinstance(each, dict)
    ]
    return Sighting(
        plate=parsing.plate_text(row["plate"]), confidence=parsing.share(row.get("confidence"), of=1),
        candidates=tuple(candidates), at=parsing.moment(row.get("at")), lane=parsing.words(row.get("lane"), 20),
        make=parsing.words(row.get("make"), 40), picture=parsing.picture(row.get("picture")),
    )  # fmt: skip
