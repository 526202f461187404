"""All stores of a chain manager on a day."""

from datetime import date, timedelta

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET
from django_scopes import scope

from dealership.access import open_to_all
from dealership.models import Role, Staff, Store, business_day
from dealership.queries.staff import stores_of
from dealership.requests import StaffRequest
from feedback.queries.chain import store_rows
from feedback.queries.heat import days_of


def chain_stores(request: StaffRequest) -> list[Store]:
    """Return the stores that the reader oversees; 403 for who oversees none."""
    staff: Staff = request.user  # type: ignore[assignment]
    stores = list(stores_of(staff).filter(memberships__staff=staff, memberships__role=Role.CHAIN))
    if not stores or not staff.is_active:
        raise PermissionDenied
    return stores


@open_to_all
@require_GET
@login_required
def today(request: StaffRequest) -> HttpResponse:
    """Lead to today's page of all stores."""
    return redirect("chain-scores", day=business_day(chain_stores(request)[0], timezone.now()))


@open_to_all
@require_GET
@login_required
def scores(request: StaffRequest, day: date) -> HttpResponse:
    """Show each store's figure of the day and of the 13 days before."""
    stores = chain_stores(request)
    now = business_day(stores[0], timezone.now())
    if day > now:
        return redirect("chain-today")
    with scope(store=stores):
        rows = store_rows(stores, day)
    context = {
        "rows": rows,
        "day": day,
        "days": days_of(day),
        "is_today": day == now,
        "before_url": reverse("chain-scores", kwargs={"day": day - timedelta(days=1)}),
        "after_url": reverse("chain-scores", kwargs={"day": day + timedelta(days=1)}) if day < now else "",
        "menu": [],
    }
    return render(request, "feedback/chain.html", context)
