"""The board: cars by stage, the most urgent first, refreshed without a reload."""

from typing import Any

from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from dealership.access import guarded
from dealership.models import Staff, Store
from dealership.queries.board import board_cars, board_tag, columns, open_visits, risks
from dealership.queries.menu import menu_for
from dealership.queries.next import NextStep, next_steps
from dealership.requests import StaffRequest


@guarded()
@require_GET
def board(request: StaffRequest, store: Store) -> HttpResponse:
    """Show the page: header, search, and the cards as they are now."""
    context = cards_of(request, store) | {"menu": menu_for(request.user, store, current="board"), "now": timezone.now()}
    return render(request, "dealership/board.html", context)


@guarded()
@require_GET
def board_cards(request: StaffRequest, store: Store) -> HttpResponse:
    """Answer the poll: 304 while nothing has changed, else the cards."""
    tag = f'"{board_tag(store, staff=request.user, now=timezone.now(), query=request.GET.urlencode())}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified()
    response = render(request, "dealership/board_cards.html", cards_of(request, store))
    # The page's own script sends the tag: the browser's conditional requests would swap every time.
    response["Cache-Control"] = "no-store"
    response["X-Board-Tag"] = tag
    return response


def cards_of(request: StaffRequest, store: Store) -> dict[str, Any]:
    """Return the context of the cards: lanes, risks, the one next step."""
    now = timezone.now()
    staff: Staff = request.user  # type: ignore[assignment]
    search = request.GET.get("q", "").strip()[:40]
    everybody = list(open_visits(store))
    mine = [visit for visit in everybody if visit.advisor_id == staff.pk or visit.offered_to_id == staff.pk]
    only_mine = request.GET.get("mine") == "1"
    shown = (
        list(open_visits(store, advisor=staff if only_mine else None, search=search))
        if search or only_mine
        else everybody
    )
    cars = board_cars(store, shown, now=now)
    hero = next(iter(next_steps(store, staff, now=now)), None)
    return {
        "lanes": columns(store, cars, staff=staff, now=now),
        "risks": risks(store, cars, now=now),
        "hero": hero,
        # The board's hero leads to the page: a poll must not carry a form (and its token).
        "hero_url": _hero_url(store, hero) if hero else "",
        "mine": only_mine,
        "mine_count": len(mine),
        "all_count": len(everybody),
        "search": search,
        "found": len(shown),
    }


def _hero_url(store: Store, hero: NextStep) -> str:
    if hero.post:
        return reverse("next", kwargs={"store": store.code})
    return reverse("visit", kwargs={"store": store.code, "visit": hero.visit.pk}) if hero.visit else hero.url
