"""The table of screens: every page, for whom, at which sizes, in which state. A new screen is a new row."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from django_scopes import scope

from dealership.models import Vehicle
from dealership.queries.board import open_visits
from feedback.models import CheckItem
from feedback.periods import period_of
from reception.actions.pricelist import PRICED
from reception.models import ImportRun
from tests.link_states import STATES
from tests.plan_looks import judged_url, own_plan_url, plan_url, weak_item_url
from tests.standard_states import compare_url, draft_url, proposal_url
from tests.world import NOW, World

TABLET, PORTRAIT, PHONE, DESKTOP = (1280, 800), (768, 1024), (390, 844), (1440, 900)
TOUCH = (TABLET, PORTRAIT)

Address = Callable[[World], str]


class Size(NamedTuple):
    """Width and height in CSS pixels."""

    width: int
    height: int


@dataclass(frozen=True)
class Screen:
    """One row: `open` names an element to tap once the page stands (a sheet, a fold), "" for none."""

    name: str
    role: str
    url: Address
    sizes: tuple[tuple[int, int], ...] = TOUCH
    open: str = ""
    status: int = 200


def stage(name: str, query: str = "") -> Address:
    """Return the address of a stage's page with a car that is in it."""
    return lambda world: world.stage_url(name) + query


def page(path: str) -> Address:
    """Return an address of the store."""
    return lambda world: f"/{world.store.code}/{path}"


def visit_page(name: str, rest: str) -> Address:
    """Return an address below a visit that is in stage `name`."""
    return lambda world: world.visit_url(name, rest)


def outside(body: str, view: str) -> Address:
    """Return the address of a side of the car in reception, which has this body and two marks at its right."""

    def address(world: World) -> str:
        world.mark_car("reception", body)
        return world.stage_url("reception") + f"?card=1.5&step=exterior&view={view}"

    return address


def loan(state: str, rest: str = "") -> Address:
    """Return an address below a loan in `state`."""
    return lambda world: world.loan_url(state) + rest


def long_repair(world: World) -> str:
    """Return the address of the past year of the car whose repair under warranty has lasted for days."""
    with scope(store=world.store):
        visit = open_visits(world.store).filter(works=["claim"], stage="workshop").earliest("arrived_at")
    return f"/{world.store.code}/visits/{visit.pk}/past-year/"


def remembered(world: World) -> str:
    """Return the page of the reception of a car that has an eventful past year and stands at the gate now."""
    return world.remembered()


def linked(state: str) -> Address:
    """Return a customer's link in a state of its own, see `tests/link_states.py`."""
    return lambda world: world.linked(state)


def gone(state: str) -> int:
    """Return the status of such a link."""
    return 410 if state == "revoked" else 200


def file_page(state: str, rest: str = "") -> Address:
    """Return the address of the demo's file that is in this state."""

    def address(world: World) -> str:
        with scope(store=world.store):
            run = ImportRun.objects.filter(state=state).first()
        return f"/{world.store.code}/imports/{run.pk}/{rest}"

    return address


def price_page(kind: str, code: str) -> Address:
    """Return the address of a thing of the price book."""

    def address(world: World) -> str:
        with scope(store=world.store):
            thing = PRICED[kind].objects.get(code=code)
        return f"/{world.store.code}/prices/{kind}/{thing.pk}/"

    return address


MENU = "details.rx-me > summary"
MORE = "a[hx-get$='/more/']"
OTHER_TIME = "button[value=times]"

