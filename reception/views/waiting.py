"""How long customers may wait for the first greeting: the limits, the weeks of rush, the alerts there were."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded
from dealership.forms.cleaning import cleaned
from dealership.models import Store
from dealership.queries.board import minutes
from dealership.queries.menu import menu_for
from dealership.requests import StaffRequest
from dealership.views.forms import done
from reception.actions import waiting as actions
from reception.forms.waiting import LimitsForm, RushForm
from reception.models import RushWeek
from reception.queries.waiting import alerts_since, limit_of, minutes_of, own_limits, rush_weeks


@guarded()
@require_GET
def waiting(request: StaffRequest, store: Store) -> HttpResponse:
    """Show the limits, the days of rush to come and the alerts of this week."""
    now = timezone.now()
    context = {
        "limits": LimitsForm(minutes=minutes_of(store)), "own": own_limits(store), "rush": RushForm(),
        "weeks": rush_weeks(store, now), "alerts": alerts_since(store, now), "today": minutes(limit_of(store, now)),
        "menu": menu_for(request.user, store, current="store-settings"),
    }  # fmt: skip
    return render(request, "reception/waiting.html", context)


@guarded(actions.set_limits)
@require_POST
def waiting_limits(request: StaffRequest, store: Store) -> HttpResponse:
    """Keep the limits."""
    data = cleaned(LimitsForm(request.POST, minutes=minutes_of(store)))
    actions.set_limits(store, by=request.user, minutes=data)
    messages.success(request, _("Kept. It holds for every car from now on."))
    return done(request, "waiting", store=store.code)


@guarded(actions.reset_limits)
@require_POST
def waiting_reset(request: StaffRequest, store: Store) -> HttpResponse:
    """Go back to the product's limits."""
    actions.reset_limits(store, by=request.user)
    messages.success(request, _("The product's limits hold again."))
    return done(request, "waiting", store=store.code)


@guarded(actions.add_rush)
@require_POST
def rush_new(request: StaffRequest, store: Store) -> HttpResponse:
    """Name days of rush."""
    data = cleaned(RushForm(request.POST))
    actions.add_rush(store, by=request.user, first=data["first"], last=data["last"], name=data["name"])
    return done(request, "waiting", store=store.code)


@guarded(actions.remove_rush)
@require_POST
def rush_removed(request: StaffRequest, store: Store, week: UUID) -> HttpResponse:
    """Take days of rush away."""
    actions.remove_rush(get_object_or_404(RushWeek, pk=week), by=request.user)
    return done(request, "waiting", store=store.code)
