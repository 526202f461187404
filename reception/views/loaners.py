"""Loaner cars: the store's list, the calendar, a car set aside, moved or called off."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded
from dealership.forms.cleaning import cleaned
from dealership.models import Customer, Store, Vehicle, Visit, business_day
from dealership.plates import describe, normalise
from dealership.queries.menu import menu_for
from dealership.refused import Refused
from dealership.requests import StaffRequest
from dealership.views.forms import done, operation_id
from reception.actions import loaners as actions
from reception.forms.loaners import CarForm, ChangeForm, LoanForm, PeriodForm
from reception.models import Appointment, Loan, LoanerCar
from reception.queries.loan_calendar import DAYS, calendar
from reception.queries.loaners import cars_of, free_cars, live_loan, loan_of_visit, next_free, wants_loaner, wishes

BEFORE, WEEK = timedelta(days=1), timedelta(days=7)
USUAL_LENGTH = timedelta(hours=8)


def the_loan(loan: UUID) -> Loan:
    """Return a loan of the open store with car, customer and visit; 404 where there is none."""
    rows = Loan.objects.select_related(
        "store", "car__store", "customer", "visit__vehicle", "appointment__visit", "appointment__vehicle", "out_by",
        "back_by",
    )  # fmt: skip
    found: Loan = get_object_or_404(rows, pk=loan)
    return found


@guarded()
@require_GET
def loaners(request: StaffRequest, store: Store) -> HttpResponse:
    """Show the calendar: 14 days of all cars, and who wants one."""
    now = timezone.now()
    today = business_day(store, now)
    first = _day(request.GET.get("from", "")) or today - BEFORE
    context = {
        "rows": calendar(store, first, now=now), "days": [first + timedelta(days=n) for n in range(DAYS)],
        "today": today, "now": now, "wishes": wishes(store, now), "earlier": first - WEEK, "later": first + WEEK,
        "moved": first != today - BEFORE, "menu": menu_for(request.user, store, current="loaners"),
    }  # fmt: skip
    return render(request, "reception/loaners.html", context)


@guarded(actions.keep_car)
def loaner_cars(request: StaffRequest, store: Store) -> HttpResponse:
    """Show the cars that the store lends; enter one, or change it."""
    if request.method == "POST":
        known = request.POST.get("car", "")
        car: LoanerCar | None = get_object_or_404(LoanerCar, pk=_uuid(known)) if known else None
        data = cleaned(CarForm(request.POST))
        row = actions.keep_car(store, by=request.user, car=car, **data)
        messages.success(request, _("Kept: %(plate)s.") % {"plate": describe(row.plate).display})
        return done(request, "loaner-cars", store=store.code)
    cars = [
        {"car": car, "plate": describe(car.plate), "form": CarForm(initial=_values(car), auto_id=f"{car.pk}-%s")}
        for car in cars_of(store, active=False)
    ]  # fmt: skip
    context = {
        "cars": cars, "form": CarForm(initial={"plate": store.province, "active": True}),
        "menu": menu_for(request.user, store, current="store-settings"),
    }  # fmt: skip
    return render(request, "reception/loaner_cars.html", context)


def _values(car: LoanerCar) -> dict[str, Any]:
    return {name: getattr(car, name) for name in ("plate", "model", "mileage", "deposit", "note", "active")}


@guarded(actions.set_aside)
def loan_new(request: StaffRequest, store: Store) -> HttpResponse:
    """Show and take the form that sets a car aside, for an appointment, a visit, or a customer found by plate."""
    whom = _whom(request.POST if request.method == "POST" else request.GET)
    if request.method == "POST":
        data = cleaned(LoanForm(request.POST))
        customer = whom["customer"] or _customer(data["plate"])
        loan = actions.set_aside(
            data["car"], customer=customer, since=data["since"], until=data["until"], by=request.user,
            visit=whom["visit"], appointment=whom["appointment"], id=operation_id(request),
        )  # fmt: skip
        messages.success(request, _("%(plate)s is set aside.") % {"plate": describe(loan.car.plate).display})
        return done(request, "loan", store=store.code, loan=loan.pk)
    if known := live_loan(whom["appointment"], whom["visit"]):
        return redirect("loan", store=store.code, loan=known.pk)
    since, until = _usual_time(store, request, whom)
    form = LoanForm(initial={"since": since, "until": until, "plate": store.province})
    context = {
        **whom, "form": form, **_offered(store, since, until), "chosen": request.GET.get("car", ""),
        "menu": menu_for(request.user, store, current="loaners"),
    }  # fmt: skip
    return render(request, "reception/loan_new.html", context)


@guarded()
@require_GET
def loan_cars(request: StaffRequest, store: Store) -> HttpResponse:
    """Answer the fields of time: which cars are free then."""
    moments = PeriodForm(request.GET).moments()
    if moments is None:
        return HttpResponse(status=204)
    key = _uuid(request.GET.get("loan", ""))
    but = Loan.objects.filter(pk=key).first() if key else None
    context = _offered(store, *moments, but=but) | {"chosen": request.GET.get("car", "")}
    return render(request, "reception/parts/loan_choices.html", context)


@guarded(actions.change)
@require_POST
def loan_change(request: StaffRequest, store: Store, loan: UUID) -> HttpResponse:
    """Agree on another time or car."""
    row = the_loan(loan)
    data = cleaned(ChangeForm(request.POST))
    actions.change(row, by=request.user, until=data["until"], since=data["since"], car=data["car"])
    messages.success(request, _("The new time is kept."))
    return done(request, "loan", store=store.code, loan=row.pk)


@guarded(actions.call_off)
@require_POST
def loan_call_off(request: StaffRequest, store: Store, loan: UUID) -> HttpResponse:
    """Give the car free again."""
    actions.call_off(the_loan(loan), by=request.user)
    messages.success(request, _("Called off, the car is free again."))
    return done(request, "loaners", store=store.code)


@guarded()
@require_GET
def visit_loaner(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Show the loaner beside a visit; nothing where nobody wants one."""
    loan = loan_of_visit(visit)
    if loan is None and not wants_loaner(visit):
        return HttpResponse(status=204)
    context = {"visit": visit, "loan": loan, "now": timezone.now()}
    return render(request, "reception/loan_panel.html", context)


