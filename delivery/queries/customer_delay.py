"""The ready time was moved later: why, from when to when, and whether the customer has seen it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from dealership.models import Event, Promise, PromiseChange, Visit
from delivery.queries.customer_words import moment_of

SEEN = "link.delay_seen"
BY_THE_CUSTOMER = "link"
"""Consent of a change that the customer made on the own phone: no news to be told."""


@dataclass(frozen=True)
class Delay:
    """The latest move of the ready time; `reason` is as the store wrote it, empty where nobody did."""

    id: UUID
    before: str
    after: str
    reason: str
    seen: bool

    @property
    def moved(self) -> str:
        """Say from when to when."""
        return _("Moved from %(before)s to %(after)s") % {"before": self.before, "after": self.after}


def delay_of(visit: Visit, *, now: datetime) -> Delay | None:
    """Return the latest move of the promise that still stands, None where there is none."""
    row = last_delay(visit)
    if row is None or row.due_before is None or row.due_after is None:
        return None
    store = visit.store
    return Delay(
        row.pk, moment_of(row.due_before, store, now), moment_of(row.due_after, store, now), row.reason,
        seen=Event.objects.filter(visit=visit, kind=SEEN, data__change=str(row.pk)).exists(),
    )  # fmt: skip


def last_delay(visit: Visit) -> PromiseChange | None:
    """Return the row of that move."""
    rows = PromiseChange.objects.filter(
        visit=visit, promise__kind=Promise.Kind.READY, promise__state=Promise.State.OPEN
    )
    last = rows.order_by("at", "id").last()
    later = rows.filter(pk=last.pk, due_after__gt=F("due_before")).exclude(consent=BY_THE_CUSTOMER) if last else rows
    return later.first() if last else None
