"""A customer's WeChat, connected by their own hand from the page behind the link, and disconnected again."""

from datetime import datetime, timedelta
from uuid import UUID

from django.core.signing import BadSignature, TimestampSigner
from django.db import transaction
from django.utils.translation import gettext as _

from dealership.actions import events
from dealership.actions.links import hashed
from dealership.channels import ChannelError, TimedOut
from dealership.channels.wechat_person import openid_of
from dealership.models import Customer, CustomerLink, Event
from dealership.refused import Refused

STATE_LASTS = timedelta(minutes=10)
CHANNEL = "wechat"
BOUND, UNBOUND = "wechat.bound", "wechat.unbound"


def new_state(public: UUID) -> str:
    """Return what goes to the provider and back with the browser: good for this address only, ten minutes."""
    # The provider takes letters and digits, at most 128: the address is in the salt, not in the text.
    return _signer(public).sign("w").encode().hex()


def check_state(public: UUID, *, state: str) -> None:
    """Raise Refused("wechat.state") for a state that is not of this address, or older than ten minutes."""
    try:
        _signer(public).unsign(bytes.fromhex(state).decode(), max_age=STATE_LASTS)
    except (ValueError, BadSignature) as wrong:
        sentence = _("This took too long or began on another page. Please tap the button for WeChat again.")
        raise Refused(sentence, "wechat.state") from wrong


def bind_by_code(link: CustomerLink, *, code: str, prefer: bool = True, now: datetime | None = None) -> Customer:
    """Ask WeChat who brought the code, and keep it. The same code pressed twice counts once.

    Talks to the provider, so not to be called inside a transaction. Raises Refused: "wechat.code" (refused for good),
    "wechat.busy" (no answer now), and those of bind_wechat.
    """
    if _done(link, code):
        return _customer(link)
    try:
        openid = openid_of(code)
    except TimedOut as lost:
        raise _busy() from lost
    except ChannelError as error:
        if not error.permanent:
            raise _busy() from error
        if _done(link, code):
            return _customer(link)
        sentence = _("WeChat did not tell us that it is you. Open this page in WeChat and tap the button again.")
        raise Refused(sentence, "wechat.code") from error
    return bind_wechat(link, openid=openid, code=code, prefer=prefer, now=now)


@transaction.atomic
def bind_wechat(
    link: CustomerLink, *, openid: str, code: str = "", prefer: bool = True, now: datetime | None = None
) -> Customer:
    """Keep the customer's openid; with `prefer` WeChat becomes the first channel for them.

    Raises Refused: "wechat.customer" (the visit has nobody),
    "wechat.other" (another WeChat is connected: disconnect that first).
    """
    customer = _customer(link)
    if customer.openid == openid:
        return customer
    if customer.openid:
        sentence = _("Another WeChat is connected already. Disconnect it first, then connect this one.")
        raise Refused(sentence, "wechat.other")
    customer.openid = openid
    customer.channel = CHANNEL if prefer else customer.channel
    customer.save(update_fields=["openid", "channel"])
    # The code's hash tells a second press of the button from another person's.
    events.note(link.visit, kind=BOUND, by=None, now=now, code=hashed(code)[:16] if code else "")
    return customer


@transaction.atomic
def unbind_wechat(link: CustomerLink, *, now: datetime | None = None) -> Customer:
    """Forget the openid; who preferred WeChat gets the store's order again. A second tap changes nothing.

    Raises Refused("wechat.customer").
    """
    customer = _customer(link)
    if not customer.openid:
        return customer
    customer.openid = ""
    customer.channel = "" if customer.channel == CHANNEL else customer.channel
    customer.save(update_fields=["openid", "channel"])
    events.note(link.visit, kind=UNBOUND, by=None, now=now)
    return customer


def _signer(public: UUID) -> TimestampSigner:
    return TimestampSigner(salt=f"dealership.wechat.{public}")


@transaction.atomic
def _customer(link: CustomerLink) -> Customer:
    """Return the customer as they are now, for one change at a time."""
    known = link.visit.customer
    if known is None:
        raise Refused(_("Your name is not on record. Please call your advisor."), "wechat.customer")
    return Customer.objects.select_for_update(no_key=True).get(pk=known.pk)


def _done(link: CustomerLink, code: str) -> bool:
    """Tell whether this very code has connected the WeChat that is connected now."""
    mark = Event.objects.filter(visit=link.visit, kind=BOUND, data__code=hashed(code)[:16])
    return bool(code) and mark.exists() and bool(_customer(link).openid)


def _busy() -> Refused:
    sentence = _("WeChat does not answer right now; nothing has changed. Please tap the button again in a minute.")
    return Refused(sentence, "wechat.busy")
