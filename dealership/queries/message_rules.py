"""Which messages a store sends, to whom, and over which channels in which order."""

from dataclasses import dataclass

from dealership import wiring
from dealership.channels import channel as channel_of
from dealership.models import (
    ChannelSetting,
    Customer,
    KindSetting,
    Message,
    MessageTemplate,
    OptOut,
    Staff,
    Store,
    Visit,
)
from dealership.queries.message_words import KIND_WORDS

CUSTOMER_KINDS = tuple(name for name, kind in wiring.MESSAGE_KINDS.items() if not (kind.staff or kind.bare))
"""Kinds that a store switches and a customer opts out of, in the order of a visit."""
TEXT_KINDS = tuple(name for name, kind in wiring.MESSAGE_KINDS.items() if not kind.staff)
"""Kinds of which a store may have texts of its own."""


def kinds_on(store: Store) -> dict[str, bool]:
    """Return kind → whether this store sends it, for every kind to customers."""
    own = dict(KindSetting.objects.filter(store=store).values_list("kind", "on"))
    return {kind: own.get(kind, wiring.MESSAGE_KINDS[kind].on) for kind in CUSTOMER_KINDS}


def opted_out(customer: Customer | None) -> set[str]:
    """Return the kinds that this customer does not want now."""
    if customer is None:
        return set()
    return set(OptOut.objects.filter(customer=customer, until=None).values_list("kind", flat=True))


def silence(visit: Visit, *, kind: str) -> str:
    """Return why a message of this kind is not written for the visit; empty where it is.

    "off" (the store does not send it), "opted_out" (the customer does not want it), "limit" (the visit has had its
    share of messages that only inform).
    """
    rule = wiring.MESSAGE_KINDS[kind]
    if rule.staff:
        return ""
    setting = KindSetting.objects.filter(kind=kind).values_list("on", flat=True).first()
    if not (rule.on if setting is None else setting):
        return "off"
    if visit.customer and OptOut.objects.filter(customer=visit.customer, kind=kind, until=None).exists():
        return "opted_out"
    if rule.needs_answer or rule.always:
        return ""
    return "limit" if informing(visit) >= wiring.MESSAGES_A_VISIT else ""


def informing(visit: Visit) -> int:
    """Return how many messages of the visit only inform; a fall-back is the message that it stands for."""
    counted = [kind for kind in CUSTOMER_KINDS if not wiring.MESSAGE_KINDS[kind].needs_answer]
    rows = Message.objects.filter(visit=visit, kind__in=counted, fallback_of=None)
    return rows.exclude(state=Message.State.CANCELLED).count()


@dataclass(frozen=True)
class Wish:
    """A kind that the store sends, in words, and whether this customer wants it."""

    kind: str
    words: str
    wanted: bool


def wishes_of(store: Store, customer: Customer) -> list[Wish]:
    """Return the kinds that the store sends or the customer has once refused, in the order of a visit. Two queries."""
    on, unwanted = kinds_on(store), opted_out(customer)
    return [Wish(kind, str(KIND_WORDS[kind]), kind not in unwanted) for kind in on if on[kind] or kind in unwanted]


@dataclass(frozen=True)
class ChannelRow:
    """A channel as a store has it: used or not, and whether it is set up at all."""

    name: str
    on: bool
    configured: bool


def channels_of(store: Store) -> list[ChannelRow]:
    """Return all channels in the store's order; those it has not placed follow in the product's."""
    own = {row.channel: row for row in ChannelSetting.objects.filter(store=store)}
    last = len(wiring.CHANNELS) + len(own)
    names = sorted(wiring.CHANNELS, key=lambda name: own[name].position if name in own else last)
    return [ChannelRow(name, name not in own or own[name].on, channel_of(name).configured) for name in names]


def channel_order(store: Store, customer: Customer | None) -> list[str]:
    """Return the names of channels to try: the customer's wish, the store's order, and a person at the very end."""
    wanted = [customer.channel] if customer and customer.channel in wiring.CHANNELS else []
    used = [row.name for row in channels_of(store) if row.on and row.name != "by_hand"]
    return list(dict.fromkeys([*wanted, *used, "by_hand"]))


def reach(store: Store, customer: Customer | None, *, kind: str, language: str, after: str = "") -> tuple[str, str]:
    """Return the first channel that reaches the customer with this kind, and the address; "by_hand" where none does.

    A channel whose provider sends only approved texts counts where the store has named one. `after` names a channel
    that has failed: only those that follow it in the order are tried.
    """
    names = channel_order(store, customer)
    if after in names:
        names = names[names.index(after) + 1 :]
    for name in names:
        way = channel_of(name)
        address = way.address(customer)
        if address and not (way.needs_template and not template_id(kind=kind, channel=name, language=language)):
            return name, address
    return "by_hand", channel_of("by_hand").address(customer)


def template_id(*, kind: str, channel: str, language: str) -> str:
    """Return the provider's id of the store's newest text; empty where it has none."""
    own = MessageTemplate.objects.filter(kind=kind, channel=channel, language=language)
    return own.order_by("-version").values_list("template_id", flat=True).first() or ""


def phone_reach(store: Store, *, kind: str, language: str) -> str:
    """Return the channel for a bare phone number: the store's first SMS that can send this kind, else the console."""
    for row in channels_of(store):
        way = channel_of(row.name)
        approved = not way.needs_template or template_id(kind=kind, channel=row.name, language=language)
        if row.on and row.configured and way.kind == "sms" and approved:
            return row.name
    return "console"


def staff_reach(staff: Staff) -> tuple[str, str]:
    """Return the first channel that reaches a person of the store, and the address there."""
    found = ((name, channel_of(name).staff_address(staff)) for name in wiring.CHANNELS)
    return next((pair for pair in found if pair[1]), ("console", staff.username))
