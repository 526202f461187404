"""Readings side by side in a period."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from dealership.access import guarded
from dealership.models import Store
from dealership.requests import StaffRequest
from feedback.queries.compare_page import compare_page
from feedback.queries.periods import Span
from feedback.views.figures import elsewhere, frame_of, period_in


@guarded()
@require_GET
def compare(request: StaffRequest, store: Store, kind: str, day: date) -> HttpResponse:
    """Show execution against customers, and self-check, cross-checks and outside audits against execution."""
    now = timezone.now()
    span = Span(store, period_in(kind, day))
    if to := elsewhere(request, span, day, "compare"):
        return redirect(to)
    context = compare_page(span, now=now) | frame_of(request, span, "compare")
    return render(request, "feedback/compare.html", context)
