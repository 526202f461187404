"""Corrections of customer and car."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from dealership import vin
from dealership.access import guarded
from dealership.forms.cleaning import cleaned
from dealership.models import Store, Visit
from dealership.requests import StaffRequest
from dealership.views.forms import done, operation_id
from dealership.views.stage import page_url
from reception.actions import corrections
from reception.forms.people import PeopleForm


@guarded(corrections.correct_people)
def people(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Show customer and car for correction (sheet), take the correction; a doubtful VIN is kept with a warning."""
    if request.method == "GET":
        rows = {name: getattr(visit.customer, name) for name in corrections.CUSTOMER_FIELDS} if visit.customer else {}
        rows |= {name: getattr(visit.vehicle, name) for name in ("model", "year", "vin", "energy")}
        return render(request, "reception/sheets/people.html", {"visit": visit, "form": PeopleForm(initial=rows)})
    data = cleaned(PeopleForm(request.POST))
    corrections.correct_people(
        visit, by=request.user, customer={name: data[name] for name in corrections.CUSTOMER_FIELDS},
        vehicle={name: data[name] for name in ("model", "year", "vin", "energy")}, id=operation_id(request),
    )  # fmt: skip
    problem = vin.problem(vin.normalise(data["vin"])) if data["vin"] else None
    if problem:
        messages.warning(request, vin_warning(problem))
    return done(request, page_url(store, visit, visit.stage))


def vin_warning(problem: str) -> str:
    """Return what is odd about a VIN that was kept as typed."""
    return {
        "length": _("The VIN is kept, but it has not 17 characters. Compare it with the licence."),
        "characters": _("The VIN is kept, but it holds characters that no VIN has. Compare it with the licence."),
        "check_digit": _("The VIN is kept, but its check digit does not fit. Compare it with the licence."),
    }[problem]
