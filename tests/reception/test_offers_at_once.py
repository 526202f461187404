"""Two phones, each in a process with a connection of its own, answer one offer at the same moment."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.utils import translation
from django_scopes import scope

from dealership.models import Event, Promise, Store
from dealership.refused import Refused
from reception.actions.lines import add_extra_line, change_line
from reception.actions.offers import answer_offer, send_offer
from reception.models import Consent, Offer, OrderLine, RepairOrder
from tests.cast import Cast, at, make_cast
from tests.reception.desk import in_workshop, yuan
from tests.test_concurrency import WAIT, at_once, fork

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:This process:DeprecationWarning"),
]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


def sent(cast: Cast) -> Offer:
    visit = in_workshop(cast)
    with scope(store=cast.store):
        line = add_extra_line(visit, by=cast.advisor, kind="part", code="WIPERS", now=at("09:40"))
        return send_offer(RepairOrder.objects.get(visit=visit), lines=[line], by=cast.advisor, now=at("09:46"))


def answerer(store: UUID, offer: UUID, answer: str, loaded: Any) -> Callable[[], str]:
    """Return a work that answers the one line: both have read the offer before either has answered."""

    def work() -> str:
        with scope(store=Store.objects.get(pk=store)), translation.override("en"):
            mine = Offer.objects.select_related("visit__store").get(pk=offer)
            row = mine.lines.select_related("line").get()
            loaded.wait(WAIT)
            try:
                consent = answer_offer(
                    mine, answers={row.line_id: answer}, seen={row.line_id: row.amount}, now=at("09:52")
                )
            except Refused as refused:
                return refused.code
            return str(consent.pk) if consent else "no"

    return work


def changer(store: UUID, line: UUID, loaded: Any) -> Callable[[], str]:
    """Return a work that raises the price of the line."""

    def work() -> str:
        with scope(store=Store.objects.get(pk=store)):
            mine = OrderLine.objects.select_related("order__visit__advisor", "order__visit__store").get(pk=line)
            loaded.wait(WAIT)
            change_line(mine, by=mine.order.visit.advisor, parts=yuan(188), now=at("09:52"))
            return "changed"

    return work


def test_same_answer_of_two_phones_is_one_consent(cast: Cast):
    offer, loaded = sent(cast), fork.Barrier(2)
    said = at_once([answerer(cast.store.pk, offer.pk, "agreed", loaded) for _phone in range(2)])
    with scope(store=cast.store):
        consent = Consent.objects.get(how="link")
        assert said == [str(consent.pk)] * 2
        assert Promise.objects.get(kind="price").amount == yuan(766)
        assert Event.objects.filter(kind="offer.answered").count() == 1


def test_different_answers_of_two_phones_leave_the_first(cast: Cast):
    offer, loaded = sent(cast), fork.Barrier(2)
    said = at_once([answerer(cast.store.pk, offer.pk, answer, loaded) for answer in ("agreed", "declined")])
    with scope(store=cast.store):
        line = OrderLine.objects.get(code="WIPERS")
        consents = Consent.objects.filter(how="link").count()
    assert said.count("offer.answered") == 1
    assert (line.answer, consents) == (("agreed", 1) if said[1] == "offer.answered" else ("declined", 0))


def test_price_raised_at_the_same_moment_is_never_agreed_unseen(cast: Cast):
    offer, loaded = sent(cast), fork.Barrier(2)
    with scope(store=cast.store):
        line = offer.lines.get().line_id
    works = [answerer(cast.store.pk, offer.pk, "agreed", loaded), changer(cast.store.pk, line, loaded)]
    said = at_once(works)
    with scope(store=cast.store):
        seen = list(Consent.objects.filter(how="link").values_list("lines__amount", flat=True))
    assert said[1] == "changed"
    assert seen == ([] if said[0] == "offer.changed" else [yuan(168)])
