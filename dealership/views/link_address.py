"""A new address of the customer's page, to show or to send by hand."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from dealership.access import guarded
from dealership.actions.links import make_link
from dealership.models import Store, Visit
from dealership.requests import StaffRequest
from dealership.views.stage import top


@guarded(make_link)
@require_POST
def link_address(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Make an address and show it as QR and as text; the earlier ones go on working."""
    link, address = make_link(visit, by=request.user)
    context = {"visit": visit, "link": link, "address": address, **top(visit)}
    panel = request.htmx and not request.htmx.boosted  # type: ignore[attr-defined]
    template = "dealership/sheets/link_address.html" if panel else "dealership/link_address.html"
    return render(request, template, context)
