"""Gate cameras: made with their key, shut out again; what they read is noted, answered and forgotten after a week."""

import io
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_scopes import scope
from PIL import Image

from dealership.actions import devices
from dealership.actions.attachments import photo_bytes
from dealership.models import Device, Staff, Store, Visit
from dealership.plates import normalise
from dealership.refused import Refused
from dealership.uuids import uuid7
from reception.cameras.makers import MAKERS
from reception.cameras.sighting import Sighting
from reception.models import GateRead
from reception.queries.cameras import Answer, answer_to, plate_of

SAME_CAR = timedelta(minutes=2)
"""A plate read again within this time is the same car standing there."""
CLOCK_BEHIND, CLOCK_AHEAD = timedelta(minutes=5), timedelta(minutes=1)
"""A camera's clock that is farther off is not believed: our own time is taken."""
MOST_A_MINUTE = 30
"""New reads of one camera in a minute; a gate lets four cars pass in that time."""
LET_IN_WITHIN = timedelta(minutes=30)
KEPT = timedelta(days=7)
LOT = 500
LONGEST_SIDE = 960
"""Pixels of a kept picture: the guard looks at it on a phone."""


def add_camera(
    store: Store, *, by: Staff, name: str, adapter: str, lane: str = "", at_exit: bool = False,
    now: datetime | None = None,
) -> tuple[Device, str]:  # fmt: skip
    """Return a new camera of the store and its key, which is kept only as a hash.

    `adapter` is a name of `reception.cameras.makers.MAKERS`. Raises Refused: "camera.name", "camera.adapter".
    """
    if not name.strip():
        raise Refused(_("Give the camera a name, such as “Entrance”."), "camera.name", field="name")
    if adapter not in MAKERS:
        raise Refused(_("Choose whose camera it is."), "camera.adapter", field="adapter")
    key = secrets.token_urlsafe(24)
    camera = Device.objects.create(
        store=store, name=name.strip()[:60], kind=Device.Kind.CAMERA, adapter=adapter, lane=lane.strip()[:20],
        at_exit=at_exit, secret_hash=devices.digest(key), invited_by=by, enrolled_at=now or timezone.now(),
    )  # fmt: skip
    return camera, key


def revoke_camera(camera: Device, *, by: Staff, now: datetime | None = None) -> Device:
    """Shut a camera out at once; what it read stays for its week. Raises Refused("camera.revoked") the second time."""
    if camera.kind != Device.Kind.CAMERA or camera.revoked_at:
        raise Refused(_("This camera is shut out already."), "camera.revoked")
    return devices.revoke(camera, by=by, now=now)


@transaction.atomic
def take_reads(device: Device, sightings: Sequence[Sighting], *, now: datetime | None = None) -> list[Answer]:
    """Note what a camera saw and return what it is told of each car, in the order given.

    Effects, in order: locks the camera, so that two pushes of one car make one row; notes that it was heard of; for
    each car counts the read on the first within two minutes, whichever came first by the camera's clock, or writes a
    new one with its picture. Raises Refused: "camera.revoked", "camera.busy" for too many new reads a minute.
    """
    now = now or timezone.now()
    device = Device.objects.select_for_update(of=("self",)).select_related("store").get(pk=device.pk)
    if device.revoked_at:
        raise Refused(_("This camera is shut out already."), "camera.revoked")
    device.seen_at = now
    device.save(update_fields=["seen_at"])
    return [_take(device, sighting, now) for sighting in sightings]


