"""The kernel's tables."""

from dealership.models.base import RowKey, StoreModel
from dealership.models.customer import Customer, Vehicle
from dealership.models.message import CustomerLink, LinkAddress, LinkDevice, LinkGuess, Message, MessageTemplate
from dealership.models.operation import DirtyDay, Operation, StepTick, TickUndo, TouchpointRecord
from dealership.models.staff import ApiToken, Device, DeviceUser, Duty, Heartbeat, Membership, Role, Staff
from dealership.models.standard import Standard, StandardStep, StandardTouchpoint
from dealership.models.store import Bay, Holiday, OpeningHours, Store, business_day
from dealership.models.visit import (
    Arrival,
    Attachment,
    Attention,
    Event,
    Lane,
    Promise,
    PromiseChange,
    Situation,
    StageChange,
    Visit,
    Work,
)

__all__ = [
    "ApiToken",
    "Arrival",
    "Attachment",
    "Attention",
    "Bay",
    "Customer",
    "CustomerLink",
    "Device",
    "DeviceUser",
    "DirtyDay",
    "Duty",
    "Event",
    "Heartbeat",
    "Holiday",
    "Lane",
    "LinkAddress",
    "LinkDevice",
    "LinkGuess",
    "Membership",
    "Message",
    "MessageTemplate",
    "OpeningHours",
    "Operation",
    "Promise",
    "PromiseChange",
    "Role",
    "RowKey",
    "Situation",
    "Staff",
    "StageChange",
    "Standard",
    "StandardStep",
    "StandardTouchpoint",
    "StepTick",
    "Store",
    "StoreModel",
    "TickUndo",
    "TouchpointRecord",
    "Vehicle",
    "Visit",
    "Work",
    "business_day",
]
