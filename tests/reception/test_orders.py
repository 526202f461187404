"""The repair order: begun from booking, words and walkaround; terms, wishes, arrangements."""

from datetime import timedelta

import pytest
from django_scopes import scope

from dealership.models import Promise, Situation, StepTick, Work
from dealership.refused import Refused
from reception.actions.lines import add_line, agree_all, answer_line, change_line, remove_line
from reception.actions.orders import arrange_waiting, begin_order, plan_diagnosis
from reception.actions.sheet import record_readings
from reception.models import Appointment, OpenAdvice, OrderLine
from reception.queries.orders import lines_of, totals
from reception.queries.planning import suggest
from reception.queries.proposals import answers_to
from tests.cast import Cast, at
from tests.reception.desk import desk, order_at, signed, terms, yuan

pytestmark = pytest.mark.django_db
Answer, Payer = OrderLine.Answer, OrderLine.Payer


def ticked(visit):
    return {tick.code for tick in StepTick.objects.filter(visit=visit).exclude(evidence="")}


def promised(visit):
    return {row.kind: (row.due_at, row.amount) for row in Promise.objects.filter(visit=visit, state="open")}


def test_order_begins_with_the_service_that_is_due(cast: Cast):
    visit = desk(cast, mileage=39_600)
    with scope(store=cast.store):
        order = begin_order(visit, by=cast.advisor, now=at("08:51"))
        lines = lines_of(order)
        assert order.number == "W-1120-001"
        assert (lines[0].code, lines[0].amount, lines[0].why, lines[0].must) == ("P40", yuan(1680), "due", True)


def test_finding_of_the_walkaround_becomes_an_optional_line(cast: Cast):
    desk(cast, plate="沪B12345")
    visit = cast.visit(works=[Work.SERVICE])
    with scope(store=cast.store):
        record_readings(visit, by=cast.advisor, readings={"controls": {"findings": ["wiper"], "note": ""}})
        order = begin_order(visit, by=cast.advisor, now=at("08:51"))
        (wipers,) = [line for line in lines_of(order) if line.code == "WIPERS"]
        assert (wipers.why, wipers.must, wipers.amount) == ("found", False, yuan(168))


def test_numbers_of_a_day_follow_each_other_and_an_order_is_begun_once(cast: Cast):
    first, second = desk(cast), desk(cast, plate="沪B12345")
    with scope(store=cast.store):
        numbers = [begin_order(visit, by=cast.advisor, now=at("08:51")).number for visit in (first, second, first)]
        assert numbers == ["W-1120-001", "W-1120-002", "W-1120-001"]


def test_booking_quote_stands_beside_the_sum(cast: Cast):
    visit = cast.visit(works=[Work.SERVICE], arrival="booked")
    with scope(store=cast.store):
        desk(cast, plate="沪B12345")
        Appointment.objects.create(
            store=cast.store, customer=visit.customer, vehicle=visit.vehicle, at=at("08:30"), visit=visit,
            quote_amount=yuan(598), wish="雨刮刮不干净", made_at=at("08:00", "2026-11-18"),
        )  # fmt: skip
        order = begin_order(visit, by=cast.advisor, now=at("08:51"))
        sums = totals(lines_of(order))
        assert [(line.code, line.quote) for line in lines_of(order)] == [("P10", yuan(598)), ("WIPERS", None)]
        assert (sums.quoted, sums.difference, sums.added[0].code) == (yuan(598), yuan(168), "WIPERS")


def test_words_come_to_lines_once_each():
    assert answers_to("雨刮刮不干净,电瓶没电,雨刮异响") == ["part:WIPERS", "labour:M14", "labour:R02"]


@pytest.mark.parametrize(
    ("work", "code", "payer"),
    [("first_service", "P10", "campaign"), ("claim", "R01", "warranty"), ("accident", "B01", "insurer")],
)
def test_payer_follows_the_kind_of_work(cast: Cast, work: str, code: str, payer: str):
    order = order_at(cast, desk(cast, works=[work]))
    with scope(store=cast.store):
        assert [(line.code, line.payer) for line in lines_of(order)] == [(code, payer)]


def test_claim_line_makes_the_claim_reception_apply_and_ends_with_it(cast: Cast):
    visit = desk(cast)
    order = order_at(cast, visit)
    with scope(store=cast.store):
        line = lines_of(order)[0]
        change_line(line, by=cast.advisor, payer=Payer.WARRANTY, now=at("08:52"))
        assert Situation.objects.filter(visit=visit, kind="claim_line", until=None).count() == 1
        change_line(line, by=cast.advisor, payer=Payer.CUSTOMER, now=at("08:53"))
        assert Situation.objects.filter(visit=visit, kind="claim_line", until=None).count() == 0


