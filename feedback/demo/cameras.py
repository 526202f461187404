"""The gate's cameras and what they read in the last minutes: a booked car, one read badly, a new one of the brand."""

import io
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import translation
from PIL import Image, ImageDraw

from dealership.models import Device, Role, Store, Visit
from dealership.stages import ENDED
from feedback.demo.people import Crew
from reception.actions.cameras import add_camera, take_reads
from reception.cameras.sighting import Sighting
from reception.models import Appointment

STRANGER = "浙A7P31K"
SIZE = (960, 540)


def watch_gate(store: Store, crew: Crew, *, now: datetime) -> None:
    """Set up both cameras once and let the entrance read the next cars."""
    entrance = _camera(store, crew, name="入口", adapter="hikvision", lane="1", now=now)
    exit_ = _camera(store, crew, name="出口", adapter="dahua", at_exit=True, now=now)
    with translation.override(store.language):
        for ago, sighting in zip((7, 4, 1), _arriving(store, now), strict=False):
            take_reads(entrance, [sighting], now=now - timedelta(minutes=ago))
        inside = (
            Visit.objects.filter(store=store, stage="explanation", joined_to=None).select_related("vehicle").first()
        )
        if inside:
            seen = Sighting(inside.vehicle.plate, 0.97, picture=_picture("slategray"))
            take_reads(exit_, [seen], now=now - timedelta(minutes=2))


def _camera(
    store: Store, crew: Crew, *, name: str, adapter: str, now: datetime, lane: str = "", at_exit: bool = False
) -> Device:
    known = Device.objects.filter(store=store, kind=Device.Kind.CAMERA, at_exit=at_exit, revoked_at=None).first()
    return known or add_camera(
        store, by=crew.one(Role.MANAGER), name=name, adapter=adapter, lane=lane, at_exit=at_exit, now=now
    )[0]  # fmt: skip


def _arriving(store: Store, now: datetime) -> Iterator[Sighting]:
    """Yield a stranger of the store's brand, then the next two booked cars: one read well, one badly."""
    yield Sighting(STRANGER, 0.93, make=store.brand, picture=_picture("firebrick"))
    inside = Visit.objects.filter(store=store, joined_to=None).exclude(stage__in=ENDED).values("vehicle")
    rows = Appointment.objects.filter(store=store, state=Appointment.State.BOOKED, at__gt=now - timedelta(hours=1))
    plates = rows.exclude(vehicle__in=inside).order_by("at").values_list("vehicle__plate", flat=True)[:2]
    for plate, badly in zip(plates, (True, False), strict=False):
        if badly:
            yield Sighting(plate[:-1] + ("B" if plate[-1] != "B" else "8"), 0.62, picture=_picture("darkslateblue"))
        else:
            yield Sighting(plate, 0.98, make=store.brand, picture=_picture("white"))


def _picture(colour: str) -> bytes:
    """Draw a car from the front on a grey lane; no photo of anybody's car."""
    image = Image.new("RGB", SIZE, "dimgray")
    pen = ImageDraw.Draw(image)
    pen.polygon([(0, 540), (300, 120), (660, 120), (960, 540)], fill="gray")
    pen.rounded_rectangle((330, 150, 630, 270), 60, fill=colour)
    pen.polygon([(360, 250), (390, 180), (570, 180), (600, 250)], fill="lightsteelblue")
    pen.rounded_rectangle((280, 250, 680, 430), 40, fill=colour)
    pen.ellipse((300, 290, 370, 340), fill="lightyellow")
    pen.ellipse((590, 290, 660, 340), fill="lightyellow")
    pen.rectangle((400, 355, 560, 400), fill="mediumblue", outline="white", width=4)
    pen.rectangle((310, 425, 370, 470), fill="black")
    pen.rectangle((590, 425, 650, 470), fill="black")
    written = io.BytesIO()
    image.save(written, "JPEG", quality=80)
    return written.getvalue()
