"""A store's own form of the follow-up rules."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.models import Staff, Store
from dealership.refused import Refused
from delivery.follow_ups import MOST_DAYS, MOST_MINUTES, RULES, Timing
from delivery.models import FollowUpRule
from delivery.queries.follow_up_rules import rules_of


@transaction.atomic
def keep_rules(
    store: Store, *, by: Staff, rules: Mapping[str, tuple[bool, Timing]], now: datetime | None = None
) -> list[FollowUpRule]:
    """Keep code → (on, timing) for the store, with who and when; what is unchanged stays untouched.

    Holds for what happens from now on; a rule that is switched off lets nothing out any more. Returns the changed
    rows. Raises Refused: "rule.unknown", "rule.range".
    """
    known = rules_of(store, codes=[code for code in rules if code in RULES])
    changed = []
    for code, (on, timing) in rules.items():
        if code not in known or not RULES[code].planned:
            raise Refused(_("There is no such rule. Reload the page."), "rule.unknown")
        if not (0 <= timing.days <= MOST_DAYS and 0 <= timing.minutes <= MOST_MINUTES):
            sentence = _("At most %(days)s days and %(minutes)s minutes later.")
            raise Refused(sentence % {"days": MOST_DAYS, "minutes": MOST_MINUTES}, "rule.range", field=f"{code}-days")
        if (known[code].on, known[code].timing) == (on, timing):
            continue
        values = {"on": on, **timing._asdict(), "changed_at": now or timezone.now(), "by": by}
        changed.append(FollowUpRule.objects.update_or_create(store=store, code=code, defaults=values)[0])
    return changed
