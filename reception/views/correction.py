"""A confirmed sheet asks why it changes: the refused form comes back as a sheet with the reasons."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dealership.models import Store, Visit
from dealership.refused import Refused
from dealership.requests import StaffRequest
from dealership.views.forms import operation_ids
from reception.reasons import CORRECTIONS

LONGEST = 200
OWN = {"csrfmiddlewaretoken", "reason", "reason_words"}
"""Fields that the sheet writes itself; the operation's id stays, since nothing was kept under it."""


def reason_given(request: HttpRequest) -> str:
    """Return why a confirmed sheet changes: the person's own words, else the chip."""
    words = request.POST.get("reason_words", "").strip() or request.POST.get("reason", "").strip()
    return words[:LONGEST]


def seen_given(request: HttpRequest) -> list[UUID] | None:
    """Return the entries that were on the screen, None where the form does not say (then all earlier ones)."""
    return operation_ids(request, "seen") if "seen" in request.POST else None


def asking_why(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a view that changes the sheet ask for the reason where it is confirmed, and go on with the answer."""

    @wraps(view)
    def inner(request: StaffRequest, store: Store, visit: Visit, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, store, visit, **kwargs)
        except Refused as refused:
            if refused.code != "sheet.frozen":
                raise
            return _ask(request, visit, refused)

    return inner


def _ask(request: StaffRequest, visit: Visit, refused: Refused) -> HttpResponse:
    posted = [(name, value) for name, values in request.POST.lists() if name not in OWN for value in values]
    context = {"visit": visit, "refused": refused, "posted": posted, "corrections": CORRECTIONS, "asked": True}
    template = "reception/sheets/correction.html" if request.htmx else "reception/correction.html"
    response = render(request, template, context, status=422)
    if request.htmx:
        # The page under the sheet stays as it is, its address too.
        answer = {"Retarget": "#sheet", "Reswap": "innerHTML", "Reselect": "#sheet-content", "Push-Url": "false"}
        for name, value in answer.items():
            response[f"HX-{name}"] = value
    return response
