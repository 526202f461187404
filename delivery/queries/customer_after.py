"""What the customer takes along: warranty, what to mind, the next service, what stays open, the papers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from dealership import wiring
from dealership.models import Visit
from dealership.stages import Stage
from delivery.models import Handover
from delivery.queries.agreed import order_of
from delivery.queries.explanation import open_advice
from delivery.queries.settlement import settlement_of, sheet_of
from delivery.queries.warranty import Warranty, next_service, warranties
from inspection.models import WorkReport
from reception.models import Consent, OpenAdvice
from reception.queries.intervals import NextService

Colour = OpenAdvice.Colour


@dataclass(frozen=True)
class Noted:
    """Something about the car that stays open: `words` for its colour, nothing that urges."""

    text: str
    words: str
    tone: str
    icon: str


@dataclass(frozen=True)
class Paper:
    """A document that the customer may read and print; `kind` is the last part of its address."""

    kind: str
    title: str


@dataclass(frozen=True)
class After:
    """`book` is the URL name of the booking page, empty until there is one."""

    warranties: Sequence[Warranty]
    mind: Sequence[str]
    next_service: NextService | None
    book: str
    noted: Sequence[Noted]
    papers: Sequence[Paper]


def after_of(visit: Visit, *, ready: bool, now: datetime) -> After:
    """Return what goes along; before the car is ready the papers alone."""
    if not ready and visit.stage != Stage.CLOSED:
        return After([], [], None, "", [], papers_of(visit))
    settlement = settlement_of(visit)
    handover = Handover.objects.filter(visit=visit).first()
    begins = handover.at if handover else now
    lines = sheet_of(settlement).lines if settlement else []
    return After(
        warranties=warranties(lines, visit, begins),
        mind=mind_of(visit) if lines else [],
        next_service=next_service(visit, begins),
        book=wiring.BOOKING_PAGE,
        noted=noted_of(visit),
        papers=papers_of(visit),
    )


def papers_of(visit: Visit) -> list[Paper]:
    """Return the papers that stand: the order once it was agreed to, the settlement once it was final."""
    order, settlement = order_of(visit), settlement_of(visit)
    found = []
    if order and Consent.objects.filter(order=order).exists():
        found.append(Paper("order", _("Diagnosis order") if order.diagnosis else _("Repair order")))
    if settlement and settlement.final_at:
        found.append(Paper("settlement", _("Settlement sheet")))
    return found


def mind_of(visit: Visit) -> list[str]:
    """Return what to mind on the road: what the reports of this visit say, else what holds after every repair."""
    watch = WorkReport.objects.filter(visit=visit, chips__contains=[WorkReport.Chip.WATCH]).exclude(text="")
    own = list(watch.values_list("text", flat=True))
    return own or [_("In the first days, mind new sounds, warning lights and the ground below the car. Just call us.")]


def noted_of(visit: Visit) -> list[Noted]:
    """Return what stays open on the car, what matters most first."""
    words = {
        Colour.RED: (_("Matters"), "bad", "alert-triangle"),
        Colour.YELLOW: (_("Keep an eye on it"), "risk", "eye"),
        Colour.GREEN: (_("All right for now"), "ok", "circle-check"),
    }
    return [Noted(row.text, *words[Colour(row.colour)]) for row in open_advice(visit)]
