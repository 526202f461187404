"""The four questions in their order: the first "no" is the cause."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.models import Staff, business_day
from dealership.refused import Refused
from dealership.uuids import uuid7
from feedback.causes import CAUSES, Cause
from feedback.models import RootCause, WeakItem
from feedback.queries.causes import evidence_of

FIELD = {
    "standard": "has_standard",
    "training": "know_how",
    "rules": "follow_rules",
    "monitoring": "is_watched",
}
"""Code of a cause → the field that holds its answer."""


@transaction.atomic
def find_cause(
    item: WeakItem, *, answers: Mapping[str, bool | None], measure: str, by: Staff, least: str = "",
    notes: Mapping[str, str] | None = None, id: UUID | None = None, now: datetime | None = None,
) -> RootCause:  # fmt: skip
    """Write the one cause that the answers (code → yes or no) end in, with the evidence of this moment.

    What follows the first "no" is not asked any more and stays None. With four times "yes" the cause is the one the
    person is `least` sure of. The same `id` again returns the first. Raises Refused: "cause.unanswered",
    "cause.all_yes", "cause.measure" (none, or one of another cause), "weak.closed".
    """
    now = now or timezone.now()
    known = RootCause.objects.filter(pk=id).first() if id else None
    if known:
        return known
    if item.closed_at:
        raise Refused(_("This weak item is closed. Confirm it anew first."), "weak.closed")
    asked = _asked(answers)
    cause = next((one for one in CAUSES if asked.get(one.code) is False), None) or _least(least)
    if measure not in {one.code for one in cause.measures}:
        raise Refused(_("Choose the kind of measure that fits this cause."), "cause.measure", field="measure")
    said = {code: text.strip()[:200] for code, text in (notes or {}).items() if code in asked and text.strip()}
    evidence = evidence_of(item.store, item.touchpoint, business_day(item.store, now))
    values = {
        "weak_item": item, "cause": cause.code, "measure": measure, "notes": said, "evidence": evidence.kept,
        "at": now, "by": by, **{FIELD[code]: answer for code, answer in asked.items()},
    }  # fmt: skip
    return RootCause.objects.get_or_create(id=id or uuid7(now), store=item.store, defaults=values)[0]


def _asked(answers: Mapping[str, bool | None]) -> dict[str, bool]:
    """Return the answers up to the first "no"."""
    asked: dict[str, bool] = {}
    for cause in CAUSES:
        answer = answers.get(cause.code)
        if answer is None:
            raise Refused(_("Answer this question first: yes or no."), "cause.unanswered", field=cause.code)
        asked[cause.code] = answer
        if not answer:
            break
    return asked


def _least(code: str) -> Cause:
    for cause in CAUSES:
        if cause.code == code:
            return cause
    sentence = _("Four times yes, and yet it is weak. Of which are you least sure?")
    raise Refused(sentence, "cause.all_yes", field="least")
