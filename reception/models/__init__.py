"""Tables of stages 1 and 2."""

from reception.models.accident import AccidentCase, AccidentChange
from reception.models.advice import OpenAdvice
from reception.models.appointment import Appointment
from reception.models.approval import Approval
from reception.models.campaign import Campaign, CampaignDone
from reception.models.capacity import PhoneCode, SlotCapacity
from reception.models.consent import Consent, ConsentLine
from reception.models.dispatch import Dispatch
from reception.models.gate import DropOff, GateRead, LaneRule, RushWeek, WaitAlert, WaitLimit
from reception.models.imports import ImportColumns, ImportRun
from reception.models.loaner import Loan, LoanerCar
from reception.models.offer import Offer, OfferLine
from reception.models.order import OrderLine, RepairOrder
from reception.models.pricelist import (
    LabourOperation,
    LabourRate,
    OperationPart,
    Package,
    PackageLine,
    Part,
    ServiceInterval,
    name_in,
)
from reception.models.sheet import WHOLE_CAR, DamageMark, Reading, SheetConfirmation, View

__all__ = [
    "WHOLE_CAR",
    "AccidentCase",
    "AccidentChange",
    "Appointment",
    "Approval",
    "Campaign",
    "CampaignDone",
    "Consent",
    "ConsentLine",
    "DamageMark",
    "Dispatch",
    "DropOff",
    "GateRead",
    "ImportColumns",
    "ImportRun",
    "LabourOperation",
    "LabourRate",
    "LaneRule",
    "Loan",
    "LoanerCar",
    "Offer",
    "OfferLine",
    "OpenAdvice",
    "OperationPart",
    "OrderLine",
    "Package",
    "PackageLine",
    "Part",
    "PhoneCode",
    "Reading",
    "RepairOrder",
    "RushWeek",
    "ServiceInterval",
    "SheetConfirmation",
    "SlotCapacity",
    "View",
    "WaitAlert",
    "WaitLimit",
    "name_in",
]
