"""The 三包 counters of a car: days of the repair in hand, days in all, repairs of one defect."""

from collections import Counter as Tally
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Max, Min, OuterRef, QuerySet, Subquery

from dealership.models import StageChange, Vehicle, Visit, Work, business_day
from dealership.stages import ENDED, Stage
from reception.models import Consent, OrderLine
from reception.queries.intervals import add_months
from reception.queries.repeated import kind_name
from reception.three_guarantees import (
    EXCHANGE_KM,
    EXCHANGE_MONTHS,
    REPAIR_KM,
    REPAIR_MONTHS,
    Counter,
    all_repairs,
    one_defect,
    one_repair,
    repair_days,
)

OF_QUALITY = frozenset({Work.CLAIM, Work.COMEBACK})
"""Kinds of work that count as a repair of the maker's quality; a line that the warranty pays counts too."""
DIAGNOSES = frozenset({"R01"})
"""Operations that find a defect and mend none."""


@dataclass(frozen=True)
class Guarantees:
    """The counters of a car inside its periods; None: that period is over, or nothing was repaired in it.

    `unknown`: the day of sale is not known and the car may be inside; `until`: the last day of the repair warranty,
    `until_exchange` that of exchange and refund, None once it is past or the car has run too far.
    """

    repair: Counter | None = None
    total: Counter | None = None
    defect: Counter | None = None
    unknown: bool = False
    until: date | None = None
    until_exchange: date | None = None

    @property
    def counters(self) -> list[Counter]:
        """The counters that have something to count."""
        return [each for each in (self.repair, self.total, self.defect) if each is not None]


def with_repair_times(visits: "QuerySet[Visit]") -> "QuerySet[Visit]":
    """Annotate visits with `agreed_at` (first consent) and `finished_at` (last end of the work in the workshop)."""
    consents = Consent.objects.filter(visit=OuterRef("pk")).order_by().values("visit").annotate(at_=Min("at"))
    shown = StageChange.objects.filter(visit=OuterRef("pk"), target=Stage.SHOWCASE)
    ends = shown.order_by().values("visit").annotate(at_=Max("at"))
    return visits.annotate(agreed_at=Subquery(consents.values("at_")), finished_at=Subquery(ends.values("at_")))


def guarantees(
    vehicle: Vehicle,
    visits: Sequence[Visit],
    lines: Iterable[OrderLine],
    kinds: Mapping[UUID, frozenset[str]],
    now: datetime,
) -> Guarantees:
    """Return the counters of a car. `visits`: all of the car, from `with_repair_times`; no query is made.

    `lines`: the order lines of these visits (with their order); `kinds`: visit → kinds of its concerns.
    """
    if vehicle.sold_on is None:
        year = now.year - REPAIR_MONTHS // 12
        return Guarantees(unknown=vehicle.year is not None and vehicle.year >= year)
    until = add_months(vehicle.sold_on, REPAIR_MONTHS)
    until_exchange = add_months(vehicle.sold_on, EXCHANGE_MONTHS)
    by_visit: dict[UUID, list[OrderLine]] = {}
    for line in lines:
        by_visit.setdefault(line.order.visit_id, []).append(line)
    repairs = [visit for visit in visits if _of_quality(visit, by_visit.get(visit.pk, []))]
    inside = [visit for visit in repairs if _within(visit, until_exchange, EXCHANGE_KM)]
    agreed = [visit for visit in inside if _agreed(visit)]
    current = next((visit for visit in repairs if visit.stage not in ENDED and _within(visit, until, REPAIR_KM)), None)
    return Guarantees(
        repair=one_repair(days_of(current, now)) if current and _agreed(current) else None,
        total=all_repairs(sum(days_of(visit, now) for visit in agreed)) if agreed else None,
        defect=_worst_defect(inside, by_visit, kinds),
        until=_still(vehicle, now, until, REPAIR_KM),
        until_exchange=_still(vehicle, now, until_exchange, EXCHANGE_KM),
    )


def days_of(visit: Visit, now: datetime) -> int:
    """Return the days of a visit's repair, up to now while it goes on."""
    end = visit.finished_at if visit.ended or visit.stage not in (Stage.NEGOTIATION, Stage.WORKSHOP) else None  # type: ignore[attr-defined] # annotated
    return repair_days(_agreed(visit) or visit.arrived_at, end or (visit.left_at if visit.ended else None) or now)


def _agreed(visit: Visit) -> datetime | None:
    """Return when the repair was agreed; a car of the past without a consent on record: when it came."""
    at: datetime | None = visit.agreed_at  # type: ignore[attr-defined] # annotated
    return at or (visit.arrived_at if visit.ended else None)


def _of_quality(visit: Visit, lines: list[OrderLine]) -> bool:
    if visit.stage == Stage.CANCELLED:
        return False
    return bool(OF_QUALITY & set(visit.works)) or any(_claimed(line) for line in lines)


def _claimed(line: OrderLine) -> bool:
    return line.payer == OrderLine.Payer.WARRANTY and line.charged


def _within(visit: Visit, until: date, km: int) -> bool:
    return business_day(visit.store, visit.arrived_at) <= until and (visit.mileage or 0) <= km


def _still(vehicle: Vehicle, now: datetime, until: date, km: int) -> date | None:
    return until if business_day(vehicle.store, now) <= until and (vehicle.mileage or 0) <= km else None


def _worst_defect(
    repairs: list[Visit], lines: dict[UUID, list[OrderLine]], kinds: Mapping[UUID, frozenset[str]]
) -> Counter | None:
    tally: Tally[str] = Tally()
    names: dict[str, str] = {}
    for visit in repairs:
        found = dict(_defects(lines.get(visit.pk, []), kinds.get(visit.pk, frozenset())))
        tally.update(found.keys())
        names |= found
    if not tally:
        return None
    key, times = max(tally.items(), key=lambda one: (one[1], one[0]))
    return one_defect(times, names[key])


def _defects(lines: list[OrderLine], kinds: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield key and name of what was mended: each kind of concern, and each operation that the warranty pays."""
    for kind in kinds:
        yield kind, kind_name(kind)
    for line in lines:
        if _claimed(line) and line.kind == OrderLine.Kind.LABOUR and line.code not in DIAGNOSES:
            yield f"line {line.code}", line.title