KERNEL = (
    Screen("login", "", lambda world: "/login/", (TABLET, PHONE)),
    Screen("offline", "advisor", lambda world: "/offline/", (TABLET, PORTRAIT, PHONE)),
    Screen("enrol", "", lambda world: "/device/", (TABLET,)),
    Screen("pin", "advisor", lambda world: "/pin/", (TABLET,)),
    Screen("store-settings", "manager", page("settings/")),
    Screen("devices", "supervisor", page("devices/"), (TABLET,)),
    Screen("next", "advisor", page("next/")),
    Screen("next-menu", "advisor", page("next/"), (TABLET,), open=MENU),
    Screen("next-empty", "cashier", page("next/"), (TABLET,)),
    Screen("next-care", "care", page("next/"), (TABLET,)),
    Screen("unsent", "advisor", page("unsent/")),
    Screen("parked", "supervisor", page("parked/"), (TABLET,)),
    Screen("board", "advisor", page("board/")),
    Screen("search", "advisor", page("search/?q=沪A"), (TABLET,)),
    Screen("search-empty", "advisor", page("search/"), (TABLET,)),
    Screen("timeline", "supervisor", visit_page("explanation", "timeline/"), (TABLET,)),
    Screen("note-sheet", "advisor", stage("showcase"), (TABLET,), open="a[hx-get$='/note/']"),
    Screen("place-sheet", "advisor", stage("showcase"), (TABLET,), open="a[hx-get$='/place/']"),
    Screen("more-sheet", "advisor", stage("showcase"), (TABLET,), open=MORE),
    Screen("messages", "advisor", visit_page("explanation", "messages/")),
    Screen("message-centre", "advisor", page("messages/")),
    Screen("message-centre-none", "supervisor", page("messages/?state=todo&day=2020-01-01"), (TABLET,)),
    Screen("message-texts", "manager", page("message-texts/")),
    Screen("message-texts-read", "supervisor", page("message-texts/"), (TABLET,)),
    Screen("message-text", "manager", page("message-texts/ready/tencent_sms/zh-hans/")),
    Screen(
        "message-text-typed",
        "manager",
        page("message-texts/delay/tencent_sms/zh-hans/"),
        (TABLET,),
        open="[data-insert='{reason}']",
    ),
    Screen("message-text-email", "manager", page("message-texts/delay/email/zh-hant/"), (TABLET,)),
    Screen(
        "customer-messages", "", lambda world: world.link_url("explanation"), (PHONE,), open="a[href$='/messages/']"
    ),
)

