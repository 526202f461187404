"""The controller's queue, and the final inspection with the handover to the advisor."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from dealership.access import guarded
from dealership.forms.cleaning import cleaned
from dealership.models import Bay, Role, Store, Visit
from dealership.queries.board import due_chip
from dealership.queries.menu import menu_for
from dealership.queries.staff import roles_in
from dealership.requests import StaffRequest
from dealership.views.forms import done, operation_id
from inspection.actions import final as actions
from inspection.forms.final import FinalForm
from inspection.models import FinalInspection, WorkshopHandover
from inspection.queries.check import wash_of
from inspection.queries.final import inspections_of, waiting
from inspection.queries.jobs import builders, reports_of, rows, technicians_of
from inspection.queries.order import sheet_of
from inspection.views.sheet import sheet


@guarded()
@require_GET
def final_queue(request: StaffRequest, store: Store) -> HttpResponse:
    """List the cars that wait for the final inspection, promised soonest first, and those still at work."""
    now = timezone.now()
    inspector = bool(roles_in(request.user, store) & {Role.CONTROLLER, Role.MANAGER})
    cars = [visit for visit in waiting(store) if inspector or visit.express]
    context = {
        "cars": [(visit, due_chip(visit.ready_due, now=now) if visit.ready_due else None) for visit in cars],
        "rows": rows(store) if inspector else [],
        "menu": menu_for(request.user, store, current="final"),
    }
    return render(request, "inspection/final_queue.html", context)


@guarded(actions.inspect)
def final_inspection(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Show the inspection with everything fine; pass the car on to its advisor, or send it back."""
    if request.method != "POST":
        return sheet(request, "inspection/sheets/final.html", final_context(request, visit))
    form = FinalForm(request.POST)
    cleaned(form)
    actions.inspect(visit, by=request.user, id=operation_id(request), **form.given())
    return done(request, "final", store=store.code)


def final_context(request: StaffRequest, visit: Visit) -> dict[str, Any]:
    """Return what the form shows: the work, the reports, and the answers it begins with."""
    order = sheet_of(visit)
    places = list(Bay.objects.filter(kind__in=[Bay.Kind.HANDOVER, Bay.Kind.WASH, Bay.Kind.PARKING]))
    to_wash = bool(order and order.order.wash) and wash_of(visit) is None
    return {
        "visit": visit,
        "order": order,
        "reports": reports_of(visit),
        "earlier": inspections_of(visit),
        "technicians": technicians_of(visit),
        "built": request.user.pk in builders(visit),
        "items": FinalInspection.Item.choices,
        "places": places,
        "place": _next_place(places, Bay.Kind.WASH if to_wash else Bay.Kind.HANDOVER),
        "old_parts": WorkshopHandover.OldParts.choices,
        "old_parts_now": order.old_parts if order else WorkshopHandover.OldParts.NONE,
    }


def _next_place(places: list[Bay], kind: str) -> Bay | None:
    """Return the first place of this kind, else the first there is."""
    return next((place for place in places if place.kind == kind), next(iter(places), None))
