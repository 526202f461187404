"""Self-check rounds as people read them: how a round stands, what its tasks are, how the last days went."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as words

from dealership.models import Store
from feedback.models import CheckRound, CheckScore, CheckTask

WHY_WORDS = {
    "no_moment": words("The moment did not come"),
    "car_gone": words("The car is gone"),
    "own_work": words("It is my own work"),
    "other": words("Another reason"),
}
OPEN, DONE, LATE, MISSED = "open", "done", "late", "missed"
STRIP_DAYS = 14
PLACE = "check:"
"""Where a photo of a task stands among the photos of its visit: "check:" and the task's id."""


@dataclass(frozen=True)
class RoundState:
    """A round and how it stands: open, done, late (done after its due time) or missed (漏检, may still be done)."""

    round: CheckRound
    answered: int
    tasks: int
    state: str

    @property
    def due(self) -> bool:
        """True while it is to be done: open, or missed and the day is not over."""
        return self.state in (OPEN, MISSED)


def rounds_of(store: Store, day: date, *, now: datetime | None = None) -> list[RoundState]:
    """Return the rounds of a day by number, in one query; empty where none was drawn."""
    return _states(CheckRound.objects.filter(store=store, day=day), now or timezone.now())


def round_share(store: Store, first: date, last: date, *, now: datetime | None = None) -> tuple[int, int]:
    """Return (rounds done on their day, also late; rounds due) of the days `first` to `last`."""
    rows = CheckRound.objects.filter(store=store, day__range=(first, last))
    due = Q(done_at__isnull=False) | Q(due_at__lte=now or timezone.now())
    found = rows.filter(due).aggregate(drawn=Count("pk"), done=Count("pk", filter=Q(done_at__isnull=False)))
    return found["done"], found["drawn"]


def _states(rounds: Any, now: datetime) -> list[RoundState]:
    scores = CheckScore.objects.filter(task__round__in=rounds, task__isnull=False)
    answered = dict(scores.values_list("task__round").annotate(n=Count("task", distinct=True)))
    tasks = dict(CheckTask.objects.filter(round__in=rounds).values_list("round").annotate(n=Count("pk")))
    rows = rounds.select_related("by").order_by("day", "number")
    return [RoundState(row, answered.get(row.pk, 0), tasks.get(row.pk, 0), state_of(row, now)) for row in rows]


def state_of(row: CheckRound, now: datetime) -> str:
    """Return how a round stands at `now`."""
    if row.done_at:
        return LATE if row.done_at > row.due_at else DONE
    return MISSED if row.due_at < now else OPEN


def say_check(payload: dict[str, Any]) -> tuple[str, str]:
    """Say what a checker's entry is and what it says, for the list of what could not be applied."""
    score, note = payload.get("score"), payload.get("note")
    text = [str(score)] if isinstance(score, int) else [str(WHY_WORDS.get(str(payload.get("why")), ""))]
    return _("Self-check"), " · ".join(part for part in [*text, note] if isinstance(part, str) and part)[:200]


def why_words(why: str) -> str:
    """Return the words of a reason."""
    return str(WHY_WORDS.get(why, why))
