"""The one who is asked says which of several entries is right."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dealership.actions.fields import write_field
from dealership.merging import as_uuid
from dealership.models import Staff, Visit
from dealership.queries.fields import ASKED
from dealership.refused import Refused
from reception.actions.marks import change_mark, remove_mark, restore_mark
from reception.actions.sheet import record_readings
from reception.models import DamageMark
from reception.reasons import SETTLED

WRITTEN = ("kind", "size_cm", "note")


@transaction.atomic
def settle_conflict(
    visit: Visit,
    *,
    by: Staff,
    kind: str,
    name: str,
    value: Any,
    seen: Collection[UUID],
    id: UUID | None = None,
    now: datetime | None = None,
) -> None:
    """Write the right value as an entry that has seen all others (see `queries.conflicts.Conflict`).

    Raises Refused: "conflict.asked" for anybody but the visit's advisor, "conflict.gone" for what is no field.
    """
    if visit.advisor_id and visit.advisor_id != by.pk:
        raise Refused(_("%(name)s is asked which one is right.") % {"name": visit.advisor}, "conflict.asked")
    if kind == "reading":
        record_readings(
            visit, by=by, readings={name: value}, lower_is_right=True, seen=seen, reason=SETTLED, id=id, now=now
        )
    elif kind == "field" and name in ASKED:
        write_field(visit, by=by, name=name, value=str(value), seen=seen, now=now)
    elif kind == "mark":
        _settle_mark(visit, by=by, name=name, value=value, seen=seen, id=id, now=now)
    else:
        raise _gone()


def _settle_mark(visit: Visit, *, name: str, value: Any, **said: Any) -> None:
    pk, _colon, field = name.partition(":")
    named = as_uuid(pk)
    mark = DamageMark.objects.filter(pk=named, visit=visit).first() if named else None
    if mark is None:
        raise _gone()
    if field == "removed":
        (remove_mark if value else restore_mark)(mark, reason=SETTLED, **said)
    elif field in WRITTEN:
        change_mark(mark, reason=SETTLED, **said, **{field: value})
    else:
        raise _gone()


def _gone() -> Refused:
    return Refused(_("This question is no longer open. Reload the page."), "conflict.gone")