def test_line_is_added_once_however_often_it_is_pressed(cast: Cast):
    order = order_at(cast, desk(cast))
    with scope(store=cast.store):
        first = add_line(order, by=cast.advisor, kind="labour", code="M03", now=at("08:52"))
        again = add_line(order, by=cast.advisor, kind="labour", code="M03", id=first.pk, now=at("08:52"))
        assert (again.pk, len(lines_of(order)), first.amount) == (first.pk, 2, yuan(210))


def test_line_refuses_what_is_not_in_the_price_list_and_a_colleague(cast: Cast):
    order = order_at(cast, desk(cast))
    with scope(store=cast.store):
        with pytest.raises(Refused) as unknown:
            add_line(order, by=cast.advisor, kind="labour", code="X99")
        with pytest.raises(Refused) as foreign:
            add_line(order, by=cast.advisor3, kind="labour", code="M03")
        with pytest.raises(Refused) as many:
            add_line(order, by=cast.advisor, kind="part", code="WIPERS", quantity=0)
        codes = [refused.value.code for refused in (unknown, foreign, many)]
        assert codes == ["line.unknown", "visit.not_yours", "line.quantity"]


def test_amount_below_zero_is_refused(cast: Cast):
    order = order_at(cast, desk(cast))
    with scope(store=cast.store):
        with pytest.raises(Refused) as refused:
            change_line(lines_of(order)[0], by=cast.manager, labour=yuan(-1))
        assert (refused.value.code, refused.value.field) == ("amount.negative", "labour")


@pytest.mark.parametrize(("who", "parts", "allowed"), [("advisor", 345, True), ("advisor", 344, False),
                                                       ("supervisor", 145, True), ("manager", 0, True)])  # fmt: skip
def test_discount_has_the_limit_of_the_role(cast: Cast, who: str, parts: int, allowed: bool):
    order = order_at(cast, desk(cast))
    with scope(store=cast.store):
        line = lines_of(order)[0]
        if allowed:
            assert change_line(line, by=getattr(cast, who), parts=yuan(parts)).parts == yuan(parts)
        else:
            with pytest.raises(Refused) as refused:
                change_line(line, by=getattr(cast, who), parts=yuan(parts))
            assert refused.value.code == "line.discount"


def test_goodwill_is_for_supervisor_and_manager_within_their_limits(cast: Cast):
    order = order_at(cast, desk(cast))
    with scope(store=cast.store):
        line = lines_of(order)[0]
        for person in (cast.advisor, cast.supervisor):
            with pytest.raises(Refused) as refused:
                change_line(line, by=person, payer=Payer.GOODWILL)
            assert refused.value.code == "line.goodwill"
            line.refresh_from_db()
        assert change_line(line, by=cast.manager, payer=Payer.GOODWILL).payer == Payer.GOODWILL


def test_declined_line_stays_open_advice_until_it_is_agreed(cast: Cast):
    visit = desk(cast)
    order = order_at(cast, visit)
    with scope(store=cast.store):
        line = add_line(order, by=cast.advisor, kind="package", code="PADS", now=at("08:52"))
        answer_line(line, by=cast.advisor, answer=Answer.DECLINED, reason="price", colour="red", now=at("08:53"))
        (advice,) = OpenAdvice.objects.filter(vehicle=visit.vehicle, closed_at=None)
        assert (advice.kind, advice.colour, advice.amount, advice.line_id) == ("declined", "red", yuan(768), line.pk)
        assert totals(lines_of(order)).customer == yuan(598)
        answer_line(line, by=cast.advisor, answer=Answer.AGREED, now=at("08:54"))
        assert OpenAdvice.objects.filter(closed_at=None).count() == 0


def test_advice_against_shows_what_it_saves(cast: Cast):
    order = order_at(cast, desk(cast))
    with scope(store=cast.store):
        line = add_line(order, by=cast.advisor, kind="package", code="AC", now=at("08:52"))
        answer_line(line, by=cast.advisor, answer=Answer.ADVISED_AGAINST, reason="good_state", now=at("08:53"))
        assert totals(lines_of(order)).saved == yuan(298)
        assert OpenAdvice.objects.get().kind == "advised_against"


def test_no_without_a_reason_is_refused(cast: Cast):
    order = order_at(cast, desk(cast))
    with scope(store=cast.store):
        with pytest.raises(Refused) as refused:
            answer_line(lines_of(order)[0], by=cast.advisor, answer=Answer.DECLINED)
        assert refused.value.code == "line.reason"


def test_last_answer_ticks_reasons_and_consent(cast: Cast):
    visit = desk(cast)
    order = order_at(cast, visit)
    with scope(store=cast.store):
        line = add_line(order, by=cast.advisor, kind="labour", code="M03", now=at("08:52"))
        answer_line(line, by=cast.advisor, answer=Answer.AGREED, now=at("08:53"))
        assert "2.1/consent" not in ticked(visit)
        agree_all(order, by=cast.advisor, now=at("08:54"))
        assert {"2.1/reasons", "2.1/consent"} <= ticked(visit)


