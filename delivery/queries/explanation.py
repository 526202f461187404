"""What the turned-round screen of the explanation shows beside the sheet itself."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.models import Visit
from delivery.models import SettlementLine
from reception.models import Consent, ConsentLine, OpenAdvice, OrderLine


@dataclass(frozen=True)
class Row:
    """A line of the table: what stands in small letters behind its title."""

    line: SettlementLine
    why: str


def rows_of(lines: list[SettlementLine]) -> list[Row]:
    """Return the lines with what the customer should remember of each: the note, or the later yes to extra work."""
    extra = {line.line_id for line in lines if line.line.why == OrderLine.Why.EXTRA}
    said: dict[object, str] = {}
    if extra:
        consents = ConsentLine.objects.filter(line__in=extra).select_related("consent").order_by("consent__at")
        said = {row.line_id: consent_words(row.consent) for row in consents}
    return [Row(line, line.note or said.get(line.line_id, "")) for line in lines]


def consent_words(consent: Consent) -> str:
    """Return when and how the customer agreed: 09:52 您在手机上同意."""
    how = {
        Consent.How.LINK: _("%(time)s, you agreed on your phone"),
        Consent.How.PHONE: _("%(time)s, you agreed by phone"),
        Consent.How.SIGNATURE: _("%(time)s, you signed for it"),
    }
    return how[Consent.How(consent.how)] % {"time": clock(consent.at)}


def clock(moment: datetime) -> str:
    """Return HH:MM of the current time zone."""
    return timezone.localtime(moment).strftime("%H:%M")


def open_advice(visit: Visit) -> list[OpenAdvice]:
    """Return what stays open on the car, red first: nothing of it is pressed."""
    rows = list(OpenAdvice.objects.filter(vehicle=visit.vehicle_id, closed_at=None))
    order = list(OpenAdvice.Colour.values)
    return sorted(rows, key=lambda row: order.index(row.colour) if row.colour in order else len(order))
