"""What customers confirm, beside what staff recorded."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from dealership.access import guarded
from dealership.models import Store, business_day
from dealership.queries.menu import menu_for
from dealership.requests import StaffRequest
from feedback.queries.cross_checks import confirmed_of, counts, denied_of
from feedback.queries.tabs import tabs_for


@guarded()
@require_GET
def cross_checks(request: StaffRequest, store: Store) -> HttpResponse:
    """Show per touchpoint how often customers confirm the facts that were drawn."""
    rows = confirmed_of(store, business_day(store, timezone.now()))
    context = {
        "rows": rows, "counts": counts(rows), "denied": denied_of(rows),
        "tabs": tabs_for(request.user, store, current="checks"),
        "menu": menu_for(request.user, store, current="checks"),
    }  # fmt: skip
    return render(request, "feedback/cross_checks.html", context)
