"""The conversation on the customer's page: ask, read the answer, say that you are not satisfied."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from dealership.models import CustomerLink
from dealership.queries.links import Life, life_of
from dealership.refused import Refused
from dealership.views.forms import operation_id
from dealership.views.links import from_link
from delivery.actions.thread import ask, not_satisfied
from delivery.queries.thread import TEXT_LIMIT, caller_of, conversation_of, moment_words


@require_http_methods(["GET", "HEAD", "POST"])
@from_link
def link_thread(request: HttpRequest, link: CustomerLink) -> HttpResponse:
    """Show the conversation: a section of the customer's page, its lines alone (`?lines`), or a page; POST asks."""
    public = request.resolver_match.kwargs["public"]  # type: ignore[union-attr]
    alone = request.path == reverse("link-thread", kwargs={"public": public})
    if request.method == "POST":
        return _asked(request, link, public)
    context = _context(link, public, alone=alone)
    if "lines" in request.GET:
        return render(request, "delivery/link_thread_lines.html", context)
    return render(request, "delivery/link_thread_page.html" if alone else "delivery/link_thread.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@from_link(documents=True)
def link_not_satisfied(request: HttpRequest, link: CustomerLink) -> HttpResponse:
    """Show the way for somebody who is not satisfied, as long as the link shows anything; POST notes it."""
    public = request.resolver_match.kwargs["public"]  # type: ignore[union-attr]
    if request.method != "POST":
        return render(request, "delivery/link_unhappy_page.html", _context(link, public, alone=True))
    try:
        not_satisfied(link, text=_text(request), id=operation_id(request))
    except Refused as refused:
        context = _context(link, public, alone=True) | {"refused": refused, "typed": _text(request)}
        return render(request, "delivery/link_unhappy_page.html", context, status=422)
    whole = life_of(link, now=timezone.now()) == Life.OPEN
    return _see(reverse("customer", kwargs={"public": public}) + "#help" if whole else request.path)


def _asked(request: HttpRequest, link: CustomerLink, public: UUID) -> HttpResponse:
    """Lead back to the page; a refusal comes back on the conversation's own page with what was typed."""
    try:
        ask(link, text=_text(request), id=operation_id(request))
    except Refused as refused:
        context = _context(link, public, alone=True) | {"refused": refused, "typed": _text(request)}
        return render(request, "delivery/link_thread_page.html", context, status=422)
    return _see(reverse("customer", kwargs={"public": public}) + "#thread")


def _see(url: str) -> HttpResponse:
    return HttpResponseRedirect(url, status=303)


def _text(request: HttpRequest) -> str:
    return request.POST.get("text", "")


def _context(link: CustomerLink, public: UUID, *, alone: bool) -> dict[str, Any]:
    visit, now = link.visit, timezone.now()
    talk = conversation_of(visit)
    due = talk.complaint.answer_due_at if talk.complaint else None
    return {
        "visit": visit, "public": public, "talk": talk, "lines": talk.lines, "alone": alone, "now": now,
        "limit": TEXT_LIMIT, "caller": caller_of(visit.store) if talk.complaint else None,
        "call_at": moment_words(due, visit.store, now) if due else "", "call_late": bool(due and due < now),
        "reachable": bool(visit.customer and visit.customer.phone),
    }  # fmt: skip
