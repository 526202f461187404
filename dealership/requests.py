"""The request of a guarded view, as the middleware leaves it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from dealership.models import LinkAddress, Staff, Store


class StaffRequest(HttpRequest):
    """A request of somebody who is logged in and works in `store`."""

    user: Staff
    store: Store
    htmx: HtmxDetails


class LinkRequest(HttpRequest):
    """A request of a customer who came by a link."""

    link_address: LinkAddress
