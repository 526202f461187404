"""The panel of 1.5: one step at a time, each with its one action."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from dealership.models import Arrival, Attachment, Visit
from dealership.queries.cards import Card, NextAction, StepRow
from dealership.requests import StaffRequest
from dealership.views.stage import address
from reception.findings import BELONGINGS, CONTROLS, LAMPS, SIZES_CM, ZONES, ZONES_OF_VIEW, bay_words
from reception.models import DamageMark, Reading, SheetConfirmation, View
from reception.queries.facts import facts, sheet_lines
from reception.queries.sheet import Sheet, sheet_of
from reception.queries.walk import (
    DRAWINGS,
    MIDDLE,
    Disc,
    discs,
    first_view,
    from_above,
    overview,
    tabs,
    view_after,
    zones,
)

Item = Reading.Item


def walkaround_panel(request: StaffRequest, visit: Visit, card: Card) -> dict[str, Any]:
    """Return the context of the step in hand; the whole sheet once everything is answered."""
    sheet = sheet_of(visit)
    step = _step(request, card)
    stage = request.get_full_path().partition("?")[0]
    here = f"{stage}?card=1.5"
    context: dict[str, Any] = {
        "sheet": sheet, "facts": facts(sheet), "walk_step": step, "lines": sheet_lines(sheet),
        "walk_next": stage if step == "confirm" else here,
        "photos": list(Attachment.objects.filter(visit=visit, kind=Attachment.Kind.PHOTO).order_by("at")[:8]),
    }  # fmt: skip
    build = {"cabin": _cabin, "controls": _controls, "exterior": _exterior, "engine": _engine, "confirm": _confirm}
    if step in build:
        context |= build[step](request, visit, sheet)
    context.setdefault(
        "next_action", NextAction(_label(step, visit), icon="check", form="panel-form") if step else None
    )
    return context


def _step(request: StaffRequest, card: Card) -> str:
    """Return the slug of the step in hand; empty once the card is done and no step is asked for."""
    wanted = request.GET.get("step", "")
    if wanted in {row.words.slug for row in card.steps}:
        return wanted
    rows: list[StepRow] = card.open_steps
    return rows[0].words.slug if rows else ""


def _label(step: str, visit: Visit) -> str:
    """Return what happens next when the step's form is sent."""
    name = address(visit) or _("the customer")
    return {
        "enter": _("Covers are on: note the mileage"),
        "cabin": _("Noted: try the controls"),
        "controls": _("Controls tried: look at the outside"),
        "engine": _("Front bay seen: ask %(name)s to confirm") % {"name": name}
        if visit.vehicle.electric
        else _("Engine bay seen: ask %(name)s to confirm") % {"name": name},
        "confirm": _("%(name)s has seen it: confirm") % {"name": name},
    }.get(step, "")


def _cabin(request: StaffRequest, visit: Visit, sheet: Sheet) -> dict[str, Any]:
    car = visit.vehicle
    return {
        "lamps": LAMPS, "belongings": BELONGINGS, "eighths": range(1, 9), "charges": range(10, 101, 10),
        "chosen_lamps": sheet.value(Item.LAMPS) or [], "chosen_belongings": sheet.value(Item.BELONGINGS) or [],
        "energy": sheet.value(Item.ENERGY) or {}, "mileage": sheet.value(Item.MILEAGE),
        "last_mileage": f"{car.mileage:,}" if car.mileage and sheet.value(Item.MILEAGE) is None else "",
        "has_fuel": not car.electric, "has_charge": car.energy in car.PLUGGED,
    }  # fmt: skip


def _controls(request: StaffRequest, visit: Visit, sheet: Sheet) -> dict[str, Any]:
    return _check(sheet, Item.CONTROLS, CONTROLS)


def _engine(request: StaffRequest, visit: Visit, sheet: Sheet) -> dict[str, Any]:
    return _check(sheet, Item.ENGINE_BAY, bay_words(visit.vehicle.electric))


def _check(sheet: Sheet, item: str, words: dict[str, Any]) -> dict[str, Any]:
    value = sheet.value(item) or {"findings": [], "note": ""}
    return {"check_item": item, "check_words": words, "chosen": value["findings"], "note": value["note"]}


def _confirm(request: StaffRequest, visit: Visit, sheet: Sheet) -> dict[str, Any]:
    away = visit.arrival in (Arrival.PICKED_UP, Arrival.TOWED)
    hows = (SheetConfirmation.How.SEEN, SheetConfirmation.How.LINK)
    return {"hows": [(how.value, how.label) for how in hows], "how": hows[away].value}


def _exterior(request: StaffRequest, visit: Visit, sheet: Sheet) -> dict[str, Any]:
    view = request.GET.get("view", "")
    view = view if view in View.values else first_view(sheet)
    current = _uuid(request.GET.get("mark", ""))
    numbered = discs(sheet, current)
    chosen = next((disc for disc in numbered if disc.new), None)
    return {
        "tabs": tabs(sheet, view), "view": view, "view_label": View(view).label, "drawing": DRAWINGS[View(view)],
        "zones": zones(sheet, view), "marks": [disc for disc in numbered if disc.row.view == view],
        "chosen": chosen, "above": {"zones": overview(sheet), "marks": from_above(numbered)},
        "kinds": DamageMark.Kind.choices, "sizes": SIZES_CM, "middle": MIDDLE[View(view)],
        "zone_choices": [(code, ZONES[code]) for code in ZONES_OF_VIEW[view].values()],
        "next_action": _look_on(visit, sheet, view, chosen),
    }  # fmt: skip


def _look_on(visit: Visit, sheet: Sheet, view: str, chosen: Disc | None) -> NextAction:
    """Return the action that answers this view and goes on to the next."""
    store = visit.store.code
    url = reverse("sheet-readings", kwargs={"store": store, "visit": visit.pk})
    page = reverse("reception-stage", kwargs={"store": store, "visit": visit.pk})
    after = view_after(sheet, view)
    if sheet.exterior_done:
        return NextAction(_("Outside seen: open the bonnet"), href=f"{page}?card=1.5&step=engine")
    label = _("%(view)s seen: go on to %(next)s") if after else _("%(view)s seen: open the bonnet")
    words = {"view": View(view).label, "next": View(after).label if after else ""}
    onward = f"{page}?card=1.5&step=exterior&view={after}" if after else f"{page}?card=1.5"
    return NextAction(label % words, url=url, fields={"item": Item.EXTERIOR, "exterior": view, "next": onward})


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
