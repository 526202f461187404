"""Tables of the delivery app."""

from delivery.models.handover import GatePass, Handover
from delivery.models.payment import Method, OnAccount, Payment, Reversal
from delivery.models.settlement import CustomerConfirmation, Deduction, Discount, Settlement, SettlementLine

__all__ = [
    "CustomerConfirmation",
    "Deduction",
    "Discount",
    "GatePass",
    "Handover",
    "Method",
    "OnAccount",
    "Payment",
    "Reversal",
    "Settlement",
    "SettlementLine",
]
