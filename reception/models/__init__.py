"""Tables of stages 1 and 2."""

from reception.models.advice import OpenAdvice
from reception.models.appointment import Appointment
from reception.models.consent import Consent, ConsentLine
from reception.models.dispatch import Dispatch
from reception.models.offer import Offer, OfferLine
from reception.models.order import OrderLine, RepairOrder
from reception.models.pricelist import (
    LabourOperation,
    LabourRate,
    OperationPart,
    Package,
    PackageLine,
    Part,
    name_in,
)
from reception.models.sheet import WHOLE_CAR, DamageMark, Reading, SheetConfirmation, View

__all__ = [
    "WHOLE_CAR",
    "Appointment",
    "Consent",
    "ConsentLine",
    "DamageMark",
    "Dispatch",
    "LabourOperation",
    "LabourRate",
    "Offer",
    "OfferLine",
    "OpenAdvice",
    "OperationPart",
    "OrderLine",
    "Package",
    "PackageLine",
    "Part",
    "Reading",
    "RepairOrder",
    "SheetConfirmation",
    "View",
    "name_in",
]
