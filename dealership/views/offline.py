"""The list of pages that a tablet keeps for the person who holds it."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import get_language
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from dealership import wiring
from dealership.access import guarded, may
from dealership.actions.visits import take
from dealership.models import Store
from dealership.queries.menu import home_of
from dealership.queries.offline import KeptPage, stage_url, tag_of, visit_pages, visit_tags, visits_kept
from dealership.requests import StaffRequest
from dealership.version import app_version
from dealership.views.stage import guard_of


@guarded()
@require_GET
@ensure_csrf_cookie  # pages from the tablet's own cache bring none, and what waits there cannot go out without it
def offline_pages(request: StaffRequest, store: Store) -> HttpResponse:
    """Return {"version", "owner", "age", "start", "pages": [{"url", "tag"}], "homes": {address: where it leads}}.

    `age`: seconds since the login, by the server's clock; `start`: 我的下一步.
    """
    same = (app_version(), get_language(), request.user.pk)
    visits = visits_kept(store, request.user) if may(request.user, store, take) else []
    tags = visit_tags(store, visits, *same)
    start = reverse("next", kwargs={"store": store.code})
    homes = {reverse("home"): start} if home_of(request.user, store) == "next" else {}
    pages = [KeptPage(start, tag_of(*same, sorted(tags.values())))]
    for visit in visits:
        pages += visit_pages(visit, tags[visit.pk])
        homes[reverse("visit", kwargs={"store": store.code, "visit": visit.pk})] = stage_url(visit)
    pages += [KeptPage(url, tag_of(*same)) for url in fixed_pages(request, store)]
    pages += [KeptPage(url, tag_of(*same, facts)) for url, facts in todays_pages(request, store)]
    listed = [{"url": page.url, "tag": page.tag} for page in pages]
    since = request.user.last_login
    age = (timezone.now() - since).total_seconds() if since else 0
    answer = {
        "version": app_version(), "owner": str(request.user.pk), "age": age, "start": start,
        "pages": listed, "homes": homes,
    }  # fmt: skip
    response = JsonResponse(answer)
    response["Cache-Control"] = "no-store"
    return response


def fixed_pages(request: StaffRequest, store: Store) -> list[str]:
    """Return the addresses that need no visit, as far as this person may open them."""
    where = {"store": store.code}
    urls = [reverse(name, kwargs=where) + query for name, query in wiring.OFFLINE_PAGES]
    return [
        reverse("offline-page"),
        *(url for url in urls if may(request.user, store, guard_of(url.partition("?")[0]))),
    ]


def todays_pages(request: StaffRequest, store: Store) -> list[tuple[str, Any]]:
    """Return the addresses that change from day to day, with what their content depends on, as far as one may."""
    now = timezone.now()
    found = [each for path in wiring.KEPT_PAGES for each in import_string(path)(store, request.user, now)]
    return [(url, facts) for url, facts in found if may(request.user, store, guard_of(url))]
