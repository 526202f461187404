"""Customers' links in states that the demo has no car in, made on cars of its own."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from dealership.actions.attachments import keep_photo, release_photo
from dealership.actions.links import make_link, revoke, share
from dealership.actions.promises import change
from dealership.models import CustomerLink, Promise, Visit
from dealership.queries.photos import released_photos
from delivery.models import Settlement
from tests.pictures import picture

if TYPE_CHECKING:
    from tests.world import World


def link_in(world: World, state: str) -> str:
    """Return the full address of a link in `state`, a key of STATES."""
    stage, make = STATES[state]
    visit = closed_visit() if stage == "closed" else world.visit(stage)
    return make(world, visit)


def closed_visit() -> Visit:
    """Return the car with a final settlement and a known customer that left last."""
    final = Settlement.objects.exclude(final_at=None).values("visit")
    left = Visit.objects.filter(stage="closed", pk__in=final).exclude(customer__phone="").exclude(customer=None)
    return left.order_by("left_at").last()  # type: ignore[return-value]


def _plain(world: World, visit: Visit) -> str:
    return make_link(visit, by=None)[1]


def _photos(world: World, visit: Visit) -> str:
    by = world.person("advisor")
    if not released_photos(visit).exists():
        for label in ("换机油", "换刹车片", "洗好了"):
            photo = keep_photo(visit, file=io.BytesIO(picture(640, 480)), label=label, by=by)
            release_photo(photo, released=True, by=by)
    return make_link(visit, by=None)[1]


def _delayed(world: World, visit: Visit) -> str:
    ready = Promise.objects.filter(visit=visit, kind="ready", state="open").first()
    if ready and not ready.moved:
        due = max(ready.due_at or timezone.now(), timezone.now()) + timedelta(minutes=40)
        change(ready, by=world.person("advisor"), consent="message", due_at=due, reason="前制动盘从中心库调货")
    return _photos(world, visit)


def _shared(world: World, visit: Visit) -> str:
    _photos(world, visit)
    return share(make_link(visit, by=None)[0])


def _closed(world: World, visit: Visit) -> str:
    link, url = make_link(visit, by=None)
    CustomerLink.objects.filter(pk=link.pk).update(expires_at=timezone.now() + timedelta(days=9))
    return url


def _papers(world: World, visit: Visit) -> str:
    link, url = make_link(visit, by=None)
    CustomerLink.objects.filter(pk=link.pk).update(expires_at=timezone.now() - timedelta(days=1))
    return url


def _revoked(world: World, visit: Visit) -> str:
    link, url = make_link(visit, by=None)
    revoke(link, by=world.person("advisor"))
    return url


STATES: dict[str, tuple[str, Callable[[World, Visit], str]]] = {
    "reception": ("reception", _plain),
    "negotiation": ("negotiation", _plain),
    "delayed": ("workshop", _delayed),
    "showcase": ("showcase", _photos),
    "delivery": ("delivery", _photos),
    "shared": ("workshop", _shared),
    "closed": ("closed", _closed),
    "papers": ("closed", _papers),
    "revoked": ("negotiation", _revoked),
}
"""State → stage of the car, and what makes the link."""
