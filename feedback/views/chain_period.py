"""Store against store over a period."""

from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET
from django_scopes import scope

from dealership.access import open_to_all
from dealership.models import business_day
from dealership.requests import StaffRequest
from feedback.periods import KINDS, MONTH, period_of
from feedback.queries.chain_period import SORTS, chain_page
from feedback.queries.period_words import kind_name, period_name
from feedback.views.chain import chain_stores


@open_to_all
@require_GET
@login_required
def this_month(request: StaffRequest) -> HttpResponse:
    """Lead to the running month of all stores."""
    today = business_day(chain_stores(request)[0], timezone.now())
    return redirect(period_of(MONTH, today).chain_url())


@open_to_all
@require_GET
@login_required
def chain_period(request: StaffRequest, kind: str, day: date) -> HttpResponse:
    """Show the stores beside each other, the best first, and their touchpoints."""
    stores = chain_stores(request)
    today = business_day(stores[0], timezone.now())
    period = period_of(kind, min(day, today))
    if day != period.first:
        return redirect(period.chain_url())
    sort = request.GET.get("sort", "")
    with scope(store=stores):
        context = chain_page(stores, period, today=today, sort=sort if sort in SORTS else SORTS[0])
    last = min(period.last, today)
    context |= {
        "period": period,
        "period_name": period_name(period),
        "kinds": [(kind_name(one), period_of(one, last).chain_url(), one == kind) for one in KINDS],
        "earlier_url": period.previous.chain_url(),
        "later_url": period.next.chain_url() if period.last < today else "",
        "running": period.last > today,
        "menu": [],
    }
    return render(request, "feedback/chain_period.html", context)
