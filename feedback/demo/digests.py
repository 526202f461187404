"""The demo's digest of this morning, as the worker would have written it at 8:00."""

from datetime import datetime

from dealership.models import Store, business_day
from feedback.actions.digests import ensure_rules, send_due
from feedback.models import DigestRule
from feedback.queries.day import bounds


def fill(store: Store, *, now: datetime) -> None:
    """Make the rules as of last midnight and send what has come due since; what was sent is not sent again."""
    midnight, _end = bounds(store, business_day(store, now))
    ensure_rules(store, now=midnight)
    for rule in DigestRule.objects.filter(store=store, next_at__range=(midnight, now)).select_related("store"):
        send_due(rule, now=rule.next_at or now)
