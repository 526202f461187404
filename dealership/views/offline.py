"""The list of pages that a tablet keeps for the person who holds it."""

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from dealership import wiring
from dealership.access import guarded, may
from dealership.actions.visits import take
from dealership.models import Store
from dealership.queries.offline import KeptPage, stage_url, tag_of, visit_pages, visit_tags, visits_kept
from dealership.requests import StaffRequest
from dealership.version import app_version
from dealership.views.stage import guard_of


@guarded()
@require_GET
def offline_pages(request: StaffRequest, store: Store) -> HttpResponse:
    """Return {"version", "owner", "pages": [{"url", "tag"}], "homes": {address: where it leads}}."""
    same = (app_version(), get_language(), request.user.pk)
    fixed = tag_of(*same)
    pages = [KeptPage(url, fixed) for url in fixed_pages(request, store)]
    homes = {reverse("home"): reverse("next", kwargs={"store": store.code})}
    visits = visits_kept(store, request.user) if may(request.user, store, take) else []
    tags = visit_tags(store, visits, *same)
    for visit in visits:
        pages += visit_pages(visit, tags[visit.pk])
        homes[reverse("visit", kwargs={"store": store.code, "visit": visit.pk})] = stage_url(visit)
    listed = [{"url": page.url, "tag": page.tag} for page in pages]
    answer = {"version": app_version(), "owner": str(request.user.pk), "pages": listed, "homes": homes}
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
