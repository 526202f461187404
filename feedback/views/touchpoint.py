"""The way down: a touchpoint of a day, and the steps of a visit."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dealership.access import guarded
from dealership.models import Staff, Store, Visit, business_day
from dealership.queries.board import who
from dealership.queries.menu import menu_for
from dealership.queries.staff import roles_in
from dealership.queries.standards import TouchpointWords, current_id, stage_names, touchpoints
from dealership.requests import StaffRequest
from feedback.queries.day import NO_ROW, figure_of, readings_of, strip
from feedback.queries.heat import cells_of
from feedback.queries.page import Whose
from feedback.queries.steps import visit_lines
from feedback.queries.touchpoint import visits_of
from feedback.queries.ways import way_to
from feedback.scores import CUSTOMER, EXECUTION, SELF_CHECK
from feedback.views.day import SEES_ALL, frame_of, whose_of


@guarded()
@require_GET
def touchpoint(request: StaffRequest, store: Store, day: date, touchpoint: str) -> HttpResponse:
    """Show the visits that make up a touchpoint's mean of a day."""
    language = get_language() or "zh-hans"
    words = words_of(store, touchpoint, language)
    now = business_day(store, timezone.now())
    if day > now:
        return redirect("scores-today", store=store.code)
    whose = whose_of(request, store, day)
    rows = strip(store, day, advisor=whose.advisor).get(touchpoint, {})
    row = rows.get(day, NO_ROW)
    readings = readings_of(row)
    context: dict[str, Any] = {
        "whose": whose,
        "day": day,
        "is_today": day == now,
        "words": words,
        "stage_name": stage_names(current_id(store), language)[words.stage],
        "visits": visits_of(touchpoint, day, advisor=whose.advisor),
        "readings": [
            (_("Execution"), readings[EXECUTION]),
            (_("Self-check"), readings[SELF_CHECK]),
            (_("Customer"), readings[CUSTOMER]),
        ],
        "few": readings[EXECUTION].few,
        "row": row,
        "of_the_stage": row.said_n - row.said_named,
        "figure": figure_of(rows, day),
        "cells": [
            (cell, Whose(store, cell.day, whose.advisor).url("scores-touchpoint", touchpoint=touchpoint))
            for cell in cells_of(rows, day)
        ],
        "causes_url": way_to(request.user, store, "weak-items"),
        "back_url": whose.url("scores"),
    }
    return render(request, "feedback/touchpoint.html", context | frame_of(request, whose, now))


def words_of(store: Store, code: str, language: str) -> TouchpointWords:
    """Return the touchpoint of a code; 404 where the standard has none."""
    for words in touchpoints(current_id(store), language):
        if words.code == code:
            return words
    raise Http404


@guarded()
@require_GET
def visit_steps(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Show every step of a visit: state, who, when, by which record, and why it counts as it does."""
    staff: Staff = request.user  # type: ignore[assignment]
    if not SEES_ALL & roles_in(staff, store) and visit.advisor_id != staff.pk:
        raise PermissionDenied
    context = {
        "visit": visit,
        "touchpoints": visit_lines(visit),
        "name": who(visit),
        "plate": visit.vehicle.plate_info.display,
        "plate_kind": visit.vehicle.plate_info.kind,
        "model": visit.vehicle.model,
        "menu": menu_for(staff, store),
    }
    return render(request, "feedback/visit_steps.html", context)
