"""The dispatch board (派工): cars that wait, technicians, bays; one tap each."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded
from dealership.forms.cleaning import cleaned
from dealership.models import Role, Store, Visit
from dealership.queries.menu import menu_for
from dealership.queries.staff import people_with
from dealership.requests import StaffRequest
from dealership.views.forms import done, operation_id
from reception.actions import dispatch
from reception.forms.order import DispatchForm
from reception.queries.dispatch import board


@guarded()
@require_GET
def dispatch_board(request: StaffRequest, store: Store) -> HttpResponse:
    """Show cars, technicians and bays; `?car=` opens one that is sent already for a change."""
    shown = board(store, timezone.now())
    context = {
        "board": shown, "title": _("Dispatch"), "menu": menu_for(request.user, store, current="dispatch"),
        "changing": request.GET.get("car", ""),
    }  # fmt: skip
    return render(request, "reception/dispatch.html", context)


@guarded(dispatch.dispatch)
@require_POST
def send(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Send a car to a technician and a bay."""
    people = [one.staff for one in people_with(store, [Role.TECHNICIAN])]
    data = cleaned(DispatchForm(request.POST, people=people))
    dispatch.dispatch(visit, by=request.user, technician=data["technician"], bay=data["bay"], id=operation_id(request))
    return done(request, "dispatch", store=store.code)
