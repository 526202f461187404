"""Small parts of every view that takes a form."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from dealership.uuids import uuid7


def operation_id(request: HttpRequest, name: str = "operation") -> UUID:
    """Return the operation id that the form holds; a fresh one where it holds none."""
    ids = operation_ids(request, name)
    return ids[0] if ids else uuid7()


def operation_ids(request: HttpRequest, name: str = "operation") -> list[UUID]:
    """Return all operation ids that the form holds, in order; nonsense is left out."""
    found = []
    for text in request.POST.getlist(name):
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def done(request: HttpRequest, to: Any, *args: Any, **kwargs: Any) -> HttpResponse:
    """Redirect (303) to the form's own `next`, when it names one of ours, else to a URL or URL name."""
    wanted = request.POST.get("next", "")
    if not wanted or not url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
        wanted = resolve_url(to, *args, **kwargs)
    return HttpResponseRedirect(wanted, status=303)
