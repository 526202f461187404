"""The customer's page: behind the link, without a login, readable without a script."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from dealership.actions.links import opened
from dealership.models import CustomerLink
from dealership.views.links import from_link


@require_GET
@from_link
def customer(request: HttpRequest, link: CustomerLink) -> HttpResponse:
    """Show where the car is, when it is ready, what it costs and whom to call."""
    return render(request, "delivery/customer.html", {"link": link})


@require_POST
@from_link
def customer_opened(request: HttpRequest, link: CustomerLink) -> HttpResponse:
    """Note that the customer has really looked at the page."""
    opened(link)
    return HttpResponse(status=204)
