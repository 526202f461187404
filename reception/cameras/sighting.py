"""What one camera saw, whatever its maker."""

from dataclasses import dataclass
from datetime import datetime


class Unreadable(ValueError):
    """A push in a form that the camera's maker does not write; its text is a sentence for who installs it."""


@dataclass(frozen=True)
class Candidate:
    """A plate that the camera holds possible; `confidence` 0 to 1, None where the maker says nothing."""

    plate: str
    confidence: float | None = None


@dataclass(frozen=True)
class Sighting:
    """One car before a camera.

    `plate` is as the maker wrote it, empty where none was read; `at` the camera's own clock, aware, None where it says
    nothing; `make` the maker of the car as text, empty where unknown; `picture` the bytes of the best picture; `late`
    that the camera sends this again after an outage, so the car may be gone.
    """

    plate: str
    confidence: float | None = None
    candidates: tuple[Candidate, ...] = ()
    at: datetime | None = None
    lane: str = ""
    make: str = ""
    picture: bytes | None = None
    late: bool = False
