"""Devices: invite, enrol, switch the person by PIN."""

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dealership.access import guarded, open_to_all
from dealership.actions import devices
from dealership.models import Device, DeviceUser, Staff, Store
from dealership.queries.menu import menu_for
from dealership.refused import Refused
from dealership.requests import StaffRequest
from dealership.views.forms import done

COOKIE = "device"
TEN_YEARS = 10 * 365 * 24 * 3600


def device_of(request: HttpRequest) -> Device | None:
    """Return the enrolled device that this browser is, by its cookie."""
    secret = request.COOKIES.get(COOKIE, "")
    if not secret:
        return None
    known = Device.objects.select_related("store").filter(kind=Device.Kind.SCREEN, revoked_at=None)
    return known.filter(secret_hash=devices.digest(secret)).first()


@guarded()
def device_list(request: StaffRequest, store: Store) -> HttpResponse:
    """List the store's devices; a new one is invited by its name."""
    code, invited = "", None
    if request.method == "POST":
        invited, code = devices.invite(store, by=request.user, name=request.POST.get("name", ""))
    context = {
        "devices": Device.objects.filter(store=store, kind=Device.Kind.SCREEN, revoked_at=None).order_by("name"),
        "code": code,
        "invited": invited,
        "menu": menu_for(request.user, store, current="store-settings"),
    }
    return render(request, "dealership/devices.html", context)


@guarded(devices.revoke)
@require_POST
def revoke(request: StaffRequest, store: Store, device: object) -> HttpResponse:
    """Shut a device out."""
    devices.revoke(get_object_or_404(Device, pk=device, store=store), by=request.user)
    return done(request, "devices", store=store.code)


@open_to_all
def enrol(request: HttpRequest) -> HttpResponse:
    """Enter the one-time code on the new device."""
    wrong = ""
    if request.method == "POST":
        try:
            _device, secret = devices.enrol(code=request.POST.get("code", ""))
        except Refused as refused:
            wrong = refused.message
        else:
            response = redirect("login")
            response.set_cookie(
                COOKIE, secret, max_age=TEN_YEARS, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
            )
            return response
    return render(request, "dealership/enrol.html", {"wrong": wrong}, status=422 if wrong else 200)


@open_to_all
def switch(request: HttpRequest) -> HttpResponse:
    """Choose a person known on this device and enter the PIN."""
    device = device_of(request)
    if device is None:
        return redirect("enrol")
    wrong = ""
    if request.method == "POST":
        try:
            staff = devices.switch(device, staff_id=request.POST.get("staff"), pin=request.POST.get("pin", ""))
        except (Refused, ValueError) as refused:
            staff, wrong = None, str(refused)
        if staff:
            login(request, staff, backend="django.contrib.auth.backends.ModelBackend")
            return redirect("home")
        wrong = wrong or _("This PIN is not right. Try once more.")
    people = DeviceUser.objects.filter(device=device, staff__is_active=True).exclude(staff__pin="")
    context = {"device": device, "people": people.select_related("staff").order_by("-last_used_at"), "wrong": wrong}
    return render(request, "dealership/switch.html", context, status=422 if wrong else 200)


@open_to_all
@login_required
def pin(request: HttpRequest) -> HttpResponse:
    """Set one's own PIN."""
    staff: Staff = request.user  # type: ignore[assignment]
    if request.method == "POST":
        devices.set_pin(staff, pin=request.POST.get("pin", ""))
        return redirect("home")
    return render(request, "dealership/pin.html", {"has_pin": bool(staff.pin)})
