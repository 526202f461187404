"""The page that leads to everything a store sets for itself."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dealership.access import guarded
from dealership.models import Store
from dealership.queries.menu import menu_for
from dealership.queries.settings_pages import pages_for
from dealership.requests import StaffRequest


@guarded()
@require_GET
def settings_pages(request: StaffRequest, store: Store) -> HttpResponse:
    """List the pages that this person may open."""
    menu = menu_for(request.user, store, current="store-settings")
    return render(
        request, "dealership/settings_pages.html",
        {"store": store, "menu": menu, "pages": pages_for(request.user, store)},
    )  # fmt: skip
