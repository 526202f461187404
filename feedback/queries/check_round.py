"""A round as its checker sees it: five cards, each with what to look at, at whom, and what was given."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language

from dealership.access import may
from dealership.models import Attachment, Role, Staff, Store
from dealership.queries.board import who
from dealership.queries.staff import roles_in
from dealership.queries.standards import current_id, touchpoints
from feedback.drawing import LOW
from feedback.models import CheckItem, CheckRound, CheckScore, CheckTask
from feedback.queries.check_items import words_of
from feedback.queries.checks import PLACE, WHY_WORDS, why_words
from feedback.ready.data import ItemText

TILES = range(11)


@dataclass(frozen=True)
class Card:
    """A task with its words; `mine`: the reader's own answer; `others` are shown once the reader has answered."""

    task: CheckTask
    words: ItemText
    touchpoint: str
    mine: CheckScore | None
    others: list[CheckScore]
    photos: list[Attachment] = field(default_factory=list)
    may_score: bool = True
    own_work: bool = False

    @property
    def answered(self) -> bool:
        """True where anybody has answered it."""
        return bool(self.mine or self.others)

    @property
    def name(self) -> str:
        """How the customer of the drawn car is addressed."""
        return who(self.task.visit) if self.task.visit else ""

    @property
    def why(self) -> str:
        """Why the reader could not see it."""
        return why_words(self.mine.why) if self.mine and self.mine.why else ""

    @property
    def place(self) -> str:
        """Where a photo of it stands among the photos of its car."""
        return f"{PLACE}{self.task.pk}"


def cards_of(found: CheckRound, store: Store, reader: Staff) -> list[Card]:
    """Return the cards of a round in a constant number of queries."""
    rows = CheckTask.objects.filter(round=found).select_related(
        "item", "person", "visit__vehicle", "visit__customer", "visit__place"
    )
    tasks = list(rows.order_by("position"))
    scores: dict[Any, list[CheckScore]] = defaultdict(list)
    for row in CheckScore.objects.filter(store=store, task__in=tasks).select_related("by").order_by("at"):
        scores[row.task_id].append(row)
    photos = _photos(store, tasks)
    names = {one.code: one.name for one in touchpoints(current_id(store), get_language() or "zh-hans")}
    leads = bool(roles_in(reader, store) & {Role.SUPERVISOR, Role.MANAGER})
    checks = may(reader, store, "feedback.actions.check_scores.check")
    return [
        Card(
            task=task, words=words_of(task.item), touchpoint=names.get(task.item.touchpoint, ""),
            mine=next((row for row in scores[task.pk] if row.by_id == reader.pk), None),
            others=[row for row in scores[task.pk] if row.by_id != reader.pk],
            photos=photos[f"{PLACE}{task.pk}"],
            may_score=checks and (leads or task.item.way == CheckItem.Way.PHONE),
            own_work=task.person_id == reader.pk,
        )
        for task in tasks
    ]  # fmt: skip


def _photos(store: Store, tasks: Iterable[CheckTask]) -> dict[str, list[Attachment]]:
    found: dict[str, list[Attachment]] = defaultdict(list)
    wanted = {task.visit_id: f"{PLACE}{task.pk}" for task in tasks if task.visit_id}
    places = {f"{PLACE}{task.pk}" for task in tasks}
    if wanted:
        for photo in Attachment.objects.filter(store=store, visit__in=wanted, place__in=places).order_by("at"):
            found[photo.place].append(photo)
    return found


def coming_back(cards: Iterable[Card]) -> list[Card]:
    """Return what comes back tomorrow: what the reader (else the others in the mean) gave under 7."""
    return [card for card in cards if (score := _given(card)) is not None and score < LOW]


def _given(card: Card) -> float | None:
    found = [row.score for row in [card.mine, *card.others] if row and row.score is not None]
    return sum(found) / len(found) if found else None


def whys(card: Card) -> list[tuple[str, Any]]:
    """Return the reasons for what could not be seen that fit a card."""
    return [(code, text) for code, text in WHY_WORDS.items() if code != "own_work" or card.own_work]
