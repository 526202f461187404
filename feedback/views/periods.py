"""The pages of a week, month, quarter or year of a store."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from dealership.access import guarded, may
from dealership.models import Role, Staff, Store, business_day
from dealership.queries.menu import menu_for
from dealership.queries.staff import roles_in
from dealership.queries.standards import current_id, stage_names
from dealership.requests import StaffRequest
from feedback.actions import dated_changes
from feedback.forms.dated_changes import DatedChangeForm
from feedback.models import DailyScore
from feedback.periods import KINDS, MONTH, Period, period_of
from feedback.queries.breakdown import groups_of, visit_means
from feedback.queries.period_page import period_page
from feedback.queries.period_touchpoint import touchpoint_page
from feedback.queries.period_words import kind_name, period_name
from feedback.queries.periods import Span
from feedback.queries.score_settings import ranking_on
from feedback.queries.tabs import tabs_for
from feedback.views.day import SEES_ALL, whose_of
from feedback.views.touchpoint import words_of

TAB = "scores-period-today"
BESIDE = ("figures", "people", "compare")
"""Pages of the same period beside this one; each is linked as soon as its address exists."""


@guarded()
@require_GET
def this_month(request: StaffRequest, store: Store) -> HttpResponse:
    """Lead to the running month."""
    return redirect(period_of(MONTH, business_day(store, timezone.now())).url("scores-period", store))


@guarded()
@require_GET
def period(request: StaffRequest, store: Store, kind: str, day: date) -> HttpResponse:
    """Show the 22 touchpoints of a period, its line and where points were lost."""
    today = business_day(store, timezone.now())
    span = span_of(request, store, period_of(kind, day))
    if elsewhere := address_of(request, span, day, today):
        return redirect(elsewhere)
    context = period_page(span, today=today) | frame_of(request, span, today)
    return render(request, "feedback/period.html", context)


@guarded()
@require_GET
def touchpoint(request: StaffRequest, store: Store, kind: str, day: date, touchpoint: str) -> HttpResponse:
    """Show one touchpoint over a period: its line, steps, where it is weak, and what helped."""
    language = get_language() or "zh-hans"
    words = words_of(store, touchpoint, language)
    today = business_day(store, timezone.now())
    span = span_of(request, store, period_of(kind, day))
    name = "scores-period-touchpoint"
    if elsewhere := address_of(request, span, day, today, name=name, touchpoint=touchpoint):
        return redirect(elsewhere)
    context = touchpoint_page(span, words, today=today, people=not span.advisor, ranked=ranking_on(store))
    context |= frame_of(request, span, today, name=name, touchpoint=touchpoint)
    context |= {"words": words, "stage_name": stage_names(current_id(store), language)[words.stage]}
    context["back_url"] = span.url("scores-period")
    return render(request, "feedback/period_touchpoint.html", context)


@guarded()
@require_GET
def breakdown(request: StaffRequest, store: Store, kind: str, day: date) -> HttpResponse:
    """Show the store's execution cut by weekday, advisor, work and arrival."""
    today = business_day(store, timezone.now())
    span = span_of(request, store, period_of(kind, day))
    if elsewhere := address_of(request, span, day, today, name="scores-breakdown"):
        return redirect(elsewhere)
    groups = groups_of(visit_means(span), people=not span.advisor, ranked=ranking_on(store))
    context = {"groups": groups, "back_url": span.url("scores-period")}
    context |= frame_of(request, span, today, name="scores-breakdown")
    return render(request, "feedback/breakdown.html", context)


@guarded()
@require_GET
def help_sheet(request: StaffRequest, store: Store) -> HttpResponse:
    """Say how the figures of a period are made (sheet)."""
    return render(request, "feedback/period_help.html", {})


def span_of(request: StaffRequest, store: Store, period: Period) -> Span:
    """Return whose figures of which period the address asks for; 403 and 404 as on the page of a day."""
    return Span(store, period, whose_of(request, store, period.first).advisor)


def address_of(
    request: StaffRequest, span: Span, day: date, today: date, *, name: str = "scores-period", touchpoint: str = ""
) -> str:
    """Return where to go instead of one of these pages, "" where it is the place."""
    return moved_to(request, span, day, lambda one: one.url(name, touchpoint=touchpoint), today=today)


def moved_to(request: StaffRequest, span: Span, day: date, place: Callable[[Span], str], *, today: date) -> str:
    """Return where to go instead: from a period to come, a day within one, or without one's own name; "" to stay."""
    if span.period.first > today:
        return place(replace(span, period=period_of(span.period.kind, today)))
    if day != span.period.first or (span.advisor and "advisor" not in request.GET):
        return place(span)
    return ""


def frame_of(
    request: StaffRequest, span: Span, today: date, *, name: str = "scores-period", touchpoint: str = ""
) -> dict[str, Any]:
    """Return what stands around the figures: tabs, kinds of period, the ones before and after, people, the form."""
    staff: Staff = request.user  # type: ignore[assignment]
    roles = roles_in(staff, span.store)
    here, last = span.period, min(span.period.last, today)
    kinds = [(one, period_of(one, last)) for one in KINDS]
    return {
        "menu": menu_for(staff, span.store, current="scores-today"),
        "tabs": tabs_for(staff, span.store, current=TAB),
        "span": span,
        "period_name": period_name(here),
        "kinds": [(kind_name(one), span.url(name, to, touchpoint=touchpoint), one == here.kind) for one, to in kinds],
        "earlier_url": span.url(name, here.previous, touchpoint=touchpoint),
        "later_url": span.url(name, here.next, touchpoint=touchpoint) if here.last < today else "",
        "running": here.last > today,
        "today": today,
        "sees_all": bool(SEES_ALL & roles),
        "people": people_of(span) if SEES_ALL & roles else [],
        "beside": beside_of(span),
        "chain_url": here.chain_url() if Role.CHAIN in roles else "",
        "form": DatedChangeForm(initial={"day": today, "touchpoint": touchpoint}),
        "may_change": may(staff, span.store, dated_changes.add),
    }


def people_of(span: Span) -> list[Staff]:
    """Return the advisors who have figures in the period, by name."""
    days = (span.period.first, span.period.last)
    rows = DailyScore.objects.filter(day__range=days, touchpoint="").exclude(advisor=None).order_by()
    return list(Staff.objects.filter(pk__in=rows.values("advisor")).order_by("name", "username"))


def beside_of(span: Span) -> dict[str, str]:
    """Return the addresses of the other pages of this period that exist."""
    found = {}
    for name in BESIDE:
        try:
            found[name] = reverse(
                name, kwargs={"store": span.store.code, "kind": span.period.kind, "day": span.period.first}
            )
        except NoReverseMatch:
            continue
    return found
