"""The customer's page: behind the link, without a login, readable without a script."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import resolve, reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST, require_safe

from dealership import wiring
from dealership.actions.links import opened, share
from dealership.models import CustomerLink
from dealership.queries.links import Life, life_of
from dealership.requests import LinkRequest
from dealership.views.links import from_link, page_of
from delivery.actions.delays import see_delay
from delivery.queries.customer import customer_page, shared_page
from delivery.views.documents import documents

TO_ANSWER = frozenset({"link-offer"})
"""Panels that wait for the customer's decision stand before everything but the state of the car."""


@ensure_csrf_cookie
@from_link(shared=True, documents=True)
@require_safe
def customer(request: LinkRequest, link: CustomerLink) -> HttpResponse:
    """Show where the car is, when it is ready, what it costs and whom to call; later the papers alone."""
    now = timezone.now()
    if request.link_address.shared:
        context = {"visit": link.visit, "page": shared_page(link, now=now), "public": request.link_address.public_id}
        return render(request, "delivery/customer_shared.html", context)
    if life_of(link, now=now) == Life.DOCUMENTS:
        return documents(request, link)
    sections = _sections(request)
    context = {
        "link": link,
        "visit": link.visit,
        "public": request.link_address.public_id,
        "addressed": link.visit.customer.address(get_language() or "") if link.visit.customer else "",
        "page": customer_page(link, now=now),
        "first": [text for name, text in sections if name in TO_ANSWER],
        "sections": [text for name, text in sections if name not in TO_ANSWER],
        "helped": any(name == "link-thread" for name, _text in sections),
    }
    return render(request, "delivery/customer.html", context)


@require_POST
@from_link
def customer_opened(request: LinkRequest, link: CustomerLink) -> HttpResponse:
    """Note that the customer has really looked at the page."""
    opened(link)
    return HttpResponse(status=204)


@require_POST
@from_link
def customer_delay(request: LinkRequest, link: CustomerLink) -> HttpResponse:
    """Note that the customer has read the new time."""
    see_delay(link)
    return HttpResponseRedirect(page_of(request.link_address.public_id), status=303)


@require_POST
@from_link
def customer_share(request: LinkRequest, link: CustomerLink) -> HttpResponse:
    """Show the address that may be passed on."""
    context = {"visit": link.visit, "address": share(link), "public": request.link_address.public_id}
    return render(request, "delivery/customer_share.html", context)


def _sections(request: HttpRequest) -> list[tuple[str, SafeString]]:
    """Return what later apps say on this page (slot `link.page`), here and now: the page needs no script."""
    public: UUID = request.resolver_match.kwargs["public"]  # type: ignore[union-attr]
    found = []
    for name in wiring.PANELS["link.page"]:
        match = resolve(reverse(name, kwargs={"public": public}))
        response = match.func(request, *match.args, **match.kwargs)
        if response.status_code == 200:
            found.append((name, mark_safe(response.content.decode())))  # noqa: S308 - a page of our own
    return found
