"""An accident car: its case as a sheet and beside the visit, one tap to the next state, the progress call."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded
from dealership.forms.cleaning import cleaned
from dealership.models import Store, Visit
from dealership.requests import StaffRequest
from reception.actions import accident as actions
from reception.forms.accident import CalledForm, CaseForm, MoveForm
from reception.models import AccidentCase, AccidentChange
from reception.queries.accident import State, accident_of
from reception.queries.orders import lines_of, order_of
from reception.views.order import to_card


def the_case(visit: Visit) -> AccidentCase:
    """Return the accident case of a visit, 404 where there is none."""
    case = AccidentCase.objects.filter(visit=visit).first()
    if case is None:
        raise Http404
    case.visit = visit
    return case


@guarded(actions.note_case)
def accident(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Show the case with its way so far (sheet and gate); save insurer, claim and assessed loss."""
    if request.method != "POST":
        case = AccidentCase.objects.filter(visit=visit).first()
        changes = AccidentChange.objects.filter(case=case).select_related("by").order_by("-at")[:12] if case else []
        context = {"visit": visit, "case": case, "changes": changes, "states": State.choices}
        return render(request, "reception/sheets/accident.html", context)
    data = cleaned(CaseForm(request.POST))
    assessed = data.pop("assessed")
    case = actions.note_case(visit, by=request.user, **data)
    if assessed is not None and assessed != case.assessed:
        actions.assess(visit, by=request.user, amount=assessed)
    return to_card(request, visit, "2.1")


@guarded(actions.move)
@require_POST
def moved(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Take the car to another state, or the last move back."""
    data, case = cleaned(MoveForm(request.POST)), the_case(visit)
    if data["to"] == "undo":
        actions.undo(case, by=request.user, source=data["source"])
    else:
        actions.move(case, by=request.user, to=data["to"], source=data["source"])
    messages.success(request, case.get_state_display())
    return to_card(request, visit, "2.1")


@guarded(actions.called)
@require_POST
def called(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Note the progress call; the next one is promised with it."""
    promise = actions.called(the_case(visit), by=request.user, words=cleaned(CalledForm(request.POST))["words"])
    day = promise.due_at.astimezone(store.zone) if promise.due_at else None
    messages.success(request, _("Noted. We call again on %(day)s.") % {"day": f"{day:%m-%d %H:%M}" if day else ""})
    return to_card(request, visit, "2.1")


@guarded()
@require_GET
def panel(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Show the case beside the visit; nothing where the car came for something else."""
    order = order_of(visit)
    found = accident_of(visit, lines_of(order) if order else [])
    if found is None:
        return HttpResponse("")
    back = reverse("visit", kwargs={"store": store.code, "visit": visit.pk})
    return render(request, "reception/parts/accident.html", {"visit": visit, "accident": found, "here": back})
