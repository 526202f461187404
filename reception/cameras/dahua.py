"""Dahua ITC cameras (ITSAPI): JSON to …/NotificationInfo/TollgateInfo, pictures as base64, and a KeepAlive."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from reception.cameras import parsing
from reception.cameras.sighting import Sighting, Unreadable

PICTURES = ("NormalPic", "VehiclePic", "CutoutPic")
"""The whole scene shows the guard more than the plate alone."""
ALIVE = ("Active", "DeviceModel", "DeviceName", "Manufacturer")
"""What a push says that only registers the camera or keeps it alive."""


def read(request: HttpRequest) -> list[Sighting]:
    """Return the car of a TollgateInfo; none for a KeepAlive or DeviceInfo. Raises Unreadable."""
    body = parsing.json_body(request)
    scene = parsing.part(body, "Picture")
    if isinstance(scene, dict) and isinstance(scene.get("Plate"), dict):
        return [_sighting(scene)]
    if isinstance(body, dict) and any(name in body for name in ALIVE):
        return []
    raise Unreadable(_("This push holds no Picture with a Plate. Choose ITSAPI with the event TollgateInfo."))


def _sighting(scene: dict[str, Any]) -> Sighting:
    plate, snap = scene["Plate"], scene.get("SnapInfo")
    number = "" if plate.get("IsExist") is False else parsing.plate_text(plate.get("PlateNumber"))
    pictures = (parsing.picture(parsing.part(scene, name, "Content")) for name in PICTURES)
    return Sighting(
        plate=number,
        confidence=parsing.share(plate.get("Confidence"), of=100),
        at=parsing.moment(parsing.part(snap, "AccurateTime")) or parsing.moment(parsing.part(snap, "SnapTime")),
        lane=parsing.words(parsing.part(snap, "LanNo"), 20) or parsing.words(parsing.part(snap, "Lane"), 20),
        make=parsing.words(parsing.part(scene, "Vehicle", "VehicleSign"), 40),
        picture=next((content for content in pictures if content), None),
    )
