"""Several people, each in a process with a connection of its own, at the price of one line at the same moment."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.utils import translation
from django_scopes import scope

from dealership.models import Staff, Store
from dealership.refused import Refused
from reception.actions.approvals import answer, lower_price
from reception.actions.consents import sign_order
from reception.actions.lines import agree_all, change_line
from reception.models import Approval, ConsentLine, OrderLine, RepairOrder
from reception.queries.orders import shown_amounts
from tests.cast import Cast, at, make_cast
from tests.reception.desk import SIGNATURE, desk, order_at, terms, yuan
from tests.test_concurrency import WAIT, at_once, fork

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:This process:DeprecationWarning"),
]
Work = Callable[[], str]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


def first_line(cast: Cast) -> OrderLine:
    """Return the service (¥598) of a car whose customer has agreed to each line; nothing is signed."""
    order = order_at(cast, desk(cast))
    with scope(store=cast.store):
        agree_all(order, by=cast.advisor, now=at("08:52"))
    terms(cast, order)
    with scope(store=cast.store):
        return OrderLine.objects.select_related("order__visit__store").get(order=order)


def working(store: UUID, loaded: Any, load: Callable[[], Any], act: Callable[[Any], str]) -> Work:
    """Return a work: what everybody looks at is read before anybody acts."""

    def work() -> str:
        with scope(store=Store.objects.get(pk=store)), translation.override("en"):
            seen = load()
            loaded.wait(WAIT)
            try:
                return act(seen)
            except Refused as refused:
                return refused.code

    return work


def answering(cast: Cast, loaded: Any, asked: UUID, who: str, *, yes: bool) -> Work:
    def load() -> Any:
        rows = Approval.objects.select_related("order", "line", "visit__store")
        return rows.get(pk=asked), Staff.objects.get(username=who)

    return working(
        cast.store.pk, loaded, load, lambda seen: answer(seen[0], by=seen[1], yes=yes, now=at("08:56")).answer
    )


def repricing(cast: Cast, loaded: Any, line: UUID, parts: int) -> Work:
    def load() -> Any:
        return OrderLine.objects.select_related("order__visit__store").get(pk=line), Staff.objects.get(
            username="advisor"
        )

    def act(seen: Any) -> str:
        change_line(seen[0], by=seen[1], parts=yuan(parts), now=at("08:56"))
        return "changed"

    return working(cast.store.pk, loaded, load, act)


def signing(cast: Cast, loaded: Any, order: UUID) -> Work:
    def load() -> Any:
        row = RepairOrder.objects.select_related("visit__store", "visit__customer").get(pk=order)
        return row, dict(shown_amounts(OrderLine.objects.filter(order=row))), Staff.objects.get(username="advisor")

    def act(seen: Any) -> str:
        sign_order(seen[0], by=seen[2], signature=SIGNATURE, seen=seen[1], now=at("08:58"))
        return "signed"

    return working(cast.store.pk, loaded, load, act)


def asked_for(cast: Cast, line: OrderLine) -> Approval:
    with scope(store=cast.store):
        asked = lower_price(line, by=cast.advisor, amount=yuan(450), reason="老客户", now=at("08:55"))
        assert asked is not None
        return asked


def test_two_answers_at_once_are_one(cast: Cast):
    line = first_line(cast)
    asked, loaded = asked_for(cast, line), fork.Barrier(2)
    said = at_once(
        [answering(cast, loaded, asked.pk, "manager", yes=True), answering(cast, loaded, asked.pk, "chain", yes=False)]
    )
    with scope(store=cast.store):
        amount = OrderLine.objects.get(pk=line.pk).amount
    assert sorted(said) in (["approval.answered", "no"], ["approval.answered", "yes"])
    assert amount == (yuan(450) if "yes" in said else yuan(598))


def test_yes_and_a_new_price_at_once_never_mix(cast: Cast):
    """Either the yes was first and the new price stands on it, or the question fell with the price it was about."""
    line = first_line(cast)
    asked, loaded = asked_for(cast, line), fork.Barrier(2)
    said = at_once([answering(cast, loaded, asked.pk, "manager", yes=True), repricing(cast, loaded, line.pk, 440)])
    with scope(store=cast.store):
        row, now = Approval.objects.get(pk=asked.pk), OrderLine.objects.get(pk=line.pk)
    if said[0] == "yes":
        assert row.answer == "yes"
        # The advisor's new price went below the advisor's own limit by then, or was saved on top of the lower labour.
        assert now.amount in (yuan(450), yuan(445))
    else:
        assert (said, row.answer, now.parts) == (["approval.withdrawn", "changed"], "withdrawn", yuan(440))


def test_signature_and_a_new_price_at_once_cover_only_what_was_seen(cast: Cast):
    line, loaded = first_line(cast), fork.Barrier(2)
    said = at_once([signing(cast, loaded, line.order_id), repricing(cast, loaded, line.pk, 520)])
    with scope(store=cast.store):
        seen = list(ConsentLine.objects.filter(line=line.pk).values_list("amount", flat=True))
        assert OrderLine.objects.get(pk=line.pk).parts == yuan(520)
    assert said[1] == "changed"
    assert seen == ([yuan(598)] if said[0] == "signed" else [])
    assert said[0] in ("signed", "consent.changed")


def test_answer_and_signature_at_once_cover_only_what_was_seen(cast: Cast):
    line = first_line(cast)
    asked, loaded = asked_for(cast, line), fork.Barrier(2)
    said = at_once([answering(cast, loaded, asked.pk, "manager", yes=True), signing(cast, loaded, line.order_id)])
    with scope(store=cast.store):
        seen = list(ConsentLine.objects.filter(line=line.pk).values_list("amount", flat=True))
        assert OrderLine.objects.get(pk=line.pk).amount == yuan(450)
    assert said[0] == "yes"
    assert seen == ([yuan(598)] if said[1] == "signed" else [])