RECEPTION = (
    Screen("gate", "guard", page("gate/"), (PHONE, TABLET)),
    Screen("lanes", "manager", page("lanes/")),
    Screen("lanes-tried", "supervisor", page("lanes/?arrival=walk_in&work=repair&history=comeback"), (TABLET,)),
    Screen("lane-rule-new", "manager", page("lanes/new/"), (TABLET,)),
    Screen("lane-rule", "manager", page("lanes/5/")),
    Screen("waiting", "manager", page("waiting/")),
    Screen("absent", "guard", page("arrivals/absent/"), (PHONE, TABLET)),
    Screen("gate-read-tapped", "guard", page("gate/"), (PHONE, TABLET), open="a.rx-read-plate"),
    Screen("cameras", "manager", page("cameras/")),
    Screen("camera-new", "manager", page("cameras/"), (TABLET,), open="label:has(> [name=adapter][value=dahua])"),
    Screen("camera-tried", "manager", page("cameras/"), open="form[method=get] .rx-btn"),
    Screen("gate-new-car", "guard", page("gate/?province=沪&number=Z98765&whole=1"), (PHONE,)),
    Screen("receive", "advisor", page("receive/"), (TABLET, PORTRAIT, PHONE)),
    Screen("receive-known", "advisor", page("receive/?province=沪&number=A8K2D6"), (TABLET,)),
    Screen("blank-visit", "advisor", page("offline/visit/?card=1.5&body=suv&energy=bev")),
    Screen("gate-booked", "guard", lambda world: world.gate_url(), (PHONE,)),
    Screen("appointments", "advisor", page("appointments/")),
    Screen("appointments-tomorrow", "advisor", page("appointments/?day=2026-11-21"), (TABLET,)),
    Screen("appointments-none", "advisor", page("appointments/?day=2027-01-30"), (TABLET,)),
    Screen("appointment-change", "advisor", page("appointments/"), (TABLET,), open=".rx-fold > summary"),
    Screen("appointment-new", "advisor", page("appointments/new/?day=2026-11-23")),
    Screen("preparation", "advisor", page("appointments/preparation/")),
    Screen("capacity", "supervisor", page("settings/places/"), (DESKTOP,)),
    Screen("imports", "manager", page("imports/")),
    Screen("import-checked", "supervisor", file_page("checked")),
    Screen("import-done", "manager", file_page("done"), (TABLET,)),
    Screen("import-columns", "manager", file_page("done", "columns/")),
    Screen("price-operations", "manager", page("prices/")),
    Screen("price-packages", "manager", page("prices/?tab=package")),
    Screen("price-rates", "manager", page("prices/?tab=rate"), (TABLET,)),
    Screen("price-read", "advisor", page("prices/?tab=part&q=机油"), (TABLET,)),
    Screen("price-operation", "manager", price_page("operation", "M01")),
    Screen("price-package", "manager", price_page("package", "P10")),
    Screen("price-new", "manager", page("prices/part/new/"), (TABLET,)),
    Screen("dms", "supervisor", page("dms/")),
    Screen("dms-fields", "supervisor", page("dms/fields/"), (TABLET,)),
    Screen("loaners", "advisor", page("loaners/")),
    Screen("loaner-cars", "manager", page("loaners/cars/"), (TABLET,)),
    Screen("loan-new", "advisor", page("loaners/new/")),
    Screen("loan-booked", "advisor", loan("booked")),
    Screen("loan-out", "advisor", loan("out")),
    Screen("loan-back", "advisor", loan("back"), (TABLET,)),
    Screen("loan-contract", "advisor", loan("out", "contract/")),
    Screen("loan-print", "advisor", loan("back", "print/"), (TABLET,)),
    Screen("welcome", "advisor", stage("reception", "?card=1.4")),
    Screen("past-year-panel", "advisor", remembered, open=".rx-points-more > summary"),
    Screen("past-year", "advisor", lambda world: remembered(world).replace("reception/", "past-year/")),
    Screen("past-year-new", "advisor", visit_page("reception", "past-year/"), (TABLET,)),
    Screen("past-year-repair", "advisor", long_repair, (TABLET,)),
    Screen("campaigns", "manager", page("campaigns/"), (DESKTOP, TABLET)),
    Screen("campaign-new", "manager", page("campaigns/new/"), (DESKTOP,)),
    Screen("intervals", "manager", page("intervals/"), (DESKTOP,)),
    Screen("interval-new", "manager", page("intervals/new/"), (DESKTOP,)),
    Screen(
        "concerns", "advisor", stage("reception", "?card=1.4&concern=new"), open="label:has(> [name=kind][value=noise])"
    ),
    *(
        Screen(f"walk-{step}", "advisor", stage("reception", f"?card=1.5&step={step}"))
        for step in ("enter", "cabin", "controls", "exterior", "engine", "confirm")
    ),
    *(Screen(f"walkaround-{body}", "advisor", outside(body, "right"), (TABLET,)) for body in Vehicle.Body.values),
    *(Screen(f"walkaround-{view}", "advisor", outside("sedan", view), (TABLET,)) for view in ("front", "rear", "roof")),
    Screen("walkaround-mark", "advisor", outside("suv", "right"), open="[data-mark-edit]"),
    Screen("sheet-turned", "advisor", stage("reception", "?card=1.5&step=confirm"), open="[data-turned-open]"),
    Screen(
        "sheet-refused", "advisor", stage("reception", "?card=1.5&step=confirm"), (TABLET,), open="[data-refusal-open]"
    ),
    Screen(
        "sheet-share",
        "advisor",
        stage("reception", "?card=1.5&step=confirm"),
        (TABLET,),
        open="button[form=walk-share]",
    ),
    Screen("sheet-link", "", lambda world: world.link_url("reception"), (PHONE,)),
    Screen("sheet-print", "advisor", visit_page("negotiation", "sheet/"), (TABLET,)),
    Screen("sheet-blank", "advisor", page("sheet/blank/"), (TABLET,)),
    Screen("order", "advisor", stage("negotiation", "?card=2.2")),
    Screen("order-asked", "advisor", lambda world: world.asked_url()),
    Screen("order-accident", "advisor", lambda world: world.accident_url()),
    Screen("accident", "advisor", lambda world: world.accident_url(), (TABLET,), open="a[hx-get$='/accident/']"),
    Screen("approvals", "manager", page("approvals/"), (PHONE, TABLET)),
    Screen("order-add", "advisor", stage("negotiation", "?card=2.2"), (TABLET,), open="a[hx-get$='/order/lines/']"),
    Screen("settle-in", "advisor", stage("negotiation", "?card=2.4")),
    Screen("key", "advisor", stage("negotiation", "?card=2.5"), (TABLET,)),
    Screen("order-print", "advisor", visit_page("workshop", "order/print/"), (TABLET,)),
    Screen("dispatch", "controller", page("dispatch/"), (TABLET,)),
    Screen("order-terms", "advisor", stage("negotiation", "?card=2.2"), (TABLET,), open="a[hx-get$='/order/terms/']"),
    Screen(
        "order-consent", "advisor", stage("negotiation", "?card=2.2"), (TABLET,), open="a[hx-get$='/order/consent/']"
    ),
    Screen("order-line", "advisor", stage("negotiation", "?card=2.2"), (TABLET,), open="a.rx-order-open"),
    Screen("order-offer", "advisor", stage("negotiation", "?card=2.2"), open="a[hx-get$='/order/offer/']"),
    Screen("order-offered", "advisor", visit_page("workshop", "negotiation/?card=2.1")),
    Screen("offer-extra", "advisor", stage("workshop"), (TABLET,), open="a[hx-get$='/order/offer/']"),
    Screen("link-offer", "", lambda world: world.link_url("workshop"), (PHONE,), open="#offer a.go"),
)

