"""Whether a customer's WeChat is connected, and whether the page behind the link offers it."""

from datetime import datetime
from enum import StrEnum

from dealership.channels import channel
from dealership.models import CustomerLink
from dealership.queries.links import Life, life_of


class Binding(StrEnum):
    """What the page says of WeChat."""

    NONE = "none"
    OFFERED = "offered"
    BOUND = "bound"


def binding_of(link: CustomerLink, *, now: datetime) -> Binding:
    """Return BOUND with an openid; OFFERED where the account is set up and the link still shows the car."""
    customer = link.visit.customer
    if customer and customer.openid:
        return Binding.BOUND
    offered = customer and channel("wechat").configured and life_of(link, now=now) == Life.OPEN
    return Binding.OFFERED if offered else Binding.NONE
