"""Who is expected: a day with its free places, and the one form."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded
from dealership.forms.cleaning import cleaned
from dealership.models import Role, Staff, Store, Vehicle, Work, business_day
from dealership.plates import normalise
from dealership.queries.menu import menu_for
from dealership.queries.staff import people_with
from dealership.requests import StaffRequest
from dealership.views.forms import done, operation_id
from reception.actions import appointments as actions
from reception.forms.appointments import AppointmentForm, CloseForm, DayForm, MoveForm, SlotsForm
from reception.models import Appointment
from reception.queries.appointment_day import day_of
from reception.queries.capacity import free_slots, has_table
from reception.queries.punctuality import DAYS, punctuality


@guarded()
@require_GET
def appointments(request: StaffRequest, store: Store) -> HttpResponse:
    """List a day, today unless another is named."""
    now = timezone.now()
    today = business_day(store, now)
    day = cleaned(DayForm(request.GET))["day"] or today
    context = {
        "page": day_of(store, day, now),
        "today": today,
        "ahead": day >= today,
        "punctuality": punctuality(store, today - timedelta(days=DAYS), today, now=now),
        "menu": menu_for(request.user, store, current="appointments"),
    }
    return render(request, "reception/appointments.html", context)


@guarded(actions.book_plate)
def appointment_new(request: StaffRequest, store: Store) -> HttpResponse:
    """Show and take the form."""
    advisors = [membership.staff for membership in people_with(store, [Role.ADVISOR])]
    if request.method == "POST":
        data = cleaned(AppointmentForm(request.POST, advisors=advisors))
        row = actions.book_plate(store, by=request.user, id=operation_id(request), **data)
        messages.success(request, _("Booked: %(plate)s.") % {"plate": row.vehicle.plate_info.display})
        return done(request, _day_url(store, row))
    initial = {"plate": store.province, "work": "service", "via": "phone", "transport": ""} | request.GET.dict()
    form = AppointmentForm(advisors=advisors, initial=initial)
    menu = menu_for(request.user, store, current="appointments")
    context = {"form": form, "car": _car(request), "menu": menu, **_slots(request, store)}
    return render(request, "reception/appointment_new.html", context)


@guarded()
@require_GET
def appointment_slots(request: StaffRequest, store: Store) -> HttpResponse:
    """Answer day, work and advisor: the free half hours."""
    return render(request, "reception/appointment_slots.html", _slots(request, store))


def _slots(request: StaffRequest, store: Store) -> dict[str, Any]:
    asked, now = SlotsForm(request.GET), timezone.now()
    asked.is_valid()
    given = asked.cleaned_data
    chosen, person = given.get("at"), given.get("advisor")
    soon = timezone.localtime(now + timedelta(days=1)).replace(minute=0, second=0, microsecond=0)
    day = given.get("day") or (business_day(store, chosen) if chosen else soon.date())
    advisor = Staff.objects.filter(pk=person).first() if person else None
    table = has_table(store)
    slots = free_slots(store, day, work=given.get("work") or Work.SERVICE, advisor=advisor, now=now) if table else []
    return {"day": day, "slots": slots, "table": table, "chosen": chosen, "at": chosen or soon}


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
    row = _row(appointment)
    actions.move(row, by=request.user, at=cleaned(MoveForm(request.POST))["at"])
    moved = timezone.localtime(row.at, store.zone)
    messages.success(request, _("Moved to %(time)s.") % {"time": f"{moved:%m-%d %H:%M}"})
    return done(request, _day_url(store, row))


@guarded(actions.confirm)
@require_POST
def appointment_confirm(request: StaffRequest, store: Store, appointment: UUID) -> HttpResponse:
    """Note that the customer said the time again."""
    row = actions.confirm(_row(appointment), by=request.user)
    return done(request, _day_url(store, row))


@guarded(actions.miss)
@require_POST
def appointment_miss(request: StaffRequest, store: Store, appointment: UUID) -> HttpResponse:
    """Note that nobody came."""
    reason = cleaned(CloseForm(request.POST))["reason"]
    return _closed(request, store, actions.miss(_row(appointment), by=request.user, reason=reason))


@guarded(actions.call_off)
@require_POST
def appointment_call_off(request: StaffRequest, store: Store, appointment: UUID) -> HttpResponse:
    """Call an appointment off."""
    reason = cleaned(CloseForm(request.POST))["reason"]
    return _closed(request, store, actions.call_off(_row(appointment), by=request.user, reason=reason))


@guarded(actions.reopen)
@require_POST
def appointment_reopen(request: StaffRequest, store: Store, appointment: UUID) -> HttpResponse:
    """Take back that nobody comes."""
    row = actions.reopen(_row(appointment), by=request.user)
    return done(request, _day_url(store, row))


def _closed(request: StaffRequest, store: Store, row: Appointment) -> HttpResponse:
    undo = reverse("appointment-reopen", kwargs={"store": store.code, "appointment": row.pk})
    said = _("%(plate)s: %(state)s.") % {"plate": row.vehicle.plate_info.display, "state": row.get_state_display()}
    messages.success(request, said, extra_tags=undo)
    return done(request, _day_url(store, row))


def _row(appointment: UUID) -> Appointment:
    rows = Appointment.objects.select_related("store", "customer", "vehicle", "advisor")
    row: Appointment = get_object_or_404(rows, pk=appointment)
    return row


def _day_url(store: Store, row: Appointment) -> str:
    day = business_day(store, row.at)
    return f"{reverse('appointments', kwargs={'store': store.code})}?day={day.isoformat()}"


def _car(request: StaffRequest) -> Vehicle | None:
    plate = normalise(request.GET.get("plate", ""))
    return Vehicle.objects.filter(plate=plate).select_related("owner").first() if len(plate) > 5 else None