INSPECTION = (
    Screen("fault-codes", "technician", visit_page("workshop", "fault-codes/"), (PHONE, TABLET)),
    Screen("jobs", "technician", page("jobs/"), (PHONE, TABLET)),
    Screen("job", "technician", visit_page("workshop", "job/"), (PHONE,)),
    Screen("final", "controller", page("final/"), (TABLET,)),
    Screen("final-inspection", "controller", visit_page("workshop", "final-inspection/"), (TABLET,)),
    Screen("workshop", "advisor", stage("workshop")),
    Screen("ready-time", "advisor", stage("workshop"), (TABLET,), open="a[hx-get$='/ready-time/']"),
    Screen("received", "advisor", stage("showcase", "?card=3.1"), (TABLET,)),
    Screen("prepare", "advisor", stage("showcase", "?card=3.2")),
    Screen("notify", "advisor", stage("showcase", "?card=3.3")),
    Screen("show", "advisor", stage("showcase", "?card=3.4"), (TABLET,)),
)

DELIVERY = (
    Screen("explanation", "advisor", stage("explanation", "?card=4.1")),
    Screen("explanation-warranty", "advisor", stage("explanation", "?card=4.3"), (TABLET,)),
    Screen("explanation-script", "advisor", stage("explanation"), (TABLET,), open="a[hx-get$='/explanation/script/']"),
    Screen("settlement-print", "advisor", visit_page("delivery", "settlement/"), (TABLET,)),
    Screen("cashier", "cashier", page("cashier/"), (TABLET, DESKTOP)),
    Screen("cashier-car", "cashier", lambda world: f"/hq/cashier/{world.visit('delivery').pk}/", (DESKTOP,)),
    Screen("delivery-methods", "advisor", stage("delivery", "?card=5.1"), (TABLET,)),
    Screen("delivery-payment", "advisor", stage("delivery", "?card=5.2"), (TABLET,)),
    Screen("delivery-farewell", "advisor", stage("delivery", "?card=5.3")),
    Screen("follow-ups", "care", page("follow-ups/")),
    Screen("follow-up-rules", "manager", page("follow-ups/rules/")),
    Screen("booking-work", "", lambda world: "/book/hq/", (PHONE,)),
    Screen("booking-time", "", lambda world: "/book/hq/?work=repair", (PHONE,)),
    Screen("booking-details", "", lambda world: "/book/hq/?work=repair&at=2026-11-23T09:00", (PHONE,)),
    Screen("booking-other", "", lambda world: "/book/hq/?work=service&at=2026-11-23T09:00", (PHONE,), open=OTHER_TIME),
    Screen("booking-mine", "", lambda world: "/book/hq/mine/", (PHONE,)),
    Screen("booking-gone", "", lambda world: "/book/nowhere/", (PHONE,), status=404),
    Screen("customer-workshop", "", lambda world: world.link_url("workshop"), (PHONE,)),
    Screen("customer-ready", "", lambda world: world.link_url("explanation"), (PHONE,)),
    *(Screen(f"customer-{state}", "", linked(state), (PHONE,), status=gone(state)) for state in STATES),
    Screen(
        "link-address",
        "advisor",
        visit_page("explanation", "messages/"),
        (TABLET,),
        open="form[action$='/link/'] button",
    ),
    Screen("link-thread", "", lambda world: world.link_url("workshop"), (PHONE,), open="#thread"),
    Screen("link-not-satisfied", "", lambda world: world.link_url("showcase"), (PHONE,), open="#help"),
    Screen("link-unhappy", "", linked("papers"), (PHONE,), open="a[href$='/not-satisfied/']"),
    Screen("link-help", "", lambda world: world.link_url("workshop"), (PHONE,), open="#help summary"),
    Screen("thread", "advisor", visit_page("workshop", "thread/")),
    Screen("thread-unhappy", "supervisor", visit_page("showcase", "thread/")),
    Screen("thread-times", "supervisor", page("thread-times/"), (TABLET,)),
    Screen("thread-beside", "advisor", stage("showcase"), (TABLET,), open="#thread-panel-title"),
    Screen("next-unhappy", "supervisor", page("next/")),
)


