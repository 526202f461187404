"""What a store sets about its scores: weights of the readings, influence of the touchpoints, ranking of persons."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.models import Staff, Store
from dealership.refused import Refused
from feedback.actions.scores import mark_all
from feedback.models import Influence, ScoreSetting
from feedback.queries.score_settings import setting_of, standard_influence, weights_in
from feedback.scores import CUSTOMER, EXECUTION, SELF_CHECK

INFLUENCES = range(1, 6)


@transaction.atomic
def keep(
    store: Store,
    *,
    by: Staff,
    weights: Mapping[str, int],
    ranking: bool,
    influence: Mapping[str, int],
    now: datetime | None = None,
) -> ScoreSetting:
    """Keep all that the page of settings shows. Raises Refused as `set_weights` and `set_influence` do."""
    set_influence(store, by=by, influence=influence, now=now)
    return set_weights(store, by=by, weights=weights, ranking=ranking, now=now)


@transaction.atomic
def set_weights(
    store: Store, *, by: Staff, weights: Mapping[str, int], ranking: bool, now: datetime | None = None
) -> ScoreSetting:
    """Keep how the three readings are weighed (per cent) and whether persons are ranked.

    New weights hold for every day, the past ones too: the sweep computes them anew. Raises Refused
    ("weights.sum") unless they are none below 0 and together 100.
    """
    if sum(weights.values()) != 100 or min(weights.values()) < 0:
        said = {"sum": sum(weights.values())}
        raise Refused(_("Together the weights are %(sum)s, not 100.") % said, "weights.sum", field=CUSTOMER)
    # One at a time: two people keeping different weights at once both see the days marked.
    Store.objects.select_for_update(no_key=True).get(pk=store.pk)
    now = now or timezone.now()
    before = weights_in(setting_of(store))
    values: dict[str, Any] = {
        "execution_weight": weights[EXECUTION],
        "check_weight": weights[SELF_CHECK],
        "customer_weight": weights[CUSTOMER],
        "ranking": ranking,
        "changed_at": now,
        "by": by,
    }
    row, _made = ScoreSetting.objects.update_or_create(store=store, defaults=values)
    if before != dict(weights):
        mark_all(store, now=now)
    return row


@transaction.atomic
def set_influence(
    store: Store, *, by: Staff, influence: Mapping[str, int], now: datetime | None = None
) -> dict[str, int]:
    """Keep the influence of the touchpoints named; what equals the standard's follows the standard from now on.

    Returns what is the store's own. Raises Refused: "influence.range" outside 1 to 5, "influence.touchpoint" for one
    that the standard has not.
    """
    now = now or timezone.now()
    standard = standard_influence(store)
    for touchpoint, value in influence.items():
        if touchpoint not in standard:
            raise Refused(_("The standard has no such touchpoint."), "influence.touchpoint")
        if value not in INFLUENCES:
            raise Refused(_("Influence is 1 to 5."), "influence.range", field=field_of(touchpoint))
    own = {touchpoint: value for touchpoint, value in influence.items() if value != standard[touchpoint]}
    Influence.objects.filter(store=store, touchpoint__in=set(influence) - set(own)).delete()
    for touchpoint, value in sorted(own.items()):
        row, new = Influence.objects.get_or_create(
            store=store, touchpoint=touchpoint, defaults={"value": value, "at": now, "by": by}
        )
        if not new and row.value != value:
            row.value, row.at, row.by = value, now, by
            row.save(update_fields=["value", "at", "by"])
    return own


def reset_influence(store: Store, *, by: Staff) -> int:
    """Follow the standard again in every touchpoint; return how many were the store's own."""
    return Influence.objects.filter(store=store).delete()[0]


def field_of(touchpoint: str) -> str:
    """Return the name of a touchpoint's field in a form."""
    return f"influence-{touchpoint.replace('.', '-')}"
