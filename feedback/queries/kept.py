"""The pages of the self-check that a tablet keeps: today's rounds, and the page that leads to them."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Max
from django.urls import reverse

from dealership.access import may
from dealership.models import Staff, Store, business_day
from feedback.models import CheckScore
from feedback.queries.checks import rounds_of


def round_pages(store: Store, staff: Staff, now: datetime) -> list[tuple[str, Any]]:
    """Return (address, facts) of the page of rounds and of today's rounds; nothing for who does none."""
    if not may(staff, store, "feedback.actions.check_scores.check"):
        return []
    day = business_day(store, now)
    rounds = rounds_of(store, day, now=now)
    scores = CheckScore.objects.filter(store=store, task__round__in=[one.round for one in rounds])
    facts = [scores.aggregate(n=Count("pk"), last=Max("at")), [(one.round.pk, one.state) for one in rounds]]
    of = [{"store": store.code, "day": day, "number": one.round.number} for one in rounds]
    pages = [reverse("checks", kwargs={"store": store.code}), *(reverse("check-round", kwargs=each) for each in of)]
    return [(url, facts) for url in pages]
