"""Photos and signatures: written anew, small, without their camera data, served by one view."""

import base64
import io
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django_scopes import scope
from PIL import Image

from dealership.actions.attachments import keep_photo, keep_signature, small_name
from dealership.actions.links import make_link
from dealership.models import Attachment, LinkAddress, Visit
from dealership.refused import Refused
from dealership.uuids import uuid7
from tests import pictures
from tests.cast import Cast, at

GPS = 0x8825


def picture(*size: int, **given) -> io.BytesIO:
    return io.BytesIO(pictures.picture(*size, **given))


def signature() -> str:
    file = io.BytesIO()
    Image.new("RGBA", (200, 80), (0, 0, 0, 0)).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


@pytest.fixture
def visit(cast: Cast):
    made = cast.visit()
    with scope(store=cast.store):
        yield made


def refusal(function, *args, **given) -> str:
    with pytest.raises(Refused) as refused:
        function(*args, **given)
    return refused.value.code


def path_of(row: Attachment) -> Path:
    return Path(settings.MEDIA_ROOT) / row.file.name


def test_a_photo_is_named_by_us_made_small_and_loses_its_position(cast: Cast, visit: Visit) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90°
    exif[0x010F] = "Camera"
    exif.get_ifd(GPS)[1] = "N"
    taken = picture(3200, 2400, exif=exif)

    row = keep_photo(visit, file=taken, label="左前门", by=cast.advisor, now=at("08:41"))

    with Image.open(path_of(row)) as kept:
        assert (kept.format, kept.size, dict(kept.getexif())) == ("JPEG", (1200, 1600), {})
    assert row.file.name == f"hq/{visit.pk}/{row.pk}.jpg"
    assert (row.kind, row.label, row.content_type, row.at) == ("photo", "左前门", "image/jpeg", at("08:41"))
    assert len(row.sha256) == 64


def test_a_signature_comes_as_the_pad_gives_it(cast: Cast, visit: Visit) -> None:
    row = keep_signature(visit, png=signature(), by=cast.advisor, now=at("08:58"))
    raw = keep_signature(visit, png=base64.b64decode(signature().partition(",")[2]), by=None)

    with Image.open(path_of(row)) as kept:
        assert (kept.format, kept.mode, kept.size) == ("PNG", "RGBA", (200, 80))
    assert (row.kind, row.content_type) == ("signature", "image/png")
    assert row.sha256 == raw.sha256


def test_the_same_operation_keeps_one_picture(cast: Cast, visit: Visit) -> None:
    operation = uuid7()
    rows = [keep_photo(visit, file=picture(), by=cast.advisor, id=operation) for _press in range(2)]

    assert [row.pk for row in rows] == [operation, operation]
    assert Attachment.objects.count() == 1
    kept = path_of(rows[0])
    assert {path.name for path in kept.parent.iterdir()} == {kept.name, small_name(kept.name)}


def test_a_file_left_by_a_failed_attempt_is_written_over(cast: Cast, visit: Visit) -> None:
    operation = uuid7()
    lost = Path(settings.MEDIA_ROOT) / "hq" / str(visit.pk) / f"{operation}.jpg"
    lost.parent.mkdir(parents=True)
    lost.write_bytes(b"half a picture")

    row = keep_photo(visit, file=picture(), by=cast.advisor, id=operation)

    assert path_of(row) == lost
    assert lost.read_bytes() != b"half a picture"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<svg onload='alert(1)'/>", "image.unreadable"),
        (b"", "image.unreadable"),
        (picture(image_format="GIF").getvalue(), "image.unreadable"),
        (picture().getvalue()[:300], "image.unreadable"),
        (picture(5001, 5000).getvalue(), "image.too_large"),
        (picture(10000, 9000, image_format="PNG").getvalue(), "image.too_large"),
        (picture(20000, 9000, image_format="PNG").getvalue(), "image.too_large"),
        (b"\0" * (12 * 1024 * 1024 + 1), "image.too_large"),
    ],
)
def test_what_is_no_picture_of_ours_is_refused(cast: Cast, visit: Visit, content: bytes, code: str) -> None:
    assert refusal(keep_photo, visit, file=io.BytesIO(content), by=cast.advisor) == code
    assert Attachment.objects.count() == 0


@pytest.mark.parametrize(
    ("png", "code"),
    [("", "signature.missing"), ("data:image/png;base64,***", "image.unreadable"), (b"", "signature.missing")],
)
def test_an_empty_or_broken_signature_is_refused(cast: Cast, visit: Visit, png, code: str) -> None:
    assert refusal(keep_signature, visit, png=png, by=cast.advisor) == code


def test_webp_and_png_are_taken_too(cast: Cast, visit: Visit) -> None:
    rows = [keep_photo(visit, file=picture(image_format=kind), by=cast.advisor) for kind in ("WEBP", "PNG")]

    assert [row.content_type for row in rows] == ["image/jpeg"] * 2


def test_the_serving_view_asks_the_access_table(cast: Cast, visit: Visit) -> None:
    row = keep_photo(visit, file=picture(), by=cast.advisor)
    url = f"/hq/visits/{visit.pk}/attachments/{row.pk}/"
    statuses = {}
    for name in ("advisor", "technician", "guard", "stranger"):
        client = Client()
        client.force_login(getattr(cast, name))
        statuses[name] = client.get(url).status_code

    assert statuses == {"advisor": 200, "technician": 200, "guard": 403, "stranger": 404}
    assert Client().get(url).status_code == 302


def test_a_picture_is_served_private_and_powerless(cast: Cast, visit: Visit) -> None:
    row = keep_photo(visit, file=picture(), by=cast.advisor)
    client = Client()
    client.force_login(cast.advisor)

    response = client.get(f"/hq/visits/{visit.pk}/attachments/{row.pk}/")

    assert b"".join(response.streaming_content) == path_of(row).read_bytes()
    assert response.headers["Content-Type"] == "image/jpeg"
    assert response.headers["Cache-Control"].startswith("private")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "sandbox"


def test_a_picture_of_another_visit_or_without_its_file_is_404(cast: Cast, visit: Visit) -> None:
    other = cast.visit("沪B12345")
    row = keep_photo(visit, file=picture(), by=cast.advisor)
    client = Client()
    client.force_login(cast.advisor)
    elsewhere = client.get(f"/hq/visits/{other.pk}/attachments/{row.pk}/").status_code
    path_of(row).unlink()

    assert elsewhere == 404
    assert client.get(f"/hq/visits/{visit.pk}/attachments/{row.pk}/").status_code == 404


def test_the_customer_sees_photos_by_the_cookie_but_no_signature(cast: Cast, visit: Visit) -> None:
    photo = keep_photo(visit, file=picture(), by=cast.advisor)
    signed = keep_signature(visit, png=signature(), by=cast.advisor)
    _link, url = make_link(visit, by=cast.advisor)
    phone = Client()
    phone.get(url.removeprefix("http://localhost:8000"))
    page = f"/my/{LinkAddress.objects.get().public_id}/photos/"

    response = phone.get(f"{page}{photo.pk}/")

    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "private, max-age=3600"
    assert phone.get(f"{page}{signed.pk}/").status_code == 404
    assert Client().get(f"{page}{photo.pk}/").status_code == 404
