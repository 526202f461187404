"""Offers on the customer's phone: an estimate or extra work, answered line by line at the price that was seen."""

from decimal import Decimal

import pytest
from django_scopes import scope

from dealership.actions.stages import advance, cancel
from dealership.models import Attention, Event, KindSetting, Message, Promise, PromiseChange, Visit
from dealership.refused import Refused
from reception.actions.consents import agree_by_phone
from reception.actions.lines import add_extra_line, add_line, agree_all, answer_line, change_line, remove_line
from reception.actions.offers import answer_offer, note_opened, see_answer, send_offer, withdraw_offer
from reception.models import Consent, Offer, OfferLine, OpenAdvice, OrderLine, RepairOrder
from reception.queries.exits import negotiation_exit, order_missing
from reception.queries.offers import offer_state, offerable, offered, opened_at
from reception.queries.orders import consent_missing, lines_of, to_pay
from tests.cast import Cast, at
from tests.reception.desk import desk, in_workshop, order_at, terms, yuan

pytestmark = pytest.mark.django_db


def extra(cast: Cast, visit: Visit, *, kind: str = "part", code: str = "WIPERS", must: bool = False) -> OrderLine:
    return add_extra_line(
        visit, by=cast.advisor, kind=kind, code=code, reason="雨刮片老化", must=must, now=at("09:40")
    )  # fmt: skip


@pytest.fixture
def car(cast: Cast):
    """A signed car in the workshop, for whose order 598 is agreed, ready at 11:05."""
    visit = in_workshop(cast)
    with scope(store=cast.store):
        yield visit


def order_of(visit: Visit) -> RepairOrder:
    order = RepairOrder.objects.get(visit=visit)
    order.visit = visit
    return order


def send(cast: Cast, visit: Visit, *, now: str = "09:46", **given) -> Offer:
    order = order_of(visit)
    lines = given.pop("lines", None)
    asked, against = offerable(order)
    return send_offer(
        order, lines=[*asked, *against] if lines is None else lines, by=cast.advisor, reason="工位上发现的",
        now=at(now), **given,
    )  # fmt: skip


def say(offer: Offer, *answers: str, now: str = "09:52", **given):
    """Answer the lines of an offer in their order: y or n."""
    rows = [row for row in OfferLine.objects.filter(offer=offer).order_by("line__position") if not row.advised_against]
    said = {row.line_id: "agreed" if word == "y" else "declined" for row, word in zip(rows, answers, strict=True)}
    seen = given.pop("seen", {row.line_id: to_pay(row.line) for row in rows})
    return answer_offer(offer, answers=said, seen=seen, now=at(now), **given)


def code(call, *args, **given) -> str:
    with pytest.raises(Refused) as refused:
        call(*args, **given)
    return refused.value.code


def test_offer_goes_out_once_with_amount_time_and_link(cast: Cast, car: Visit):
    extra(cast, car)
    offer = send(cast, car, ready_at=at("11:35"))
    again = send(cast, car, id=offer.pk)
    message = Message.objects.get(kind="offer")

    assert (again, offer.ready_at, offer.by, Offer.objects.count()) == (offer, at("11:35"), cast.advisor, 1)
    assert [(row.amount, row.answer, row.advised_against) for row in offer.lines.all()] == [(yuan(168), "", False)]
    assert all(word in message.body for word in ("¥168", "11:35", "10:20", "/v/"))
    assert Event.objects.filter(visit=car, kind="offer.sent").count() == 1


