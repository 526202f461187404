"""Weak touchpoints: those that the app proposes, and those that a person has confirmed."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Avg, Count, F, Q, Window
from django.db.models.functions import RowNumber
from django.utils.translation import get_language

from dealership.models import Store, TouchpointRecord, Visit
from dealership.queries.board import who
from dealership.queries.standards import TouchpointWords, current_id, touchpoints
from dealership.stages import TOUCHPOINT_STAGE
from feedback.intervals import Interval, wilson
from feedback.models import Plan, RootCause, WeakItem
from feedback.queries.daily import rows_for
from feedback.queries.day import records
from feedback.queries.score_settings import influence_of, weights_of
from feedback.queries.words import INFLUENCE_STEPS, influence_word, losses
from feedback.scores import CUSTOMER, EXECUTION, FEW, SELF_CHECK, WEAK_BELOW, WINDOW_DAYS, Reading, one_figure

SHOWN, EXAMPLES = 5, 3
"""So many are proposed, each with so many visits at most."""
LEAST_ANSWERS = 5
"""Of fewer answers the share of the disappointed is left out of the weight."""
PUT_OFF = timedelta(days=14)
"""A proposal that was put off comes back after so long (a rule of this product)."""
NOT_NOW = "not now"
"""`closed_why` of a weak item that was put off in the moment in which it was made."""

ANSWERS = """
SELECT record.touchpoint, count(*), count(*) FILTER (WHERE reading.gap < 0)
FROM dealership_touchpointrecord AS record
JOIN feedback_customerreading AS reading ON reading.store_id = record.store_id AND reading.visit_id = record.visit_id
JOIN unnest(%(digits)s, %(stages)s) AS owner(digit, stage) ON owner.digit = left(record.touchpoint, 1)
WHERE record.store_id = %(store)s AND record.day BETWEEN %(since)s AND %(day)s AND reading.day <= %(day)s
    AND record.score < %(below)s AND record.touchpoint = ANY(%(codes)s)
    AND (reading.touchpoint = record.touchpoint OR (reading.touchpoint = '' AND reading.stage = owner.stage))
