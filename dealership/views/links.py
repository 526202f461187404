"""The way from a message to the customer's page, and the guard of every page behind a link."""

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone, translation
from django.views.decorators.http import require_GET
from django_scopes import scope

from dealership.access import open_to_all
from dealership.actions.links import count_guess, guesses_too_much, hashed
from dealership.models import CustomerLink, LinkAddress, Store

COOKIE = "link"
COOKIE_DAYS = 400
LANGUAGES = frozenset(code for code, _name in settings.LANGUAGES)


@open_to_all
@require_GET
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Lead from the message to the clean address of the page; the token leaves no trace behind it."""
    sender = client_address(request)
    if guesses_too_much(sender):
        return _no_page(request, status=429)
    address = LinkAddress.objects.filter(token_hash=hashed(token)).first()
    if address is None:
        count_guess(sender)
        return _no_page(request, status=404)
    page = resolve_url("customer", public=address.public_id)
    response = HttpResponseRedirect(page, status=303)
    response.set_signed_cookie(
        COOKIE, secrets.token_urlsafe(8), salt=str(address.public_id), max_age=COOKIE_DAYS * 86400, path=page,
        secure=settings.PRODUCTION, httponly=True, samesite="Lax",
    )  # fmt: skip
    return _without_trace(response, referrer="no-referrer")


def from_link(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Guard a view under `/my/<uuid:public>/` by the cookie that the link has set.

    The view is called as `view(request, link, …)` inside the scope, time zone and language of the link's visit:
    the language of `?language=`, else the one chosen before, else the customer's. Without the cookie 404; a link that
    has ended answers 410 with the store's phone.
    """

    @wraps(view)
    def inner(request: HttpRequest, public: UUID, **kwargs: Any) -> HttpResponse:
        address = LinkAddress.objects.filter(public_id=public).first()
        if address is None or not _holds_cookie(request, public):
            return _no_page(request, status=404)
        store = Store.objects.get(pk=address.store)
        with scope(store=store), timezone.override(store.zone):
            row = _find(address.link)
            with translation.override(_language(request, row)):
                request.LANGUAGE_CODE = translation.get_language()
                if _ended(row):
                    return _no_page(request, status=410, stores=[store])
                response = view(request, row, **kwargs)
                _keep_language(request, response, public)
                response.headers["Content-Language"] = translation.get_language() or ""
        return _without_trace(response, referrer="same-origin")

    return open_to_all(inner)


def client_address(request: HttpRequest) -> str:
    """Return who sent the request; in production the last hop is our own proxy."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.PRODUCTION else ""
    return (forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR") or "")[:45]


def _find(pk: UUID) -> CustomerLink:
    rows = CustomerLink.objects.select_related(
        "store", "visit__store", "visit__vehicle", "visit__customer", "visit__advisor"
    )
    try:
        return rows.get(pk=pk)
    except CustomerLink.DoesNotExist as missing:
        raise Http404 from missing


def _ended(row: CustomerLink) -> bool:
    return bool(row.revoked_at or (row.expires_at and row.expires_at < timezone.now()))


def _holds_cookie(request: HttpRequest, public: UUID) -> bool:
    try:
        return bool(request.get_signed_cookie(COOKIE, salt=str(public)))
    except (KeyError, BadSignature):
        return False


def _language(request: HttpRequest, row: CustomerLink) -> str:
    customer = row.visit.customer
    own = customer.language if customer else row.visit.store.language
    wanted = (request.GET.get("language"), request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME), own)
    return next((code for code in wanted if code in LANGUAGES), settings.LANGUAGE_CODE)


def _keep_language(request: HttpRequest, response: HttpResponse, public: UUID) -> None:
    chosen = request.GET.get("language")
    if chosen in LANGUAGES:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, chosen, max_age=COOKIE_DAYS * 86400, samesite="Lax",
            path=resolve_url("customer", public=public), secure=settings.PRODUCTION, httponly=True,
        )  # fmt: skip


def _no_page(request: HttpRequest, *, status: int, stores: list[Store] | None = None) -> HttpResponse:
    """Say kindly that there is nothing here, and whom to call."""
    stores = list(Store.objects.exclude(phone="")[:4]) if stores is None else stores
    response = render(request, "dealership/link_ended.html", {"stores": stores, "status": status}, status=status)
    return _without_trace(response, referrer="no-referrer")


def _without_trace(response: HttpResponse, *, referrer: str) -> HttpResponse:
    response.headers["Referrer-Policy"] = referrer
    response.headers.setdefault("Cache-Control", "no-store")
    return response
