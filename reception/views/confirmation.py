"""The customer confirms the pre-check sheet: on the turned-round screen, by signature, by a link."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dealership.access import guarded
from dealership.actions.links import make_link
from dealership.forms.cleaning import cleaned
from dealership.models import Role, Staff, Store, Visit
from dealership.queries.staff import people_with
from dealership.requests import StaffRequest
from dealership.stages import Stage
from dealership.views.forms import done, operation_id
from dealership.views.stage import page_url, top
from reception.actions.confirmation import confirm_sheet
from reception.forms.confirmation import ConfirmationForm
from reception.queries.confirmation import confirmed, shown_entries
from reception.queries.sheet import sheet_of
from reception.reasons import REFUSALS

WHO_SEES = (Role.ADVISOR, Role.SUPERVISOR, Role.MANAGER, Role.CONTROLLER, Role.TECHNICIAN, Role.CASHIER, Role.GUARD)
"""Who may have stood beside it when a customer would not sign."""


def colleagues_of(request: StaffRequest, store: Store) -> list[Staff]:
    """Return the people at work now, the reader left out, each once, by name."""
    people = people_with(store, WHO_SEES, on_duty=True)
    return list({one.staff_id: one.staff for one in people if one.staff_id != request.user.pk}.values())


def after_confirmation(store: Store, visit: Visit) -> str:
    """Return where a confirmation leads: on to the stage's page, or back to the one whose gate asked for it."""
    if visit.stage == Stage.RECEPTION:
        return reverse("reception-stage", kwargs={"store": store.code, "visit": visit.pk}) + "?card=1.5"
    return page_url(store, visit, visit.stage)


@guarded(confirm_sheet)
def confirmation(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Let the customer confirm the sheet (in a gate's sheet, or on the card)."""
    colleagues = colleagues_of(request, store)
    if request.method == "GET":
        return render(request, "reception/sheets/confirmation.html", _context(request, visit, colleagues))
    form = ConfirmationForm(request.POST, colleagues=colleagues)
    cleaned(form)
    confirm_sheet(visit, by=request.user, id=operation_id(request), **form.given())
    return done(request, after_confirmation(store, visit))


def _context(request: StaffRequest, visit: Visit, colleagues: list[Staff]) -> dict[str, Any]:
    sheet = sheet_of(visit)
    return {
        "visit": visit, "confirmed": confirmed(sheet), "entries": shown_entries(sheet), "colleagues": colleagues,
        "refusals": REFUSALS, "next": request.GET.get("next", ""), **top(visit),
    }  # fmt: skip


@guarded(make_link)
@require_POST
def share(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Make a link of its own to the customer's page, with the text to send along."""
    _link, address = make_link(visit, by=request.user)
    context = {
        "visit": visit, "letter": letter(visit), "address": address, "language": _language(visit),
        "phone": visit.customer.phone if visit.customer else "", **top(visit),
    }  # fmt: skip
    template = "reception/sheets/share.html" if request.htmx else "reception/share.html"
    return render(request, template, context)


def _language(visit: Visit) -> str:
    return visit.customer.language if visit.customer else visit.store.language


def letter(visit: Visit) -> tuple[str, str]:
    """Return the text that goes with the link, in the customer's language: what stands before and after it."""
    language = _language(visit)
    with translation.override(language):
        hello = (visit.customer.address(language) if visit.customer else "") or _("Hello")
        car, store = visit.vehicle.plate_info.display, visit.store.name
        text = _("%(hello)s, the pre-check sheet of %(car)s is ready. Please look through it and confirm: %(link)s")
        before, _link, after = (text % {"hello": hello, "car": car, "link": "\n"}).partition("\n")
        return before, f"{after} {store}"
