"""What customers say of a visit, as far as scores need it."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.models import Staff, Visit, business_day
from dealership.queries.course import specs_of
from dealership.refused import Refused
from dealership.stages import TOUCHPOINT_STAGE, stage_of
from feedback.actions.scores import mark_reading
from feedback.models import CustomerReading

GAPS = range(-2, 3)
"""Much worse than expected (-2) to much better (+2)."""


@transaction.atomic
def take(
    visit: Visit,
    *,
    stage: str,
    gap: int,
    source: str,
    touchpoint: str = "",
    by: Staff | None = None,
    now: datetime | None = None,
) -> CustomerReading:
    """Keep one answer and mark the days in whose figures it counts; `by` is who asked, None for the customer alone.

    The same visit, stage, touchpoint and source again returns the first answer as it is. Raises Refused:
    "reading.gap" outside -2 to 2, "reading.stage" for a stage without touchpoints, "reading.touchpoint" for one that
    is not of this stage.
    """
    now = now or timezone.now()
    visit = visit.joined_to or visit
    if gap not in GAPS:
        raise Refused(_("Choose one of the five answers."), "reading.gap", field="gap")
    if stage not in TOUCHPOINT_STAGE.values():
        raise Refused(_("Customers are not asked about this stage."), "reading.stage", field="stage")
    if touchpoint and touchpoint not in _of_stage(visit, stage):
        raise Refused(_("This touchpoint does not belong to this stage."), "reading.touchpoint", field="touchpoint")
    day = business_day(visit.store, now)
    row, new = CustomerReading.objects.get_or_create(
        store_id=visit.store_id, visit=visit, stage=stage, touchpoint=touchpoint, source=source,
        defaults={"gap": gap, "at": now, "day": day, "by": by},
    )  # fmt: skip
    if new:
        mark_reading(visit.store, day, now=now)
    return row


def _of_stage(visit: Visit, stage: str) -> set[str]:
    return {spec.touchpoint for spec in specs_of(visit.standard_id) if stage_of(spec.touchpoint) == stage}
