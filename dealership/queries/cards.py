"""The touchpoint cards of a stage, and the rail above them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dealership import wiring
from dealership.models import Role, Staff, StepTick, Visit
from dealership.queries.course import LIVED, Lived, lived, lived_whole, specs_of
from dealership.queries.scripts import Values, say_html
from dealership.queries.standards import StepWords, TouchpointWords, stage_names, touchpoints
from dealership.queries.whole import rows_of, was_read
from dealership.scoring import BULK, LATE, LIVE, OUT, SKIPPED, UNRECORDED, Judged, judge_steps
from dealership.stages import ORDER, Stage, stage_of

SHOWN = {LIVE: "done", LATE: "done", BULK: "done", SKIPPED: "skipped", UNRECORDED: "open", OUT: "na"}
GUARD_CARDS = ("1.1", "1.2", "1.3")


@dataclass(frozen=True)
class NextAction:
    """The one filled button of a page: a verb and whom it is for. Either submits `form`, posts `fields` to `url`,
    or opens `href`. `op`: kind of the request that the tablet keeps when the server cannot be reached."""

    label: str
    icon: str = "arrow-right"
    form: str = ""
    url: str = ""
    href: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    hint: str = ""
    op: str = ""


@dataclass(frozen=True)
class StepRow:
    """One step of a card as it stands now."""

    words: StepWords
    name: str
    state: str
    """done, skipped, na or open."""
    worth: str
    """live, late, bulk, skipped, unrecorded or out."""
    number: int
    values: Mapping[str, str | None]
    tick: UUID | None
    who: str
    at: datetime | None
    by_hand: bool
    role: str

    @property
    def code(self) -> str:
        """`1.5/controls`."""
        return self.words.code

    @property
    def say(self) -> SafeString:
        """What to say, filled in."""
        return say_html(self.words, self.values)


@dataclass(frozen=True)
class Card:
    """A touchpoint of this visit."""

    words: TouchpointWords
    steps: tuple[StepRow, ...]
    panel: str

    @property
    def code(self) -> str:
        """`1.5`."""
        return self.words.code

    @property
    def applicable(self) -> bool:
        """False where no step of it applies."""
        return any(step.state != "na" for step in self.steps)

    @property
    def open_steps(self) -> list[StepRow]:
        """Steps that have no answer yet."""
        return [step for step in self.steps if step.state == "open"]

    @property
    def open_hand(self) -> list[StepRow]:
        """Steps that one tap on the card answers."""
        return [step for step in self.open_steps if not step.words.evidence]

    @property
    def open_evidence(self) -> list[StepRow]:
        """Steps that a record will tick."""
        return [step for step in self.open_steps if step.words.evidence]

    @property
    def state(self) -> str:
        """na, done or open."""
        if not self.applicable:
            return "na"
        return "open" if self.open_steps else "done"

    @property
    def count(self) -> str:
        """`3/6`."""
        counted = [step for step in self.steps if step.state != "na"]
        return f"{sum(step.state == 'done' for step in counted)}/{len(counted)}"

    @property
    def one_liner(self) -> SafeString:
        """What to say first."""
        return (self.open_steps or self.steps)[0].say


@dataclass(frozen=True)
class VisitCards:
    """All cards of a visit, judged once."""

    cards: tuple[Card, ...]
    one: Lived

    def of(self, stage: str) -> list[Card]:
        """Return the cards of a stage in order."""
        return [card for card in self.cards if card.words.stage == stage]


def visit_cards(visit: Visit, stage: str) -> VisitCards:
    """Return every card of the visit in the reader's language, in a constant number of queries.

    Scripts are filled in, when they are read, for the cards of `stage` only; the others show their plain text.
    """
    language = get_language() or "zh-hans"
    one = lived_whole(visit) if was_read(visit, LIVED) else lived([visit])[visit.pk]
    judged = judge_steps(specs_of(visit.standard_id), one.ticks, frozenset(one.undone), one.course)
    words = touchpoints(visit.standard_id, language)
    names = _names(visit, one)
    values = Values(visit, language)
    cards = (
        _card(visit, touchpoint, judged[touchpoint.code], values if touchpoint.stage == stage else {}, names)
        for touchpoint in words
    )
    return VisitCards(tuple(cards), one)


def _names(visit: Visit, one: Lived) -> dict[UUID, str]:
    if was_read(visit, LIVED):
        return {tick.staff.pk: tick.staff.name for tick in rows_of(visit, StepTick) if tick.staff}
    people = {tick.staff for tick in one.ticks if tick.staff}
    return dict(Staff.objects.filter(pk__in=people).values_list("pk", "name")) if people else {}


def _card(
    visit: Visit, words: TouchpointWords, judged: list[Judged], values: Mapping[str, str | None], names: dict[UUID, str]
) -> Card:
    rows = []
    for number, (step, one) in enumerate(zip(words.steps, judged, strict=True), start=1):
        tick = one.tick
        electric = visit.vehicle.electric and step.name_electric
        rows.append(
            StepRow(
                words=step, name=step.name_electric if electric else step.name, state=SHOWN[one.state],
                worth=one.state, number=number, values=values,
                tick=tick.id if tick else None, who=names.get(tick.staff, "") if tick and tick.staff else "",
                at=tick.moment if tick else None, by_hand=bool(tick and tick.by_hand),
                role=str(Role(step.role).label),
            )
        )  # fmt: skip
    return Card(words=words, steps=tuple(rows), panel=wiring.CARDS.get(words.code, ""))


def rail(visit: Visit, cards: VisitCards, *, urls: Mapping[str, str], open_card: str = "") -> list[dict[str, Any]]:
    """Return the segments of the stage rail (see templates/dealership/parts/rail.html)."""
    names = stage_names(visit.standard_id, get_language() or "zh-hans")
    segments = []
    number = 0
    for stage in ORDER[:-1]:
        stage_cards = cards.of(stage)
        number += stage != Stage.WORKSHOP
        applicable = [card for card in stage_cards if card.applicable]
        segments.append(
            {
                "code": stage,
                "number": None if stage == Stage.WORKSHOP else number,
                "name": _("Workshop") if stage == Stage.WORKSHOP else names[stage],
                "state": _segment_state(visit, stage),
                "done": sum(card.state == "done" for card in applicable),
                "applicable": len(applicable),
                "not_applicable": len(stage_cards) - len(applicable),
                "url": urls.get(stage),
                "pips": [{"code": card.code, "state": _pip(card, open_card)} for card in stage_cards],
            }
        )
    return segments


def _segment_state(visit: Visit, stage: str) -> str:
    if visit.stage == stage:
        return "current"
    if visit.stage in ORDER:
        return "done" if ORDER.index(Stage(stage)) < ORDER.index(Stage(visit.stage)) else "open"
    return "open"


def _pip(card: Card, open_card: str) -> str:
    if card.state == "open" and card.code == open_card:
        return "current"
    return card.state


def first_open(cards: list[Card]) -> Card | None:
    """Return the card to work on: the first with open steps that the desk owns, else the first open one."""
    unfinished = [card for card in cards if card.state == "open"]
    desk = [card for card in unfinished if card.code not in GUARD_CARDS and stage_of(card.code)]
    return next(iter(desk or unfinished or cards), None)
