"""A cause that was found, in words."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from feedback.causes import CAUSES, Cause, Measure
from feedback.models import RootCause

BY_CODE = {cause.code: cause for cause in CAUSES}
MEASURES = {measure.code: measure for cause in CAUSES for measure in cause.measures}


@dataclass(frozen=True)
class CauseWords:
    """A stored cause with its question, its measure and the notes of the questions that were asked."""

    row: RootCause
    cause: Cause
    measure: Measure | None
    notes: tuple[tuple[Promise, str], ...]

    @property
    def evidence(self) -> dict[str, Any]:
        """The figures that stood there."""
        return dict(self.row.evidence)


def cause_words(row: RootCause) -> CauseWords:
    """Return a cause as the page says it."""
    notes = tuple((BY_CODE[code].question, text) for code, text in row.notes.items() if code in BY_CODE)
    return CauseWords(row, BY_CODE[row.cause], MEASURES.get(row.measure), notes)
