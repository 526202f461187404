"""What a tablet's queue sends: batches and pictures. JSON in and out, never a redirect."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import csrf
from django.views.decorators.http import require_http_methods, require_POST

from dealership.access import guarded
from dealership.actions import blobs
from dealership.actions.attachments import MOST_BYTES, too_large
from dealership.actions.operations import Incoming, Result, result_of, submit
from dealership.api.serializers import TabletSyncIn
from dealership.models import Device, Store
from dealership.refused import Refused
from dealership.requests import StaffRequest
from dealership.views.devices import device_of

View = Callable[..., HttpResponse]


def problem(status: int, code: str, message: str = "", **more: Any) -> JsonResponse:
    """Return what went wrong as {"code", "message", …}."""
    return JsonResponse({"code": code, "message": message, **more}, status=status)


def answers_json(view: View) -> View:
    """Answer a missing login (401), a wrong role (403) and what is not there (404) as JSON."""

    @wraps(view)
    def inner(request: HttpRequest, store: Store, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return _login()
        try:
            return view(request, store, **kwargs)
        except PermissionDenied:
            return problem(403, "role", _("Your role may not do this here. Ask a colleague whose work it is."))
        except Http404:
            return problem(404, "unknown", _("This entry is not known here."))

    inner.answers_json = True  # type: ignore[attr-defined]
    return inner


@answers_json
@guarded(submit, methods=["POST"])
@require_POST
def batch(request: StaffRequest, store: Store) -> HttpResponse:
    """Take a batch {"author", "sent_at", "operations"}; answers {"received", "now", "results"}.

    Another author than the person logged in is 409: the queue waits until its owner is back.
    """
    try:
        wanted = TabletSyncIn(data=json.loads(request.body, parse_constant=_no_number))
    except RequestDataTooBig:
        return problem(413, "too_large", _("Too much at once. Send fewer entries."))
    except (ValueError, RecursionError):
        return problem(400, "shape", _("This cannot be read."))
    if not wanted.is_valid():
        return problem(400, "shape", _("This cannot be read."), errors=wanted.errors)
    data = wanted.validated_data
    if data["author"] != request.user.pk:
        return problem(409, "other_author", _("These entries belong to somebody else. They wait for their author."))
    now = timezone.now()
    operations = [Incoming(**operation) for operation in data["operations"]]
    results = submit(
        store, by=request.user, device=_device(request, store), sent_at=data["sent_at"], operations=operations, now=now
    )
    return JsonResponse({"received": now, "now": timezone.now(), "results": [as_dict(result) for result in results]})


@answers_json
@guarded(submit, methods=["PUT"])
@require_http_methods(["PUT"])
def blob(request: StaffRequest, store: Store, operation: UUID) -> HttpResponse:
    """Take the picture of an operation: raw bytes, their SHA-256 as hex in X-Sha256; answers with its result.

    Bytes damaged on the way are 422 and wanted again. A picture that is too large is 413, unread, and its operation
    parked. Everything else that is wrong with the picture parks the operation too and is no error.
    """
    waiting = blobs.operation_of(store, by=request.user, id=operation)
    if waiting is None:
        raise Http404
    if not blobs.waits(waiting):
        return JsonResponse(as_dict(result_of(waiting)))
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        refused = blobs.refuse(waiting, sentence=too_large().message)
        return JsonResponse(as_dict(refused), status=413)
    try:
        content = request.read(MOST_BYTES)
        result = blobs.receive(waiting, content=content, sha256=request.headers.get("X-Sha256", ""))
    except UnreadablePostError:
        return problem(400, "cut_off", _("The connection broke off. It is sent again."))
    except Refused as refused:
        return problem(422, "sha256", refused.message)
    return JsonResponse(as_dict(result))


def as_dict(result: Result) -> dict[str, Any]:
    """Return a result as {"id", "state", "reason", "sentence"}."""
    return {"id": result.id, "state": result.state, "reason": result.reason, "sentence": result.sentence}


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a missing or old CSRF token: a tablet's queue by JSON, everybody else by Django's page."""
    match = request.resolver_match
    if match is None or not getattr(match.func, "answers_json", False):
        return csrf.csrf_failure(request, reason=reason)
    if not request.user.is_authenticated:
        return _login()
    # A browser that was killed may have lost the token's cookie: with a new one the next try goes through.
    get_token(request)
    return problem(403, "csrf", _("Load the page again, then it is sent."))


def _no_number(text: str) -> float:
    """Refuse what JSON does not have: NaN and Infinity."""
    raise ValueError(text)


def _login() -> JsonResponse:
    return problem(401, "login", _("Log in again, then everything that waits is sent."))


def _device(request: HttpRequest, store: Store) -> Device | None:
    device = device_of(request)
    return device if device and device.store_id == store.pk else None
