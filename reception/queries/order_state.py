"""What else may change an order page while somebody looks at it: the manager's answers, and the customer's."""

import hashlib

from dealership.models import Visit
from reception.models import Approval, Offer


def state_tag(visit: Visit) -> str:
    """Return a tag that changes when a question is asked, answered or taken back, or an offer is sent or answered."""
    asked = Approval.objects.filter(visit=visit).order_by("id").values_list("id", "answer")
    sent = Offer.objects.filter(visit=visit).order_by("id").values_list("id", "answered_at", "withdrawn_at")
    text = repr([*asked, *sent])
    return hashlib.sha256(text.encode()).hexdigest()[:16]
