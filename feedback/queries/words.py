"""What scores mean, in the reader's words."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dealership.models import TouchpointRecord

INFLUENCE_STEPS = range(1, 6)


def influence_word(influence: int) -> str:
    """Say how much a touchpoint weighs on the customer's experience (1 to 5)."""
    return {5: _("high"), 4: _("rather high"), 3: _("medium"), 2: _("rather low")}.get(influence, _("low"))


def than_last(day: date) -> str:
    """Say what a figure is compared with: the same weekday the week before."""
    return [
        _("vs last Monday"),
        _("vs last Tuesday"),
        _("vs last Wednesday"),
        _("vs last Thursday"),
        _("vs last Friday"),
        _("vs last Saturday"),
        _("vs last Sunday"),
    ][day.weekday()]


def losses(*, unrecorded: int, bulk: int, late: int, skipped: int) -> list[str]:
    """Say where a score lost: steps not recorded, filled in in bulk, late, not done."""
    said = []
    if unrecorded:
        said.append(ngettext("%(n)s step not recorded", "%(n)s steps not recorded", unrecorded) % {"n": unrecorded})
    if bulk:
        said.append(ngettext("%(n)s step ticked in bulk", "%(n)s steps ticked in bulk", bulk) % {"n": bulk})
    if late:
        said.append(ngettext("%(n)s step recorded late", "%(n)s steps recorded late", late) % {"n": late})
    if skipped:
        said.append(ngettext("%(n)s step not done", "%(n)s steps not done", skipped) % {"n": skipped})
    return said


def losses_of(record: TouchpointRecord, *, bulk: bool = True) -> list[str]:
    """Say where the record of one visit lost; without `bulk` where a chip says that already."""
    unrecorded = record.steps - record.live - record.late - record.bulk - record.skipped
    in_bulk = record.bulk if bulk else 0
    return losses(unrecorded=unrecorded, bulk=in_bulk, late=record.late, skipped=record.skipped)
