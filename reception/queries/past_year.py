"""The past year of a car in five minutes: what happened, read in a constant number of queries."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from dealership.models import Promise, Visit, Work, business_day
from dealership.stages import Stage
from reception.models import Campaign, OpenAdvice, OrderLine, RepairOrder, ServiceInterval
from reception.queries.campaigns import open_campaigns
from reception.queries.facts import kilometres
from reception.queries.intervals import NextService, due_since, interval_of
from reception.queries.repeated import concern_kinds, repeated
from reception.queries.three_guarantees import Guarantees, guarantees, with_repair_times
from reception.three_guarantees import REPAIR_MONTHS

YEAR = timedelta(days=365)
MOST_VISITS = 60
"""A car that came more often in three years belongs to the house; the newest count."""
MENDED = frozenset({Work.REPAIR, Work.CLAIM, Work.COMEBACK, Work.RECALL})


@dataclass(frozen=True)
class PastVisit:
    """A visit of the past year. `titles`: the work that was agreed; `mark`: service, repair, accident or other."""

    visit: Visit
    day: date
    titles: list[str]
    mark: str

    @property
    def km(self) -> str:
        """What the car had run, empty where nobody read it."""
        return kilometres(self.visit.mileage) if self.visit.mileage is not None else ""


@dataclass(frozen=True)
class PastYear:
    """All that the panel says. `new`: the car has never been here before."""

    visit: Visit
    today: date
    visits: list[PastVisit]
    new: bool
    advice: list[OpenAdvice]
    promises: list[Promise]
    repeated: list[tuple[str, list[Visit]]]
    due: NextService | None
    campaigns: list[Campaign]
    guarantees: Guarantees
    wishes: str
    waiting: str
    order: RepairOrder | None
    on_order: frozenset[str]
    """Numbers of the campaigns whose work is on the order of this visit."""

    @property
    def mileage(self) -> int | None:
        """What the car has run: as read at this visit, else as it is known."""
        return self.visit.mileage if self.visit.mileage is not None else self.visit.vehicle.mileage


def past_year(visit: Visit, now: datetime) -> PastYear:
    """Return the past year of the car of a visit (eight queries)."""
    today = business_day(visit.store, now)
    visit.vehicle.store = visit.store
    all_visits = _visits(visit, now)
    lines = _lines(all_visits)
    kinds = concern_kinds(all_visits)
    before = [row for row in all_visits if row.pk != visit.pk and row.stage == Stage.CLOSED]
    recent = [row for row in before if row.arrived_at >= now - YEAR]
    kept = [row for row in all_visits if row.pk == visit.pk or row in recent]
    orders = {line.order.visit_id: line.order for rows in lines.values() for line in rows}
    interval = interval_of(visit.vehicle, ServiceInterval.objects.all())
    return PastYear(
        visit=visit,
        today=today,
        visits=[_past(row, lines.get(row.pk, [])) for row in recent],
        new=not before,
        advice=_advice(visit),
        promises=_promises([row for row in recent if row.customer_id == visit.customer_id]),
        repeated=repeated(kept, kinds),
        due=due_since(visit.vehicle, _last_service(before), interval),
        campaigns=open_campaigns(visit.vehicle, today),
        guarantees=guarantees(
            visit.vehicle, all_visits, [line for rows in lines.values() for line in rows], kinds, now
        ),
        wishes=visit.customer.wishes if visit.customer else "",
        waiting=_waiting([row for row in recent if row.customer_id == visit.customer_id], orders),
        order=orders.get(visit.pk),
        on_order=_on_order(lines.get(visit.pk, [])),
    )


def _visits(visit: Visit, now: datetime) -> list[Visit]:
    """Return the visits of the car since the longest of the periods began, the newest first; with this one."""
    since = now - timedelta(days=31 * REPAIR_MONTHS)
    rows = Visit.objects.filter(vehicle=visit.vehicle_id, joined_to=None, arrived_at__lte=now, arrived_at__gte=since)
    timed = with_repair_times(rows.filter(~Q(stage=Stage.CANCELLED))).select_related("advisor")
    found = list(timed.order_by("-arrived_at")[:MOST_VISITS])
    for row in found:
        row.store = visit.store
    return found


def _lines(visits: list[Visit]) -> dict[UUID, list[OrderLine]]:
    found: dict[UUID, list[OrderLine]] = {}
    for line in OrderLine.objects.filter(order__visit__in=visits).select_related("order"):
        found.setdefault(line.order.visit_id, []).append(line)
    return found


def _last_service(before: list[Visit]) -> Visit | None:
    serviced = (Work.SERVICE, Work.FIRST_SERVICE)
    return next((row for row in before if set(serviced) & set(row.works)), None)


def _past(visit: Visit, lines: list[OrderLine]) -> PastVisit:
    titles = [line.title for line in lines if line.agreed]
    return PastVisit(visit, business_day(visit.store, visit.arrived_at), titles, _mark(visit))


def _mark(visit: Visit) -> str:
    if Work.ACCIDENT in visit.works:
        return "accident"
    return "repair" if MENDED & set(visit.works) else "service"


def _advice(visit: Visit) -> list[OpenAdvice]:
    """Return what stays open on the car from earlier visits: red before yellow, the newest first."""
    rows = OpenAdvice.objects.filter(vehicle=visit.vehicle_id, closed_at=None).exclude(visit=visit)
    order = [OpenAdvice.Colour.RED, OpenAdvice.Colour.YELLOW, OpenAdvice.Colour.GREEN]
    newest = sorted(rows, key=lambda row: row.created_at, reverse=True)
    return sorted(newest, key=lambda row: order.index(OpenAdvice.Colour(row.colour)))


def _promises(visits: list[Visit]) -> list[Promise]:
    """Return what was promised to this customer and is open still or was not kept."""
    states = (Promise.State.OPEN, Promise.State.BROKEN)
    return list(Promise.objects.filter(visit__in=visits, state__in=states).order_by("state", "-given_at"))


def _waiting(visits: list[Visit], orders: dict[UUID, RepairOrder]) -> str:
    """Return how the customer usually spends the time, empty where no two visits agree."""
    ways = [orders[row.pk].waiting for row in visits if row.pk in orders and orders[row.pk].waiting]
    usual = max(set(ways), key=ways.count, default="")
    return usual if ways.count(usual) > 1 else ""


def _on_order(lines: list[OrderLine]) -> frozenset[str]:
    ours = [line for line in lines if line.why == OrderLine.Why.CAMPAIGN]
    return frozenset(line.reason.split(" ", 1)[0] for line in ours)
