"""The page on which a store says how many cars it takes."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded, may
from dealership.forms.cleaning import cleaned
from dealership.models import Store
from dealership.queries.menu import menu_for
from dealership.requests import StaffRequest
from dealership.views.forms import done
from reception.actions.capacity import copy_day, fill_usual, set_week
from reception.forms.capacity import CopyForm, WeekForm
from reception.queries.capacity_page import grid_of


@guarded()
@require_GET
def capacity(request: StaffRequest, store: Store) -> HttpResponse:
    """Show the grid of one kind of bay or one advisor."""
    grid = grid_of(store, request.GET.get("of", ""))
    busiest = max(grid.days, key=lambda day: day[2])[0]
    context = {
        "grid": grid,
        "copy": CopyForm(initial={"day": busiest}),
        "may_edit": may(request.user, store, set_week),
        "menu": menu_for(request.user, store, current="store-settings"),
    }
    return render(request, "reception/capacity.html", context)


@guarded(set_week)
@require_POST
def capacity_week(request: StaffRequest, store: Store) -> HttpResponse:
    """Keep the grid."""
    grid = grid_of(store, request.POST.get("of", ""))
    form = WeekForm(request.POST, grid=grid)
    cleaned(form)
    thing = grid.thing
    set_week(store, cars=form.cars(), bay_kind=thing.bay_kind, advisor=thing.advisor, by=request.user)
    messages.success(request, _("Kept. Bookings follow it from now on."))
    return done(request, f"{reverse('capacity', kwargs={'store': store.code})}?of={thing.key}")


@guarded(copy_day)
@require_POST
def capacity_copy(request: StaffRequest, store: Store) -> HttpResponse:
    """Give other days the places of one."""
    data = cleaned(CopyForm(request.POST))
    days = copy_day(store, weekday=data["day"], to=data["to"], by=request.user)
    messages.success(request, ngettext("Copied to %(n)s day.", "Copied to %(n)s days.", days) % {"n": days})
    return done(request, "capacity", store=store.code)


@guarded(fill_usual)
@require_POST
def capacity_fill(request: StaffRequest, store: Store) -> HttpResponse:
    """Fill the empty cells from the opening hours and the bays."""
    made = fill_usual(store, by=request.user)
    said = _("Filled from the opening hours: %(n)s cells.") % {"n": made} if made else _("Nothing was empty.")
    messages.success(request, said)
    return done(request, "capacity", store=store.code)
