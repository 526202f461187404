"""Ids of everything we make: UUID version 7, sortable by the moment they were made."""

import random
import uuid
from datetime import UTC, datetime

from uuid_utils.compat import uuid7 as _uuid7

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def uuid7(moment: datetime | None = None) -> uuid.UUID:
    """Return a new id as a standard `uuid.UUID`, of now or of the aware `moment`.

    An id is a name, never a secret and never a clock.
    """
    # The plain uuid_utils.uuid7 returns a class of its own, which psycopg2 and UUIDField refuse.
    if moment is None:
        return _uuid7()
    return _uuid7(nanoseconds=_milliseconds(moment) * 1_000_000)


def seeded_uuid7(moment: datetime, source: random.Random) -> uuid.UUID:
    """Return the id of the aware `moment` whose other 74 bits come from `source`: same seed, same ids."""
    milliseconds = _milliseconds(moment)
    version_and_variant = 0x7 << 76 | 0b10 << 62
    bits = source.getrandbits(12) << 64 | source.getrandbits(62)
    return uuid.UUID(int=milliseconds << 80 | version_and_variant | bits)


def _milliseconds(moment: datetime) -> int:
    since = moment - _EPOCH
    return since.days * 86_400_000 + since.seconds * 1000 + since.microseconds // 1000