def _offered(store: Store, since: datetime, until: datetime, *, but: Loan | None = None) -> dict[str, Any]:
    """Return all cars, the free ones first; where none is free, the next one and from when."""
    now = timezone.now()
    free = {car.pk for car in free_cars(store, since, until, now=now, but=but)}
    rows = [{"car": car, "plate": describe(car.plate), "free": car.pk in free} for car in cars_of(store)]
    soonest = None if free else next_free(store, since, until - since, now=now, but=but)
    return {"choices": sorted(rows, key=lambda row: not row["free"]), "soonest": soonest}


def _whom(given: QueryDict) -> dict[str, Any]:
    """Return whom the car is for: the customer of an appointment or visit that the address names."""
    appointment: Appointment | None = None
    visit: Visit | None = None
    if key := _uuid(given.get("appointment", "")):
        appointment = get_object_or_404(Appointment.objects.select_related("customer", "vehicle", "visit"), pk=key)
        visit = appointment.visit
    elif key := _uuid(given.get("visit", "")):
        visit = get_object_or_404(Visit.objects.select_related("customer", "vehicle"), pk=key)
    customer = appointment.customer if appointment else visit.customer if visit else None
    vehicle = appointment.vehicle if appointment else visit.vehicle if visit else None
    return {"appointment": appointment, "visit": visit, "customer": customer, "vehicle": vehicle}


def _customer(plate: str) -> Customer:
    """Return the owner of the car with this plate, else refuse."""
    car = Vehicle.objects.filter(plate=normalise(plate)).exclude(owner=None).select_related("owner").first()
    if car is None or car.owner is None:
        sentence = _("No customer with this plate is known. Book an appointment or receive the car first.")
        raise Refused(sentence, "loan.customer", field="plate")
    return car.owner


def _usual_time(store: Store, request: StaffRequest, whom: dict[str, Any]) -> tuple[datetime, datetime]:
    """Return from and until as they are most likely meant, in the store's time."""
    now = timezone.localtime(timezone.now())
    soon = now.replace(minute=now.minute // 5 * 5, second=0, microsecond=0)
    day = _day(request.GET.get("day", ""))
    if whom["appointment"] and whom["appointment"].at > now:
        soon = timezone.localtime(whom["appointment"].at)
    elif day and day > now.date():
        soon = datetime.combine(day, datetime.min.time().replace(hour=9), store.zone)
    ready = whom["visit"].ready_due if whom["visit"] else None
    until = timezone.localtime(ready) if ready and ready > soon else soon + USUAL_LENGTH
    return soon, until


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
