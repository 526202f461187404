"""The pre-check sheet on A4: filled, and blank for a day without tablets."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dealership.access import guarded
from dealership.models import Attachment, Store, Visit
from dealership.requests import StaffRequest
from dealership.views.stage import top
from reception.findings import BELONGINGS, CONTROLS, LAMPS, bay_words
from reception.models import DamageMark, View
from reception.queries.appointments import of_visit
from reception.queries.concerns import concern_sentences
from reception.queries.confirmation import confirmed
from reception.queries.sheet import Sheet, sheet_of
from reception.queries.walk import DRAWINGS, discs
from reception.reasons import reason_words

PHOTOS = 6
"""Small photos at the foot of the sheet: the four corners, the dashboard and the first damages."""


@guarded()
@require_GET
def sheet_print(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Show the sheet for A4."""
    sheet = sheet_of(visit)
    shown = confirmed(sheet)
    pictures = Attachment.objects.filter(visit=visit).order_by("at", "id")
    row = sheet.confirmation
    context = {
        "visit": visit, "confirmation": row, "lines": shown.lines, "corrections": shown.corrections,
        "drawings": drawings(shown.sheet), "discs": discs(shown.sheet), "appointment": of_visit(visit),
        "photos": [one for one in pictures if one.kind == Attachment.Kind.PHOTO][:PHOTOS],
        "signature": next((one for one in pictures if row and one.pk == row.signature_id), None),
        "refusal": reason_words(row.reason) if row else "", "concerns": concern_sentences(visit),
        **top(visit),
    }  # fmt: skip
    return render(request, "reception/sheet_print.html", context)


@guarded()
@require_GET
def sheet_blank(request: StaffRequest, store: Store) -> HttpResponse:
    """Show the empty form, for a day without tablets."""
    labels = [
        _("Plate"), _("Customer"), _("Phone"), _("Car"), _("VIN"), _("Advisor"), _("Mileage"), _("Fuel level"),
        _("Charge level"),
    ]  # fmt: skip
    groups = [
        (_("Warning lamps"), LAMPS.values()), (_("Belongings in the car"), BELONGINGS.values()),
        (_("Controls"), CONTROLS.values()), (_("Engine bay"), bay_words(False).values()),
    ]  # fmt: skip
    context = {
        "groups": groups, "kinds": DamageMark.Kind.labels, "blank_labels": labels, "drawings": drawings(None),
        "rows": range(1, 4),
    }  # fmt: skip
    return render(request, "reception/sheet_blank.html", context)


def drawings(sheet: Sheet | None) -> list[dict[str, Any]]:
    """Return the five sides with their numbered marks; without a sheet, empty ones."""
    numbered = discs(sheet) if sheet else []
    body = sheet.visit.vehicle.body if sheet else ""
    return [
        {"view": view.value, "label": view.label, "template": DRAWINGS[view], "body": body,
         "marks": [disc for disc in numbered if disc.row.view == view]}
        for view in View
    ]  # fmt: skip
