"""How long a customer's link lives: everything, then the papers of the visit, then nothing."""

from datetime import datetime, timedelta
from enum import StrEnum

from dealership.models import CustomerLink

KEPT_AFTER_HANDOVER = timedelta(days=14)
DOCUMENTS_KEPT = timedelta(days=3 * 365 + 1)
"""From the handover on (warranty period)."""


class Life(StrEnum):
    """What a link still shows."""

    OPEN = "open"
    DOCUMENTS = "documents"
    ENDED = "ended"


def life_of(link: CustomerLink, *, now: datetime) -> Life:
    """Return what the link shows at `now`; a revoked one shows nothing."""
    if link.revoked_at:
        return Life.ENDED
    if link.expires_at is None or link.expires_at >= now:
        return Life.OPEN
    return Life.DOCUMENTS if now < link.expires_at - KEPT_AFTER_HANDOVER + DOCUMENTS_KEPT else Life.ENDED
