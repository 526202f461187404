"""Search among the store's customers and cars: plate, name, phone, VIN, or their last characters."""

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dealership.access import guarded
from dealership.models import Store, Vehicle, Visit
from dealership.queries.menu import menu_for
from dealership.requests import StaffRequest
from dealership.stages import ENDED

SHOWN = 20


@guarded()
@require_GET
def search(request: StaffRequest, store: Store) -> HttpResponse:
    """Show the cars found, each with its open visit or its last one."""
    words = request.GET.get("q", "").strip()[:40]
    cars = list(_cars(store, words)[:SHOWN]) if len(words) > 1 else []
    open_now = {
        visit.vehicle_id: visit
        for visit in Visit.objects.filter(store=store, vehicle__in=cars, joined_to=None).exclude(stage__in=ENDED)
    }
    found = [{"car": car, "visit": open_now.get(car.pk)} for car in cars]
    context = {"words": words, "found": found, "menu": menu_for(request.user, store)}
    return render(request, "dealership/search.html", context)


def _cars(store: Store, words: str):  # type: ignore[no-untyped-def]
    plate = words.upper().replace("·", "").replace(" ", "")
    match = (
        Q(plate__icontains=plate)
        | Q(vin__iendswith=words)
        | Q(owner__name__icontains=words)
        | Q(owner__phone__endswith=words)
    )
    return Vehicle.objects.filter(match, store=store).select_related("owner").order_by("plate")
