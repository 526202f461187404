"""Mystery visits and audits from outside: entered on the store's own items, shown beside the store's own figures."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.models import Staff, Store, business_day
from dealership.refused import Refused
from dealership.uuids import uuid7
from feedback.models import CheckItem, CheckScore, OutsideAudit
from feedback.queries.audit_files import Given

HIGHEST = 10


@transaction.atomic
def add_audit(
    store: Store,
    *,
    by: Staff,
    kind: str,
    day: date,
    given: Mapping[UUID, Given],
    organisation: str = "",
    note: str = "",
    id: UUID | None = None,
    now: datetime | None = None,
) -> OutsideAudit:
    """Keep an audit with its scores (item's id → Given); a second press returns the first.

    It stands beside the own figures and enters none of them: another eye, another day, another scale of strictness.
    Raises Refused: "audit.day" for a day to come, "audit.empty" without a score, "audit.score" outside 0 to 10,
    "audit.item" for an item of another store.
    """
    now = now or timezone.now()
    id = id or uuid7(now)
    known = OutsideAudit.objects.filter(pk=id, store=store).first()
    if known:
        return known
    _require(store, day, given, now)
    items = CheckItem.objects.filter(store=store, pk__in=given).in_bulk()
    if len(items) != len(given):
        raise Refused(_("This item is not one of this store. Open the page anew."), "audit.item")
    audit = OutsideAudit.objects.create(
        id=id, store=store, kind=kind, day=day, organisation=organisation.strip()[:80], note=note.strip()[:300],
        at=now, by=by,
    )  # fmt: skip
    CheckScore.objects.bulk_create(
        CheckScore(
            store=store, audit=audit, item=items[pk], touchpoint=items[pk].touchpoint, score=one.score,
            note=one.note.strip()[:300], at=now, day=day, by=by,
        )
        for pk, one in given.items()
    )  # fmt: skip
    return audit


def _require(store: Store, day: date, given: Mapping[UUID, Given], now: datetime) -> None:
    if day > business_day(store, now):
        raise Refused(_("This day has not come yet."), "audit.day", field="day")
    if not given:
        raise Refused(_("Give at least one item a score."), "audit.empty")
    if any(not 0 <= one.score <= HIGHEST for one in given.values()):
        raise Refused(_("A score is a whole number from 0 to 10."), "audit.score")
