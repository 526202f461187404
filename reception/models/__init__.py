"""Tables of stages 1 and 2."""

from reception.models.appointment import Appointment
from reception.models.sheet import WHOLE_CAR, DamageMark, Reading, SheetConfirmation, View

__all__ = [
    "WHOLE_CAR",
    "Appointment",
    "DamageMark",
    "Reading",
    "SheetConfirmation",
    "View",
]
