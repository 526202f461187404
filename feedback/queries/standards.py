"""The page of the store's standard: its touchpoints and steps by stage, with what is proposed."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.safestring import SafeString

from dealership.models import Role
from dealership.queries.scripts import say_html
from dealership.queries.standards import StepWords, TouchpointWords, touchpoints
from dealership.queries.versions import Place
from dealership.queries.wording import rules

STAGES = ("reception", "negotiation", "showcase", "explanation", "delivery")


@dataclass(frozen=True)
class StepLine:
    """A step: who does it, what is said, how many proposals are open."""

    words: StepWords
    role: str
    script: SafeString
    open: int


@dataclass(frozen=True)
class PointLine:
    """A touchpoint with its steps; `open` counts the proposals to its own words."""

    words: TouchpointWords
    steps: list[StepLine]
    open: int

    @property
    def proposed(self) -> int:
        """All proposals to it and its steps."""
        return self.open + sum(step.open for step in self.steps)


def point_lines(standard_id: int, language: str, counts: Mapping[Place, int]) -> list[PointLine]:
    """Return the 22 touchpoints of a version in force, their scripts filled with the values of a sample visit."""
    full = rules()[language].full
    return [
        PointLine(
            words,
            [
                StepLine(step, str(Role(step.role).label), say_html(step, full), counts.get((words.code, step.slug), 0))
                for step in words.steps
            ],
            counts.get((words.code, ""), 0),
        )
        for words in touchpoints(standard_id, language)
    ]