def _take(device: Device, sighting: Sighting, now: datetime) -> Answer:
    at, plate = _believed(sighting.at, now), plate_of(sighting)
    rows = GateRead.objects.filter(store=device.store, device=device)
    same = rows.filter(plate=plate, last_at__gte=at - SAME_CAR, read_at__lte=at + SAME_CAR)
    first = same.order_by("-last_at").first()
    if first:
        return _count(first, device, sighting, at, now)
    if rows.filter(received_at__gt=now - timedelta(minutes=1)).count() >= MOST_A_MINUTE:
        raise Refused(_("This camera reads more cars than can pass. Look at its settings."), "camera.busy")
    answer, pk = answer_to(device, sighting, now), uuid7(now)
    GateRead.objects.create(
        id=pk, store=device.store, device=device, plate=plate, confidence=sighting.confidence,
        candidates=answer.candidates, make=sighting.make[:40], lane=(sighting.lane or device.lane)[:20],
        read_at=at, received_at=now, last_at=at, outcome=answer.outcome, opened=answer.open, visit=answer.visit,
        picture=_kept(device.store, f"{pk}.jpg", sighting.picture),
    )  # fmt: skip
    return answer


def _count(first: GateRead, device: Device, sighting: Sighting, at: datetime, now: datetime) -> Answer:
    """Count a read of a car that stands there still; a surer one, or a new fact, changes what is known of it."""
    if (sighting.confidence or 1.0) < (first.confidence or 1.0):
        # The plate was sure once; a foot before the lens does not unmake that.
        sighting = replace(sighting, confidence=first.confidence)
    answer = answer_to(device, sighting, now)
    first.reads += 1
    first.read_at, first.last_at = min(first.read_at, at), max(first.last_at, at)
    first.confidence, first.outcome, first.candidates = sighting.confidence, answer.outcome, answer.candidates
    first.opened, first.visit = first.opened or answer.open, first.visit or answer.visit
    changed = ("reads", "read_at", "last_at", "confidence", "outcome", "candidates", "opened", "visit")
    first.save(update_fields=changed)
    return answer


def _believed(at: datetime | None, now: datetime) -> datetime:
    return at if at and now - CLOCK_BEHIND <= at <= now + CLOCK_AHEAD else now


def _kept(store: Store, name: str, content: bytes | None) -> str:
    """Return the name of the picture as we keep it, empty where it cannot be read: a read without one still counts."""
    if not content:
        return ""
    try:
        image = Image.open(io.BytesIO(photo_bytes(io.BytesIO(content))), formats=["JPEG"])
    except Refused:
        return ""
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    written = io.BytesIO()
    image.save(written, "JPEG", quality=75, optimize=True)
    return default_storage.save(f"{store.code}/gate/{name}", ContentFile(written.getvalue()))


def dismiss(read: GateRead, *, by: Staff, now: datetime | None = None) -> GateRead:
    """Take a read off the guard's list; a second press changes nothing."""
    now = now or timezone.now()
    if GateRead.objects.filter(pk=read.pk, dismissed_at=None).update(dismissed_at=now):
        read.dismissed_at = now
    return read


def note_let_in(visit: Visit, *, now: datetime) -> int:
    """Tie the reads of a car that was let in to its visit, also those that only named it among others."""
    plate = normalise(visit.vehicle.plate)
    rows = GateRead.objects.filter(
        store=visit.store, received_at__gte=now - LET_IN_WITHIN, received_at__lte=now + SAME_CAR, visit=None
    )
    exact = rows.filter(plate=plate).update(visit=visit)
    maybe = rows.filter(outcome=GateRead.Outcome.UNSURE, candidates__contains=[{"plate": plate}])
    return exact + maybe.update(visit=visit)


def forget_reads(now: datetime) -> int:
    """Delete what cameras read more than a week ago, pictures first; return how many could not be (wired, nightly)."""
    left = 0
    for store in Store.objects.all():
        with scope(store=store):
            old = GateRead.objects.filter(store=store, received_at__lt=now - KEPT).order_by("received_at")
            while rows := list(old[:LOT]):
                for row in rows:
                    if row.picture:
                        default_storage.delete(str(row.picture))
                GateRead.objects.filter(pk__in=[row.pk for row in rows]).delete()
            left += old.count()
    return left
