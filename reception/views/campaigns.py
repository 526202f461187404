"""Recalls and campaigns, as the store enters them."""

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
from dealership.models import Store, business_day
from dealership.queries.menu import menu_for
from dealership.requests import StaffRequest
from dealership.views.forms import done
from reception.actions.campaigns import FIELDS, end_campaign, keep_campaign, resume_campaign
from reception.forms.campaigns import CampaignForm
from reception.models import Campaign
from reception.queries.campaigns import listed


@guarded()
@require_GET
def campaigns(request: StaffRequest, store: Store) -> HttpResponse:
    """List the campaigns, those in force first."""
    context = {
        "campaigns": listed(business_day(store, timezone.now())),
        "menu": menu_for(request.user, store, current="store-settings"),
    }
    return render(request, "reception/campaigns.html", context)


@guarded(keep_campaign)
def campaign_new(request: StaffRequest, store: Store) -> HttpResponse:
    """Show and take the form of a new campaign."""
    if request.method != "POST":
        form = CampaignForm(initial={"since": business_day(store, timezone.now())})
        return _form(request, store, form, None)
    row = keep_campaign(store, by=request.user, **cleaned(CampaignForm(request.POST)))
    messages.success(request, _cars(row))
    return done(request, "campaigns", store=store.code)


@guarded(keep_campaign)
def campaign(request: StaffRequest, store: Store, campaign: UUID) -> HttpResponse:
    """Show a campaign in its form; change it."""
    row: Campaign = get_object_or_404(Campaign, pk=campaign)
    if request.method != "POST":
        return _form(request, store, CampaignForm(initial={name: getattr(row, name) for name in FIELDS}), row)
    keep_campaign(store, by=request.user, campaign=row, **cleaned(CampaignForm(request.POST)))
    messages.success(request, _cars(row))
    return done(request, "campaigns", store=store.code)


@guarded(end_campaign)
@require_POST
def campaign_ended(request: StaffRequest, store: Store, campaign: UUID) -> HttpResponse:
    """End a campaign."""
    row = end_campaign(get_object_or_404(Campaign, pk=campaign), by=request.user)
    undo = reverse("campaign-resumed", kwargs={"store": store.code, "campaign": row.pk})
    messages.success(request, _("%(code)s has ended.") % {"code": row.code}, extra_tags=undo)
    return done(request, "campaigns", store=store.code)


@guarded(resume_campaign)
@require_POST
def campaign_resumed(request: StaffRequest, store: Store, campaign: UUID) -> HttpResponse:
    """Bring a campaign back."""
    resume_campaign(get_object_or_404(Campaign, pk=campaign), by=request.user)
    return done(request, "campaigns", store=store.code)


def _cars(row: Campaign) -> str:
    words = _("%(code)s is kept: %(n)s VINs.") if row.vins else _("%(code)s is kept.")
    return words % {"code": row.code, "n": len(row.vins)}


def _form(request: StaffRequest, store: Store, form: CampaignForm, row: Campaign | None) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form, "campaign": row, "menu": menu_for(request.user, store, current="store-settings"),
    }  # fmt: skip
    return render(request, "reception/campaign.html", context)