def test_partial_answer_consents_to_exactly_the_agreed_line(cast: Cast, car: Visit):
    pads, wipers = extra(cast, car, kind="labour", code="M08", must=True), extra(cast, car)
    offer = send(cast, car, ready_at=at("12:05"))
    consent = say(offer, "y", "n")

    pads.refresh_from_db()
    wipers.refresh_from_db()
    assert (consent.kind, consent.how, consent.by, consent.amount) == ("change", "link", None, yuan(598 + 820))
    assert list(consent.lines.values_list("line_id", "amount", "payer")) == [(pads.pk, yuan(820), "customer")]
    assert (pads.answer, wipers.answer, wipers.said) == ("agreed", "declined", "客户在手机上选的")
    advice = OpenAdvice.objects.get(line=wipers)
    assert (advice.kind, advice.colour, advice.amount, advice.by) == ("declined", "yellow", yuan(168), None)
    offer.refresh_from_db()
    assert (offer.answered_at, offer.consent) == (at("09:52"), consent)
    assert list(offer.lines.order_by("line__position").values_list("answer", flat=True)) == ["agreed", "declined"]
    assert consent_missing(order_of(car)) == []


def test_agreed_extra_work_raises_price_and_moves_the_ready_time_with_the_customers_consent(cast: Cast, car: Visit):
    extra(cast, car)
    say(send(cast, car, ready_at=at("11:35")), "y")
    open_ones = {row.kind: (row.due_at, row.amount) for row in Promise.objects.filter(visit=car, state="open")}
    changes = PromiseChange.objects.filter(visit=car).values_list("promise__kind", "consent", "by")

    assert open_ones["price"] == (None, yuan(598 + 168))
    assert (open_ones["ready"], open_ones["wash"]) == ((at("11:35"), None), (at("11:35"), None))
    assert sorted(changes) == [("price", "link", None), ("ready", "link", None), ("wash", "link", None)]
    car.refresh_from_db()
    assert (car.ready_due, order_of(car).ready_at) == (at("11:35"), at("11:35"))


def test_a_no_to_everything_keeps_what_was_promised(cast: Cast, car: Visit):
    extra(cast, car)
    assert say(send(cast, car, ready_at=at("11:35")), "n") is None
    assert Promise.objects.get(visit=car, kind="price").amount == yuan(598)
    assert Promise.objects.get(visit=car, kind="ready").due_at == at("11:05")
    assert [mark.kind for mark in Attention.objects.filter(visit=car, until=None)] == ["declined"]


def test_answer_stands_on_the_board_until_the_advisor_has_seen_it(cast: Cast, car: Visit):
    extra(cast, car)
    say(send(cast, car), "y")
    mark = Attention.objects.get(visit=car, until=None)
    assert (mark.kind, mark.data) == ("approved", {"agreed": 1, "declined": 0})
    assert "/negotiation/?card=2.1" in mark.url
    assert Event.objects.get(visit=car, kind="offer.answered").data == {"agreed": 1, "declined": 0}
    assert see_answer(car, by=cast.advisor, now=at("09:55")) == 1
    assert not Attention.objects.filter(visit=car, until=None).exists()


def test_answered_twice_is_one_consent(cast: Cast, car: Visit):
    extra(cast, car)
    offer = send(cast, car)
    first = say(offer, "y")
    assert say(offer, "y", now="09:53") == first
    assert (Consent.objects.filter(how="link").count(), Event.objects.filter(kind="offer.answered").count()) == (1, 1)
    assert Promise.objects.get(visit=car, kind="price").amount == yuan(598 + 168)


def test_second_person_with_another_answer_is_told_so(cast: Cast, car: Visit):
    line = extra(cast, car)
    offer = send(cast, car)
    say(offer, "y")
    assert code(say, offer, "n") == "offer.answered"
    line.refresh_from_db()
    assert line.answer == "agreed"


@pytest.mark.parametrize("new", ["180", "150"])
def test_price_changed_meanwhile_is_agreed_by_nobody(cast: Cast, car: Visit, new: str):
    line = extra(cast, car)
    offer = send(cast, car)
    change_line(line, by=cast.advisor, parts=Decimal(new), now=at("09:48"))

    assert code(say, offer, "y", seen={line.pk: yuan(168)}) == "offer.changed"
    assert code(say, offer, "y", seen={line.pk: yuan(new)}) == "offer.changed"
    offer.refresh_from_db()
    line.refresh_from_db()
    assert (offer.answered_at, line.answer, Consent.objects.filter(how="link").count()) == (None, "open", 0)
    view = offered(offer)
    assert (view.changed, view.asked[0].due) == (True, yuan(new))


