"""Where gate cameras push what they read. A machine calls: its key guards, nobody is logged in."""

import base64
import binascii
import hmac
from uuid import UUID

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from django_scopes import scope

from dealership.access import open_to_all
from dealership.actions.devices import digest
from dealership.actions.links import count_guess, guesses_too_much
from dealership.models import Device
from dealership.refused import Refused
from dealership.views.links import client_address
from reception.actions.cameras import take_reads
from reception.cameras.makers import MAKERS
from reception.cameras.sighting import Unreadable
from reception.queries.cameras import Answer

LONGEST = 8 * 1024 * 1024
"""Bytes of a push with its pictures."""
BROKEN = (Unreadable, MultiPartParserError, RequestDataTooBig, SuspiciousOperation, UnicodeDecodeError)


@csrf_exempt
@open_to_all
@require_POST
def gate_push(request: HttpRequest, device: UUID, rest: str = "") -> HttpResponse:
    """Take one push of a camera and answer it: open or not, and the lines of the display.

    401 for a wrong key (429 after too many from one address), 403 for a camera that was shut out, 404 for an unknown
    one, 413 for too many bytes, 400 with a sentence for what cannot be read, 429 for more cars than can pass. `rest`
    is what some makers hang onto the address.
    """
    camera = Device.objects.select_related("store").filter(pk=device, kind=Device.Kind.CAMERA).first()
    if camera is None:
        raise Http404
    with translation.override(camera.store.language), timezone.override(camera.store.zone):
        if not hmac.compare_digest(digest(_key(request)), camera.secret_hash):
            sender = f"gate {client_address(request)}"[:45]
            # A right key passes always: all cameras of a store call from one address.
            if guesses_too_much(sender):
                return _no(429, "key.tried", _("Too many wrong keys. Try again in ten minutes."))
            count_guess(sender)
            response = _no(401, "key.wrong", _("This key is not the camera's. Enter it once more."))
            response.headers["WWW-Authenticate"] = 'Basic realm="gate"'
            return response
        if camera.revoked_at:
            return _no(403, "camera.revoked", _("This camera is shut out already."))
        if _too_long(request):
            return _no(413, "push.large", _("This push is too large. Choose smaller pictures in the camera."))
        with scope(store=camera.store):
            return _taken(request, camera)


def _taken(request: HttpRequest, camera: Device) -> HttpResponse:
    try:
        sightings = MAKERS[camera.adapter].read(request)
        answers = take_reads(camera, sightings)
    except BROKEN as broken:
        sentence = str(broken) if isinstance(broken, Unreadable) else _("This push cannot be read.")
        return _no(400, "push.unreadable", sentence)
    except Refused as refused:
        return _no(403 if refused.code == "camera.revoked" else 429, refused.code, refused.message)
    if _wants_xml(request):
        context = {"answer": answers[0] if answers else None, "path": request.path}
        return render(request, "reception/gate_answer.xml", context, content_type="application/xml; charset=utf-8")
    return JsonResponse(_words(answers), json_dumps_params={"ensure_ascii": False})


def _words(answers: list[Answer]) -> dict[str, object]:
    """Return the answer of the first car, with all of them under `cars`. `Result` is what Dahua's cameras wait for."""
    cars = [{"plate": a.plate, "open": a.open, "display": a.display, "outcome": a.outcome} for a in answers]
    first = cars[0] if cars else {"open": False, "display": [], "outcome": ""}
    return {"Result": True, "Message": "Success", **first, "cars": cars}


def _key(request: HttpRequest) -> str:
    """Return the key of the push: a Bearer token, the password of basic authentication, else `?key=`."""
    kind, _blank, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return secret.strip()
    if kind.lower() == "basic":
        try:
            return base64.b64decode(secret, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    # A maker that hangs its own path onto the address hangs it onto the key.
    return request.GET.get("key", "").partition("/")[0]


def _too_long(request: HttpRequest) -> bool:
    length = request.headers.get("Content-Length", "0")
    return not length.isdecimal() or int(length) > LONGEST


def _wants_xml(request: HttpRequest) -> bool:
    return "xml" in request.headers.get("Accept", "") or request.GET.get("answer") == "xml"


def _no(status: int, code: str, sentence: str) -> HttpResponse:
    words = {"Result": False, "Message": sentence, "open": False, "display": [], "error": sentence, "code": code}
    return JsonResponse(words, status=status, json_dumps_params={"ensure_ascii": False})
