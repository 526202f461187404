"""What makers' cameras send (tests/reception/cameras/README.md), as requests."""

import base64
import io
import json
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

FOLDER = Path(__file__).with_name("cameras")


def payload(name: str, **changed: str) -> bytes:
    """Return a payload; `changed` replaces texts in it."""
    text = (FOLDER / name).read_text()
    for old, new in changed.items():
        text = text.replace(old, new)
    return text.encode()


def photo(colour: str = "navy", size: tuple[int, int] = (64, 48)) -> bytes:
    """Return a JPEG."""
    written = io.BytesIO()
    Image.new("RGB", size, colour).save(written, "JPEG")
    return written.getvalue()


def dahua(plate: str = "沪A8K2D6", *, picture: bytes = b"") -> bytes:
    """Return Dahua's payload with this plate and picture."""
    body = json.loads(payload("dahua_tollgate.json"))
    body["Picture"]["Plate"]["PlateNumber"] = plate
    body["Picture"]["NormalPic"]["Content"] = base64.b64encode(picture).decode()
    return json.dumps(body).encode()


def hikvision_form() -> dict[str, Any]:
    """Return the fields of Hikvision's multipart form."""
    return {
        "anpr.xml": SimpleUploadedFile("anpr.xml", payload("hikvision_anpr.xml"), "text/xml"),
        "licensePlatePicture.jpg": SimpleUploadedFile("licensePlatePicture.jpg", photo("red"), "image/jpeg"),
        "detectionPicture.jpg": SimpleUploadedFile("detectionPicture.jpg", photo(), "image/jpeg"),
    }
