"""A form that comes as a sheet from below, and as a page of its own without script."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from dealership.models import Visit
from dealership.queries.menu import menu_for
from dealership.requests import StaffRequest
from dealership.views.stage import top


def sheet(request: StaffRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Render `template` alone where htmx asks for it, else inside a page; `context` holds the visit."""
    visit: Visit = context["visit"]
    partial = request.htmx and not request.htmx.boosted
    # Inside another sheet (a gate's) the head is there already.
    context = context | {"head": partial and request.htmx.target == "sheet", "sheet_template": template}
    if partial:
        return render(request, template, context)
    menu = menu_for(request.user, visit.store)
    return render(request, "inspection/sheet_page.html", context | top(visit) | {"menu": menu})
