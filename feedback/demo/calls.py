"""Follow-up calls of cars that have left in the last days: those of the third day are due this morning."""

from datetime import UTC, datetime, time, timedelta

from dealership.models import Store, Visit, business_day
from dealership.stages import Stage
from delivery.models import FollowUp
from delivery.queries.follow_up_rules import rules_of

State = FollowUp.State


def plan_calls(store: Store, *, now: datetime) -> int:
    """Plan the call of every car that a past day let out, as its exit would have; return how many.

    What would have been due on an earlier day was called then: it has no row.
    """
    rule = rules_of(store, codes=["call"])["call"]
    first = business_day(store, now) - timedelta(days=rule.timing.days)
    begins = datetime.combine(first, time(), tzinfo=store.zone).astimezone(UTC)
    gone = Visit.objects.filter(stage=Stage.CLOSED, left_at__gte=begins, left_at__lte=now, joined_to=None)
    rows = []
    for visit in gone.exclude(customer=None).order_by("left_at", "id"):
        due_at = rule.timing.after(visit.left_at or now, store)
        state = State.DUE if due_at <= now else State.WAITING
        rows.append(FollowUp(store=store, visit=visit, rule="call", due_at=due_at, state=state))
    FollowUp.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
