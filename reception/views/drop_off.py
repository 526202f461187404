"""A car without its customer: how it came, and the call of the next morning."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded, may
from dealership.forms.cleaning import cleaned
from dealership.models import Attachment, Store, Visit, Work
from dealership.plates import PROVINCES
from dealership.queries.menu import menu_for
from dealership.requests import StaffRequest
from dealership.views.forms import done, operation_id
from reception.actions import drop_off as actions
from reception.forms.drop_off import AbsentForm
from reception.models import DropOff
from reception.queries.drop_off import drop_off_of
from reception.views.gate import looked_up


@guarded(actions.receive_absent)
def absent(request: StaffRequest, store: Store) -> HttpResponse:
    """Show the form of a car without its customer; take it in."""
    if request.method != "POST":
        context = looked_up(request, store) | {
            "form": AbsentForm(), "provinces": PROVINCES, "menu": menu_for(request.user, store, current="gate"),
            "works": [(value, label) for value, label in Work.choices if value != Work.INTERNAL],
            "most": actions.MOST_PHOTOS, "at_gate": not may(request.user, store, actions.note_call),
        }  # fmt: skip
        return render(request, "reception/absent.html", context)
    form = AbsentForm(request.POST)
    data = cleaned(form)
    visit = actions.receive_absent(
        store, by=request.user, how=data["how"], plate=data["plate"], car=form.car(), left=form.left(),
        photos=request.FILES.getlist("photos"), id=operation_id(request),
    )  # fmt: skip
    messages.success(request, _("%(plate)s is in.") % {"plate": visit.vehicle.plate_info.display})
    return done(request, "next" if may(request.user, store, actions.note_call) else "gate", store=store.code)


@guarded()
@require_GET
def drop_off(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Show beside the visit how its car was left; empty where a customer brought it."""
    row = drop_off_of(visit)
    photos = Attachment.objects.filter(visit=visit, place="left_here") if row else []
    context = {"visit": visit, "row": row, "photos": photos}
    return render(request, "reception/drop_off_panel.html", context)


@guarded(actions.note_call)
@require_POST
def drop_off_called(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Note the first call to the customer."""
    row: DropOff = get_object_or_404(DropOff.objects.select_related("visit__store", "visit__vehicle"), visit=visit)
    actions.note_call(row, by=request.user)
    messages.success(request, _("Noted: the customer was called."))
    return done(request, "visit", store=store.code, visit=visit.pk)
