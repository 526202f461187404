"""The figures of a period, what each means, and the visits behind it."""

from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from dealership.access import guarded
from dealership.models import Staff, Store, business_day
from dealership.queries.menu import menu_for
from dealership.queries.staff import roles_in
from dealership.requests import StaffRequest
from feedback.figures import FIGURES
from feedback.periods import DAY, KINDS, MONTH, Period, period_of
from feedback.queries.figure_down import behind
from feedback.queries.figure_words import shown
from feedback.queries.figures import figures_of
from feedback.queries.figures_page import address, figures_page
from feedback.queries.measures.cut import Cut
from feedback.queries.measures.down import SHOWN, WAYS
from feedback.queries.period_words import kind_name, period_name, than_before
from feedback.queries.periods import Span
from feedback.queries.tabs import tabs_for
from feedback.views.day import SEES_ALL
from feedback.views.periods import moved_to, people_of, span_of

TAB = "figures-today"
PAGES = ("figures", "people", "compare")


@guarded()
@require_GET
def this_month(request: StaffRequest, store: Store) -> HttpResponse:
    """Lead to the running month."""
    return redirect(period_of(MONTH, business_day(store, timezone.now())).url("figures", store))


@guarded()
@require_GET
def figures(request: StaffRequest, store: Store, kind: str, day: date) -> HttpResponse:
    """Show every figure of a period with its n, interval, change and the way down."""
    now = timezone.now()
    span = span_of(request, store, period_in(kind, day))
    if to := elsewhere(request, span, day, "figures"):
        return redirect(to)
    context = figures_page(span, now=now) | frame_of(request, span, "figures")
    return render(request, "feedback/figures.html", context)


@guarded()
@require_GET
def figure_visits(request: StaffRequest, store: Store, kind: str, day: date, figure: str) -> HttpResponse:
    """Show the visits behind a figure, those that count against it first."""
    if figure not in WAYS:
        raise Http404
    now = timezone.now()
    span = span_of(request, store, period_in(kind, day))
    if to := elsewhere(request, span, day, "figure-visits", figure=figure):
        return redirect(to)
    cut = Cut(store, span.period, now, span.advisor)
    lines, of = behind(cut, figure)
    known = FIGURES[figure]
    measured = figures_of(store, span.period, advisor=span.advisor, now=now)[figure]
    context: dict[str, Any] = {
        "figure": known,
        "shown": shown(known, measured),
        "than_before": than_before(cut.before),
        "lines": lines,
        "of": of,
        "most": SHOWN,
        "back_url": span.url("figures"),
    }
    context |= frame_of(request, span, "figure-visits", figure=figure)
    return render(request, "feedback/figure_visits.html", context)


@guarded()
@require_GET
def figure_help(request: StaffRequest, store: Store, figure: str) -> HttpResponse:
    """Say how a figure is made (sheet)."""
    if figure not in FIGURES:
        raise Http404
    return render(request, "feedback/figure_help.html", {"figure": FIGURES[figure]})


def period_in(kind: str, day: date) -> Period:
    """Return the period of an address; 404 for a kind that there is not."""
    if kind not in (*KINDS, DAY):
        raise Http404
    return period_of(kind, day)


def place_of(span: Span, name: str, figure: str = "") -> str:
    """Return the address of one of these pages."""
    return address(span, figure) if figure else span.url(name)


def elsewhere(request: StaffRequest, span: Span, day: date, name: str, *, figure: str = "") -> str:
    """Return where to go instead of one of these pages, "" where it is the place."""
    today = business_day(span.store, timezone.now())
    return moved_to(request, span, day, lambda one: place_of(one, name, figure), today=today)


def frame_of(request: StaffRequest, span: Span, name: str, *, figure: str = "") -> dict[str, Any]:
    """Return what stands around the figures: tabs, the pages beside, kinds of period, before and after, persons."""
    staff: Staff = request.user  # type: ignore[assignment]
    store, here = span.store, span.period
    today = business_day(store, timezone.now())
    sees_all = bool(SEES_ALL & roles_in(staff, store))
    kinds = [(one, period_of(one, min(here.last, today))) for one in KINDS]

    def to(period: Period) -> str:
        return place_of(replace(span, period=period), name, figure)

    return {
        "menu": menu_for(staff, store, current="scores-today"),
        "tabs": tabs_for(staff, store, current=TAB),
        "span": span,
        "pages": [(page, span.url(page), page == name) for page in PAGES if page != "compare" or sees_all],
        "period_name": period_name(here),
        "kinds": [(kind_name(one), to(period), one == here.kind) for one, period in kinds],
        "earlier_url": to(here.previous),
        "later_url": to(here.next) if here.last < today else "",
        "running": here.last > today,
        "sees_all": sees_all,
        "people": people_of(span) if sees_all else [],
        "export_query": urlencode({"kind": here.kind, "day": here.first.isoformat()}),
    }
