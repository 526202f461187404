"""Fault codes of a diagnosis: what the scan tool says is pasted, explained at once, and kept."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from dealership.access import guarded
from dealership.forms.cleaning import cleaned
from dealership.models import Store, Visit
from dealership.queries.menu import menu_for
from dealership.requests import StaffRequest
from dealership.views.forms import done, operation_id, operation_ids
from dealership.views.stage import top
from reception.actions.fault_codes import note_codes
from reception.fault_codes import parse
from reception.forms.fault_codes import MOST_PASTED, FaultCodesForm, as_json
from reception.queries.fault_codes import code_rows, codes_of, may_read_codes


@guarded(note_codes)
def fault_codes(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Show the codes with their words (sheet); add what was pasted, or take one off."""
    if request.method != "POST":
        return _page(request, store, visit)
    data = cleaned(FaultCodesForm(request.POST))
    note_codes(
        visit, by=request.user, codes=data["result"], seen=operation_ids(request, "seen"), id=operation_id(request)
    )  # fmt: skip
    return done(request, reverse("fault-codes", kwargs={"store": store.code, "visit": visit.pk}))


def _page(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    codes, seen = codes_of(visit)
    back = reverse("negotiation-stage", kwargs={"store": store.code, "visit": visit.pk}) + "?card=2.2"
    in_sheet = bool(request.htmx and not request.htmx.boosted)
    context: dict[str, Any] = {
        "visit": visit, "code_rows": code_rows(codes), "codes_json": as_json(codes), "codes_seen": seen,
        "codes_allowed": may_read_codes(visit), "next": request.GET.get("next") or (back if in_sheet else ""),
    }  # fmt: skip
    if in_sheet:
        return render(request, "reception/sheets/fault_codes.html", context | {"head": True})
    context |= top(visit) | {"menu": menu_for(request.user, store)}
    return render(request, "reception/fault_codes.html", context)


@guarded(note_codes)
@require_POST
def preview(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Explain what is in the text, before it is kept."""
    rows = code_rows(parse(request.POST.get("text", "")[:MOST_PASTED]))
    return render(request, "reception/parts/code_list.html", {"code_rows": rows})
