"""Devices of a store: invited by a supervisor, enrolled with a one-time code, shared by PIN."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.models import ApiToken, Device, DeviceUser, Staff, Store
from dealership.refused import Refused

CODE_LIFETIME = timedelta(minutes=15)
CODE_DIGITS = 8
PIN_DIGITS = (4, 6)
PIN_TRIES = 5
"""Wrong PINs in a row before only the password opens the account on this device."""


def digest(secret: str) -> str:
    """Return the SHA-256 of a secret as hex."""
    return hashlib.sha256(secret.encode()).hexdigest()


def invite(store: Store, *, by: Staff, name: str, now: datetime | None = None) -> tuple[Device, str]:
    """Return a new device of the store and the one-time code that enrols it within 15 minutes."""
    if not name.strip():
        raise Refused(_("Give the device a name that colleagues recognise, such as “Bay 1”."), "device.name")
    code = "".join(secrets.choice("0123456789") for _digit in range(CODE_DIGITS))
    device = Device.objects.create(
        store=store, name=name.strip()[:60], invited_by=by, code_hash=digest(code),
        code_expires_at=(now or timezone.now()) + CODE_LIFETIME,
    )  # fmt: skip
    return device, code


@transaction.atomic
def enrol(*, code: str, now: datetime | None = None) -> tuple[Device, str]:
    """Enrol the device that the code names; returns it with the secret of its cookie (kept only as a hash).

    Raises Refused("device.code") for a code that is wrong, used or too old.
    """
    now = now or timezone.now()
    waiting = Device.objects.select_for_update().filter(code_hash=digest(code.strip()), revoked_at=None)
    device = waiting.filter(code_expires_at__gt=now).first()
    if device is None:
        raise Refused(_("This code is not valid (any more). Ask the supervisor for a new one."), "device.code")
    secret = secrets.token_urlsafe(32)
    device.code_hash, device.secret_hash, device.enrolled_at = "", digest(secret), now
    device.save(update_fields=["code_hash", "secret_hash", "enrolled_at"])
    return device, secret


def revoke(device: Device, *, by: Staff, now: datetime | None = None) -> Device:
    """Shut a device out at once, with its tokens."""
    device.revoked_at = now or timezone.now()
    device.save(update_fields=["revoked_at"])
    ApiToken.objects.filter(device=device, revoked_at=None).update(revoked_at=device.revoked_at)
    return device


def remember(device: Device, *, staff: Staff, now: datetime | None = None) -> DeviceUser:
    """Note that `staff` came in here with the password; from now on the PIN is enough."""
    user, _created = DeviceUser.objects.update_or_create(
        device=device, staff=staff, defaults={"failures": 0, "last_used_at": now or timezone.now()}
    )
    return user


def set_pin(staff: Staff, *, pin: str) -> Staff:
    """Set the PIN of 4 to 6 digits. Raises Refused("pin.form")."""
    if not pin.isascii() or not pin.isdigit() or not PIN_DIGITS[0] <= len(pin) <= PIN_DIGITS[1]:
        raise Refused(_("A PIN has 4 to 6 digits."), "pin.form", field="pin")
    staff.pin = make_password(pin)
    staff.save(update_fields=["pin"])
    return staff


@transaction.atomic
def switch(device: Device, *, staff_id: Any, pin: str, now: datetime | None = None) -> Staff | None:
    """Return the person whose PIN this is; None for a wrong one (counted).

    Raises Refused("pin.locked") after five wrong ones in a row: then only the password helps.
    """
    rows = DeviceUser.objects.select_for_update(of=("self",)).select_related("staff")
    user = rows.filter(device=device, staff=staff_id, staff__is_active=True).first()
    if user is None or not user.staff.pin:
        return None
    if user.failures >= PIN_TRIES:
        raise Refused(_("Too many wrong PINs. Log in with the password."), "pin.locked")
    right = check_password(pin, user.staff.pin)
    user.failures = 0 if right else user.failures + 1
    user.last_used_at = now or timezone.now()
    user.save(update_fields=["failures", "last_used_at"])
    return user.staff if right else None
