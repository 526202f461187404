"""The stages of a visit and the moves between them: one small table, one door (`actions.stages.advance`)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    """Where a visit stands."""

    RECEPTION = "reception", _("Differentiated reception")
    NEGOTIATION = "negotiation", _("Efficient negotiation")
    WORKSHOP = "workshop", _("In the workshop")
    SHOWCASE = "showcase", _("Result showcase")
    EXPLANATION = "explanation", _("Value explanation")
    DELIVERY = "delivery", _("Perfect delivery")
    CLOSED = "closed", _("Left")
    CANCELLED = "cancelled", _("Left without repair")


ENDED = (Stage.CLOSED, Stage.CANCELLED)
OPEN = tuple(stage for stage in Stage if stage not in ENDED)
PAGES = OPEN
"""Stages that have a page `/<store>/visits/<id>/<stage>/`."""

FORWARD = {
    Stage.RECEPTION: Stage.NEGOTIATION,
    Stage.NEGOTIATION: Stage.WORKSHOP,
    Stage.WORKSHOP: Stage.SHOWCASE,
    Stage.SHOWCASE: Stage.EXPLANATION,
    Stage.EXPLANATION: Stage.DELIVERY,
    Stage.DELIVERY: Stage.CLOSED,
}

MOVES: dict[str, frozenset[str]] = {
    Stage.RECEPTION: frozenset({Stage.NEGOTIATION, Stage.CANCELLED}),
    # Straight to the showcase: diagnosis only, nothing repaired.
    Stage.NEGOTIATION: frozenset({Stage.WORKSHOP, Stage.SHOWCASE, Stage.CANCELLED}),
    # Straight to the explanation: the car leaves while it waits for parts (待料离店).
    Stage.WORKSHOP: frozenset({Stage.SHOWCASE, Stage.EXPLANATION, Stage.NEGOTIATION, Stage.CANCELLED}),
    Stage.SHOWCASE: frozenset({Stage.EXPLANATION, Stage.WORKSHOP, Stage.CANCELLED}),
    Stage.EXPLANATION: frozenset({Stage.DELIVERY, Stage.WORKSHOP, Stage.NEGOTIATION, Stage.CANCELLED}),
    Stage.DELIVERY: frozenset({Stage.CLOSED, Stage.EXPLANATION}),
    Stage.CLOSED: frozenset(),
    Stage.CANCELLED: frozenset(),
}

ORDER: list[str] = [*OPEN, Stage.CLOSED]
BACK = frozenset(
    (source, target)
    for source, targets in MOVES.items()
    for target in targets
    if target in ORDER and source in ORDER and ORDER.index(target) < ORDER.index(source)
)
"""Moves that go back; each needs a reason."""

TOUCHPOINT_STAGE = {
    "1": Stage.RECEPTION,
    "2": Stage.NEGOTIATION,
    "3": Stage.SHOWCASE,
    "4": Stage.EXPLANATION,
    "5": Stage.DELIVERY,
}


def stage_of(touchpoint: str) -> Stage:
    """Return the stage that owns touchpoint code `touchpoint` ("1.5" → reception)."""
    return TOUCHPOINT_STAGE[touchpoint.split(".")[0]]
