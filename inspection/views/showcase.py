"""The stage page of the showcase, and the panels of its four cards."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded
from dealership.models import Bay, Message, Situation, Store, Visit
from dealership.queries.cards import Card, NextAction
from dealership.requests import StaffRequest
from dealership.stages import Stage
from dealership.views.forms import done, operation_id
from dealership.views.stage import address, stage_page
from inspection.actions import check
from inspection.models import MidCheck, ReadyNotice
from inspection.queries.check import diagnosis_only, material_check, mid_check, preparation, wash_of
from inspection.queries.exits import checks_missing
from inspection.queries.final import handover_of, passed
from inspection.queries.jobs import reports_of, technicians_of
from inspection.queries.notice import notice_of, preview, text_to_tell
from inspection.queries.order import pre_check, sheet_of
from reception.models import OpenAdvice


@guarded()
@require_GET
def showcase_stage(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Show the four cards: received from the workshop, prepare, tell, show at the car."""
    panels = {"3.1": received, "3.2": prepare, "3.3": notify, "3.4": show}
    return stage_page(request, store, visit, Stage.SHOWCASE, panels=panels)


def received(request: StaffRequest, visit: Visit, card: Card) -> dict[str, Any]:
    """3.1: what the workshop handed over."""
    return {
        "inspection": passed(visit),
        "handover": handover_of(visit),
        "reports": reports_of(visit),
        "findings": list(OpenAdvice.objects.filter(visit=visit, kind=OpenAdvice.Kind.FOUND, closed_at=None)),
        "order": sheet_of(visit),
    }


def prepare(request: StaffRequest, visit: Visit, card: Card) -> dict[str, Any]:
    """3.2: the three checks, one tap each; the first that is open is the form that the bar sends."""
    state = checks_of(visit)
    actions = {
        "mid_check": NextAction(_("Checked, all fine"), "check", form="panel-form"),
        "materials": NextAction(_("Papers agree, technician asked"), "check", form="panel-form"),
        "preparation": NextAction(_("Everything lies ready"), "check", form="panel-form"),
    }
    following = actions.get(state["current"])
    if visit.express and state["current"] == "mid_check":
        url = reverse("all-checks", kwargs={"store": visit.store.code, "visit": visit.pk})
        following = NextAction(_("Car, papers, place: all checked"), "check", url=url)
    return {**state, "next_action": following} if following else state


def checks_of(visit: Visit) -> dict[str, Any]:
    """Return the checks as they stand and what their forms begin with."""
    order, technicians = sheet_of(visit), technicians_of(visit)
    done_now = {
        "mid_check": mid_check(visit),
        "materials": material_check(visit),
        "preparation": preparation(visit),
    }
    skip = {"materials"} if diagnosis_only(visit) else set()
    current = next((name for name, row in done_now.items() if row is None and name not in skip), "")
    places = list(Bay.objects.filter(kind=Bay.Kind.HANDOVER))
    here = visit.place if visit.place in places else None
    return {
        "visit": visit,
        "order": order,
        "technicians": technicians,
        "asked": technicians[-1] if technicians else None,
        "pre_check": pre_check(visit),
        "handover": handover_of(visit),
        "items": MidCheck.Item.choices,
        "places": places,
        "place": here or next(iter(places), None),
        "wash": wash_of(visit),
        "no_materials": bool(skip),
        "current": current,
        **done_now,
    }


def notify(request: StaffRequest, visit: Visit, card: Card) -> dict[str, Any]:
    """3.3: the text before it goes, how it goes, and what became of it."""
    notice, waiting = notice_of(visit), text_to_tell(visit)
    shown = preview(visit)
    context: dict[str, Any] = {
        "notice": notice,
        "waiting": waiting,
        "preview": shown,
        "missing": checks_missing(visit),
        "by_hand": shown.channel == "by_hand" or bool(waiting),
        "failed": bool(notice and notice.message and notice.message.state == Message.State.FAILED),
    }
    if notice is None and not context["by_hand"]:
        label = _("Tell %(name)s that the car is ready") % {"name": address(visit) or _("the customer")}
        context["next_action"] = NextAction(label, "send", form="panel-form")
    elif notice is None and waiting is None:
        context["next_action"] = NextAction(_("Write the text to tell"), "message-2", form="panel-form")
    return context


def show(request: StaffRequest, visit: Visit, card: Card) -> dict[str, Any]:
    """3.4: shown at the car, unless an agent collects it or it is explained by phone."""
    kind = Situation.Kind.AGENT_OR_PHONE
    return {
        "agent": Situation.objects.filter(visit=visit, kind=kind, until=None).exists(),
        "handover": handover_of(visit),
        "order": sheet_of(visit),
        "notice": notice_of(visit),
        "Way": ReadyNotice.Way,
    }


@guarded(check.collected_by_other)
@require_POST
def collector(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Say that an agent collects the car or that it is explained by phone, or take that back."""
    check.collected_by_other(visit, by=request.user, on=request.POST.get("on") == "1")
    return done(request, "showcase-stage", store=store.code, visit=visit.pk)


@guarded(check.washed)
@require_POST
def wash(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Note that the car is washed."""
    check.washed(visit, by=request.user, id=operation_id(request))
    return done(request, "visit", store=store.code, visit=visit.pk)
