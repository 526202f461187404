"""The page for the cars of tomorrow."""

from datetime import timedelta
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded, may
from dealership.forms.cleaning import cleaned
from dealership.models import Store, business_day
from dealership.queries.menu import menu_for
from dealership.requests import StaffRequest
from dealership.views.forms import done
from reception.actions.preparation import prepare
from reception.forms.appointments import DayForm
from reception.forms.preparation import PreparationForm
from reception.models import Appointment
from reception.queries.preparation import preparation_of


@guarded()
@require_GET
def preparation(request: StaffRequest, store: Store) -> HttpResponse:
    """List the booked cars of a day, tomorrow's unless another is named."""
    today = business_day(store, timezone.now())
    day = cleaned(DayForm(request.GET))["day"] or today + timedelta(days=1)
    cars = preparation_of(store, day)
    context = {
        "cars": cars,
        "done": sum(car.done for car in cars),
        "day": day,
        "days": [today + timedelta(days=number) for number in range(4)],
        "today": today,
        "may_edit": may(request.user, store, prepare),
        "menu": menu_for(request.user, store, current="appointments"),
    }
    return render(request, "reception/preparation.html", context)


@guarded(prepare)
@require_POST
def prepared(request: StaffRequest, store: Store, appointment: UUID) -> HttpResponse:
    """Note what is done for one car."""
    row: Appointment = get_object_or_404(Appointment.objects.select_related("store"), pk=appointment)
    prepare(row, by=request.user, **cleaned(PreparationForm(request.POST)))
    day = business_day(store, row.at)
    return done(request, f"{reverse('preparation', kwargs={'store': store.code})}?day={day.isoformat()}")
