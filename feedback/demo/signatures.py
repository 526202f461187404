"""Signatures as people scribble them: a handful of pictures, shared by the rows of the past."""

import hashlib
import io
import math
from random import Random

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageDraw

from dealership.models import Store

PICTURES = 8
SIZE = (420, 140)
INK = (24, 32, 56, 255)


def signature_png(source: Random) -> bytes:
    """Return a scribble as PNG, ink on nothing."""
    image = Image.new("RGBA", SIZE, (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    for left in (40, 160, 270)[: source.randint(2, 3)]:
        speed, height, turn = source.uniform(2.2, 4.2), source.uniform(18, 42), source.uniform(0.4, 1.6)
        points = [
            (left + step * 1.5 + 10 * math.sin(step / turn / 9), 70 + height * math.sin(step / 20 * speed) - step / 6)
            for step in range(65)
        ]
        pen.line(points, fill=INK, width=4, joint="curve")
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


def keep_signatures(store: Store) -> list[tuple[str, str]]:
    """Return name and SHA-256 of the pictures in the store's media, written once."""
    kept = []
    for number in range(PICTURES):
        png = signature_png(Random(f"signature/{number}"))
        name = f"{store.code}/demo/signature-{number}.png"
        if not default_storage.exists(name):
            default_storage.save(name, ContentFile(png))
        kept.append((name, hashlib.sha256(png).hexdigest()))
    return kept
