"""Who is expected: the list of days and the one form."""

from datetime import timedelta
from itertools import groupby
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded
from dealership.forms.cleaning import cleaned
from dealership.models import Role, Store, Vehicle, business_day
from dealership.plates import normalise
from dealership.queries.menu import menu_for
from dealership.queries.staff import people_with
from dealership.requests import StaffRequest
from dealership.views.forms import done, operation_id
from reception.actions import appointments as actions
from reception.forms.appointments import AppointmentForm, MoveForm
from reception.models import Appointment
from reception.queries.appointments import AHEAD, of_days


@guarded()
@require_GET
def appointments(request: StaffRequest, store: Store) -> HttpResponse:
    """List today and the next days."""
    today = business_day(store, timezone.now())
    rows = of_days(store, today, today + AHEAD)
    days = [(day, list(some)) for day, some in groupby(rows, key=lambda row: business_day(store, row.at))]
    context = {"days": days, "today": today, "menu": menu_for(request.user, store, current="appointments")}
    return render(request, "reception/appointments.html", context)


@guarded(actions.book_plate)
def appointment_new(request: StaffRequest, store: Store) -> HttpResponse:
    """Show and take the form."""
    advisors = [membership.staff for membership in people_with(store, [Role.ADVISOR])]
    if request.method == "POST":
        data = cleaned(AppointmentForm(request.POST, advisors=advisors))
        row = actions.book_plate(store, by=request.user, id=operation_id(request), **data)
        messages.success(request, _("Booked: %(plate)s.") % {"plate": row.vehicle.plate_info.display})
        return done(request, "appointments", store=store.code)
    soon = timezone.localtime(timezone.now() + timedelta(days=1)).replace(minute=0, second=0, microsecond=0)
    form = AppointmentForm(
        advisors=advisors, initial={"at": soon, "plate": request.GET.get("plate", store.province), "work": "service"}
    )
    context = {"form": form, "car": _car(request), "menu": menu_for(request.user, store, current="appointments")}
    return render(request, "reception/appointment_new.html", context)


@guarded()
@require_GET
def appointment_car(request: StaffRequest, store: Store) -> HttpResponse:
    """Answer the plate field: the known customer, or the fields of a new one."""
    return render(
        request, "reception/appointment_customer.html", {"car": _car(request), "form": AppointmentForm(advisors=[])}
    )


@guarded(actions.move)
@require_POST
def appointment_move(request: StaffRequest, store: Store, appointment: UUID) -> HttpResponse:
    """Agree on another time."""
    rows = Appointment.objects.select_related("store", "customer", "vehicle", "advisor")
    row: Appointment = get_object_or_404(rows, pk=appointment)
    actions.move(row, by=request.user, at=cleaned(MoveForm(request.POST))["at"])
    return done(request, "appointments", store=store.code)


@guarded(actions.miss)
@require_POST
def appointment_miss(request: StaffRequest, store: Store, appointment: UUID) -> HttpResponse:
    """Note that nobody came."""
    actions.miss(get_object_or_404(Appointment, pk=appointment), by=request.user)
    return done(request, "appointments", store=store.code)


@guarded(actions.call_off)
@require_POST
def appointment_call_off(request: StaffRequest, store: Store, appointment: UUID) -> HttpResponse:
    """Call an appointment off."""
    actions.call_off(get_object_or_404(Appointment, pk=appointment), by=request.user)
    return done(request, "appointments", store=store.code)


def _car(request: StaffRequest) -> Vehicle | None:
    plate = normalise(request.GET.get("plate", ""))
    return Vehicle.objects.filter(plate=plate).select_related("owner").first() if len(plate) > 5 else None
