"""The customer's link: made, opened, checked, ended. The token itself is written nowhere but in the message."""

import base64
import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from dealership.actions import events
from dealership.models import CustomerLink, LinkAddress, LinkDevice, LinkGuess, Staff, StageChange, Visit
from dealership.queries.links import KEPT_AFTER_HANDOVER, Life, life_of
from dealership.refused import Refused

TOKEN_BYTES = 18
"""144 bits: a token is not to be guessed (design, decision 9)."""
CHECKS_BEFORE_LOCK = 5
FIRST_LOCK, LONGEST_LOCK = timedelta(minutes=15), timedelta(hours=24)
GUESSES = 30
GUESS_WINDOW = timedelta(minutes=10)
"""So many tokens that lead nowhere, from one sender within a window, close `/v/` to that sender until its end."""
OPENED_MARK = "opened"
PAPER, SHARED = "paper", "shared"
"""Addresses that a link has once each: on its printed papers, and to be passed on."""


@transaction.atomic
def make_link(visit: Visit, *, by: Staff | None, now: datetime | None = None) -> tuple[CustomerLink, str]:
    """Return the visit's link and a new full address of it.

    A visit has one open link (and one pickup code); every message carries an address of its own that leads to it.
    """
    link = _link_of(visit, now=now or timezone.now())
    token = secrets.token_urlsafe(TOKEN_BYTES)
    LinkAddress.objects.create(token_hash=hashed(token), store=visit.store_id, link=link.pk)
    return link, settings.PUBLIC_URL + reverse("link", args=[token])


def paper_on_entry(visit: Visit, change: StageChange, *, by: Staff | None, now: datetime) -> LinkAddress:
    """Open the address that stands on the printed papers of the visit (entry of a stage that prints)."""
    link = _link_of(visit, now=now)
    return _lasting_address(link, token=_lasting_token(link, PAPER))[0]


def paper_address(link: CustomerLink) -> str | None:
    """Return the full address for the visit's papers; None where it was not opened (a link made anew since)."""
    token = _lasting_token(link, PAPER)
    known = LinkAddress.objects.filter(token_hash=hashed(token), link=link.pk).exists()
    return settings.PUBLIC_URL + reverse("link", args=[token]) if known else None


@transaction.atomic
def share(link: CustomerLink, *, now: datetime | None = None) -> str:
    """Return the full address that the customer may pass on: how the car stands and nothing personal.

    A link has one such address, however often it is asked for. Raises Refused("link.ended") when the link no longer
    shows the car.
    """
    now = now or timezone.now()
    if life_of(link, now=now) != Life.OPEN:
        raise Refused(_("This page has ended, there is nothing left to share."), "link.ended")
    token = _lasting_token(link, SHARED)
    _address, created = _lasting_address(link, token=token, shared=True)
    if created:
        events.note(link.visit, kind="link.shared", by=None, now=now)
    return settings.PUBLIC_URL + reverse("link", args=[token])


def revoke(link: CustomerLink, *, by: Staff, now: datetime | None = None) -> CustomerLink:
    """End a link at once (sent to the wrong phone); every address of it ends with it. The next message makes another.

    Raises Refused("link.revoked") when it has ended already.
    """
    now = now or timezone.now()
    if not CustomerLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=now):
        raise Refused(_("This link has ended already."), "link.revoked")
    link.revoked_at = now
    events.note(link.visit, kind="link.revoked", by=by, now=now)
    return link


def expire_on_close(visit: Visit, change: StageChange, *, by: Staff | None, now: datetime) -> None:
    """Let the link end 14 days after the car has left (entry of the last stage)."""
    CustomerLink.objects.filter(visit=visit, expires_at=None).update(expires_at=now + KEPT_AFTER_HANDOVER)


@transaction.atomic
def opened(link: CustomerLink, *, now: datetime | None = None) -> bool:
    """Note that the customer has looked at the page; the first look counts. Returns whether this was it."""
    now = now or timezone.now()
    first = bool(CustomerLink.objects.filter(pk=link.pk, opened_at=None).update(opened_at=now))
    if first:
        events.note(link.visit, kind="link.opened", by=None, now=now)
        events.call_attention(link.visit, kind=OPENED_MARK, now=now)
    return first