def test_payer_changed_to_the_customer_meanwhile_is_refused(cast: Cast, car: Visit):
    line = extra(cast, car)
    change_line(line, by=cast.supervisor, payer="goodwill", now=at("09:41"))
    offer = send(cast, car)
    change_line(line, by=cast.supervisor, payer="customer", now=at("09:48"))
    assert code(say, offer, "y", seen={line.pk: yuan(0)}) == "offer.changed"


def test_line_answered_at_the_desk_meanwhile_is_not_answered_again(cast: Cast, car: Visit):
    line = extra(cast, car)
    offer = send(cast, car)
    line.order = order_of(car)
    answer_line(line, by=cast.advisor, answer="declined", reason="price", now=at("09:50"))
    assert code(say, offer, "y") == "offer.changed"


def test_withdrawn_offer_is_answered_by_nobody_and_another_may_follow(cast: Cast, car: Visit):
    extra(cast, car)
    offer = send(cast, car)
    assert code(send, cast, car) == "offer.open"
    withdraw_offer(offer, by=cast.advisor, now=at("09:48"))
    withdraw_offer(offer, by=cast.advisor, now=at("09:49"))
    assert (offer.withdrawn_at, code(say, offer, "y")) == (at("09:48"), "offer.withdrawn")
    assert say(send(cast, car, now="09:50"), "y").how == "link"


def test_answered_offer_cannot_be_withdrawn(cast: Cast, car: Visit):
    extra(cast, car)
    offer = send(cast, car)
    say(offer, "n")
    assert code(withdraw_offer, offer, by=cast.advisor) == "offer.answered"


def test_offer_whose_time_is_past_is_answered_by_nobody(cast: Cast, car: Visit):
    extra(cast, car)
    offer = send(cast, car, ready_at=at("11:35"))
    assert code(say, offer, "y", now="11:35") == "offer.past"
    offer.refresh_from_db()
    assert offer.answered_at is None


def test_offer_ends_when_the_car_leaves(cast: Cast, car: Visit):
    extra(cast, car)
    offer = send(cast, car)
    cancel(car, by=cast.supervisor, reason="no time", now=at("09:50"))
    offer.refresh_from_db()
    assert offer.withdrawn_at == at("09:50")


def test_estimate_agreed_by_link_opens_gate_2_with_its_promises(cast: Cast):
    visit = desk(cast)
    order = order_at(cast, visit)
    with scope(store=cast.store):
        assert code(send, cast, visit, now="08:54") == "order.no_terms"
        terms(cast, order)
        offer = send(cast, visit, now="08:56")
        assert offered(offer).estimate
        consent = say(offer, "y", now="08:59")
        kinds = dict(Promise.objects.filter(visit=visit).values_list("kind", "amount"))

        assert (consent.kind, consent.amount, order_missing(visit)) == ("repair", yuan(598), [])
        assert {kind: kinds[kind] for kind in ("price", "ready", "start", "wash")} == {
            "price": yuan(598), "ready": None, "start": None, "wash": None,
        }  # fmt: skip
        assert negotiation_exit(visit, "workshop") == []
        assert advance(visit, to="workshop", by=cast.advisor, now=at("09:02")).target == "workshop"


def test_estimate_sent_in_part_leaves_the_rest_to_be_asked(cast: Cast):
    visit = desk(cast)
    order = order_at(cast, visit)
    with scope(store=cast.store):
        add_line(order, by=cast.advisor, kind="part", code="WIPERS", now=at("08:52"))
        terms(cast, order)
        offer = send(cast, visit, now="08:56", lines=lines_of(order)[:1])
        consent = say(offer, "y", now="08:59")
        assert (consent.amount, Promise.objects.get(kind="price").amount) == (yuan(598), yuan(598))
        assert [one.code for one in order_missing(visit)] == ["order.unanswered"]


