"""我的下一步: the home of whoever works with cars."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded
from dealership.actions import duty
from dealership.models import Role, Staff, Store
from dealership.queries.board import open_visits
from dealership.queries.menu import menu_for
from dealership.queries.next import my_cars, next_steps
from dealership.queries.staff import memberships_in, turn_of
from dealership.requests import StaffRequest
from dealership.views.forms import done


@guarded()
@require_GET
def next_steps_page(request: StaffRequest, store: Store) -> HttpResponse:
    """Show at most six lines, one button each; above them the chips of my open cars."""
    menu = menu_for(request.user, store, current="next")
    return render(request, "dealership/next.html", lines_of(request, store) | {"menu": menu})


@guarded()
@require_GET
def next_lines(request: StaffRequest, store: Store) -> HttpResponse:
    """Answer the poll with the lines."""
    return render(request, "dealership/next_lines.html", lines_of(request, store))


def lines_of(request: StaffRequest, store: Store) -> dict[str, Any]:
    """Return the context of the lines."""
    staff: Staff = request.user  # type: ignore[assignment]
    now = timezone.now()
    return {
        "steps": next_steps(store, staff, now=now),
        "cars": my_cars(store, staff),
        "in_house": open_visits(store).count(),
        "on_duty": any(membership.on_duty_since for membership in memberships_in(staff, store)),
        "turn": turn_of(staff, store),
        "advisor": any(membership.role == Role.ADVISOR for membership in memberships_in(staff, store)),
        "now": now,
    }


@guarded(duty.set_on_duty)
@require_POST
def on_duty(request: StaffRequest, store: Store) -> HttpResponse:
    """Sign in or out for today."""
    duty.set_on_duty(store, by=request.user, on=request.POST.get("on") == "1")
    return done(request, "next", store=store.code)
