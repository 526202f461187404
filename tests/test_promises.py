"""Promises: given once, changed only with consent, kept, late or broken."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django_scopes import scope
from hypothesis import given
from hypothesis import strategies as st

from dealership.actions.promises import LATE_WITHIN, change, give, outcome, release_open, settle, settle_left
from dealership.models import Promise, PromiseChange, Visit
from dealership.refused import Refused
from tests.cast import Cast, at

pytestmark = pytest.mark.django_db
DUE = at("11:05")


@pytest.mark.parametrize(
    ("clock", "state"),
    [("11:00", "kept"), ("11:05", "kept"), ("11:06", "late"), ("11:20", "late"), ("11:21", "broken")],
)
def test_time_is_kept_late_or_broken(cast: Cast, clock: str, state: str):
    visit = cast.visit()
    with scope(store=cast.store):
        give(visit, kind="ready", by=cast.advisor, due_at=DUE, now=at("09:00"))
        settled = settle(visit, kind="ready", now=at(clock))
        assert (settled.state, settled.settled_at) == (state, at(clock))


@pytest.mark.parametrize(("asked", "state"), [("993.99", "kept"), ("994.00", "kept"), ("994.01", "broken")])
def test_amount_is_kept_when_it_is_not_exceeded(cast: Cast, asked: str, state: str):
    visit = cast.visit()
    with scope(store=cast.store):
        give(visit, kind="price", by=cast.advisor, amount=Decimal("994"), now=at("09:00"))
        assert settle(visit, kind="price", amount=Decimal(asked), now=at("11:40")).state == state


@given(minutes=st.integers(-600, 600))
def test_outcome_never_heals_with_time(minutes: int):
    promise = Promise(kind="ready", due_at=DUE)
    order = ["kept", "late", "broken"]
    now = DUE + timedelta(minutes=minutes)
    assert order.index(outcome(promise, now=now)) <= order.index(outcome(promise, now=now + LATE_WITHIN))


def test_moved_later_before_it_was_due_counts_as_late(cast: Cast):
    visit = cast.visit()
    with scope(store=cast.store):
        promise = give(visit, kind="ready", by=cast.advisor, due_at=DUE, now=at("09:00"))
        change(promise, by=cast.advisor, due_at=at("11:35"), consent="phone", now=at("10:30"))
        assert settle(visit, kind="ready", now=at("11:30")).state == "late"


def test_moved_after_it_was_due_is_lost(cast: Cast):
    visit = cast.visit()
    with scope(store=cast.store):
        promise = give(visit, kind="ready", by=cast.advisor, due_at=DUE, now=at("09:00"))
        change(promise, by=cast.advisor, due_at=at("12:00"), consent="phone", now=at("11:10"))
        assert settle(visit, kind="ready", now=at("11:50")).state == "broken"


def test_moved_earlier_is_still_kept(cast: Cast):
    visit = cast.visit()
    with scope(store=cast.store):
        promise = give(visit, kind="ready", by=cast.advisor, due_at=DUE, now=at("09:00"))
        change(promise, by=cast.advisor, due_at=at("10:30"), consent="phone", now=at("09:30"))
        assert settle(visit, kind="ready", now=at("10:20")).state == "kept"


def test_change_is_a_row_with_what_was_before(cast: Cast):
    visit = cast.visit()
    with scope(store=cast.store):
        give(visit, kind="price", by=cast.advisor, amount=Decimal("994"), now=at("09:00"))
        give(visit, kind="price", by=cast.advisor, amount=Decimal("1674"), consent="link", now=at("09:52"))
        (row,) = PromiseChange.objects.all()
        assert (row.amount_before, row.amount_after, row.consent, row.at) == (994, 1674, "link", at("09:52"))
        assert settle(visit, kind="price", amount=Decimal("1642"), now=at("11:40")).state == "kept"


def test_same_promise_given_again_changes_nothing(cast: Cast):
    visit = cast.visit()
    with scope(store=cast.store):
        first = give(visit, kind="ready", by=cast.advisor, due_at=DUE, now=at("09:00"))
        assert give(visit, kind="ready", by=cast.advisor, due_at=DUE, now=at("09:05")) == first
        assert PromiseChange.objects.count() == 0


def test_ready_time_stands_on_the_visit(cast: Cast):
    visit = cast.visit()
    with scope(store=cast.store):
        promise = give(visit, kind="ready", by=cast.advisor, due_at=DUE, now=at("09:00"))
        change(promise, by=cast.advisor, due_at=at("11:35"), consent="link", now=at("09:52"))
        assert Visit.objects.get(pk=visit.pk).ready_due == at("11:35")


def test_released_promises_count_nowhere(cast: Cast):
    visit = cast.visit()
    with scope(store=cast.store):
        give(visit, kind="ready", by=cast.advisor, due_at=DUE, now=at("09:00"))
        give(visit, kind="wash", by=cast.advisor, due_at=DUE, now=at("09:00"))
        assert release_open(visit, by=cast.advisor, now=at("09:30")) == 2
        assert set(Promise.objects.values_list("state", flat=True)) == {"released"}
        assert settle(visit, kind="ready", now=at("12:00")) is None


def test_due_time_in_the_past_is_refused(cast: Cast):
    visit = cast.visit()
    with scope(store=cast.store):
        with pytest.raises(Refused) as refused:
            give(visit, kind="ready", by=cast.advisor, due_at=at("08:00"), now=at("09:00"))
        assert (refused.value.code, refused.value.field) == ("promise.past", "due_at")
        promise = give(visit, kind="ready", by=cast.advisor, due_at=DUE, now=at("09:00"))
        with pytest.raises(Refused) as refused:
            change(promise, by=cast.advisor, due_at=at("09:10"), consent="phone", now=at("09:30"))
        assert refused.value.code == "promise.past"


def test_settled_promise_cannot_be_changed(cast: Cast):
    visit = cast.visit()
    with scope(store=cast.store):
        give(visit, kind="ready", by=cast.advisor, due_at=DUE, now=at("09:00"))
        settled = settle(visit, kind="ready", now=at("11:00"))
        with pytest.raises(Refused) as refused:
            change(settled, by=cast.advisor, due_at=at("12:00"), consent="phone", now=at("11:10"))
        assert refused.value.code == "promise.closed"


def test_what_is_open_when_the_car_leaves_is_settled_but_a_later_call_back(cast: Cast):
    visit = cast.visit(now=at("08:31"))
    with scope(store=cast.store):
        give(visit, kind="old_parts", by=cast.advisor, now=at("09:00"))
        give(visit, kind="wash", by=cast.advisor, due_at=DUE, now=at("09:00"))
        give(visit, kind="call_back", by=cast.advisor, due_at=at("16:00"), now=at("09:00"))
        settled = settle_left(visit, None, by=None, now=at("12:00"))
        assert {promise.kind: promise.state for promise in settled} == {"old_parts": "kept", "wash": "broken"}
        assert Promise.objects.get(kind="call_back").state == "open"
