"""Per request: the reader's language, the store's scope, and the answer to a refusal."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils import timezone, translation
from django_scopes import scope

from dealership.models import Store
from dealership.queries.staff import store_of
from dealership.refused import Refused

Handler = Callable[[HttpRequest], HttpResponse]
LANGUAGES = frozenset(code for code, _name in settings.LANGUAGES)


class LanguageMiddleware:
    """Speak the language of the person; of the cookie where nobody is logged in; else of the browser."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override(self.language(request)):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "")
            return response

    @staticmethod
    def language(request: HttpRequest) -> str:
        """Return the code of the language to speak."""
        if request.user.is_authenticated and request.user.language in LANGUAGES:
            return request.user.language
        cookie = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        return cookie if cookie in LANGUAGES else translation.get_language_from_request(request)


class StoreScopeMiddleware:
    """Open the scope of the store that the URL names; a store that is not yours does not exist."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.store = None
        code = self.code(request)
        if code is None or not request.user.is_authenticated:
            return self.get_response(request)
        request.store = store_of(request.user, code)
        if request.store is None:
            return self.get_response(request)
        with scope(store=request.store), timezone.override(request.store.zone):
            return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: dict[str, Any]) -> None:
        """Hand the view the Store instead of its code."""
        if "store" in kwargs and isinstance(kwargs["store"], str):
            if request.user.is_authenticated and request.store is None:
                raise Http404
            kwargs["store"] = request.store or Store(code=kwargs["store"])

    @staticmethod
    def code(request: HttpRequest) -> str | None:
        """Return the store's code in the URL, None where it names none."""
        try:
            return resolve(request.path_info).kwargs.get("store")
        except Resolver404:
            return None


class RefusalMiddleware:
    """Answer a refusal with 422: the sentence as a sheet from below (htmx) or on a page of its own."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: Any, exception: Exception) -> HttpResponse | None:
        """Render a Refused; let everything else pass."""
        if not isinstance(exception, Refused):
            return None
        hidden = {"csrfmiddlewaretoken", "operation", exception.confirm}
        posted = [(name, value) for name, values in request.POST.lists() for value in values if name not in hidden]
        visit_id = resolve(request.path_info).kwargs.get("visit")
        context = {"refused": exception, "visit_id": visit_id, "posted": posted}
        template = "dealership/refused_sheet.html" if request.htmx else "dealership/refused.html"
        response = render(request, template, context, status=422)
        if request.htmx:
            # The page under the sheet stays as it is, its address too.
            answer = {"Retarget": "#sheet", "Reswap": "innerHTML", "Reselect": "#sheet-content", "Push-Url": "false"}
            for name, value in answer.items():
                response[f"HX-{name}"] = value
        return response
