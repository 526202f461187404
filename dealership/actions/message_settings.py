"""What a store sends, over which channels first, and what a customer does not want."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership import wiring
from dealership.models import ChannelSetting, Customer, KindSetting, OptOut, Staff, Store
from dealership.queries.message_rules import CUSTOMER_KINDS, channels_of
from dealership.refused import Refused


def switch_kind(store: Store, *, kind: str, on: bool, by: Staff, now: datetime | None = None) -> KindSetting:
    """Let the store send a kind of message, or not. What waits already goes out. Raises Refused("kind.unknown")."""
    _known(kind)
    values = {"on": on, "by": by, "changed_at": now or timezone.now()}
    return KindSetting.objects.update_or_create(store=store, kind=kind, defaults=values)[0]


@transaction.atomic
def move_channel(store: Store, *, channel: str, earlier: bool, by: Staff) -> list[str]:
    """Move a channel one place in the store's order; return the names in their new order.

    By hand stays at the end: a person is who is left when no machine reaches the customer. Raises Refused:
    "channel.unknown", "channel.by_hand".
    """
    del by
    names = _order(store, channel)
    place = names.index(channel)
    other = place - 1 if earlier else place + 1
    if 0 <= other < len(names):
        names[place], names[other] = names[other], names[place]
    _write(store, names)
    return names


@transaction.atomic
def use_channel(store: Store, *, channel: str, on: bool, by: Staff) -> ChannelSetting:
    """Let the store use a channel, or not; a customer who has asked for it still gets it.

    Raises Refused: "channel.unknown", "channel.by_hand" (a person is always there).
    """
    del by
    _write(store, _order(store, channel))
    ChannelSetting.objects.filter(store=store, channel=channel).update(on=on)
    return ChannelSetting.objects.get(store=store, channel=channel)


def opt_out(customer: Customer, *, kind: str, by: Staff | None, now: datetime | None = None) -> OptOut:
    """Send this customer no more messages of a kind (`by` is None for the customer's own tap).

    A second tap changes nothing. Raises Refused("kind.unknown").
    """
    del by
    _known(kind)
    return OptOut.objects.get_or_create(
        store_id=customer.store_id, customer=customer, kind=kind, until=None, defaults={"since": now or timezone.now()}
    )[0]


def opt_in(customer: Customer, *, kind: str, by: Staff | None, now: datetime | None = None) -> int:
    """Send this kind again; return whether (1) or not (0) it was unwanted. Raises Refused("kind.unknown")."""
    del by
    _known(kind)
    return OptOut.objects.filter(customer=customer, kind=kind, until=None).update(until=now or timezone.now())


def _known(kind: str) -> None:
    if kind not in CUSTOMER_KINDS:
        raise Refused(_("There is no such kind of message. Reload the page."), "kind.unknown", field="kind")


def _order(store: Store, channel: str) -> list[str]:
    """Return the names that have a place, by hand left out; one change at a time."""
    if channel not in wiring.CHANNELS:
        raise Refused(_("There is no such channel. Reload the page."), "channel.unknown", field="channel")
    if channel == "by_hand":
        raise Refused(_("A person tells what no channel can. This stays at the end."), "channel.by_hand")
    Store.objects.select_for_update(no_key=True).get(pk=store.pk)
    return [row.name for row in channels_of(store) if row.name != "by_hand"]


def _write(store: Store, names: list[str]) -> None:
    for position, name in enumerate(names):
        ChannelSetting.objects.update_or_create(store=store, channel=name, defaults={"position": position})
