"""What changed in a store on a day, written down so that the figures before and after it can be compared."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.access import refuse_unless
from dealership.models import Staff, Store, business_day
from dealership.refused import Refused
from dealership.stages import TOUCHPOINT_STAGE
from dealership.uuids import uuid7
from feedback.models import DatedChange


@transaction.atomic
def add(
    store: Store, *, day: date, title: str, touchpoint: str = "", by: Staff, id: UUID | None = None,
    now: datetime | None = None,
) -> DatedChange:  # fmt: skip
    """Write down what changed on `day`, for one touchpoint or ("") the whole store; the same `id` twice does it once.

    Raises Refused("change.ahead") for a day to come, "change.title" without words, "role" for who may not.
    """
    refuse_unless(by, store, "feedback.actions.dated_changes.add")
    now = now or timezone.now()
    if day > business_day(store, now):
        words = _("Write it down once the day has come: there is nothing to compare before.")
        raise Refused(words, "change.ahead", field="day")
    if not title.strip():
        raise Refused(_("Say in a few words what changed."), "change.title", field="title")
    if touchpoint and touchpoint[0] not in TOUCHPOINT_STAGE:
        raise Refused(_("There is no such touchpoint."), "change.touchpoint", field="touchpoint")
    found, _made = DatedChange.objects.get_or_create(
        pk=id or uuid7(),
        defaults={"store": store, "day": day, "touchpoint": touchpoint, "title": title.strip(), "at": now, "by": by},
    )
    return found


@transaction.atomic
def remove(change: DatedChange, *, by: Staff) -> None:
    """Take a dated change back; figures do not move, only the comparison goes. Raises Refused("role")."""
    refuse_unless(by, change.store, "feedback.actions.dated_changes.remove")
    DatedChange.objects.filter(pk=change.pk).delete()
