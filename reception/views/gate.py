"""The guard's page: plate, who it is, where to, let in."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dealership import wiring
from dealership.access import guarded
from dealership.forms.cleaning import cleaned
from dealership.models import Store, Work
from dealership.plates import PROVINCES, describe
from dealership.queries.menu import menu_for
from dealership.requests import StaffRequest
from dealership.views.forms import done, operation_id
from reception.actions import arrivals
from reception.forms.gate import ArrivalForm, PlateForm
from reception.queries.cameras import on_strip
from reception.queries.gate import car_at_gate, let_in_since
from reception.views.gate_reads import strip_tag

RECENT = timedelta(hours=1)
KEYS = ("1234567", "890ABCD", "EFGHJKL", "MNPQRST", "UVWXYZ")
"""Seven to a row: on a phone a key is 48 pixels wide."""


@guarded()
@require_GET
def gate(request: StaffRequest, store: Store) -> HttpResponse:
    """Show the keypad, the car whose plate is named, and the cars just let in."""
    reads = on_strip(store, timezone.now())
    context = looked_up(request, store) | {
        "reads": reads,
        "reads_tag": f'"{strip_tag(reads, request.LANGUAGE_CODE)}"',
        "menu": menu_for(request.user, store, current="gate"),
        "provinces": PROVINCES,
        "keys": KEYS,
        "recent": let_in_since(store, timezone.now() - RECENT),
        "panels": [reverse(name, kwargs={"store": store.code}) for name in wiring.PANELS.get("gate.side", [])],
    }
    return render(request, "reception/gate.html", context)


@guarded()
@require_GET
def gate_car(request: StaffRequest, store: Store) -> HttpResponse:
    """Answer the keypad: what is known of the plate so far."""
    return render(request, "reception/gate_car.html", looked_up(request, store))


@guarded(arrivals.record_arrival)
@require_POST
def arrival(request: StaffRequest, store: Store) -> HttpResponse:
    """Let a car in (放行)."""
    data = cleaned(ArrivalForm(request.POST))
    customer = {name: data[name] for name in ("name", "sex", "phone")}
    visit = arrivals.record_arrival(
        store, by=request.user, plate=data["plate"], works=data["works"], words=data["words"], customer=customer,
        id=operation_id(request),
    )  # fmt: skip
    if not describe(data["plate"]).known:
        messages.warning(
            request, _("%(plate)s fits no rule for plates. Look at it once more.") % {"plate": data["plate"]}
        )
    return done(request, reverse("gate", kwargs={"store": store.code}) + f"?let_in={visit.pk}")


def looked_up(request: StaffRequest, store: Store) -> dict[str, Any]:
    """Return the car of the plate in the query string, None while it is too short to be one."""
    form = PlateForm(request.GET)
    plate = form.cleaned_data["plate"] if form.is_valid() else ""
    works = form.cleaned_data.get("works", []) if plate else []
    long_enough = len(plate) >= 7 or (request.GET.get("whole") and plate)
    return {
        "store": store,
        "province": plate[:1] if plate and not plate[:1].isascii() else store.province,
        "number": plate[1:] if plate and not plate[:1].isascii() else plate,
        "car": car_at_gate(store, plate, works, timezone.now()) if long_enough else None,
        "purposes": Work.choices,
        "sexes": (("m", _("Mr")), ("f", _("Ms"))),
    }
