"""Which photos of a visit the customer may see."""

from django.db.models import Q, QuerySet

from dealership.models import Attachment, StageChange, Visit
from dealership.stages import Stage

OWN_BUSINESS = "check:"
"""How the place of a photo begins that was taken in a self-check round: it belongs to no sheet of the customer."""


def released_photos(visit: Visit) -> QuerySet[Attachment]:
    """Return the photos that the advisor has released, in the order in which they were taken."""
    return _photos(visit).exclude(released_at=None)


def sheet_photos(visit: Visit) -> QuerySet[Attachment]:
    """Return the photos that were taken before the car went to the workshop: they belong to the pre-check sheet."""
    began = StageChange.objects.filter(visit=visit, target=Stage.WORKSHOP).order_by("at").first()
    return _photos(visit).filter(at__lt=began.at) if began else _photos(visit)


def customers_photos(visit: Visit) -> QuerySet[Attachment]:
    """Return the photos of the sheet, which the customer confirms, and the released ones."""
    began = StageChange.objects.filter(visit=visit, target=Stage.WORKSHOP).order_by("at").first()
    return _photos(visit).filter(Q(at__lt=began.at) | ~Q(released_at=None)) if began else _photos(visit)


def _photos(visit: Visit) -> QuerySet[Attachment]:
    found = Attachment.objects.filter(visit=visit, kind=Attachment.Kind.PHOTO)
    return found.exclude(place__startswith=OWN_BUSINESS).order_by("at", "id")
