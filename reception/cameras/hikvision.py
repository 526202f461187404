"""Hikvision ISAPI: the ANPR EventNotificationAlert as XML, alone or as multipart/form-data with its pictures."""

import re
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.http import HttpRequest
from django.utils.translation import gettext as _

from dealership.plates import PROVINCES
from reception.cameras import parsing
from reception.cameras.sighting import Sighting, Unreadable

ROOT, EVENT = "EventNotificationAlert", "anpr"
PICTURES = ("detection", "vehicle", "background", "scene", "licenseplate", "")
"""File names of the pictures, the one that shows the guard most first."""
LOGOS = (
    "大众", "别克", "宝马", "本田", "标致", "丰田", "福特", "日产", "奥迪", "马自达", "雪佛兰", "雪铁龙", "现代",
    "奇瑞", "起亚", "荣威", "三菱", "斯柯达", "吉利", "中华", "沃尔沃", "雷克萨斯", "菲亚特", "帝豪", "东风",
    "比亚迪", "铃木",
)  # fmt: skip
"""Makes by the maker's code for the logo, from 1; later firmware has codes of its own above 1000: no make then."""
# The parser knows no Chinese encoding; cameras made for the home market declare one.
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*encoding=["']gb[^>]*\?>""", re.IGNORECASE)


def read(request: HttpRequest) -> list[Sighting]:
    """Return the car of an ANPR event; none for another event (Hikvision's heartbeat is one). Raises Unreadable."""
    event = _parsed(_document(request))
    if event.tag.rpartition("}")[2] != ROOT:
        raise Unreadable(_("This XML is no EventNotificationAlert. Send the camera's ANPR event here."))
    if _text(event, "eventType").lower() != EVENT:
        return []
    plate = parsing.plate_text(_text(event, "licensePlate"))
    original = parsing.plate_text(_text(event, "originalLicensePlate"))
    if original[:1] in PROVINCES and plate[:1] not in PROVINCES:
        plate = original
    return [
        Sighting(
            plate=plate, confidence=_confidence(event), late=_text(event, "isDataRetransmission").lower() == "true",
            at=parsing.moment(_text(event, "dateTime")), lane=parsing.words(_text(event, "line"), 20),
            make=_make(_text(event, "vehicleLogoRecog")), picture=parsing.upload(request, *PICTURES),
        )
    ]  # fmt: skip


def _document(request: HttpRequest) -> bytes:
    """Return the XML: the body, or the part of the form that is one."""
    if request.content_type != "multipart/form-data":
        return request.body
    for name, file in request.FILES.items():
        kind = getattr(file, "content_type", "") or ""
        if "xml" in kind or name.lower().endswith(".xml"):
            content: bytes = file.read()  # type: ignore[union-attr]
            return content
    fields = (value for value in request.POST.values() if isinstance(value, str) and value.lstrip().startswith("<"))
    return next(fields, "").encode()


def _parsed(document: bytes) -> Element:
    declared = _DECLARED.match(document)
    try:
        text = document[declared.end() :].decode("gb18030") if declared else document.strip()
        found: Element = fromstring(text, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as broken:
        raise Unreadable(_("This is no XML that can be read. Send the camera's ANPR event here.")) from broken
    return found


def _text(event: Element, name: str) -> str:
    """Return the text of the first element of this name, whatever its namespace."""
    return next((each.text or "" for each in event.iter() if each.tag.rpartition("}")[2] == name), "").strip()


def _confidence(event: Element) -> float | None:
    """Return the plate's confidence, or that of its weakest character where it is lower."""
    each = [_text(event, "confidenceLevel"), *_text(event, "plateCharBelieve").split(",")[: parsing.LONGEST_PLATE]]
    shares = [share for text in each if (share := parsing.share(text, of=100)) is not None]
    return min(shares, default=None)


def _make(code: str) -> str:
    return LOGOS[int(code) - 1] if code.isdecimal() and 1 <= int(code) <= len(LOGOS) else ""
