"""The code that confirms a phone: sent, tried, forgotten. Only its hash is kept; the message loses it once it is used.

Every count is of rows, taken by one at a time, so that no number of phones or workers gets more codes than one.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dealership.actions.messages import queue_to_phone
from dealership.models import Message, Staff, Store
from dealership.phones import mobile
from dealership.refused import Refused
from dealership.uuids import uuid7
from reception.models import PhoneCode
from reception.queries.booking import KIND

LIFE = timedelta(minutes=10)
TRIES = 5
RESEND_AFTER = timedelta(seconds=60)
PHONE_LIMIT, PHONE_SPAN = 5, timedelta(hours=1)
STORE_LIMIT, STORE_SPAN = 60, timedelta(minutes=10)
"""So many codes for one phone, and for one store, in a span: an SMS costs, and a stranger's phone must not ring on."""
KEPT = timedelta(days=1)
"""What was typed is forgotten after that; what came of it is the appointment."""


@transaction.atomic
def send_code(
    store: Store,
    *,
    phone: str,
    booking: dict[str, Any],
    language: str,
    by: Staff | None = None,
    now: datetime | None = None,
) -> PhoneCode:
    """Send a new code to a mobile phone and return its row; `booking` is what is to be booked, {} for looking only.

    Raises Refused: "phone.mobile" for a number no SMS reaches, "code.soon" within a minute of the last one,
    "code.phone_limit", "code.store_limit".
    """
    now = now or timezone.now()
    number = mobile(phone)
    if not number:
        raise Refused(_("Type a mobile number; a code comes by SMS."), "phone.mobile", field="phone")
    # What is counted is counted by one at a time.
    Store.objects.select_for_update(no_key=True).get(pk=store.pk)
    _refuse_too_many(store, number, now=now)
    forget(store, now=now)
    code, pk = f"{secrets.randbelow(10**6):06d}", uuid7(now)
    row = PhoneCode.objects.create(
        pk=pk, store=store, phone=number, code_hash=hashed(pk, code), booking=booking, sent_at=now,
        expires_at=now + LIFE,
    )  # fmt: skip
    queue_to_phone(
        store, KIND, phone=number, language=language, dedupe=str(pk), now=now,
        variables={
            "code": code, "minutes": str(LIFE // timedelta(minutes=1)), "store": store.name,
            "store_phone": store.phone,
        },
    )  # fmt: skip
    return row


def send_again(row: PhoneCode, *, language: str, by: Staff | None = None, now: datetime | None = None) -> PhoneCode:
    """Send another code for the same booking; the first one is good no longer.

    Raises Refused: "code.used" when the phone is confirmed already; what `send_code` raises.
    """
    now = now or timezone.now()
    if row.used_at:
        raise Refused(_("Your phone is confirmed already. Just go on."), "code.used")
    with transaction.atomic():
        newer = send_code(row.store, phone=row.phone, booking=row.booking, language=language, now=now)
        PhoneCode.objects.filter(pk=row.pk, used_at=None).update(expires_at=now)
    return newer


@transaction.atomic
def retype(row: PhoneCode, *, booking: dict[str, Any], by: Staff | None = None) -> PhoneCode:
    """Take what was typed anew while its code is still on the way. Raises Refused("code.used") once it is booked."""
    if not PhoneCode.objects.filter(pk=row.pk, appointment=None).update(booking=booking):
        raise Refused(_("This is booked already. Reload the page to see it."), "code.used")
    row.booking = booking
    return row


def check_code(row: PhoneCode, *, code: str, by: Staff | None = None, now: datetime | None = None) -> PhoneCode:
    """Confirm the phone by its code; the same right code again changes nothing.

    Five wrong ones close it, counted before the refusal: the caller must not be inside a transaction that a refusal
    rolls back. Raises Refused: "code.wrong", "code.spent", "code.expired".
    """
    now = now or timezone.now()
    right = secrets.compare_digest(hashed(row.pk, "".join(code.split())), row.code_hash)
    refusal = _judge(row, right=right, now=now)
    if refusal:
        raise refusal
    return row


def forget(store: Store, *, now: datetime) -> None:
    """Take the codes out of messages that are past, and what was typed out of old rows."""
    past = Message.objects.filter(store=store, kind=KIND, created_at__lt=now - LIFE).exclude(body="")
    past.update(body="", variables={})
    PhoneCode.objects.filter(store=store, sent_at__lt=now - KEPT).exclude(booking={}).update(booking={})


def hashed(pk: object, code: str) -> str:
    """Return what is kept of a code: a million codes are soon hashed, so the server's key goes in."""
    return salted_hmac("reception.phone_code", f"{pk}:{code}", algorithm="sha256").hexdigest()


@transaction.atomic
def _judge(row: PhoneCode, *, right: bool, now: datetime) -> Refused | None:
    """Count one try and return the refusal, if it is one. It commits before the refusal is raised."""
    held = PhoneCode.objects.select_for_update(no_key=True, of=("self",)).get(pk=row.pk)
    if held.used_at is None and held.expires_at <= now:
        return Refused(_("This code is too old. Let us send you a new one."), "code.expired", field="code")
    if held.failures >= TRIES:
        return _spent()
    if not right:
        held.failures += 1
        held.save(update_fields=["failures"])
        return _wrong(TRIES - held.failures) if held.failures < TRIES else _spent()
    if held.used_at is None:
        held.used_at = now
        held.save(update_fields=["used_at"])
        Message.objects.filter(store_id=row.store_id, dedupe_key=f"{KIND}:{row.pk}").update(body="", variables={})
    row.used_at, row.failures = held.used_at, held.failures
    return None


def _wrong(left: int) -> Refused:
    sentence = ngettext(
        "That is not the code. Look at the newest SMS; %(count)s try is left.",
        "That is not the code. Look at the newest SMS; %(count)s tries are left.",
        left,
    )
    return Refused(sentence % {"count": left}, "code.wrong", field="code")


def _spent() -> Refused:
    return Refused(_("Too many wrong codes. Let us send you a new one."), "code.spent", field="code")


def _refuse_too_many(store: Store, phone: str, *, now: datetime) -> None:
    ours = PhoneCode.objects.filter(store=store)
    of_phone = ours.filter(phone=phone, sent_at__gt=now - PHONE_SPAN).order_by("-sent_at")
    sent = list(of_phone.values_list("sent_at", flat=True)[:PHONE_LIMIT])
    if sent and now - sent[0] < RESEND_AFTER:
        wait = max(int((sent[0] + RESEND_AFTER - now).total_seconds()), 1)
        sentence = _("A code is on its way to this phone. You can have another one in %(seconds)s seconds.")
        raise Refused(sentence % {"seconds": wait}, "code.soon", field="phone")
    if len(sent) >= PHONE_LIMIT:
        sentence = _("This phone has had enough codes for now. Try again in an hour, or call us.")
        raise Refused(sentence, "code.phone_limit", field="phone")
    if ours.filter(sent_at__gt=now - STORE_SPAN).count() >= STORE_LIMIT:
        raise Refused(_("Very many want a code just now. Try again in ten minutes, or call us."), "code.store_limit")
