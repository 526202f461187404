"""The past year of a car beside its visit, and what is done from there."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded
from dealership.forms.cleaning import cleaned
from dealership.models import Store, Visit
from dealership.requests import StaffRequest
from dealership.stages import Stage
from dealership.views.forms import done
from dealership.views.stage import top
from reception.actions.campaigns import add_campaign_line, note_done, undo_done
from reception.actions.intervals import set_sold_on
from reception.forms.intervals import SoldOnForm
from reception.models import Campaign
from reception.queries.past_year import past_year
from reception.queries.talking_points import SHOWN, due_words, points
from reception.queries.year_line import year_line

WRITES_ORDERS = (Stage.NEGOTIATION, Stage.WORKSHOP, Stage.SHOWCASE, Stage.EXPLANATION)
"""Stages in which a campaign's work can be put on the order; before it is proposed by itself, after it is settled."""


@guarded()
@require_GET
def visit_past_year(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Show the past year: a panel where a page asks for it, else a page."""
    panel = bool(request.htmx and not request.htmx.boosted)
    year = past_year(visit, timezone.now())
    found = points(year)
    context: dict[str, Any] = {
        "visit": visit, "year": year, "line": year_line(year, due_words(year.due) if year.due else ""),
        "first": found[:SHOWN] if panel else found, "more": found[SHOWN:] if panel else [],
        "writes_orders": visit.stage in WRITES_ORDERS, "here": _here(request),
    }  # fmt: skip
    if panel:
        return render(request, "reception/past_year_panel.html", context)
    return render(request, "reception/past_year.html", context | top(visit))


@guarded(add_campaign_line)
@require_POST
def campaign_line(request: StaffRequest, store: Store, visit: Visit, campaign: UUID) -> HttpResponse:
    """Put a campaign's work on the order."""
    line = add_campaign_line(visit, by=request.user, campaign=_campaign(campaign))
    messages.success(request, _("On the order: %(line)s, paid by the maker.") % {"line": line.title})
    return _back(request, visit)


@guarded(note_done)
@require_POST
def campaign_done(request: StaffRequest, store: Store, visit: Visit, campaign: UUID) -> HttpResponse:
    """Note that a campaign is done: at this visit (where=here), else elsewhere."""
    row = _campaign(campaign)
    here = request.POST.get("where") == "here"
    note_done(row, vehicle=visit.vehicle, visit=visit if here else None, by=request.user)
    undo = reverse("campaign-undone", kwargs={"store": store.code, "visit": visit.pk, "campaign": row.pk})
    words = _("%(code)s is done at this visit.") if here else _("%(code)s was done elsewhere.")
    messages.success(request, words % {"code": row.code}, extra_tags=undo)
    return _back(request, visit)


@guarded(undo_done)
@require_POST
def campaign_undone(request: StaffRequest, store: Store, visit: Visit, campaign: UUID) -> HttpResponse:
    """Take that back."""
    undo_done(_campaign(campaign), vehicle=visit.vehicle, by=request.user)
    return _back(request, visit)


@guarded(set_sold_on)
@require_POST
def visit_sold_on(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Write down when the car was sold."""
    set_sold_on(visit, by=request.user, **cleaned(SoldOnForm(request.POST)))
    return _back(request, visit)


def _campaign(pk: UUID) -> Campaign:
    row: Campaign = get_object_or_404(Campaign, pk=pk)
    return row


def _back(request: StaffRequest, visit: Visit) -> HttpResponse:
    return done(request, "visit-past-year", store=visit.store.code, visit=visit.pk)


def _here(request: StaffRequest) -> str:
    """Return the page that the reader is on: the one that shows the panel, where it is one."""
    return (request.htmx.current_url_abs_path if request.htmx else "") or request.get_full_path()
