"""The way from a message to the customer's page, and the guards of every page behind a link."""

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
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe
from django_scopes import scope

from dealership.access import open_to_all
from dealership.actions.links import check_phone, count_guess, guesses_too_much, hashed, knows_phone
from dealership.models import CustomerLink, LinkAddress, Store
from dealership.queries.links import Life, life_of
from dealership.refused import Refused
from dealership.requests import LinkRequest

COOKIE = "link"
KNOWN = "known"
"""Cookie of a phone that has passed the check of this link."""
COOKIE_DAYS = 400
LANGUAGES = frozenset(code for code, _name in settings.LANGUAGES)
READING = ("GET", "HEAD")
NOT_CARRIED = ("csrfmiddlewaretoken", "digits")
View = Callable[..., HttpResponse]


@open_to_all
@require_safe
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Lead from the message to the clean address of the page; the token leaves no trace behind it."""
    sender = client_address(request)
    if guesses_too_much(sender):
        return _no_page(request, status=429)
    address = LinkAddress.objects.filter(token_hash=hashed(token)).first()
    if address is None:
        count_guess(sender)
        return _no_page(request, status=404)
    response = HttpResponseRedirect(page_of(address.public_id), status=303)
    response.set_signed_cookie(
        COOKIE, secrets.token_urlsafe(8), salt=str(address.public_id), **_cookie_of(address.public_id)
    )
    return _without_trace(response, referrer="no-referrer")


def from_link(view: View | None = None, *, shared: bool = False, documents: bool = False) -> Any:
    """Guard a view under `/my/<uuid:public>/` by the cookie that the link has set.

    The view is called as `view(request, link, …)` inside the scope, time zone and language of the link's visit:
    the language of `?language=`, else the one chosen before, else the customer's; `request.link_address` is the
    address it came by. Without the cookie 404; a link that has ended answers 410 with the store's phone. A Refused
    becomes a page in the customer's words (422).

    `shared`: may be read by a shared address too, for which all else is 404. `documents`: remains when only the
    documents do.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: LinkRequest, public: UUID, **kwargs: Any) -> HttpResponse:
            address = LinkAddress.objects.filter(public_id=public).first()
            if address is None or not _holds_cookie(request, public):
                return _no_page(request, status=404)
            if address.shared and not (shared and request.method in READING):
                return _no_page(request, status=404)
            store = Store.objects.get(pk=address.store)
            with scope(store=store), timezone.override(store.zone):
                row = _find(address.link)
                with translation.override(_language(request, row)):
                    request.LANGUAGE_CODE = translation.get_language()
                    request.link_address = address
                    life = life_of(row, now=timezone.now())
                    if life == Life.ENDED or (life == Life.DOCUMENTS and (address.shared or not documents)):
                        return _no_page(request, status=410, stores=[store])
                    response = _answer(view, request, row, kwargs)
                    _keep_language(request, response, public)
                    response.headers["Content-Language"] = translation.get_language() or ""
            return _without_trace(response, referrer="same-origin")

        return open_to_all(inner)

    return decorate(view) if view else decorate


