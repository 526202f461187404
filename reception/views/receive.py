"""Receive a car at the bay, with or without network; and the page of a visit that the server does not know yet."""

from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dealership import people
from dealership.access import guarded
from dealership.actions import visits
from dealership.actions.standards import current_standard
from dealership.forms.cleaning import cleaned
from dealership.models import Arrival, Store, Vehicle, Visit, Work
from dealership.plates import PROVINCES
from dealership.queries.menu import menu_for
from dealership.requests import StaffRequest
from dealership.stages import Stage
from dealership.views.forms import operation_id
from reception.actions import arrivals
from reception.forms.receive import ReceiveForm
from reception.queries.receive import common_models
from reception.views.gate import KEYS, looked_up
from reception.views.stage_reception import stage_reception_page

BLANK = UUID("00000000-0000-7000-8000-000000000000")
"""Stands for the id of a visit that a tablet has opened and the server has not seen."""
ENERGIES = (Vehicle.Energy.FUEL, Vehicle.Energy.HYBRID, Vehicle.Energy.PHEV, Vehicle.Energy.EREV, Vehicle.Energy.BEV)


@guarded()
@require_GET
def receive(request: StaffRequest, store: Store) -> HttpResponse:
    """Ask for plate, work, customer and car; a plate in the query string says whether the car is known."""
    bodies = [{"value": value, "label": label, "art": f"dealership/parts/cars/side_{value}.html"}
              for value, label in Vehicle.Body.choices]  # fmt: skip
    context = looked_up(request, store) | {
        "menu": menu_for(request.user, store),
        "provinces": PROVINCES, "keys": KEYS, "models": common_models(store), "bodies": bodies,
        "energies": [(energy.value, energy.label) for energy in ENERGIES],
        "works": [(value, label) for value, label in Work.choices if value != Work.INTERNAL],
    }  # fmt: skip
    return render(request, "reception/receive.html", context)


@guarded(visits.take)
@require_POST
def receive_car(request: StaffRequest, store: Store) -> HttpResponse:
    """Open the visit and take it, as the tablet's queue does."""
    data = cleaned(ReceiveForm(request.POST))
    with transaction.atomic():
        visit = arrivals.record_arrival(
            store, by=request.user, plate=data["plate"], works=data["works"], words=data["words"],
            customer={name: data[name] for name in ReceiveForm.CUSTOMER},
            vehicle={name: data[name] for name in ReceiveForm.VEHICLE if data[name]}, tell=False,
            id=operation_id(request),
        )  # fmt: skip
        visits.take(visit, by=request.user)
    url = reverse("reception-stage", kwargs={"store": store.code, "visit": visit.pk})
    return redirect(f"{url}?card=1.5")


@guarded()
@require_GET
def blank_visit(request: StaffRequest, store: Store) -> HttpResponse:
    """Show stage 1 of a visit without rows; the tablet puts id, plate, name and model into it.

    `?body=` and `?energy=` say what car it is, because drawings and fields depend on it.
    """
    now = timezone.now()
    form = ReceiveForm(request.GET)
    known = form.cleaned_data if form.is_valid() else {}
    car = Vehicle(store=store, body=known.get("body") or Vehicle.Body.SEDAN,
                  energy=known.get("energy") or Vehicle.Energy.FUEL)  # fmt: skip
    visit = Visit(
        id=BLANK, store=store, vehicle=car, customer=None, standard=current_standard(store), arrival=Arrival.WALK_IN,
        works=[Work.SERVICE], stage=Stage.RECEPTION, advisor=request.user, arrived_at=now, stage_since=now,
        greeted_at=now,
    )  # fmt: skip
    extra = {"blank": True, "honorifics": honorifics(), "side_panels": []}
    return stage_reception_page(request, store, visit, template="reception/blank.html", extra=extra)


def honorifics() -> dict[str, str]:
    """Return form of address → how it is put together in the reader's language, `{}` for the surname."""
    language = get_language() or "zh-hans"
    surname = "某"
    found = {sex: people.address(surname, sex, language).replace(surname, "{}") for sex in ("m", "f")}
    return found | {"": "{}", "none": _("Customer")}
