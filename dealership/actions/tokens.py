"""API tokens: given at login, taken back at logout."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.utils import timezone

from dealership.models import ApiToken, Device, Staff

LIFETIME = timedelta(days=30)


def issue(staff: Staff, *, device: Device | None = None, now: datetime | None = None) -> tuple[ApiToken, str]:
    """Return a new token's row and its secret (256 bits), which is kept nowhere else."""
    now = now or timezone.now()
    secret = secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        staff=staff, device=device, name=device.name if device else "", created_at=now, expires_at=now + LIFETIME,
        token_hash=hashlib.sha256(secret.encode()).hexdigest(),
    )  # fmt: skip
    return token, secret


def revoke(token: ApiToken, *, now: datetime | None = None) -> ApiToken:
    """Take a token back at once."""
    token.revoked_at = now or timezone.now()
    token.save(update_fields=["revoked_at"])
    return token
