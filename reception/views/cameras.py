"""The store's gate cameras: set up, tried, shut out."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded
from dealership.forms.cleaning import cleaned
from dealership.models import Device, Store
from dealership.queries.menu import menu_for
from dealership.requests import StaffRequest
from dealership.views.forms import done
from reception.actions import cameras
from reception.cameras.makers import MAKERS
from reception.cameras.sighting import Sighting
from reception.forms.cameras import CameraForm, TryForm
from reception.queries.cameras import answer_to, cameras_of


@guarded()
@require_GET
def camera_list(request: StaffRequest, store: Store) -> HttpResponse:
    """List the cameras; `?camera=…&plate=…` tries a plate: what that camera would be told, nothing is noted."""
    return render(request, "reception/cameras.html", _context(request, store) | _tried(request, store))


@guarded(cameras.add_camera)
@require_POST
def camera_new(request: StaffRequest, store: Store) -> HttpResponse:
    """Set up a camera and show its key, this once."""
    data = cleaned(CameraForm(request.POST))
    camera, key = cameras.add_camera(
        store, by=request.user, name=data["name"], adapter=data["adapter"], lane=data["lane"],
        at_exit=data["place"] == "exit",
    )  # fmt: skip
    maker = MAKERS[camera.adapter]
    address = settings.PUBLIC_URL + reverse("gate-push", kwargs={"device": camera.pk})
    shown = {
        "made": camera, "key": key, "maker": maker,
        "address": f"{address}?key={key}" if maker.key_in_address else address,
    }  # fmt: skip
    response = render(request, "reception/cameras.html", _context(request, store) | shown)
    response["Cache-Control"] = "no-store"
    return response


@guarded(cameras.revoke_camera)
@require_POST
def camera_revoked(request: StaffRequest, store: Store, camera: UUID) -> HttpResponse:
    """Shut a camera out."""
    row = get_object_or_404(Device, pk=camera, store=store, kind=Device.Kind.CAMERA)
    cameras.revoke_camera(row, by=request.user)
    return done(request, "cameras", store=store.code)


def _context(request: StaffRequest, store: Store) -> dict[str, Any]:
    rows = [{"camera": camera, "maker": MAKERS.get(camera.adapter)} for camera in cameras_of(store)]
    menu = menu_for(request.user, store, current="store-settings")
    return {"store": store, "rows": rows, "form": CameraForm(), "menu": menu}


def _tried(request: StaffRequest, store: Store) -> dict[str, Any]:
    form = TryForm(request.GET)
    rows = {str(camera.pk): camera for camera in cameras_of(store)} if form.is_valid() else {}
    camera = rows.get(request.GET.get("camera", ""))
    if camera is None:
        return {}
    with translation.override(store.language):
        answer = answer_to(camera, Sighting(form.cleaned_data["plate"]), timezone.now())
    return {"tried": camera, "answer": answer}