def test_answered_line_cannot_be_removed(cast: Cast):
    order = order_at(cast, desk(cast))
    with scope(store=cast.store):
        line = lines_of(order)[0]
        remove_line(add_line(order, by=cast.advisor, kind="labour", code="M03"), by=cast.advisor)
        agree_all(order, by=cast.advisor)
        line.refresh_from_db()
        with pytest.raises(Refused) as refused:
            remove_line(line, by=cast.advisor)
        assert (refused.value.code, len(lines_of(order))) == ("line.answered", 1)


def test_terms_in_one_save_tick_price_time_payment_and_wishes(cast: Cast):
    visit = desk(cast)
    order = terms(cast, order_at(cast, visit))
    with scope(store=cast.store):
        assert {"2.2/estimate", "2.2/time", "2.2/payment", "2.3/entry", "2.3/wishes"} <= ticked(visit)
        assert "1.6/price" not in ticked(visit)
        assert (order.wash_minutes, order.calculated_ready) == (30, at("11:05"))
        assert promised(visit) == {}


def test_express_terms_tick_the_price_of_the_express_lane(cast: Cast):
    visit = desk(cast, works=[Work.EXPRESS], words="换雨刮片")
    order = order_at(cast, visit)
    terms(cast, order)
    with scope(store=cast.store):
        assert [line.code for line in lines_of(order)] == ["WIPERS"]
        assert "1.6/price" in ticked(visit)


@pytest.mark.parametrize(
    ("given", "code"),
    [({"ready_at": at("08:40")}, "promise.past"), ({"ready_at": at("09:10")}, "order.ready_before_start")],
)
def test_terms_refuse_a_ready_time_that_cannot_be(cast: Cast, given: dict, code: str):
    order = order_at(cast, desk(cast))
    with pytest.raises(Refused) as refused:
        terms(cast, order, **given)
    assert (refused.value.code, refused.value.field) == (code, "ready_at")


def test_terms_of_an_empty_order_are_refused(cast: Cast):
    order = order_at(cast, desk(cast))
    with scope(store=cast.store):
        remove_line(lines_of(order)[0], by=cast.advisor)
    with pytest.raises(Refused) as refused:
        terms(cast, order)
    assert refused.value.code == "order.empty"


def test_new_terms_after_signing_move_the_promise(cast: Cast):
    visit = desk(cast)
    order = signed(cast, visit)
    terms(cast, order, ready_at=at("11:35"), now=at("10:00"))
    with scope(store=cast.store):
        ready = Promise.objects.get(visit=visit, kind="ready")
        assert (ready.due_at, ready.moved) == (at("11:35"), True)
        visit.refresh_from_db()
        assert visit.ready_due == at("11:35")


def test_waiting_and_next_update_become_a_promise_and_tick(cast: Cast):
    visit = desk(cast)
    order = order_at(cast, visit)
    with scope(store=cast.store):
        arrange_waiting(order, by=cast.advisor, waiting="lounge", next_update_at=at("10:15"), now=at("09:00"))
        assert {"2.4/settle", "2.4/update"} <= ticked(visit)
        assert promised(visit) == {"update": (at("10:15"), None)}
        with pytest.raises(Refused) as refused:
            arrange_waiting(order, by=cast.advisor, waiting="lounge", next_update_at=at("08:15"), now=at("09:00"))
        assert refused.value.code == "promise.past"


def test_diagnosis_refuses_limits_below_zero_and_times_past(cast: Cast):
    order = order_at(cast, desk(cast))
    with scope(store=cast.store):
        for given, code in (
            ({"limit": yuan(-1), "call_back_at": at("15:00")}, "amount.negative"),
            ({"limit": yuan(300), "call_back_at": at("08:00")}, "promise.past"),
        ):
            with pytest.raises(Refused) as refused:
                plan_diagnosis(order, by=cast.advisor, now=at("09:00"), **given)
            assert refused.value.code == code


def test_suggestion_starts_after_the_way_to_the_bay_and_ends_after_the_wash(cast: Cast):
    visit = desk(cast)
    order = order_at(cast, visit)
    with scope(store=cast.store):
        plan = suggest(cast.store, visit, lines_of(order), at("08:58"))
        assert (plan.start, plan.work_minutes, plan.ready) == (at("09:10"), 40, at("10:20"))


def test_suggestion_waits_for_a_technician_and_for_the_opening(cast: Cast):
    for plate in ("沪B11111", "沪B22222", "沪B33333"):
        other = desk(cast, plate=plate, mileage=39_600)
        signed(cast, other)
        with scope(store=cast.store):
            other.stage = "workshop"
            other.save(update_fields=["stage"])
    visit = desk(cast)
    order = order_at(cast, visit)
    with scope(store=cast.store):
        # Two technicians, three cars of 156 minutes each: the fourth begins when the first of them is free again.
        assert suggest(cast.store, visit, lines_of(order), at("09:00")).start == at("09:00") + timedelta(minutes=160)
        late = suggest(cast.store, visit, lines_of(order), at("17:50"))
        assert late.start == at("10:30", "2026-11-21")
