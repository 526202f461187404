"""Every step of a visit: its state, who, when, by which record, and in words why it counts as it does."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.apps import apps
from django.utils.functional import Promise as LazyText
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dealership.models import Role, Staff, StepTick, TouchpointRecord, Visit
from dealership.queries.course import Lived, lived, specs_of
from dealership.queries.standards import StepWords, TouchpointWords, stage_names, touchpoints
from dealership.scoring import (
    BULK,
    BULK_WINDOW,
    GATE_GROUP,
    LATE,
    LIVE,
    OUT,
    SKIPPED,
    UNRECORDED,
    Judged,
    Tick,
    bulk_ticks,
    in_order,
    judge_steps,
)

CHIPS = {
    LIVE: ("ok", "circle-check"),
    LATE: ("risk", "clock"),
    BULK: ("bad", "alert-triangle"),
    SKIPPED: ("neutral", "circle-minus"),
    UNRECORDED: ("neutral", "circle-dashed"),
    OUT: ("neutral", "ban"),
}
"""State of a step → kind and icon of its chip."""


@dataclass(frozen=True)
class StepLine:
    """One step as it was lived."""

    words: StepWords
    name: str
    state: str
    said: str
    chip: tuple[str, str]
    role: str
    who: str
    at: datetime | None
    by_record: bool
    evidence: str
    why: str


@dataclass(frozen=True)
class TouchpointLines:
    """A touchpoint with its steps and its score in this visit."""

    words: TouchpointWords
    stage: str
    lines: tuple[StepLine, ...]
    score: Decimal | None
    day: object


def state_word(state: str) -> str:
    """Say a step's state."""
    return {
        LIVE: _("In time"),
        LATE: _("Recorded late"),
        BULK: _("Ticked in bulk"),
        SKIPPED: _("Not done"),
        UNRECORDED: _("Not recorded"),
        OUT: _("Not applicable"),
    }[state]


def visit_lines(visit: Visit) -> list[TouchpointLines]:
    """Return all touchpoints of the visit in the reader's language, in a constant number of queries."""
    language = get_language() or "zh-hans"
    one = lived([visit])[visit.pk]
    judged = judge_steps(specs_of(visit.standard_id), one.ticks, frozenset(one.undone), one.course)
    reader = _Reader(visit, one)
    records = {record.touchpoint: record for record in TouchpointRecord.objects.filter(visit=visit)}
    names = stage_names(visit.standard_id, language)
    found = []
    for words in touchpoints(visit.standard_id, language):
        steps = judged[words.code]
        lines = tuple(reader.line(step, one) for step, one in zip(words.steps, steps, strict=True))
        record = records.get(words.code)
        score, day = (record.score, record.day) if record else (None, None)
        found.append(TouchpointLines(words, names[words.stage], lines, score, day))
    return found


class _Reader:
    """Puts the judged steps of one visit into words; reads names and reasons once."""

    def __init__(self, visit: Visit, one: Lived) -> None:
        self.visit = visit
        self.standing = in_order(one.ticks, frozenset(one.undone))
        self.bulk = bulk_ticks(self.standing)
        self.left = one.course.left
        people = {tick.staff for tick in self.standing if tick.staff}
        self.names = dict(Staff.objects.filter(pk__in=people).values_list("pk", "name"))
        given = StepTick.objects.filter(visit=visit).exclude(reason="")
        self.reasons: dict[UUID, str] = dict(given.values_list("pk", "reason"))

    def line(self, words: StepWords, judged: Judged) -> StepLine:
        """Return one step in words."""
        tick = judged.tick
        electric = self.visit.vehicle.electric and words.name_electric
        return StepLine(
            words=words,
            name=words.name_electric if electric else words.name,
            state=judged.state,
            said=state_word(judged.state),
            chip=CHIPS[judged.state],
            role=str(Role(words.role).label),
            who=self.names.get(tick.staff, "") if tick and tick.staff else "",
            at=tick.moment if tick else None,
            by_record=bool(tick and tick.evidence),
            evidence=record_name(tick.evidence) if tick else "",
            why=self.why(words, judged),
        )

    def why(self, words: StepWords, judged: Judged) -> str:
        """Say why a step counts half, 0 or not at all; empty where it counts in full."""
        tick = judged.tick
        if judged.state == LATE:
            return _("Ticked more than 30 minutes after its stage was left: counts half.")
        if judged.state == BULK and tick:
            return self._why_bulk(tick)
        if judged.state == SKIPPED:
            return f"{self._reason(tick)} {_('Counts 0.')}".strip()
        if judged.state == UNRECORDED:
            return self._why_unrecorded(words, tick)
        if judged.state == OUT:
            by_hand = tick and tick.by_hand and tick.answer == "na"
            return self._reason(tick) if by_hand else _("Set aside by the facts of this visit; it never counts.")
        return ""

    def _why_bulk(self, tick: Tick) -> str:
        if tick.id in self.bulk:
            n = touchpoints_around(tick, [t for t in self.standing if t.id in self.bulk])
            return _("%(n)s touchpoints were ticked within 20 seconds: bulk, not scored.") % {"n": n}
        return _("Ticked on a day after its stage was left: bulk, not scored.")

    def _why_unrecorded(self, words: StepWords, tick: Tick | None) -> str:
        if tick and tick.answer == "na":
            return _("A whole touchpoint cannot be set aside by hand: counts as not recorded, 0.")
        if words.evidence:
            return _("Its record was never saved; it is not ticked by hand. Counts 0.")
        return _("Nobody answered. Counts 0.")

    def _reason(self, tick: Tick | None) -> str:
        reason = self.reasons.get(tick.id, "") if tick else ""
        return {
            "no_time": _("No time."),
            "customer_declined": _("The customer did not want it."),
            "not_ready": _("Place or equipment was not ready."),
            "not_needed": _("Not needed for this car."),
        }.get(reason, reason)


def touchpoints_around(tick: Tick, bulk: Collection[Tick]) -> int:
    """Return on how many touchpoints the same person tapped in one window of 20 seconds that holds `tick`.

    The gate's three count as one, as in the judgement itself.
    """
    mine = [one for one in bulk if one.staff == tick.staff and one.by_hand and one.answer == "done"]
    most = 0
    for first in mine:
        window = [one for one in mine if first.moment <= one.moment <= first.moment + BULK_WINDOW]
        if tick in window:
            most = max(most, len({"gate" if one.touchpoint in GATE_GROUP else one.touchpoint for one in window}))
    return most


def record_name(evidence: str) -> str:
    """Return the name of the kind of record that ticked a step (`reception.Reading:…` → "reading"), if it has one."""
    try:
        name = apps.get_model(evidence.partition(":")[0])._meta.verbose_name
    except (LookupError, ValueError):
        return ""
    # A model without a name of its own gets an English one from its class.
    return str(name) if isinstance(name, LazyText) else ""
