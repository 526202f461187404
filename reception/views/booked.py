"""What a phone has booked: seen, kept in a calendar, moved, called off. All behind the code."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dealership.models import Store, business_day
from dealership.refused import Refused
from reception.actions.booking import call_off_own, move_own
from reception.actions.phone_codes import send_code
from reception.models import Appointment, PhoneCode
from reception.queries.booking import bookable, days_of, moment_in, own_appointments, reachable, words_of
from reception.queries.booking_calendar import calendar
from reception.views.booking_store import of_phone, of_store, remember


@of_store
@require_safe
@of_phone
def booking_done(request: HttpRequest, store: Store, row: PhoneCode) -> HttpResponse:
    """Show what this phone has booked: when, where, with whom, what to bring."""
    rows = own_appointments(row)
    fresh = next((one for one in rows if one.pk == row.appointment_id), None)
    context = {
        "store": store, "rows": [(one, words_of(one.work)) for one in rows], "fresh": fresh,
        "off": "off" in request.GET, "bookable": bookable(store),
    }  # fmt: skip
    return render(request, "reception/booking_done.html", context)


@of_store
@require_safe
@of_phone
def booking_calendar(request: HttpRequest, store: Store, row: PhoneCode, appointment: UUID) -> HttpResponse:
    """Give the appointment as a calendar file."""
    text = calendar(_own(row, appointment), now=timezone.now())
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{store.code}.ics"'
    return response


@of_store
@require_http_methods(("GET", "HEAD", "POST"))
@of_phone
def booking_move(request: HttpRequest, store: Store, row: PhoneCode, appointment: UUID) -> HttpResponse:
    """Show the free half hours, take another one."""
    found = _own(row, appointment)
    if request.method != "POST":
        return _times(request, found, wanted=request.GET.get("day", f"{business_day(store, found.at)}"))
    at = moment_in(store, request.POST.get("at", ""))
    try:
        move_own(row, found, at=at or found.at)
    except Refused as refused:
        return _times(request, found, wanted=request.POST.get("at", "")[:10], refused=refused)
    return _to("booking-done", store)


@of_store
@require_POST
@of_phone
def booking_off(request: HttpRequest, store: Store, row: PhoneCode, appointment: UUID) -> HttpResponse:
    """Call the appointment off."""
    call_off_own(row, _own(row, appointment))
    return HttpResponseRedirect(resolve_url("booking-done", code=store.code) + "?off", status=303)


@of_store
@require_http_methods(("GET", "HEAD", "POST"))
def booking_mine(request: HttpRequest, store: Store) -> HttpResponse:
    """Ask for the phone and send it a code, so that it sees what it has booked."""
    if not reachable(store):
        return render(request, "reception/booking_none.html", {"store": store})
    refused = None
    if request.method == "POST":
        language = get_language() or store.language
        try:
            row = send_code(store, phone=request.POST.get("phone", ""), booking={}, language=language)
        except Refused as error:
            refused = error
        else:
            return remember(_to("booking-code", store), row)
    context = {"store": store, "refused": refused, "phone": request.POST.get("phone", "")}
    return render(request, "reception/booking_mine.html", context, status=422 if refused else 200)


def _times(
    request: HttpRequest, appointment: Appointment, *, wanted: str, refused: Refused | None = None
) -> HttpResponse:
    store = appointment.store
    days = days_of(store, work=appointment.work, advisor=appointment.advisor, wanted=wanted, now=timezone.now())
    context = {"store": store, "appointment": appointment, "days": days, "refused": refused}
    return render(request, "reception/booking_move.html", context, status=422 if refused else 200)


def _own(row: PhoneCode, pk: UUID) -> Appointment:
    found = next((one for one in own_appointments(row) if one.pk == pk), None)
    if found is None:
        raise Http404
    return found


def _to(name: str, store: Store) -> HttpResponse:
    return HttpResponseRedirect(resolve_url(name, code=store.code), status=303)
