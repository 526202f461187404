"""The guard of the pages on which customers book: open to all, in one store, one language, without a trace."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django_scopes import scope

from dealership.access import open_to_all
from dealership.models import Store
from dealership.refused import Refused
from reception.models import PhoneCode
from reception.queries.booking import confirmed, row_of

COOKIE, LANGUAGE_COOKIE = "booking", "booking-language"
COOKIE_SECONDS = 24 * 3600
LANGUAGES = frozenset(code for code, _name in settings.LANGUAGES)
View = Callable[..., HttpResponse]


def of_store(view: View) -> View:
    """Guard a view under `/book/<slug:code>/`: called as `view(request, store, …)` in the store's scope and time zone.

    The language is that of `?language=`, else the one chosen here before, else the reader's. A store that does not
    exist answers 404; a Refused becomes a page in the customer's words (422).
    """

    @wraps(view)
    def inner(request: HttpRequest, code: str, **kwargs: Any) -> HttpResponse:
        store = Store.objects.filter(code=code).first()
        language = _language(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            if store is None:
                return _headed(render(request, "reception/booking_none.html", {"store": None}, status=404))
            with scope(store=store), timezone.override(store.zone):
                response = _answer(view, request, store, kwargs)
            if request.GET.get("language") == language:
                keep(response, store, LANGUAGE_COOKIE, language)
            return _headed(response)

    return open_to_all(inner)


def remember(response: HttpResponse, row: PhoneCode) -> HttpResponse:
    """Let this phone's browser know which code it waits for; what was typed stays on the server."""
    return keep(response, row.store, COOKIE, str(row.pk), signed=True)


def remembered(request: HttpRequest, store: Store) -> PhoneCode | None:
    """Return the row that this browser waits for or has confirmed."""
    pk = request.get_signed_cookie(COOKIE, default="", salt=_salt(store))
    return row_of(store, pk or "")


def keep(response: HttpResponse, store: Store, name: str, value: str, *, signed: bool = False) -> HttpResponse:
    """Set a cookie that lives below the store's booking pages."""
    given: dict[str, Any] = {
        "max_age": COOKIE_SECONDS, "path": reverse("booking", args=[store.code]), "secure": settings.PRODUCTION,
        "httponly": True, "samesite": "Lax",
    }  # fmt: skip
    if signed:
        response.set_signed_cookie(name, value, salt=_salt(store), **given)
    else:
        response.set_cookie(name, value, **given)
    return response


def _salt(store: Store) -> str:
    return f"booking.{store.pk}"


def _language(request: HttpRequest) -> str:
    wanted = (request.GET.get("language"), request.COOKIES.get(LANGUAGE_COOKIE), translation.get_language())
    return next((code for code in wanted if code in LANGUAGES), settings.LANGUAGE_CODE)


def _answer(view: View, request: HttpRequest, store: Store, kwargs: dict[str, Any]) -> HttpResponse:
    try:
        return view(request, store, **kwargs)
    except Refused as refused:
        return render(request, "reception/booking_refused.html", {"store": store, "refused": refused}, status=422)


def _headed(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Content-Language"] = translation.get_language() or ""
    return response


def of_phone(view: View) -> View:
    """Guard a view of what a phone has booked: called as `view(request, store, row, …)`, `row` being its right code.

    A phone whose code is not there, or was right too long ago, is led to the page that sends another.
    """

    @wraps(view)
    def inner(request: HttpRequest, store: Store, **kwargs: Any) -> HttpResponse:
        row = remembered(request, store)
        if row is None or not confirmed(row, now=timezone.now()):
            return HttpResponseRedirect(reverse("booking-mine", kwargs={"code": store.code}), status=303)
        return view(request, store, row, **kwargs)

    return inner
