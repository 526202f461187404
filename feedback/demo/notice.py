"""The ready notice of the past: the product's own text, filled without a query for each car."""

from dataclasses import dataclass
from datetime import datetime
from random import Random
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from dealership import plates, wiring
from dealership.actions.links import TOKEN_BYTES, hashed
from dealership.models import Visit
from dealership.queries.messages import fill, render
from feedback.demo.plan import Plan

LANGUAGE = "zh-hans"
CHANNELS = ("email", "by_hand")


@dataclass(frozen=True)
class MadeLink:
    """An address of a customer's page and the hash under which it is kept."""

    address: str
    token_hash: str
    public_id: UUID


def made_link(source: Random) -> MadeLink:
    """Return an address like those of `actions.links.make_link`."""
    token = source.randbytes(TOKEN_BYTES).hex()
    address = settings.PUBLIC_URL + reverse("link", args=[token])
    return MadeLink(address, hashed(token), UUID(int=source.getrandbits(128)))


def texts_of(visit: Visit) -> dict[str, tuple[str, str]]:
    """Return channel → subject and text of the ready notice with its variables in braces."""
    names = {name: f"{{{name}}}" for name in wiring.MESSAGE_KINDS["ready"].variables}
    return {channel: render(kind="ready", channel=channel, language=LANGUAGE, variables=names) for channel in CHANNELS}


def notice_text(
    texts: tuple[str, str], plan: Plan, *, moment: datetime, due: datetime | None, link: str
) -> tuple[str, str]:
    """Return subject and text for this car, told at `moment`, promised for `due`."""
    zone = plan.store.zone
    values = {
        "customer": plan.customer.address(LANGUAGE), "plate": plates.describe(plan.vehicle.plate).display,
        "store": plan.store.name, "advisor": plan.advisor.name, "advisor_phone": plan.advisor.phone, "link": link,
        "ready_time": f"{moment.astimezone(zone):%H:%M}", "promised": f"{due.astimezone(zone):%H:%M}" if due else "",
    }  # fmt: skip
    return fill(texts[0], values), fill(texts[1], values)
