"""The page of self-check rounds: today's, the last days, what each touchpoint was given, how far checkers agree."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from dealership.access import guarded, may
from dealership.models import Store, business_day
from dealership.queries.menu import menu_for
from dealership.requests import StaffRequest
from feedback.actions.check_scores import check
from feedback.queries.audits import audits_of
from feedback.queries.check_history import agreement, coming_back, seen_by_stage, strip_of
from feedback.queries.check_items import words_of
from feedback.queries.checks import rounds_of
from feedback.queries.tabs import tabs_for


@guarded()
@require_GET
def checks(request: StaffRequest, store: Store) -> HttpResponse:
    """Show how today's rounds stand and how the self-check goes."""
    now = timezone.now()
    today = business_day(store, now)
    rounds = rounds_of(store, today, now=now)
    context = {
        "today": today, "rounds": rounds, "next": next((one for one in rounds if one.due), None),
        "strip": strip_of(store, today, now=now), "stages": seen_by_stage(store, today),
        "agreement": agreement(store, today),
        "back": [(row, words_of(row.item)) for row in coming_back(store, today)],
        "audits": audits_of(store)[:3], "may_check": may(request.user, store, check),
        "tabs": tabs_for(request.user, store, current="checks"),
        "menu": menu_for(request.user, store, current="checks"),
    }  # fmt: skip
    return render(request, "feedback/checks.html", context)
