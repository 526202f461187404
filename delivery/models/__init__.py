"""Tables of the delivery app."""

from delivery.models.follow_up import FollowUp, FollowUpRule
from delivery.models.handover import GatePass, Handover
from delivery.models.payment import Method, OnAccount, Payment, Reversal
from delivery.models.settlement import CustomerConfirmation, Deduction, Discount, Settlement, SettlementLine
from delivery.models.thread import ThreadMessage

__all__ = [
    "CustomerConfirmation",
    "Deduction",
    "Discount",
    "FollowUp",
    "FollowUpRule",
    "GatePass",
    "Handover",
    "Method",
    "OnAccount",
    "Payment",
    "Reversal",
    "Settlement",
    "SettlementLine",
    "ThreadMessage",
]
