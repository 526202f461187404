"""The store's service intervals."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded
from dealership.forms.cleaning import cleaned
from dealership.models import Store, Vehicle
from dealership.queries.menu import menu_for
from dealership.requests import StaffRequest
from dealership.views.forms import done
from reception.actions.intervals import FIELDS, keep_interval, move_interval_up, remove_interval
from reception.forms.intervals import IntervalForm
from reception.intervals import DEFAULT, DEFAULTS, Interval
from reception.models import ServiceInterval


@guarded()
@require_GET
def intervals(request: StaffRequest, store: Store) -> HttpResponse:
    """List the intervals in the order in which they are asked, and the product's own behind them."""
    energies = dict(Vehicle.Energy.choices)
    rows = list(ServiceInterval.objects.all())
    context = {
        "rows": [(row, [energies[each] for each in row.energies if each in energies], *_words(row)) for row in rows],
        "defaults": [
            *((energies[energy], *_words(rule)) for energy, rule in DEFAULTS.items()),
            (_("All others"), *_words(DEFAULT)),
        ],
        "menu": menu_for(request.user, store, current="store-settings"),
    }
    return render(request, "reception/intervals.html", context)


@guarded(keep_interval)
def interval_new(request: StaffRequest, store: Store) -> HttpResponse:
    """Show and take the form of a new interval."""
    if request.method != "POST":
        return _form(request, store, IntervalForm(initial=DEFAULT._asdict()), None)
    keep_interval(store, by=request.user, **cleaned(IntervalForm(request.POST)))
    return done(request, "intervals", store=store.code)


@guarded(keep_interval)
def interval(request: StaffRequest, store: Store, interval: UUID) -> HttpResponse:
    """Show an interval in its form; change it."""
    row: ServiceInterval = get_object_or_404(ServiceInterval, pk=interval)
    if request.method != "POST":
        return _form(request, store, IntervalForm(initial={name: getattr(row, name) for name in FIELDS}), row)
    keep_interval(store, by=request.user, interval=row, **cleaned(IntervalForm(request.POST)))
    return done(request, "intervals", store=store.code)


@guarded(move_interval_up)
@require_POST
def interval_up(request: StaffRequest, store: Store, interval: UUID) -> HttpResponse:
    """Ask an interval before the one above it."""
    move_interval_up(get_object_or_404(ServiceInterval, pk=interval), by=request.user)
    return done(request, "intervals", store=store.code)


@guarded(remove_interval)
@require_POST
def interval_removed(request: StaffRequest, store: Store, interval: UUID) -> HttpResponse:
    """Take an interval away."""
    remove_interval(get_object_or_404(ServiceInterval, pk=interval), by=request.user)
    return done(request, "intervals", store=store.code)


def _words(rule: ServiceInterval | Interval) -> tuple[str, str]:
    """Return how often, and the first service: 10,000 km or 12 months; a dash where the first is like the others."""
    words = _("%(km)s km or %(months)s months")
    first = "—"
    if rule.first_km is not None or rule.first_months is not None:
        first = words % {"km": f"{rule.first_km or rule.km:,}", "months": rule.first_months or rule.months}
    return words % {"km": f"{rule.km:,}", "months": rule.months}, first


def _form(request: StaffRequest, store: Store, form: IntervalForm, row: ServiceInterval | None) -> HttpResponse:
    context = {"form": form, "interval": row, "menu": menu_for(request.user, store, current="store-settings")}
    return render(request, "reception/interval.html", context)