def check_item(world: World) -> str:
    """Return the address of the course's own self-check item."""
    with scope(store=world.store):
        item = CheckItem.objects.get(code="1.5-walk", ended_at=None)
    return f"/{world.store.code}/checks/items/{item.pk}/"


def period(kind: str, rest: str = "", *, store: str = "") -> Address:
    """Return the address of a page of the running week, month, quarter or year."""

    def address(world: World) -> str:
        first = period_of(kind, NOW.date()).first
        return f"/{store or world.store.code}/scores/{kind}/{first}/{rest}"

    return address


def figures(name: str, kind: str = "month", rest: str = "") -> Address:
    """Return the address of a page of figures of the running period."""
    return page(f"{name}/{kind}/{period_of(kind, NOW.date()).first}/{rest}")


FEEDBACK = (
    Screen("figures", "manager", figures("figures"), (DESKTOP, TABLET)),
    Screen("figures-help", "manager", figures("figures"), (DESKTOP,), open="a[href$='/figures/help/padding_minutes/']"),
    Screen("figures-own", "advisor", figures("figures"), (TABLET,)),
    Screen("figure-visits", "manager", figures("figures", rest="on_time_handover/"), (DESKTOP, TABLET)),
    Screen("people", "manager", figures("people"), (DESKTOP, TABLET)),
    Screen("people-own", "advisor", figures("people"), (TABLET,)),
    Screen("compare", "manager", figures("compare"), (DESKTOP, TABLET)),
    Screen("checks", "manager", page("checks/"), (DESKTOP, TABLET)),
    Screen("check-round", "supervisor", page(f"checks/{NOW.date()}/2/")),
    Screen("check-round-done", "supervisor", page(f"checks/{NOW.date()}/1/")),
    Screen("check-round-again", "manager", page(f"checks/{NOW.date()}/1/"), (TABLET,)),
    Screen("check-items", "manager", page("checks/items/"), (DESKTOP, TABLET)),
    Screen("check-item", "manager", check_item, (DESKTOP, TABLET)),
    Screen("check-item-new", "supervisor", page("checks/items/new/3.4/"), (DESKTOP,)),
    Screen("audits", "manager", page("checks/audits/"), (DESKTOP, TABLET)),
    Screen("audit-new", "manager", page("checks/audits/new/"), (DESKTOP, TABLET)),
    Screen("cross-checks", "manager", page("checks/customers/"), (DESKTOP, TABLET)),
    Screen("scores-day", "manager", lambda world: world.day_url(1), (DESKTOP, TABLET)),
    Screen("scores-today", "manager", page("scores/"), (DESKTOP,)),
    Screen("scores-touchpoint", "manager", lambda world: world.day_url(1) + "3.4/", (DESKTOP,)),
    Screen("score-settings", "manager", page("settings/scores/"), (DESKTOP, TABLET)),
    Screen("morning", "supervisor", page("morning/"), (DESKTOP, *TOUCH)),
    Screen("morning-best", "manager", page("morning/?case=best"), (TABLET,)),
    Screen("targets", "manager", page("targets/"), (DESKTOP, TABLET), open=".rx-target-more summary"),
    Screen("targets-read", "chain", page("targets/"), (DESKTOP,)),
    Screen("digests", "manager", page("settings/digests/"), (DESKTOP, TABLET)),
    Screen("visit-steps", "manager", visit_page("explanation", "steps/"), (DESKTOP,)),
    Screen("period-week", "manager", period("week"), (DESKTOP, TABLET)),
    Screen("period-month", "manager", period("month"), (DESKTOP, TABLET)),
    Screen("period-quarter", "manager", period("quarter"), (DESKTOP, TABLET)),
    Screen("period-year", "manager", period("year"), (DESKTOP, TABLET)),
    Screen("period-touchpoint", "manager", period("month", "3.4/"), (DESKTOP, TABLET)),
    Screen("period-breakdown", "manager", period("month", "breakdown/"), (DESKTOP, TABLET)),
    Screen("period-own", "advisor", period("month"), (TABLET,)),
    Screen("period-chain", "chain", period("month", store="chain"), (DESKTOP, TABLET)),
    Screen(
        "chain", "chain", lambda world: "/chain" + world.day_url(1).removeprefix(f"/{world.store.code}"), (DESKTOP,)
    ),
    Screen("weak-items", "manager", page("weak-items/"), (DESKTOP, TABLET)),
    Screen("weak-items-read", "chain", page("weak-items/"), (DESKTOP,)),
    Screen("weak-item", "manager", weak_item_url, (DESKTOP, TABLET)),
    Screen("cause", "manager", lambda world: weak_item_url(world, "cause/"), (DESKTOP, TABLET)),
    Screen(
        "cause-no",
        "manager",
        lambda world: weak_item_url(world, "cause/"),
        (DESKTOP, TABLET),
        open="input[name=training][value=no]",
    ),
    Screen("practices", "supervisor", page("practices/"), (DESKTOP, TABLET)),
    Screen("plan-new", "manager", page("plans/new/?touchpoint=3.4"), (DESKTOP, TABLET)),
    Screen("plan-edit", "manager", lambda world: plan_url(world, "plan", "aim/"), (DESKTOP,)),
    Screen("plan-planned", "manager", lambda world: plan_url(world, "plan"), (DESKTOP, TABLET)),
    Screen("plan", "manager", lambda world: plan_url(world, "do"), (DESKTOP, TABLET)),
    Screen("plan-own", "advisor", own_plan_url, (*TOUCH, PHONE)),
    Screen("plan-better", "manager", lambda world: judged_url(world, "better", "act"), (DESKTOP, TABLET)),
    Screen("plan-same", "manager", lambda world: judged_url(world, "same", "act"), (DESKTOP,)),
    Screen("plan-closed", "manager", lambda world: judged_url(world, "better", "closed"), (DESKTOP,)),
    Screen("scores-own", "advisor", lambda world: world.day_url(1), (TABLET,)),
    Screen("standard", "manager", page("standard/?stage=showcase"), (DESKTOP, TABLET)),
    Screen("standard-advisor", "advisor", page("standard/"), TOUCH),
    Screen("standard-proposed", "advisor", page("standard/?with=proposals"), (TABLET,)),
    Screen("standard-changes", "manager", page("standard/changes/2/"), (DESKTOP, TABLET)),
    Screen("standard-changes-unseen", "technician", page("standard/changes/2/"), TOUCH),
    Screen("proposal-new", "advisor", page("standard/propose/1.5/controls/"), TOUCH),
    Screen("proposal-new-point", "technician", page("standard/propose/3.4/"), (TABLET,)),
    Screen("proposal", "manager", lambda world: proposal_url(world, "open"), (DESKTOP, TABLET)),
    Screen("proposal-own", "advisor", lambda world: proposal_url(world, "open"), TOUCH),
    Screen("proposal-declined", "advisor", lambda world: proposal_url(world, "declined"), (TABLET,)),
    Screen("standard-draft", "manager", draft_url, (DESKTOP, TABLET)),
    Screen("standard-edit", "manager", page("standard/draft/edit/1.5/controls/"), (DESKTOP, TABLET)),
    Screen("step-add", "manager", page("standard/draft/add/3.4/"), (DESKTOP, TABLET)),
    Screen("standard-compare", "manager", compare_url, (DESKTOP, TABLET)),
)

SCREENS = (*KERNEL, *RECEPTION, *INSPECTION, *DELIVERY, *FEEDBACK)