def phone_checked(view: View | None = None, *, reading: bool = False, then: str = "") -> Any:
    """Let only a phone through that knows the last four digits of the customer's number, asked once a device.

    Stands below `from_link`. A POST may bring the `digits` itself; one without them, or with wrong ones, is answered
    by a page that asks and carries the other fields along, so that the right digits finish what was begun. A GET
    passes, unless `reading`; the right digits lead back to it, or to the page named `then` where the view leads to
    another site: a redirect there after a form is stopped by `form-action`.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: LinkRequest, link: CustomerLink, **kwargs: Any) -> HttpResponse:
            if phone_known(request, link) or (request.method in READING and not reading):
                return view(request, link, **kwargs)
            if request.method in READING:
                onward = resolve_url(then, public=_public(request)) if then else request.get_full_path()
                return _ask(request, link, action=resolve_url("link-phone", public=_public(request)), onward=onward)
            if not request.POST.get("digits"):
                return _ask(request, link, action=request.path)
            return _checked(view, request, link, kwargs)

        return inner

    return decorate(view) if view else decorate


def phone_known(request: HttpRequest, link: CustomerLink) -> bool:
    """Tell whether this phone has passed the check of the link."""
    return knows_phone(link, secret=request.COOKIES.get(KNOWN, ""))


@require_POST
@from_link(documents=True)
@phone_checked
def link_phone(request: LinkRequest, link: CustomerLink) -> HttpResponse:
    """Take the digits by themselves and go on to the page that asked for them."""
    wanted, page = request.POST.get("next", ""), page_of(_public(request))
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith(page)
    return HttpResponseRedirect(wanted if ours else page, status=303)


def page_of(public: UUID) -> str:
    """Return the address of the customer's page; the cookies live below it."""
    return resolve_url("customer", public=public)


def client_address(request: HttpRequest) -> str:
    """Return who sent the request; in production the last hop is our own proxy."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.PRODUCTION else ""
    return (forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR") or "")[:45]


def _checked(view: View, request: LinkRequest, link: CustomerLink, kwargs: dict[str, Any]) -> HttpResponse:
    try:
        secret = check_phone(link, digits=request.POST["digits"])
    except Refused as refused:
        return _ask(request, link, action=request.path, refused=refused)
    request.COOKIES[KNOWN] = secret
    response = _answer(view, request, link, kwargs)
    response.set_cookie(KNOWN, secret, **_cookie_of(_public(request)))
    return response


def _ask(
    request: LinkRequest, link: CustomerLink, *, action: str, onward: str = "", refused: Refused | None = None
) -> HttpResponse:
    """Ask for the digits; what the form held goes along."""
    fields = [(name, value) for name, values in request.POST.lists() for value in values if name not in NOT_CARRIED]
    if onward:
        fields = [("next", onward)]
    context = {
        "action": action, "fields": fields, "refused": refused, "public": _public(request), "visit": link.visit,
    }  # fmt: skip
    return render(request, "dealership/link_phone.html", context, status=422 if refused else 200)


def _answer(view: View, request: LinkRequest, link: CustomerLink, kwargs: dict[str, Any]) -> HttpResponse:
    try:
        return view(request, link, **kwargs)
    except Refused as refused:
        context = {"refused": refused, "public": _public(request), "store": link.visit.store}
        return render(request, "dealership/link_refused.html", context, status=422)


def _public(request: HttpRequest) -> UUID:
    return request.resolver_match.kwargs["public"]  # type: ignore[union-attr]


def _cookie_of(public: UUID) -> dict[str, Any]:
    return {
        "max_age": COOKIE_DAYS * 86400, "path": page_of(public), "secure": settings.PRODUCTION, "httponly": True,
        "samesite": "Lax",
    }  # fmt: skip


def _find(pk: UUID) -> CustomerLink:
    rows = CustomerLink.objects.select_related(
        "store", "visit__store", "visit__vehicle", "visit__customer", "visit__advisor"
    )
    try:
        return rows.get(pk=pk)
    except CustomerLink.DoesNotExist as missing:
        raise Http404 from missing


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
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, **_cookie_of(public))


def _no_page(request: HttpRequest, *, status: int, stores: list[Store] | None = None) -> HttpResponse:
    """Say kindly that there is nothing here, and whom to call."""
    stores = list(Store.objects.exclude(phone="")[:4]) if stores is None else stores
    response = render(request, "dealership/link_ended.html", {"stores": stores, "status": status}, status=status)
    # Django would write the address of every refusal into the log, and with it a token.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return _without_trace(response, referrer="no-referrer")


def _without_trace(response: HttpResponse, *, referrer: str) -> HttpResponse:
    response.headers["Referrer-Policy"] = referrer
    response.headers.setdefault("Cache-Control", "no-store")
    return response
