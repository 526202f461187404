"""The customer's page: behind the link, without a login, readable without a script."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import resolve, reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from dealership import wiring
from dealership.actions.links import opened
from dealership.models import CustomerLink
from dealership.views.links import from_link
from delivery.queries.customer import customer_page


@require_GET
@ensure_csrf_cookie
@from_link
def customer(request: HttpRequest, link: CustomerLink) -> HttpResponse:
    """Show where the car is, when it is ready, what it costs and whom to call."""
    context = {
        "link": link,
        "visit": link.visit,
        "addressed": link.visit.customer.address(get_language() or "") if link.visit.customer else "",
        "page": customer_page(link, now=timezone.now()),
        "sections": list(_sections(request)),
    }
    return render(request, "delivery/customer.html", context)


@require_POST
@from_link
def customer_opened(request: HttpRequest, link: CustomerLink) -> HttpResponse:
    """Note that the customer has really looked at the page."""
    opened(link)
    return HttpResponse(status=204)


def _sections(request: HttpRequest) -> Iterator[SafeString]:
    """Yield what later apps say on this page (slot `link.page`), here and now: the page needs no script."""
    public = request.resolver_match.kwargs["public"]  # type: ignore[union-attr]
    for name in wiring.PANELS["link.page"]:
        match = resolve(reverse(name, kwargs={"public": public}))
        response = match.func(request, *match.args, **match.kwargs)
        if response.status_code == 200:
            yield mark_safe(response.content.decode())  # noqa: S308 - a page of our own
