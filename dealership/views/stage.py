"""The page of a stage: the kernel's frame and cards around the panel of the app that owns it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import resolve, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dealership import wiring
from dealership.access import may
from dealership.models import Store, Visit
from dealership.queries.cards import Card, NextAction, first_open, rail, visit_cards
from dealership.requests import StaffRequest
from dealership.stages import FORWARD, Stage

Panel = Callable[[StaffRequest, Visit, Card], dict[str, Any]]


@dataclass(frozen=True)
class StagePage:
    """What a stage's owner tells the frame.

    `panels`: touchpoint code → function(request, visit, card) that returns the context of its panel.
    `onward`: function(visit) that returns the NextAction which leaves the stage, None where nobody here moves it on;
    without it the stage is left by `stages.FORWARD`. `slim`: two people look at this screen.
    `template`: a template that extends dealership/stage.html.
    """

    stage: str
    panels: Mapping[str, Panel]
    onward: Callable[[Visit], NextAction | None] | None = None
    slim: bool = False
    template: str = "dealership/stage.html"


def stage_page(
    request: StaffRequest,
    store: Store,
    visit: Visit,
    stage: str,
    *,
    panels: Mapping[str, Panel] | None = None,
    onward: Callable[[Visit], NextAction | None] | None = None,
    slim: bool = False,
    template: str = "dealership/stage.html",
    opens: str = "",
    extra: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Render the page of a stage of this visit; see StagePage for the arguments.

    `opens`: code of the card that stands open when none is asked for; else the first with something to do.
    """
    page = StagePage(stage, panels or {}, onward, slim, template)
    cards = visit_cards(visit, stage)
    mine = cards.of(stage)
    wanted = request.GET.get("card") or opens
    card = next((card for card in mine if card.code == wanted), None) or first_open(mine)
    panel = page.panels[card.code](request, visit, card) if card and card.code in page.panels else {}
    context = {
        "visit": visit, "stage": stage, "cards": mine, "card": card, "slim": slim,
        "step": _step(request, card),
        "rail": rail(visit, cards, urls=page_urls(store, visit), open_card=card.code if card else ""),
        "here": request.get_full_path(), "stage_url": page_url(store, visit, stage), **top(visit), **panel,
        "side_panels": side_panels(request, store, visit),
        **bar(visit, page, mine, card, panel), **(extra or {}),
    }  # fmt: skip
    return render(request, template, context)


def side_panels(request: StaffRequest, store: Store, visit: Visit) -> list[str]:
    """Return the addresses of what other apps show beside a visit, as far as the reader may see them."""
    where = {"store": store.code, "visit": visit.pk}
    urls = [reverse(name, kwargs=where) for name in wiring.PANELS["visit.side"]]
    return [url for url in urls if may(request.user, store, guard_of(url))]


def guard_of(url: str) -> str:
    """Return the row of the access table that guards an address."""
    return str(getattr(resolve(url).func, "access", ""))


def top(visit: Visit) -> dict[str, Any]:
    """Return the context of the header of a visit's page."""
    info = visit.vehicle.plate_info
    return {
        "plate": info.display,
        "plate_kind": info.kind,
        "name": address(visit) or _("Customer"),
        "model": " · ".join(str(part) for part in (visit.vehicle.model, visit.vehicle.year) if part),
        "chip_icon": "key" if visit.key_tag else "",
        "chip_text": _("Key tag %(tag)s") % {"tag": visit.key_tag} if visit.key_tag else visit.get_lane_display(),
        "back_url": reverse("home"),
    }


def address(visit: Visit) -> str:
    """Return how the customer is addressed in the reader's language, the bare name where that is unknown."""
    if visit.customer is None:
        return ""
    return visit.customer.address(get_language() or "zh-hans") or visit.customer.name


def page_urls(store: Store, visit: Visit) -> dict[str, str]:
    """Return stage → the address of its page, for the stages whose page is wired."""
    return {stage: page_url(store, visit, stage) for stage in wiring.STAGE_PAGES}


def page_url(store: Store, visit: Visit, stage: str) -> str:
    """Return the address of a stage's page; of the visit where the stage has none."""
    name = wiring.STAGE_PAGES.get(stage, "visit")
    return reverse(name, kwargs={"store": store.code, "visit": visit.pk})


def bar(
    visit: Visit, page: StagePage, cards: list[Card], card: Card | None, panel: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the one next action, and the way on for those who leave something unrecorded."""
    onward = _onward(visit, page)
    unrecorded = sum(len(each.open_steps) for each in cards)
    next_action = _panel_action(card, panel) or _next_card(card, cards) or onward
    skip = onward if onward and onward is not next_action else None
    words = _("%(count)s not recorded · go on") % {"count": unrecorded}
    return {"next_action": next_action, "skip": skip, "unrecorded": words if unrecorded else ""}


def _onward(visit: Visit, page: StagePage) -> NextAction | None:
    if visit.stage != page.stage:
        return None
    if page.onward:
        return page.onward(visit)
    target = FORWARD.get(Stage(visit.stage))
    if target in (None, Stage.CLOSED):
        return None
    return advance_action(visit, str(target), onward_label(visit, str(target)))


def advance_action(visit: Visit, to: str, label: str, icon: str = "arrow-right") -> NextAction:
    """Return the button that moves the visit to stage `to`."""
    url = reverse("visit-advance", kwargs={"store": visit.store.code, "visit": visit.pk})
    return NextAction(label, icon=icon, url=url, fields={"to": to}, op="stage.advance")


def onward_label(visit: Visit, to: str) -> str:
    """Return what happens next, in words that name it."""
    name = address(visit)
    labels = {
        Stage.NEGOTIATION: _("Sit down with %(name)s and agree the work"),
        Stage.WORKSHOP: _("Hand the car to the workshop"),
        Stage.SHOWCASE: _("Bring the car to the final checks"),
        Stage.EXPLANATION: _("%(name)s is here: show and explain"),
        Stage.DELIVERY: _("Go to the cashier with %(name)s"),
    }
    return labels[Stage(to)] % {"name": name or _("the customer")}


def _panel_action(card: Card | None, panel: Mapping[str, Any]) -> NextAction | None:
    return panel.get("next_action") if card and (card.state == "open" or panel.get("always")) else None


def _next_card(card: Card | None, cards: list[Card]) -> NextAction | None:
    """Return the way to the next unfinished card that a record of this desk will finish."""
    waiting = [each for each in cards if each.open_evidence and each is not card]
    following = [each for each in waiting if card is None or cards.index(each) > cards.index(card)]
    target = next(iter(following or waiting), None)
    if target is None:
        return None
    return NextAction(target.words.name, href=f"?card={target.code}")


def _step(request: StaffRequest, card: Card | None) -> Any:
    if card is None:
        return None
    wanted = request.GET.get("step")
    chosen = next((step for step in card.steps if step.words.slug == wanted), None)
    return chosen or next(iter(card.open_steps or card.steps), None)
