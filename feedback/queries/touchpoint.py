"""One touchpoint on one day: the visits that make up its mean."""

from dataclasses import dataclass
from datetime import date

from dealership.models import Staff, TouchpointRecord
from dealership.queries.board import who
from feedback.queries.day import records
from feedback.queries.words import losses_of


@dataclass(frozen=True)
class VisitScore:
    """A visit in the list: its record and where it lost."""

    record: TouchpointRecord
    name: str
    lost: list[str]

    @property
    def kind(self) -> str:
        """The class of its score's cell."""
        return f"heat-{int(self.record.score or 0)}"


def visits_of(touchpoint: str, day: date, *, advisor: Staff | None = None) -> list[VisitScore]:
    """Return the visits of a touchpoint on a day, the lowest score first, in one query."""
    found = records(advisor=advisor).filter(day=day, touchpoint=touchpoint)
    found = found.select_related("visit__vehicle", "visit__customer", "visit__advisor")
    listed = found.order_by("score", "visit__arrived_at")
    return [VisitScore(record, who(record.visit), losses_of(record, bulk=False)) for record in listed]
