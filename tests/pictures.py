"""Files that people (and worse) send as photos; each is made here, none is larger on disk than it must be."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache

from PIL import Image

GPS = 0x8825
SCRIPT = b"<script>alert(1)</script>"
MEGABYTE = 1024 * 1024


def picture(width: int = 40, height: int = 30, image_format: str = "JPEG", mode: str = "RGB", **given: object) -> bytes:
    """Return a plain picture."""
    file = io.BytesIO()
    Image.new(mode, (width, height), "#004B5C").save(file, image_format, **given)
    return file.getvalue()


def with_position() -> bytes:
    """Return what a phone takes: turned, with camera, place and a remark."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90°
    exif[0x010F] = "Camera"
    exif.get_ifd(GPS).update({1: "N", 2: (31.0, 12.0, 0.0)})
    return picture(3200, 2400, exif=exif, comment=SCRIPT)


def bomb(side: int = 30_000) -> bytes:
    """Return a PNG of `side` × `side` black pixels in a few kilobytes."""
    packed, row = zlib.compressobj(9), bytes(1 + (side + 7) // 8)
    data = b"".join([*(packed.compress(row) for _row in range(side)), packed.flush()])
    parts = ((b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, parts))


def _chunk(part: tuple[bytes, bytes]) -> bytes:
    name, data = part
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def with_archive() -> bytes:
    """Return a JPEG that is also a zip with a program in it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("x.php", SCRIPT)
    return picture() + file.getvalue()


def many_scans() -> bytes:
    """Return a JPEG that asks to be decoded over and over again."""
    whole = picture(1600, 1200, progressive=True)
    last = whole[whole.rindex(b"\xff\xda") : -2]
    return whole[:-2] + last * 2000 + b"\xff\xd9"


def heic() -> bytes:
    """Return the head of what an iPhone saves."""
    return struct.pack(">I", 24) + b"ftypheic\0\0\0\0mif1heic" + bytes(400)


KEPT: dict[str, Callable[[], bytes]] = {
    "position.jpg": with_position,
    "page.jpg": lambda: picture() + b"<html>" + SCRIPT,
    "archive.zip.jpg": with_archive,
    "../x.php.jpg": lambda: picture(comment=SCRIPT),
    "..\\..\\x.jsp;.jpg": lambda: picture(image_format="PNG"),
    "large.png": lambda: picture(2400, 2400, "PNG", "RGBA"),
    "large.webp": lambda: picture(2400, 2400, "WEBP", "RGBA", lossless=True),
    "large.jpg": lambda: picture(5000, 5000),
}
REFUSED: dict[str, Callable[[], bytes]] = {
    "bomb.png": bomb,
    "script.gif": lambda: b"GIF89a/*" + SCRIPT,
    "script.svg": lambda: b"<svg>" + SCRIPT,
    "half.jpg": lambda: with_position()[:20_000],
    "nothing.jpg": bytes,
    "phone.heic": heic,
    "fifty.jpg": lambda: picture() + bytes(50 * MEGABYTE),
    "scans.jpg": many_scans,
    "wide.png": lambda: picture(25_000, 400, "PNG"),
    "wide.webp": lambda: picture(4000, 1600, "WEBP", "RGBA", lossless=True),
}


@cache
def corpus(name: str) -> bytes:
    """Return a file of KEPT or REFUSED by its name."""
    return (KEPT | REFUSED)[name]()