def test_advised_against_lines_show_the_saving_and_need_no_answer(cast: Cast, car: Visit):
    against = extra(cast, car)
    against.order = order_of(car)
    answer_line(against, by=cast.advisor, answer="advised_against", reason="good_state", now=at("09:42"))
    extra(cast, car, kind="labour", code="M08")
    offer = send(cast, car)
    view = offered(offer)
    assert (len(view.asked), view.saved, view.before, view.after) == (1, yuan(168), yuan(598), yuan(598 + 820))
    assert say(offer, "y").lines.count() == 1


def test_agreed_by_phone_closes_the_offer(cast: Cast, car: Visit):
    extra(cast, car)
    offer = send(cast, car)
    order = order_of(car)
    agree_all(order, by=cast.advisor, now=at("09:55"))
    consent = agree_by_phone(
        order, by=cast.advisor, second_person=cast.supervisor, number_called="13800001234", now=at("09:56")
    )
    offer.refresh_from_db()
    assert (offer.answered_at, offer.consent, offer.lines.get().answer) == (at("09:56"), consent, "agreed")
    assert code(say, offer, "n", now="09:57") == "offer.answered"


def test_what_cannot_be_sent(cast: Cast, car: Visit):
    order = order_of(car)
    signed_line = lines_of(order)[0]
    assert code(send, cast, car, lines=[]) == "offer.empty"
    assert code(send, cast, car, lines=[signed_line]) == "offer.line"
    line = extra(cast, car)
    assert code(send, cast, car, ready_at=at("09:40")) == "promise.past"
    assert code(send_offer, order, lines=[line], by=cast.advisor3) == "visit.not_yours"
    order.kind = RepairOrder.Kind.DIAGNOSIS
    assert code(send_offer, order, lines=[line], by=cast.advisor) == "order.diagnosis"
    Visit.objects.filter(pk=car.pk).update(stage="delivery")
    car.refresh_from_db()
    assert code(send, cast, car) == "order.closed"


def test_each_line_needs_an_answer(cast: Cast, car: Visit):
    line = extra(cast, car)
    offer = send(cast, car)
    assert code(answer_offer, offer, answers={}, seen={}) == "offer.incomplete"
    assert code(answer_offer, offer, answers={line.pk: "maybe"}, seen={}) == "offer.incomplete"
    assert code(answer_offer, offer, answers={line.pk: "agreed"}, seen={}, now=at("09:52")) == "offer.changed"


def test_line_that_was_sent_is_not_removed(cast: Cast, car: Visit):
    line = extra(cast, car)
    send(cast, car)
    line.order = order_of(car)
    assert code(remove_line, line, by=cast.advisor) == "line.offered"


def test_nobody_is_told_by_message_then_a_person_is(cast: Cast, car: Visit):
    KindSetting.objects.create(store=cast.store, kind="offer", on=False, changed_at=at("07:00"))
    extra(cast, car)
    offer = send(cast, car)
    assert [mark.kind for mark in Attention.objects.filter(visit=car, until=None)] == ["tell_by_hand"]
    assert offer_state(car, now=at("09:50")).untold
    withdraw_offer(offer, by=cast.advisor, now=at("09:51"))
    assert not Attention.objects.filter(visit=car, until=None).exists()


def test_first_look_at_the_offer_counts(cast: Cast, car: Visit):
    extra(cast, car)
    offer = send(cast, car)
    assert [note_opened(offer, now=at("09:49")), note_opened(offer, now=at("09:50"))] == [True, False]
    state = offer_state(car, now=at("09:58"))
    assert (opened_at(offer), state.opened_at, state.waited, state.changed) == (at("09:49"), at("09:49"), 12, False)
