"""The conversation for the desk: read it, answer, note the call to a customer who is not satisfied."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dealership.access import guarded
from dealership.models import Customer, Store, Visit
from dealership.queries.menu import menu_for
from dealership.requests import StaffRequest
from dealership.views.forms import done, operation_id
from dealership.views.stage import address, top
from delivery.actions.thread import ANSWER_MINUTES, answer, called_back
from delivery.queries.quick_answers import quick_answers
from delivery.queries.thread import TEXT_LIMIT, Conversation, caller_of, conversation_of, response_times

LINES_IN_A_PANEL = 4
DAYS_COUNTED = 7


@guarded(answer)
@require_http_methods(["GET", "HEAD", "POST"])
def thread(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Show the conversation: a panel where a page asks for it, else a page; POST answers."""
    if request.method == "POST":
        answer(visit, by=request.user, text=_said(request), id=operation_id(request))
        messages.success(request, _("The answer stands on the customer's page."))
        return done(request, "visit-thread", store=store.code, visit=visit.pk)
    talk = conversation_of(visit)
    if request.htmx and not request.htmx.boosted:
        if not talk.written:
            return HttpResponse(status=204)
        shown = {"visit": visit, "talk": talk, "lines": talk.lines[-LINES_IN_A_PANEL:], "now": timezone.now()}
        return render(request, "delivery/thread_panel.html", shown)
    return render(request, "delivery/thread.html", _context(store, visit, talk))


@guarded(called_back)
@require_POST
def thread_called_back(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Note that the customer was called, and what was agreed."""
    called_back(visit, by=request.user, text=request.POST.get("text", ""), id=operation_id(request))
    return done(request, "visit-thread", store=store.code, visit=visit.pk)


@guarded()
@require_GET
def thread_times(request: StaffRequest, store: Store) -> HttpResponse:
    """Show how fast customers were answered in the last seven days, against the time of their level."""
    now = timezone.now()
    counted = response_times(store, now - timedelta(days=DAYS_COUNTED), now)
    levels = dict(Customer.Level.choices)
    rows = [
        {"row": row, "level": levels[row.level], "within": ANSWER_MINUTES[Customer.Level(row.level)]} for row in counted
    ]
    context = {"rows": rows, "days": DAYS_COUNTED, "menu": menu_for(request.user, store)}
    return render(request, "delivery/thread_times.html", context)


def _said(request: StaffRequest) -> str:
    """Return the ready sentences that were chosen, and what was typed after them."""
    parts = [*request.POST.getlist("say"), request.POST.get("text", "").strip()]
    return "\n".join(part for part in parts if part)


def _context(store: Store, visit: Visit, talk: Conversation) -> dict[str, Any]:
    language = visit.customer.language if visit.customer else store.language
    return {
        "visit": visit,
        "talk": talk,
        "lines": talk.lines,
        "name": address(visit) or _("the customer"),
        "language": language,
        "ready_made": quick_answers(visit, language),
        "caller": caller_of(store) if talk.complaint else None,
        "limit": TEXT_LIMIT,
        "now": timezone.now(),
        **top(visit),
    }
