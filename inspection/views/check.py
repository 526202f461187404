"""The three checks of the advisor and the notice, each as a sheet and as a form of its card."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from dealership.access import guarded
from dealership.forms.cleaning import cleaned
from dealership.models import Store, Visit
from dealership.requests import StaffRequest
from dealership.views.forms import done, operation_id
from inspection.actions import check, notice
from inspection.forms.check import MaterialForm, MidCheckForm, PreparationForm
from inspection.forms.notice import NoticeForm
from inspection.queries.jobs import technicians_of
from inspection.views.sheet import sheet
from inspection.views.showcase import checks_of


@guarded(check.check_car)
def mid_check(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Check the car before handover (中检)."""
    if request.method != "POST":
        context = checks_of(visit) | {"back": request.GET.get("result") == "back"}
        return sheet(request, "inspection/sheets/mid_check.html", context)
    form = MidCheckForm(request.POST)
    cleaned(form)
    check.check_car(visit, by=request.user, id=operation_id(request), **form.given())
    return _back(request, store, visit)


@guarded(check.check_materials)
def material_check(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Compare the papers, ask the technician by name (物料检查)."""
    if request.method != "POST":
        return sheet(request, "inspection/sheets/material_check.html", checks_of(visit))
    data: dict[str, Any] = cleaned(MaterialForm(request.POST, technicians=technicians_of(visit)))
    check.check_materials(visit, by=request.user, id=operation_id(request), **data)
    return _back(request, store, visit)


@guarded(check.prepare)
@require_POST
def preparation(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Note that everything lies ready (交车准备)."""
    data: dict[str, Any] = cleaned(PreparationForm(request.POST))
    check.prepare(visit, by=request.user, id=operation_id(request), **data)
    return _back(request, store, visit)


@guarded(check.check_all)
@require_POST
def all_checks(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Say of an express car that all three checks are fine."""
    state = checks_of(visit)
    check.check_all(visit, by=request.user, place=state["place"], asked=state["asked"], id=operation_id(request))
    return _back(request, store, visit)


@guarded(notice.tell)
@require_POST
def ready_notice(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Tell the customer that the car is ready (通知取车)."""
    way = cleaned(NoticeForm(request.POST))["way"]
    notice.tell(visit, by=request.user, way=way, id=operation_id(request))
    return _back(request, store, visit)


def _back(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Show the page of the stage that the car is in now."""
    return done(request, "visit", store=store.code, visit=visit.pk)
