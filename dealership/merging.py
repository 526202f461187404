"""What several people wrote of one field, whenever it arrived: pure, the same for every order of arrival."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

MOST_SEEN = 200
"""Ids in one `seen`; nobody has more entries of one field on the screen."""


@dataclass(frozen=True)
class Entry:
    """A value as somebody wrote it at `moment` (aware, corrected).

    `seen` names the entries that the author had on the screen and so replaced; None: all earlier ones.
    """

    id: UUID
    moment: datetime
    value: Any
    seen: frozenset[UUID] | None = None
    staff: Any = None

    @property
    def place(self) -> tuple[datetime, UUID]:
        """Where it stands among the others; no two stand at one place."""
        return self.moment, self.id


@dataclass(frozen=True)
class Merged:
    """What the entries of a field come to. `heads`: those that nobody replaced, in order; never empty."""

    heads: tuple[Entry, ...]

    @property
    def head(self) -> Entry:
        """The entry that is shown: the latest of the heads."""
        return self.heads[-1]

    @property
    def value(self) -> Any:
        """The value that is shown."""
        return self.head.value

    @property
    def conflict(self) -> bool:
        """True where heads differ: somebody has to be asked."""
        return len({_same(entry.value) for entry in self.heads}) > 1

    @property
    def sides(self) -> tuple[Entry, ...]:
        """The latest head of each differing value, in order."""
        return tuple(sorted({_same(entry.value): entry for entry in self.heads}.values(), key=lambda e: e.place))


def merge(entries: Iterable[Entry]) -> Merged | None:
    """Return what the entries of one field come to, in whatever order they are given; None where there are none.

    An entry is replaced by one that has seen it (whatever their clocks say), by a later one without `seen`, and by a
    later one of the same person: nobody is asked to settle a difference with themselves.
    """
    listed = sorted({entry.id: entry for entry in entries}.values(), key=lambda entry: entry.place)
    if not listed:
        return None
    known = {entry.id: entry for entry in listed}
    replaced: set[UUID] = set()
    for number, entry in enumerate(listed):
        replaced.update(earlier.id for earlier in listed[:number] if _overtakes(entry, earlier))
        replaced.update(id_ for id_ in entry.seen or () if _replaces(entry, known.get(id_)))
    heads = tuple(entry for entry in listed if entry.id not in replaced)
    # Ids that name each other in a ring would leave no head at all: nobody honest writes them, nothing may be lost.
    return Merged(heads or (listed[-1],))


def seen_ids(value: Any) -> frozenset[UUID] | None:
    """Return what a payload's `seen` names; nonsense in it is left out, no list at all is None."""
    if not isinstance(value, list):
        return None
    return frozenset(id_ for id_ in map(as_uuid, value[:MOST_SEEN]) if id_)


def as_uuid(text: Any) -> UUID | None:
    """Return the id that a text names, None for nonsense."""
    try:
        return UUID(str(text))
    except ValueError:
        return None


def seen_before(entries: Iterable[Entry], entry: Entry, was: Any) -> frozenset[UUID]:
    """Return the entries before `entry` whose value its author had on the screen (`was`): a sender may know no ids."""
    return frozenset(other.id for other in entries if other.place < entry.place and _same(other.value) == _same(was))


def _overtakes(entry: Entry, earlier: Entry) -> bool:
    same_person = entry.staff is not None and entry.staff == earlier.staff
    return (entry.seen is None or same_person) and entry.id not in (earlier.seen or ())


def _replaces(entry: Entry, other: Entry | None) -> bool:
    if other is None or other.id == entry.id:
        return False
    mutual = other.seen is not None and entry.id in other.seen
    return not mutual or other.place < entry.place


def _same(value: Any) -> str:
    """Return a text that is equal for values that say the same; the order of a list says nothing."""
    if isinstance(value, dict):
        return json.dumps({str(name): _same(part) for name, part in value.items()}, sort_keys=True)
    if isinstance(value, list):
        return json.dumps(sorted(_same(part) for part in value))
    return json.dumps(value)
