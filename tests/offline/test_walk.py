"""The walk around the car on the tablet: no request between its steps, few taps, nothing lost, the same words."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation
from django_scopes import scope
from playwright.sync_api import Page, expect

from dealership.models import Vehicle, Visit
from reception.actions.marks import add_mark
from reception.actions.sheet import record_readings
from reception.models import Reading, SheetConfirmation
from reception.queries.facts import facts, sheet_lines
from reception.queries.sheet import sheet_of
from tests.cast import Cast
from tests.offline.house import Server, Tablet
from tests.patience import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

House = tuple[Cast, Server]
BEV = {"make": "大众", "model": "ID.4 X", "year": 2023, "energy": "bev"}
MOST_TAPS = 12
SAID = """async () => {
  const { walk } = await import("/static/js/walk.js");
  const { factsOf, linesOf } = await import("/static/js/walkwords.js");
  return { facts: factsOf(walk.state), lines: linesOf(walk.state).map(({ label, text }) => [label, text]) };
}"""


class Walk:
    """The walk of one car on the tablet; `taps` as the design counts them."""

    def __init__(self, tablet: Tablet, visit: Visit, step: str = "") -> None:
        self.visit, self.taps = visit, 0
        self.page: Page = tablet.open(f"/hq/visits/{visit.pk}/reception/?card=1.5{step and f'&step={step}'}")
        expect(self.page.locator("[data-walk][data-loaded]")).to_be_attached()
        self.page.evaluate("""() => document.addEventListener('htmx:beforeRequest', (event) => {
          const { target, pathInfo } = event.detail;
          if (target.id === 'page') document.documentElement.dataset.asked = pathInfo.requestPath;
        })""")

    def tap(self, target: str) -> None:
        self.page.locator(target).first.click()
        self.taps += 1

    def next(self) -> None:
        self.tap(".rx-bar-next .rx-next:visible")

    def type(self, figure: str) -> None:
        for digit in figure:
            self.page.click(f"[data-keypad] [data-digit='{digit}']")

    def level(self, gauge: str, share: float) -> None:
        slider = self.page.locator(f"[data-gauge={gauge}] input[type=range]")
        box = slider.bounding_box()
        assert box
        slider.click(position={"x": box["width"] * share, "y": box["height"] / 2})
        self.taps += 1

    def at(self, step: str) -> None:
        expect(self.page.locator(f"[data-walk-step={step}]")).to_be_visible()
        expect(self.page.locator("[data-walk-step]:visible")).to_have_count(1)

    def fact(self, step: str) -> Any:
        return self.page.locator(f"a[data-step='1.5/{step}'] .rx-step-fact")

    def kept(self) -> dict[str, Any]:
        with scope(store=self.visit.store):
            return {item: reading.value for item, reading in sheet_of(self.visit).readings.items()}


def car(cast: Cast, **given: Any) -> Visit:
    return cast.visit(now=timezone.now() - timedelta(minutes=5), **given)


def test_walk_takes_few_taps_and_no_page_between_its_steps(house: House, tablet: Tablet):
    walk = Walk(tablet, car(house[0]))
    walk.at("enter")
    walk.next()
    walk.at("cabin")
    walk.type("58620")
    walk.level("fuel", 0.38)
    walk.next()
    walk.at("controls")
    expect(walk.fact("cabin")).to_have_text("58,620 km，3/8")
    walk.next()
    walk.at("exterior")
    walk.tap("[data-walk-step=exterior] form:has([name=exterior][value=all]) button")
    walk.at("engine")
    walk.next()
    walk.at("confirm")
    assert walk.page.evaluate("document.documentElement.dataset.asked ?? ''") == ""
    walk.next()
    wait_for(lambda: _confirmed(walk.visit), "the confirmation")
    assert walk.taps <= MOST_TAPS
    assert walk.kept() == {
        "covers": True, "mileage": 58620, "energy": {"fuel": 3}, "lamps": [], "belongings": [], "exterior": "all",
        "controls": {"ok": True, "findings": [], "note": ""}, "engine_bay": {"ok": True, "findings": [], "note": ""},
    }  # fmt: skip


def _confirmed(visit: Visit) -> bool:
    with scope(store=visit.store):
        return SheetConfirmation.objects.filter(visit=visit).exists()


def test_lower_mileage_is_asked_back_and_nothing_is_lost(house: House, tablet: Tablet):
    visit = car(house[0])
    with scope(store=visit.store):
        Vehicle.objects.filter(pk=visit.vehicle_id).update(mileage=55400)
    walk = Walk(tablet, visit, "cabin")
    walk.type("5540")
    walk.level("fuel", 0.5)
    walk.tap(".rx-lamp:has([value=tyre])")
    walk.next()
    asked = walk.page.locator("[data-mileage-ask]")
    expect(asked).to_contain_text("上次是 55,400 km，这次 5,540 km")
    walk.at("cabin")
    walk.page.click("[data-ask-again]")
    expect(asked).to_be_hidden()
    expect(walk.page.locator("#id_mileage")).to_have_value("5540")
    walk.next()
    asked.locator("[name=confirm_mileage]").click()
    walk.at("controls")
    wait_for(lambda: walk.kept().get("mileage") == 5540, "the lower mileage")
    assert (walk.kept()["lamps"], walk.kept()["energy"]) == (["tyre"], {"fuel": 4})


def test_missing_figures_are_asked_for_beside_their_fields(house: House, tablet: Tablet):
    walk = Walk(tablet, car(house[0]), "cabin")
    walk.next()
    expect(walk.page.locator("[data-missing]:visible")).to_have_count(2)
    walk.at("cabin")
    walk.type("100")
    walk.level("fuel", 0.99)
    expect(walk.page.locator("[data-missing]:visible")).to_have_count(0)


def test_what_is_typed_stays_while_looking_at_another_step(house: House, tablet: Tablet):
    walk = Walk(tablet, car(house[0]), "controls")
    walk.tap(".rx-sign-tile:has([value=window_noise])")
    walk.page.locator("[data-walk-step=controls] [name=note]").fill("左前")
    walk.tap("a[data-step='1.5/engine']")
    walk.at("engine")
    assert "step=engine" in walk.page.url
    walk.tap("a[data-step='1.5/controls']")
    walk.next()
    expect(walk.fact("controls")).to_have_text("车窗升降异响，左前")
    expect(walk.page.locator("a[data-step='1.5/controls']")).to_have_class("rx-step is-finding")


def test_electric_car_has_charge_port_and_front_bay(house: House, tablet: Tablet):
    walk = Walk(tablet, car(house[0], plate="沪AD12345", vehicle=BEV), "cabin")
    expect(walk.page.locator("[data-gauge=fuel]")).to_be_hidden()
    expect(walk.page.locator(".rx-lamp:has([value=oil])")).to_be_hidden()
    walk.type("12000")
    walk.level("charge", 0.62)
    walk.tap(".rx-tile:has([name=port][value=damaged])")
    walk.tap(".rx-tile:has([name=cable])")
    walk.next()
    walk.at("controls")
    expect(walk.fact("cabin")).to_contain_text("充电口有损")
    wait_for(lambda: "charging" in walk.kept(), "the charge port")
    assert walk.kept()["charging"] == {"port": "damaged", "cable": True}
    assert 58 <= walk.kept()["energy"]["charge"] <= 66
    walk.tap("a[data-step='1.5/engine']")
    expect(walk.page.locator("[data-walk-step=engine] .rx-sign-tile:visible")).to_have_count(8)
    walk.tap(".rx-exam-row .is-watch:has([name=tread])")
    walk.next()
    wait_for(lambda: walk.kept().get("exam") == {"tread": "watch"}, "the tread")


def test_reminder_of_valuables_is_one_tap_of_the_same_form(house: House, tablet: Tablet):
    walk = Walk(tablet, car(house[0]))
    walk.tap(".rx-tile-say")
    walk.next()
    walk.at("cabin")
    wait_for(lambda: walk.kept() == {"covers": True, "valuables": True}, "both readings")


def test_step_that_waits_on_the_tablet_is_done_after_a_reload(house: House, tablet: Tablet):
    cast, server = house
    walk = Walk(tablet, car(cast))
    server.stop()
    walk.next()
    walk.at("cabin")
    server.start()
    walk = Walk(tablet, walk.visit)
    walk.at("cabin")
    wait_for(lambda: walk.kept() == {"covers": True}, "the covers")
    with scope(store=walk.visit.store):
        assert Reading.objects.count() == 1


def test_words_of_the_page_are_those_of_the_server(house: House, tablet: Tablet):
    cast = house[0]
    fine: dict[str, Any] = {"findings": [], "note": ""}
    asked: dict[str, Any] = {"words": "", "when": [], "where": [], "how": [], "often": "", "since": ""}
    concerns = [{**asked, "kind": "noise", "when": ["bumps"]}, {**asked, "kind": "other", "words": "副驾车窗慢"}]
    sheets: list[tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]] = [
        ({}, {}, []),
        ({"mileage": 9}, {}, []),
        ({"mileage": 58620, "energy": {"fuel": 3}, "lamps": [], "belongings": [], "controls": fine, "engine_bay": fine,
          "exterior": "all", "valuables": True, "concerns": concerns}, {}, []),
        ({"mileage": 1058620, "energy": {"fuel": 0, "charge": 62}, "lamps": ["tyre", "abs"], "belongings": ["boot"],
          "controls": {"findings": ["horn", "lock"], "note": "左前"}, "engine_bay": {"findings": ["hose"], "note": ""},
          "charging": {"port": "open", "cable": True}, "exam": {"tread": "good", "wipers": "replace"}},
         {"make": "大众", "model": "途观L", "year": 2023, "energy": "phev"},
         [{"view": "right", "zone": "right_rear_door", "x": 146, "y": 118, "kind": "dent", "size_cm": 12},
          {"view": "roof", "x": 40, "y": 40}]),
        ({"mileage": 12000, "energy": {"charge": 80}, "engine_bay": fine, "exam": {"lamps": "watch"},
          "charging": {"port": "ok", "cable": False}}, BEV, [{"view": "left", "x": 4, "y": 4}]),
    ]  # fmt: skip
    for number, (readings, vehicle, marks) in enumerate(sheets):
        visit = car(cast, plate=f"沪B0000{number}", **({"vehicle": vehicle} if vehicle else {}))
        with scope(store=cast.store), translation.override("zh-hans"):
            record_readings(visit, by=cast.advisor, readings=readings)
            for mark in marks:
                add_mark(visit, by=cast.advisor, **mark)
            sheet = sheet_of(visit)
            wanted = {slug: {"text": fact.text, "finding": fact.finding} for slug, fact in facts(sheet).items()}
            lines = [list(line) for line in sheet_lines(sheet)]
        said = Walk(tablet, visit).page.evaluate(SAID)
        assert (said["facts"], said["lines"]) == (wanted, lines)
