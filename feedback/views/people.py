"""Persons side by side in a period."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from dealership.access import guarded
from dealership.models import Store
from dealership.requests import StaffRequest
from feedback.queries.people_page import people_page
from feedback.queries.score_settings import ranking_on
from feedback.views.figures import elsewhere, frame_of, period_in
from feedback.views.periods import span_of


@guarded()
@require_GET
def people(request: StaffRequest, store: Store, kind: str, day: date) -> HttpResponse:
    """Show how each person's steps were recorded and their figures; without a right to all, one's own."""
    now = timezone.now()
    span = span_of(request, store, period_in(kind, day))
    if to := elsewhere(request, span, day, "people"):
        return redirect(to)
    context = people_page(span, now=now, ranked=ranking_on(store)) | frame_of(request, span, "people")
    return render(request, "feedback/people.html", context)
