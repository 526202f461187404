"""The page of stage 1 and the panels of its cards."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dealership.access import guarded
from dealership.models import Attachment, Attention, Bay, Promise, Store, Visit
from dealership.queries.cards import Card, NextAction
from dealership.queries.course import LIVED
from dealership.queries.scripts import work
from dealership.queries.whole import read_whole
from dealership.requests import StaffRequest
from dealership.stages import Stage
from dealership.views.stage import address, advance_action, onward_label, stage_page
from reception.concerns import reader
from reception.findings import SYMPTOMS
from reception.models import Appointment, DamageMark, Reading, RepairOrder, SheetConfirmation
from reception.queries.appointments import of_visit
from reception.queries.concerns import said
from reception.queries.reception import coverage_hint, last_visit, waited_minutes
from reception.queries.sheet import sheet_of
from reception.views.concerns import concerns_context
from reception.views.walk import walkaround_panel

Item = Reading.Item

WHOLE = (*LIVED, Promise, Attachment, Attention, Appointment, RepairOrder, Reading, DamageMark, SheetConfirmation)
"""Tables that the pages of this stage read of a visit."""


@guarded()
@require_GET
def stage_reception(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Show differentiated reception."""
    return stage_reception_page(request, store, visit)


def stage_reception_page(
    request: StaffRequest,
    store: Store,
    visit: Visit,
    *,
    template: str = "reception/stage.html",
    extra: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Render stage 1 of a visit, saved or not (a car received on a tablet that is offline)."""
    read_whole(visit, WHOLE)
    panels = {"1.4": welcome_panel, "1.5": walkaround_panel, "1.6": express_panel, "1.7": claim_panel}
    words = {"work_words": work(visit, get_language() or "zh-hans")}
    return stage_page(
        request, store, visit, Stage.RECEPTION, panels=panels, extra=words | dict(extra or {}), template=template
    )


def welcome_panel(request: StaffRequest, visit: Visit, card: Card) -> dict[str, Any]:
    """What the advisor should know before opening the car door."""
    context: dict[str, Any] = {
        "appointment": of_visit(visit),
        "waited": waited_minutes(visit, timezone.now()),
        "last": last_visit(visit),
        **concerns_context(visit, at=request.GET.get("concern", ""), card="1.4"),
    }
    if visit.advisor_id is None:
        url = reverse("visit-take", kwargs={"store": visit.store.code, "visit": visit.pk})
        label = _("Go and meet %(name)s") % {"name": address(visit) or _("the customer")}
        context["next_action"] = NextAction(label, icon="hand-finger", url=url, op="visit.take")
    return context


def express_panel(request: StaffRequest, visit: Visit, card: Card) -> dict[str, Any]:
    """Whether this car may go straight to an express bay."""
    bays = Bay.objects.filter(kind=Bay.Kind.EXPRESS)
    used = Visit.objects.filter(place__in=bays, left_at=None, joined_to=None).exclude(pk=visit.pk)
    free = bays.exclude(pk__in=used.values("place"))
    sheet = sheet_of(visit)
    qualified = Item.QUALIFY in sheet.readings
    url = reverse("sheet-readings", kwargs={"store": visit.store.code, "visit": visit.pk})
    here = request.get_full_path().partition("?")[0] + "?card=1.6"
    # With the sheet confirmed nothing else is left to do at the car: one tap says so and sits down.
    onward = sheet.confirmation and visit.stage == Stage.RECEPTION
    fields = {"item": Item.QUALIFY} | ({"onward": Stage.NEGOTIATION} if onward else {"next": here})
    ready = NextAction(_("It qualifies: quote price and time"), url=url, fields=fields)
    return {
        "bays": list(free), "bays_count": bays.count(), "qualified": qualified,
        "next_action": _onward(visit) if qualified else ready,
    }  # fmt: skip


def claim_panel(request: StaffRequest, visit: Visit, card: Card) -> dict[str, Any]:
    """Cover, symptom, and until when there is an answer."""
    sheet = sheet_of(visit)
    told = said(visit, reader()) or visit.words
    symptom = sheet.value(Item.SYMPTOM) or {"codes": [], "words": told}
    answer = Promise.objects.filter(visit=visit, kind=Promise.Kind.CALL_BACK, state=Promise.State.OPEN).first()
    context: dict[str, Any] = {
        "coverage": (sheet.value(Item.COVERAGE) or {}).get("result"), "hint": coverage_hint(visit, timezone.now()),
        "coverages": (("covered", _("Covered")), ("unsure", _("To be checked by the maker")),
                      ("not_covered", _("Not covered"))),
        "symptoms": SYMPTOMS, "symptom": symptom, "symptom_read": Item.SYMPTOM in sheet.readings,
        "answer": answer, **concerns_context(visit, at=request.GET.get("concern", ""), card="1.7"),
        "hours": ((1, _("in 1 hour")), (2, _("in 2 hours")), (4, _("in 4 hours")), (24, _("tomorrow"))),
    }  # fmt: skip
    if Item.SYMPTOM not in sheet.readings:
        context["next_action"] = NextAction(_("Keep the symptom"), icon="check", form="panel-form")
    elif answer and context["coverage"]:
        context["next_action"] = _onward(visit)
    return context


def _onward(visit: Visit) -> NextAction | None:
    """Return the way to the negotiation, when the visit is still here."""
    if visit.stage != Stage.RECEPTION:
        return None
    return advance_action(visit, Stage.NEGOTIATION, onward_label(visit, Stage.NEGOTIATION))
