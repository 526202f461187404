"""The message centre: what went to whom and how it stands."""

from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from dealership.access import guarded
from dealership.models import Store, business_day
from dealership.queries.menu import menu_for
from dealership.queries.message_centre import GROUPS, Filter, message_centre
from dealership.queries.message_words import KIND_WORDS
from dealership.queries.staff import roles_in
from dealership.requests import StaffRequest
from dealership.rights import K, M, S


@guarded()
@require_GET
def centre(request: StaffRequest, store: Store) -> HttpResponse:
    """Show the latest messages, filtered by state, kind and day, a page at a time."""
    wanted = _filter(request)
    full = bool(roles_in(request.user, store) & {S, M, K})
    context = {
        "centre": message_centre(store, wanted, full_numbers=full, now=timezone.now()),
        "wanted": wanted, "groups": list(GROUPS), "kinds": KIND_WORDS.items(),
        "today": business_day(store, timezone.now()), "query": _query(request),
        "menu": menu_for(request.user, store, current="message-centre"),
    }  # fmt: skip
    return render(request, "dealership/message_centre.html", context)


def _filter(request: StaffRequest) -> Filter:
    """Read the filter; what is nonsense asks for everything."""
    asked = request.GET
    try:
        day = date.fromisoformat(asked.get("day", ""))
    except ValueError:
        day = None
    try:
        before = UUID(asked.get("before", ""))
    except ValueError:
        before = None
    return Filter(asked.get("state", ""), asked.get("kind", ""), day, before)


def _query(request: StaffRequest) -> str:
    """Return the filter as it stands in the address, without the page."""
    kept = request.GET.copy()
    kept.pop("before", None)
    return kept.urlencode()
