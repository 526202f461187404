"""The customer has read that it takes longer."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from dealership.actions import events
from dealership.models import CustomerLink, Event, Visit
from dealership.refused import Refused
from delivery.queries.customer_delay import SEEN, last_delay


@transaction.atomic
def see_delay(link: CustomerLink, *, now: datetime | None = None) -> Event:
    """Note that the customer has seen the new time; a second press returns the first.

    Raises Refused("delay.none") where no new time stands.
    """
    visit = Visit.objects.select_for_update(no_key=True, of=("self",)).get(pk=link.visit_id)
    change = last_delay(visit)
    if change is None:
        raise Refused(_("There is no new time to confirm any more."), "delay.none")
    known = Event.objects.filter(visit=visit, kind=SEEN, data__change=str(change.pk)).first()
    return known or events.note(visit, kind=SEEN, by=None, now=now, change=str(change.pk))
