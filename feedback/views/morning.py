"""The page of the morning meeting."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from dealership.access import guarded
from dealership.models import Store
from dealership.queries.menu import menu_for
from dealership.requests import StaffRequest
from feedback.queries.morning import morning_page
from feedback.queries.plan_choices import people_of
from feedback.queries.tabs import tabs_for


@guarded()
@require_GET
def morning(request: StaffRequest, store: Store) -> HttpResponse:
    """Show yesterday and today on one page; `?case=best` tells of the best visit instead."""
    context = morning_page(store, now=timezone.now(), best=request.GET.get("case") == "best")
    context |= {
        "people": people_of(store),
        "menu": menu_for(request.user, store, current="morning"),
        "tabs": tabs_for(request.user, store, current="morning"),
    }
    return render(request, "feedback/morning.html", context)
