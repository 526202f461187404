"""The exit: what the guard sees of cars that leave."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded
from dealership.models import Store, Visit
from dealership.requests import StaffRequest
from dealership.views.forms import done, operation_id
from delivery.actions.handover import let_out
from delivery.queries.exit import leaving_cars


@guarded()
@require_GET
def exits(request: StaffRequest, store: Store) -> HttpResponse:
    """List the cars on their way out (panel of the gate's page)."""
    return render(request, "delivery/exits.html", {"cars": leaving_cars(store)})


@guarded(let_out)
@require_POST
def exit_car(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Take back the pass and let the car out (放行)."""
    let_out(visit, by=request.user, id=operation_id(request))
    messages.success(request, _("%(plate)s is on its way.") % {"plate": visit.vehicle.plate_info.display})
    return done(request, "gate", store=store.code)