GROUP BY record.touchpoint
"""


@dataclass(frozen=True)
class Disappointed:
    """Answers of customers at whose visit the touchpoint was weak, and how many of them were below expectation."""

    answers: int = 0
    hits: int = 0

    @property
    def share(self) -> Decimal | None:
        """The share of the disappointed (0 to 1), None below 5 answers."""
        return None if self.answers < LEAST_ANSWERS else (Decimal(self.hits) / self.answers).quantize(Decimal("0.001"))

    @property
    def percent(self) -> int | None:
        """The share in whole per cent."""
        return None if self.share is None else round(100 * self.share)

    @property
    def interval(self) -> Interval | None:
        """Its 95 % interval, in per cent."""
        found = wilson(self.hits, self.answers)
        return Interval(round(100 * found.low), round(100 * found.high)) if found else None


@dataclass(frozen=True)
class Example:
    """A visit that lost there: whose, and what was lost (counts of steps)."""

    visit: UUID
    name: str
    plate: str
    score: Decimal
    lost: tuple[str, ...]


@dataclass(frozen=True)
class WeakProposal:
    """A touchpoint below 8 over 28 days, `since` to `until`."""

    words: TouchpointWords
    since: date
    until: date
    figure: Decimal
    readings: dict[str, Reading]
    influence: int
    disappointed: Disappointed = Disappointed()
    records: tuple[TouchpointRecord, ...] = ()
    put_off_until: date | None = None

    @property
    def code(self) -> str:
        """`3.3`."""
        return self.words.code

    @property
    def n(self) -> int:
        """How many visits; where those do not count, how many of the largest reading that does."""
        visits = self.readings[EXECUTION].n
        return visits if visits >= FEW else max(reading.n for reading in self.readings.values())

    @property
    def weight(self) -> Decimal:
        """(10 - figure) x influence x share of the disappointed; the share is left out below 5 answers."""
        share = self.disappointed.share
        return ((10 - self.figure) * self.influence * (1 if share is None else share)).quantize(Decimal("0.01"))

    @property
    def bars(self) -> list[bool]:
        """The influence as five bars."""
        return [step <= self.influence for step in INFLUENCE_STEPS]

    @property
    def influence_word(self) -> str:
        """The influence in a word."""
        return influence_word(self.influence)

    @property
    def examples(self) -> list[Example]:
        """The visits that lost most, by name and plate."""
        return examples_of(stored(self.records), {record.visit_id: record.visit for record in self.records})


def proposed(store: Store, day: date) -> list[WeakProposal]:
    """Return the five touchpoints that ask most over the 28 days that end with `day`.

    Left out: what is confirmed already, and what was put off within 14 days. A constant number of queries.
    """
    return with_examples(weak_touchpoints(store, day), day)


def with_examples(found: list[WeakProposal], day: date) -> list[WeakProposal]:
    """Return the first five that are not put off, each with its visits, in one query."""
    shown = [one for one in found if one.put_off_until is None][:SHOWN]
    worst = worst_of([one.code for one in shown], day)
    return [replace(one, records=tuple(worst[one.code])) for one in shown]


def weak_touchpoints(store: Store, day: date) -> list[WeakProposal]:
    """Return every touchpoint below 8 that no open weak item names, the weightiest first, without examples."""
    standard = touchpoints(current_id(store), get_language() or "zh-hans")
    readings, influence, weights = readings_of(store, day), influence_of(store), weights_of(store)
    since = day - timedelta(days=WINDOW_DAYS - 1)
    found = []
    for words in standard:
        figure = one_figure(readings[words.code], weights)
        if figure is not None and figure < WEAK_BELOW:
            one = WeakProposal(words, since, day, figure, readings[words.code], influence[words.code])
            found.append(one)
    answers = _answers(store, [one.code for one in found], day)
    known = _known(day)
    open_codes = {code for code, until in known.items() if until is None}
    listed = [
        replace(one, disappointed=answers.get(one.code, Disappointed()), put_off_until=known.get(one.code))
        for one in found
        if one.code not in open_codes
    ]
    return sorted(listed, key=lambda one: (-one.weight, one.code))


def readings_of(store: Store, day: date) -> dict[str, dict[str, Reading]]:
    """Return touchpoint → its three readings over the 28 days that end with `day`, in two queries."""
    found: dict[str, dict[str, Reading]] = defaultdict(lambda: {EXECUTION: Reading(), SELF_CHECK: Reading()})
    lived = records().filter(store=store, day__range=(day - timedelta(days=WINDOW_DAYS - 1), day))
    for touchpoint, mean, n in lived.order_by().values_list("touchpoint").annotate(Avg("score"), Count("score")):
        found[touchpoint][EXECUTION] = Reading(mean, n)
    for row in rows_for(store, day):
        if row.advisor_id is None and row.touchpoint:
            found[row.touchpoint][SELF_CHECK] = _reading(row.check_n, row.check_total)
            found[row.touchpoint][CUSTOMER] = _reading(row.said_n, row.said_total)
    return found


def _reading(n: int, total: Decimal) -> Reading:
    return Reading(total / n, n) if n else Reading()


def _answers(store: Store, codes: list[str], day: date) -> dict[str, Disappointed]:
    """Return touchpoint → the answers from the visits where it was weak, in one query."""
    since = day - timedelta(days=WINDOW_DAYS - 1)
    stages = {"digits": list(TOUCHPOINT_STAGE), "stages": [stage.value for stage in TOUCHPOINT_STAGE.values()]}
    days = {"store": store.pk, "since": since, "day": day}
    asked: dict[str, Any] = days | stages | {"below": WEAK_BELOW, "codes": codes}
    with connection.cursor() as cursor:
        cursor.execute(ANSWERS, asked)
        return {touchpoint: Disappointed(answers, hits) for touchpoint, answers, hits in cursor.fetchall()}


def _known(day: date) -> dict[str, date | None]:
    """Return touchpoint → None where a weak item is open, else the day until which it is put off, in one query."""
    found: dict[str, date | None] = {}
    rows = WeakItem.objects.filter(Q(closed_at=None) | Q(closed_why=NOT_NOW, until__gt=day - PUT_OFF))
    for touchpoint, until, closed_at in rows.order_by("until").values_list("touchpoint", "until", "closed_at"):
        if closed_at is None:
            found[touchpoint] = None
        elif found.get(touchpoint, until) is not None:
            found[touchpoint] = until + PUT_OFF
    return found


def worst_of(codes: Collection[str], day: date) -> dict[str, list[TouchpointRecord]]:
    """Return touchpoint → the three records of the 28 days that lost most, the latest first of equals, in one query."""
    found: dict[str, list[TouchpointRecord]] = defaultdict(list)
    since = day - timedelta(days=WINDOW_DAYS - 1)
    lost = records().filter(day__range=(since, day), touchpoint__in=codes, score__lt=WEAK_BELOW)
    place = Window(RowNumber(), partition_by="touchpoint", order_by=[F("score").asc(), F("day").desc(), F("id").desc()])
    ranked = lost.annotate(place=place).filter(place__lte=EXAMPLES).order_by("touchpoint", "place")
    for record in ranked.select_related("visit__vehicle", "visit__customer"):
        found[record.touchpoint].append(record)
    return found


def stored(worst: Iterable[TouchpointRecord]) -> list[dict[str, Any]]:
    """Return what a weak item keeps of its examples: the visit and counts; names stay with the visit."""
    return [
        {
            "visit": str(record.visit_id),
            "score": str(record.score),
            "unrecorded": record.steps - record.live - record.late - record.bulk - record.skipped,
            "bulk": record.bulk,
            "late": record.late,
            "skipped": record.skipped,
        }
        for record in worst
    ]


def examples_of(kept: list[dict[str, Any]], visits: dict[UUID, Visit]) -> list[Example]:
    """Return kept examples with the names of their visits; a visit that is gone is left out."""
    found = []
    for one in kept:
        visit = visits.get(UUID(one["visit"]))
        if visit:
            counts = {name: int(one[name]) for name in ("unrecorded", "bulk", "late", "skipped")}
            plate = visit.vehicle.plate_info.display
            found.append(Example(visit.pk, who(visit), plate, Decimal(one["score"]), tuple(losses(**counts))))
    return found


@dataclass(frozen=True)
class Confirmed:
    """A confirmed weak item and how far it has come: its newest cause and its newest plan."""

    item: WeakItem
    words: TouchpointWords
    cause: RootCause | None
    plan: Plan | None

    @property
    def bars(self) -> list[bool]:
        """The influence as five bars."""
        return [step <= self.item.influence for step in INFLUENCE_STEPS]

    @property
    def influence_word(self) -> str:
        """The influence in a word."""
        return influence_word(self.item.influence)

    @property
    def disappointed(self) -> int | None:
        """The share of the disappointed in whole per cent, None below 5 answers."""
        return None if self.item.disappointed is None else round(100 * self.item.disappointed)


def confirmed(store: Store, *, only: WeakItem | None = None) -> list[Confirmed]:
    """Return the open weak items, the weightiest first, or `only` one (open or not); a constant number of queries."""
    items = [only] if only else list(WeakItem.objects.filter(closed_at=None).order_by("-weight", "touchpoint"))
    words = {one.code: one for one in touchpoints(current_id(store), get_language() or "zh-hans")}
    ids = [item.pk for item in items]
    causes = {cause.weak_item_id: cause for cause in RootCause.objects.filter(weak_item__in=ids).order_by("at")}
    plans = Plan.objects.filter(weak_item__in=ids).select_related("owner").order_by("made_at")
    newest = {plan.weak_item_id: plan for plan in plans}
    return [
        Confirmed(item, words[item.touchpoint], causes.get(item.pk), newest.get(item.pk))
        for item in items
        if item.touchpoint in words
    ]
