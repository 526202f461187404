"""Photos and signatures: opened, made small, written anew and kept under names of our own."""

import base64
import binascii
import hashlib
import io
import warnings
from datetime import datetime
from typing import IO
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from dealership.actions import events
from dealership.models import Attachment, Staff, Visit
from dealership.refused import Refused
from dealership.uuids import uuid7

Kind = Attachment.Kind
LONGEST_SIDE = 1600
SMALL_SIDE = 240
MOST_PIXELS = 25_000_000
MOST_PIXELS_WHOLE = 6_000_000
"""Of a picture that cannot be made small while it is read: four copies of it stand in memory at once."""
SCAN, MOST_SCANS = b"\xff\xda", 100
"""Each pass over a progressive JPEG takes its time; cameras make about ten."""
MOST_BYTES = 12 * 1024 * 1024
FORMATS = ["JPEG", "PNG", "WEBP"]
HEIC = {b"ftyp" + brand for brand in (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif")}
PNG_DATA = "data:image/png;base64,"


def keep_signature(
    visit: Visit, *, png: bytes | str, by: Staff | None, id: UUID | None = None, now: datetime | None = None
) -> Attachment:
    """Keep a signature; `png` is a PNG or its data: address as the sign pad gives it.

    Raises Refused: "signature.missing" for an empty one, "image.unreadable", "image.too_large".
    """
    return _keep(visit, content=_signed(png), kind=Kind.SIGNATURE, by=by, id=id, now=now)


def keep_photo(
    visit: Visit,
    *,
    file: IO[bytes],
    by: Staff | None,
    label: str = "",
    place: str = "",
    id: UUID | None = None,
    now: datetime | None = None,
) -> Attachment:
    """Keep a photo (JPEG, PNG or WebP), at most 1600 pixels long and without its position and camera data.

    `place` says where on the car or sheet it belongs, see `models.Attachment`.

    Raises Refused: "image.unreadable", "image.too_large".
    """
    content = file.read(MOST_BYTES + 1)
    return _keep(visit, content=content, kind=Kind.PHOTO, by=by, id=id, now=now, label=label[:60], place=place[:48])


def photo_bytes(file: IO[bytes]) -> bytes:
    """Return a photo written anew as JPEG, for a row that keeps its own file. Raises Refused as `keep_photo`."""
    return _encoded(file.read(MOST_BYTES + 1), "JPEG")


def signature_bytes(png: bytes | str) -> bytes:
    """Return a signature written anew as PNG, for a row that keeps its own file. Raises Refused as `keep_signature`."""
    return _encoded(_signed(png), "PNG")


@transaction.atomic
def release_photo(photo: Attachment, *, released: bool, by: Staff, now: datetime | None = None) -> Attachment:
    """Show a photo to the customer from now on, or take it back; a second press changes nothing.

    Raises Refused("photo.kind") for a signature or a paper.
    """
    if photo.kind != Kind.PHOTO:
        raise Refused(_("Only photos are shown to the customer."), "photo.kind")
    now = now or timezone.now()
    rows = Attachment.objects.filter(pk=photo.pk, released_at__isnull=released)
    photo.released_at, photo.released_by = (now, by) if released else (None, None)
    if rows.update(released_at=photo.released_at, released_by=photo.released_by):
        events.note(photo.visit, kind="photo.released" if released else "photo.taken_back", by=by, now=now)
    return photo


@transaction.atomic
def _keep(
    visit: Visit, *, content: bytes, kind: str, by: Staff | None, id: UUID | None, now: datetime | None, **where: str
) -> Attachment:
    """Write file and row; the same `id` again returns the first."""
    known = Attachment.objects.filter(pk=id, visit=visit).first() if id else None
    if known:
        return known
    now = now or timezone.now()
    image_format = "PNG" if kind == Kind.SIGNATURE else "JPEG"
    made = _encoded(content, image_format)
    pk = id or uuid7(now)
    name = f"{visit.store.code}/{visit.pk}/{pk}.{'png' if image_format == 'PNG' else 'jpg'}"
    default_storage.delete(name)  # of an attempt whose transaction came to nothing
    if kind == Kind.PHOTO:
        _keep_small(name, made)
    return Attachment.objects.create(
        id=pk, store_id=visit.store_id, visit=visit, kind=kind, **where,
        file=default_storage.save(name, ContentFile(made)), sha256=hashlib.sha256(made).hexdigest(),
        content_type=f"image/{image_format.lower()}", at=now, by=by,
    )  # fmt: skip


def _keep_small(name: str, made: bytes) -> None:
    """Keep a small picture beside the photo: a page with ten photos stays light."""
    image = Image.open(io.BytesIO(made), formats=["JPEG"])
    image.draft("RGB", (2 * SMALL_SIDE, 2 * SMALL_SIDE))
    image.thumbnail((SMALL_SIDE, SMALL_SIDE))
    written = io.BytesIO()
    image.save(written, "JPEG", quality=75, optimize=True)
    small = small_name(name)
    default_storage.delete(small)
    default_storage.save(small, ContentFile(written.getvalue()))


def small_name(name: str) -> str:
    """Return the name of the small picture that stands beside a photo's file."""
    stem, _dot, ending = name.rpartition(".")
    return f"{stem}-small.{ending}"


def _signed(png: bytes | str) -> bytes:
    if not png:
        raise Refused(_("The signature is still missing."), "signature.missing", field="signature")
    return _decoded(png) if isinstance(png, str) else png


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text.removeprefix(PNG_DATA), validate=True)
    except binascii.Error as broken:
        raise _unreadable() from broken


def _encoded(content: bytes, image_format: str) -> bytes:
    """Return the picture written anew: nothing that was hidden in the file survives."""
    if len(content) > MOST_BYTES or content.count(SCAN) > MOST_SCANS:
        raise too_large()
    try:
        with warnings.catch_warnings(action="error", category=Image.DecompressionBombWarning):
            source = Image.open(io.BytesIO(content), formats=FORMATS)
        shrinks = source.format in ("JPEG", "MPO") and source.mode in ("RGB", "L")
        if source.width * source.height > (MOST_PIXELS if shrinks else MOST_PIXELS_WHOLE):
            raise too_large()
        source.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        source.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        image = ImageOps.exif_transpose(source).convert("RGBA" if image_format == "PNG" else "RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise too_large() from bomb
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as broken:
        raise (_heic() if content[4:12] in HEIC else _unreadable()) from broken
    image.info.clear()
    written = io.BytesIO()
    image.save(written, image_format, quality=85, optimize=True)
    return written.getvalue()


def _unreadable() -> Refused:
    return Refused(_("This picture cannot be read. Take it again."), "image.unreadable", field="photo")


def _heic() -> Refused:
    sentence = _("This camera saves HEIC pictures. Set it to “Most compatible” (JPEG) and take the photo again.")
    return Refused(sentence, "image.unreadable", field="photo")


def too_large() -> Refused:
    """Return the refusal of a picture with too many bytes or pixels."""
    return Refused(_("This picture is too large. Take it again with a smaller size."), "image.too_large", field="photo")