def check_phone(link: CustomerLink, *, digits: str, now: datetime | None = None) -> str:
    """Return the secret for a phone that knows the last four digits of the customer's number.

    Every fifth wrong answer closes the check, 15 minutes first, twice as long each time, a day at most: counted by
    link, since a guesser throws cookies away. Raises Refused: "phone.none" (no number known), "phone.locked",
    "phone.wrong".
    """
    now = now or timezone.now()
    phone = link.visit.customer.phone if link.visit.customer else ""
    if len(phone) < 4:
        raise Refused(_("Your number is not on record. Please call your advisor."), "phone.none")
    right = secrets.compare_digest(digits.strip().encode(), phone[-4:].encode())
    if _locked(link, right=right, now=now):
        raise Refused(_("Too many wrong digits. Try again later or call your advisor."), "phone.locked", field="digits")
    if not right:
        sentence = _("These are not the last four digits of the number that we know. Type them again.")
        raise Refused(sentence, "phone.wrong", field="digits")
    secret = secrets.token_urlsafe(TOKEN_BYTES)
    LinkDevice.objects.create(store_id=link.store_id, link=link, secret_hash=hashed(secret), verified_at=now)
    return secret


def knows_phone(link: CustomerLink, *, secret: str) -> bool:
    """Tell whether the phone with this secret has passed the check of this link."""
    return bool(secret) and LinkDevice.objects.filter(link=link, secret_hash=hashed(secret)).exists()


def count_guess(address: str, *, now: datetime | None = None) -> None:
    """Count a token that leads nowhere; what the day before left behind goes."""
    now = now or timezone.now()
    window = _window(now)
    guess, created = LinkGuess.objects.get_or_create(address=address, window=window)
    if created:
        LinkGuess.objects.filter(window__lt=now - timedelta(days=1)).delete()
    else:
        LinkGuess.objects.filter(pk=guess.pk).update(count=F("count") + 1)


def guesses_too_much(address: str, *, now: datetime | None = None) -> bool:
    """Tell whether `/v/` is closed to this sender for the present ten minutes."""
    window = _window(now or timezone.now())
    return LinkGuess.objects.filter(address=address, window=window, count__gte=GUESSES).exists()


def hashed(secret: str) -> str:
    """Return the SHA-256 under which a token or cookie is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _link_of(visit: Visit, *, now: datetime) -> CustomerLink:
    link, _created = CustomerLink.objects.get_or_create(
        store_id=visit.store_id, visit=visit, revoked_at=None,
        defaults={"created_at": now, "pickup_code": f"{secrets.randbelow(10**6):06d}"},
    )  # fmt: skip
    return link


def _lasting_token(link: CustomerLink, salt: str) -> str:
    """Return the token of an address that is shown again and again: made of the server's key, since none is kept."""
    digest = salted_hmac(f"dealership.link.{salt}", str(link.pk), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:TOKEN_BYTES]).decode()


def _lasting_address(link: CustomerLink, *, token: str, shared: bool = False) -> tuple[LinkAddress, bool]:
    return LinkAddress.objects.get_or_create(
        token_hash=hashed(token), defaults={"store": link.store_id, "link": link.pk, "shared": shared}
    )


@transaction.atomic
def _locked(link: CustomerLink, *, right: bool, now: datetime) -> bool:
    """Tell whether the check is closed, and count a wrong answer where it is open.

    One guess at a time: a hundred at once would all have been judged before the first was counted. It commits before
    the refusal, so the caller must not be inside a transaction that a refusal rolls back.
    """
    row = CustomerLink.objects.select_for_update(no_key=True, of=("self",)).get(pk=link.pk)
    if row.locked_until and row.locked_until > now:
        return True
    if not right:
        row.failures += 1
        rounds, rest = divmod(row.failures, CHECKS_BEFORE_LOCK)
        if rest == 0:
            row.locked_until = now + min(FIRST_LOCK * 2 ** (rounds - 1), LONGEST_LOCK)
        row.save(update_fields=["failures", "locked_until"])
    return False


def _window(now: datetime) -> datetime:
    seconds = int(GUESS_WINDOW.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, tz=UTC)
