"""The makers whose cameras are understood: how a push is read, and what to enter in the camera."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reception.cameras import dahua, hikvision, plain, plate_recognizer
from reception.cameras.sighting import Sighting


@dataclass(frozen=True)
class Maker:
    """`read` raises Unreadable. `key_in_address`: the camera can send no header and no password."""

    name: str | Promise
    read: Callable[[HttpRequest], list[Sighting]]
    hint: str | Promise
    key_in_address: bool = False


MAKERS: dict[str, Maker] = {
    "hikvision": Maker(
        _("Hikvision"),
        hikvision.read,
        _("In the camera: Network, Advanced, HTTP listening (HTTP监听). Enter host, port and address; choose ANPR."),
        key_in_address=True,
    ),
    "dahua": Maker(
        _("Dahua"),
        dahua.read,
        _("In the camera: Network, Platform access, ITSAPI. Enter the address as the platform's server."),
        key_in_address=True,
    ),
    "plate_recognizer": Maker(
        "Plate Recognizer Stream",
        plate_recognizer.read,
        _("In config.ini: webhook_target is the address, webhook_header is “Authorization: Bearer” and the key."),
    ),
    "plain": Maker(
        _("Another, by a small script"),
        plain.read,
        _("Send JSON with plate, at and lane by POST, with the header “Authorization: Bearer” and the key."),
    ),
}
