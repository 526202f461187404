"""Cars that come without their customer: left here out of hours, towed in, picked up."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import IO, Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.actions import events
from dealership.actions.attachments import keep_photo
from dealership.actions.records import recompute
from dealership.actions.visits import take
from dealership.models import Arrival, Situation, Staff, Store, Visit
from dealership.plates import normalise
from dealership.queries.board import open_visits
from dealership.refused import Refused
from dealership.uuids import uuid7
from reception.actions.arrivals import record_arrival
from reception.models import DropOff

DROPPED = "dropped"
HOWS = {DROPPED: Arrival.WALK_IN, Arrival.TOWED: Arrival.TOWED, Arrival.PICKED_UP: Arrival.PICKED_UP}
"""How it came → arrival of the visit."""
MOST_PHOTOS = 8


@transaction.atomic
def receive_absent(
    store: Store,
    *,
    by: Staff,
    how: str,
    plate: str,
    car: Mapping[str, Any],
    left: Mapping[str, Any],
    photos: Sequence[IO[bytes]] = (),
    id: UUID | None = None,
    now: datetime | None = None,
) -> Visit:
    """Open the visit of a car that came without its customer; the same id again returns the first.

    `car` holds works, words and customer as `record_arrival` takes them; `left` key_box, place, note and at (the moment
    it came, None = now). Whoever receives is told of a towed or picked-up car at once; a car left out of hours is
    marked (Situation), with its DropOff: the desk calls the customer when the store opens. The touchpoints that need a
    customer at the gate do not apply. Photos say how the car stood there.
    Raises Refused: as `record_arrival`, "arrival.inside", "drop_off.key_box" where nobody says where the key is,
    "drop_off.future", "drop_off.photos" beyond 8.
    """
    now = now or timezone.now()
    id = id or uuid7(now)
    if known := Visit.objects.filter(pk=id).first():
        return known.joined_to or known
    _check(store, how=how, plate=plate, left=left, photos=photos, now=now)
    at = left.get("at") or now
    visit = record_arrival(
        store, by=by, plate=plate, arrival=HOWS[how], tell=how != DROPPED, id=id, now=at, **car
    )  # fmt: skip
    facts = {"how": how, "place": left.get("place", ""), "note": left.get("note", "")}
    if how == DROPPED:
        events.begin_situation(visit, kind=Situation.Kind.OUT_OF_HOURS, now=at)
        DropOff.objects.create(
            store=store, visit=visit, at=at, by=by, key_box=left["key_box"].strip()[:20],
            place=facts["place"].strip()[:60], note=facts["note"].strip()[:300],
        )  # fmt: skip
    events.note(visit, kind="reception.absent", by=by, now=now, **facts)
    for photo in photos:
        keep_photo(visit, file=photo, by=by, label=_("As it was left"), place="left_here", now=now)
    recompute([visit.pk], now=now)
    return visit


def _check(
    store: Store, *, how: str, plate: str, left: Mapping[str, Any], photos: Sequence[IO[bytes]], now: datetime
) -> None:
    if open_visits(store).filter(vehicle__plate=normalise(plate)).exists():
        raise Refused(_("This car is in the yard already."), "arrival.inside", field="number")
    if how == DROPPED and not str(left.get("key_box") or "").strip():
        raise Refused(_("Say which box the key lies in."), "drop_off.key_box", field="key_box")
    if left.get("at") and left["at"] > now:
        raise Refused(_("This moment has not come yet."), "drop_off.future", field="at")
    if len(photos) > MOST_PHOTOS:
        raise Refused(_("Eight photos at most."), "drop_off.photos", field="photos")


@transaction.atomic
def note_call(drop_off: DropOff, *, by: Staff, now: datetime | None = None) -> DropOff:
    """Note that the customer of a car left out of hours was called; `by` takes the car if nobody has it.

    The first call counts; a second press changes nothing.
    """
    now = now or timezone.now()
    if not DropOff.objects.filter(pk=drop_off.pk, called_at=None).update(called_at=now):
        drop_off.refresh_from_db()
        return drop_off
    drop_off.called_at = now
    events.note(drop_off.visit, kind="reception.called", by=by, now=now)
    if drop_off.visit.advisor_id is None and not drop_off.visit.ended:
        take(drop_off.visit, by=by, now=now)
    return drop_off
