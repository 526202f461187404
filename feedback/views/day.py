"""The manager's page of a day."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from dealership.access import guarded
from dealership.models import Role, Staff, Store, business_day
from dealership.queries.menu import menu_for
from dealership.queries.staff import roles_in
from dealership.requests import StaffRequest
from feedback.queries.day import scored_people
from feedback.queries.page import Whose, day_page
from feedback.queries.progress import day_tag
from feedback.queries.score_settings import weights_of
from feedback.queries.tabs import tabs_for

SEES_ALL = frozenset({Role.SUPERVISOR, Role.MANAGER, Role.CHAIN})
"""Who sees everybody's figures; the others see their own (docs/roles.md)."""


@guarded()
@require_GET
def today(request: StaffRequest, store: Store) -> HttpResponse:
    """Lead to today's page."""
    return redirect("scores", store=store.code, day=business_day(store, timezone.now()))


@guarded()
@require_GET
def day(request: StaffRequest, store: Store, day: date) -> HttpResponse:
    """Show the touchpoints of a day; without a right to all, one's own."""
    now = business_day(store, timezone.now())
    if day > now:
        return redirect("scores-today", store=store.code)
    whose = whose_of(request, store, day)
    if whose.advisor and "advisor" not in request.GET:
        return redirect(whose.url("scores"))
    context = day_page(whose, by=request.user, today=now) | frame_of(request, whose, now)
    return render(request, "feedback/day.html", context)


@guarded()
@require_GET
def live(request: StaffRequest, store: Store, day: date) -> HttpResponse:
    """Answer the poll of today's page: 304 while nothing has changed, else what has."""
    whose = whose_of(request, store, day)
    tag = f'"{day_tag(store, day, query=whose.query, language=get_language() or "")}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified()
    context = day_page(whose, by=request.user, today=business_day(store, timezone.now()))
    response = render(request, "feedback/day_live.html", context)
    # The page's own script sends the tag: the browser's conditional requests would swap every time.
    response["Cache-Control"] = "no-store"
    response["X-Tag"] = tag
    return response


@guarded()
@require_GET
def help_sheet(request: StaffRequest, store: Store) -> HttpResponse:
    """Say how the figures are made (sheet)."""
    return render(request, "feedback/help.html", {"weights": weights_of(store)})


def whose_of(request: StaffRequest, store: Store, day: date) -> Whose:
    """Return whose figures the URL asks for: 404 for an unknown person, 403 for somebody else's."""
    staff: Staff = request.user  # type: ignore[assignment]
    username = request.GET.get("advisor", "")
    if not SEES_ALL & roles_in(staff, store):
        if username not in ("", staff.username):
            raise PermissionDenied
        return Whose(store, day, staff)
    if not username:
        return Whose(store, day)
    advisor = Staff.objects.filter(username=username, memberships__store=store).first()
    if advisor is None:
        raise Http404
    return Whose(store, day, advisor)


def frame_of(request: StaffRequest, whose: Whose, today: date) -> dict[str, Any]:
    """Return what stands around the figures: menu, days before and after, the advisors to choose from."""
    staff: Staff = request.user  # type: ignore[assignment]
    sees_all = bool(SEES_ALL & roles_in(staff, whose.store))
    before = Whose(whose.store, date.fromordinal(whose.day.toordinal() - 1), whose.advisor)
    after = Whose(whose.store, date.fromordinal(whose.day.toordinal() + 1), whose.advisor)
    return {
        "menu": menu_for(staff, whose.store, current="scores-today"),
        "tabs": tabs_for(staff, whose.store, current="scores-today"),
        "before_url": before.url("scores"),
        "after_url": after.url("scores") if after.day <= today else "",
        "people": scored_people(whose.day) if sees_all else [whose.advisor],
        "sees_all": sees_all,
        "chain": Role.CHAIN in roles_in(staff, whose.store),
    }
