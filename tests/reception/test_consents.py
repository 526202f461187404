"""Consent: one signature for sheet and order, by phone before a witness; gates 1 and 2."""

from decimal import Decimal

import pytest
from django_scopes import scope

from dealership.actions.promises import settle
from dealership.actions.stages import advance, cancel
from dealership.models import Promise, Situation, StepTick
from dealership.refused import Refused
from reception.actions.consents import agree_by_link, agree_by_phone, sign_order
from reception.actions.lines import add_extra_line, add_line, agree_all, answer_line, change_line
from reception.actions.orders import plan_diagnosis, plan_repair
from reception.models import Consent, ConsentLine, OrderLine, SheetConfirmation
from reception.queries.exits import negotiation_exit
from reception.queries.orders import consent_missing, lines_of
from tests.cast import Cast, at
from tests.reception.desk import SIGNATURE, desk, in_workshop, order_at, signed, terms, yuan

pytestmark = pytest.mark.django_db
Answer, Payer = OrderLine.Answer, OrderLine.Payer


def missing(visit, to="workshop"):
    return [one.code for one in negotiation_exit(visit, to)]


def promises_of(visit):
    rows = Promise.objects.filter(visit=visit).order_by("kind")
    return {row.kind: (row.due_at, row.amount, row.state) for row in rows}


def test_signature_covers_each_agreed_line_and_gives_the_promises(cast: Cast):
    visit = desk(cast)
    order = signed(cast, visit, old_parts="take")
    with scope(store=cast.store):
        (consent,) = Consent.objects.filter(order=order)
        assert (consent.kind, consent.how, consent.amount, consent.at) == (
            "repair", "signature", yuan(598), at("08:58"),
        )  # fmt: skip
        assert list(consent.lines.values_list("line_id", "amount")) == [(lines_of(order)[0].pk, yuan(598))]
        assert promises_of(visit) == {
            "price": (None, yuan(598), "open"),
            "start": (at("09:15"), None, "open"),
            "ready": (at("11:05"), None, "open"),
            "wash": (at("11:05"), None, "open"),
            "old_parts": (None, None, "open"),
        }
        assert Promise.objects.get(kind="ready").calculated_at == at("11:05")
        assert StepTick.objects.get(visit=visit, touchpoint="2.3", step="signature").evidence.endswith(str(consent.pk))


def test_signature_signs_the_sheet_that_was_only_seen(cast: Cast):
    visit = desk(cast)
    with scope(store=cast.store):
        assert SheetConfirmation.objects.get(visit=visit).how == "seen"
        signed(cast, visit)
        row = SheetConfirmation.objects.get(visit=visit)
        assert (row.how, row.signature_id) == ("signed", Consent.objects.get().signature_id)


def test_signature_pressed_twice_is_one_consent(cast: Cast):
    order = order_at(cast, desk(cast))
    with scope(store=cast.store):
        agree_all(order, by=cast.advisor, now=at("08:54"))
        terms(cast, order)
        first = sign_order(order, by=cast.advisor, signature=SIGNATURE, now=at("08:58"))
        again = sign_order(order, by=cast.advisor, signature=SIGNATURE, id=first.pk, now=at("08:58"))
        assert (again, Consent.objects.count()) == (first, 1)


def test_signature_is_refused_until_lines_terms_and_strokes_are_there(cast: Cast):
    order = order_at(cast, desk(cast))
    with scope(store=cast.store):

        def code(signature: str = SIGNATURE) -> str:
            with pytest.raises(Refused) as refused:
                sign_order(order, by=cast.advisor, signature=signature, now=at("08:58"))
            return refused.value.code

        assert code() == "order.unanswered"
        agree_all(order, by=cast.advisor, now=at("08:54"))
        assert code() == "order.no_terms"
        terms(cast, order)
        assert code("") == "signature.missing"
        assert Consent.objects.count() == 0


def test_colleague_cannot_take_the_signature(cast: Cast):
    order = order_at(cast, desk(cast))
    with scope(store=cast.store), pytest.raises(Refused) as refused:
        sign_order(order, by=cast.advisor3, signature=SIGNATURE)
    assert refused.value.code == "visit.not_yours"


def test_phone_consent_needs_a_witness_a_number_and_a_time_not_ahead(cast: Cast):
    order = order_at(cast, desk(cast))
    good = {"second_person": cast.supervisor, "number_called": "13800001234", "at": at("08:56")}
    with scope(store=cast.store):
        agree_all(order, by=cast.advisor, now=at("08:54"))
        terms(cast, order)
        for wrong, code in (
            ({"second_person": None}, "consent.second_person"),
            ({"second_person": cast.advisor}, "consent.second_person"),
            ({"number_called": " "}, "consent.number"),
            ({"at": at("09:30")}, "consent.future"),
        ):
            with pytest.raises(Refused) as refused:
                agree_by_phone(order, by=cast.advisor, now=at("08:58"), **(good | wrong))
            assert refused.value.code == code
        consent = agree_by_phone(order, by=cast.advisor, now=at("08:58"), **good)
        assert (consent.how, consent.at, consent.second_person) == ("phone", at("08:56"), cast.supervisor)
        assert consent_missing(order) == []


def test_link_consent_has_no_member_of_staff(cast: Cast):
    order = order_at(cast, desk(cast))
    with scope(store=cast.store):
        agree_all(order, by=None, now=at("08:54"))
        terms(cast, order)
        assert agree_by_link(order, now=at("08:58")).by is None


def test_line_that_costs_more_than_was_seen_needs_consent_again(cast: Cast):
    visit = desk(cast)
    order = signed(cast, visit)
    with scope(store=cast.store):
        line = lines_of(order)[0]
        change_line(line, by=cast.advisor, parts=line.parts - 50)
        assert consent_missing(order) == []
        change_line(line, by=cast.advisor, parts=line.parts + 60)
        assert consent_missing(order) == [line]
        assert missing(visit) == ["order.consent"]


def test_line_that_falls_to_the_customer_needs_consent_again(cast: Cast):
    visit = desk(cast, works=["claim"])
    order = signed(cast, visit)
    with scope(store=cast.store):
        assert Consent.objects.get().amount == 0
        line = lines_of(order)[0]
        change_line(line, by=cast.advisor, payer=Payer.CUSTOMER)
        assert consent_missing(order) == [line]


def test_extra_work_is_a_change_that_raises_the_promised_price(cast: Cast):
    visit = in_workshop(cast)
    with scope(store=cast.store):
        line = add_extra_line(visit, by=cast.advisor, kind="package", code="PADS", reason="3 mm", now=at("09:40"))
        order = line.order
        assert consent_missing(order) == [line]
        answer_line(line, by=cast.advisor, answer=Answer.AGREED, now=at("09:45"))
        consent = agree_by_phone(
            order, by=cast.advisor, second_person=cast.technician, number_called="13800001234", now=at("09:52")
        )
        price = Promise.objects.get(visit=visit, kind="price")
        assert (consent.kind, consent.amount, price.amount, line.why) == ("change", yuan(1366), yuan(1366), "extra")
        assert consent_missing(order) == []
        assert Promise.objects.filter(visit=visit, kind="start").count() == 1


def test_extra_work_without_an_order_is_refused(cast: Cast):
    visit = cast.visit()
    with scope(store=cast.store), pytest.raises(Refused) as refused:
        add_extra_line(visit, by=cast.advisor, kind="package", code="PADS")
    assert refused.value.code == "order.none"


def test_gate_names_the_next_thing_that_is_missing(cast: Cast):
    visit = desk(cast, mileage=None)
    with scope(store=cast.store):
        order = order_at(cast, visit)
        assert missing(visit) == ["sheet.mileage", "sheet.confirmation", "order.unanswered"]
        agree_all(order, by=cast.advisor, now=at("08:54"))
        assert missing(visit)[2:] == ["order.terms"]
        terms(cast, order)
        assert missing(visit)[2:] == ["order.consent"]
        sign_order(order, by=cast.advisor, signature=SIGNATURE, now=at("08:58"))
        assert missing(visit) == ["sheet.mileage"]
        assert missing(visit, "cancelled") == []


def test_workshop_is_closed_until_the_customer_agreed(cast: Cast):
    visit = desk(cast)
    with scope(store=cast.store):
        with pytest.raises(Refused) as refused:
            advance(visit, to="workshop", by=cast.advisor, now=at("09:00"))
        assert [one.code for one in refused.value.missing] == ["order.unanswered"]
        signed(cast, visit)
        assert advance(visit, to="workshop", by=cast.advisor, now=at("09:02")).target == "workshop"


def test_cancelling_releases_the_promises(cast: Cast):
    visit = desk(cast)
    signed(cast, visit)
    with scope(store=cast.store):
        cancel(visit, by=cast.advisor, reason="price", now=at("09:10"))
        assert {state for _due, _amount, state in promises_of(visit).values()} == {"released"}


def diagnosed(cast: Cast, visit):
    """Agree on a diagnosis of at most ¥300 with a call by 15:00."""
    order = order_at(cast, visit)
    plan_diagnosis(order, by=cast.advisor, limit=Decimal(300), call_back_at=at("15:00"), now=at("08:52"))
    agree_all(order, by=cast.advisor, now=at("08:53"))
    sign_order(order, by=cast.advisor, signature=SIGNATURE, now=at("08:54"))
    return order


def test_diagnosis_promises_a_call_and_no_price(cast: Cast):
    visit = desk(cast, works=["repair"])
    with scope(store=cast.store):
        diagnosed(cast, visit)
        (consent,) = Consent.objects.all()
        assert (consent.kind, consent.amount) == ("diagnosis", yuan(300))
        assert promises_of(visit) == {"call_back": (at("15:00"), None, "open")}
        assert missing(visit) == ["order.diagnosis"]
        assert missing(visit, "showcase") == []


def test_diagnosis_above_its_limit_is_refused(cast: Cast):
    order = order_at(cast, desk(cast))
    with scope(store=cast.store):
        plan_diagnosis(order, by=cast.advisor, limit=Decimal(300), call_back_at=at("15:00"), now=at("08:52"))
        agree_all(order, by=cast.advisor, now=at("08:53"))
        with pytest.raises(Refused) as refused:
            sign_order(order, by=cast.advisor, signature=SIGNATURE, now=at("08:54"))
        assert refused.value.code == "order.limit"


def test_diagnosis_alone_may_go_to_the_showcase_and_says_so(cast: Cast):
    visit = desk(cast, works=["repair"])
    with scope(store=cast.store):
        assert missing(visit, "showcase") == ["diagnosis.none"]
        diagnosed(cast, visit)
        advance(visit, to="showcase", by=cast.advisor, now=at("14:00"))
        assert Situation.objects.filter(visit=visit, kind="diagnosis_only", until=None).count() == 1


def test_repair_after_the_diagnosis_keeps_the_call_and_promises_the_rest(cast: Cast):
    visit = desk(cast, works=["repair"])
    with scope(store=cast.store):
        order = diagnosed(cast, visit)
        plan_repair(order, by=cast.advisor)
        add_line(order, by=cast.advisor, kind="labour", code="R06", now=at("13:00"))
        agree_all(order, by=cast.advisor, now=at("13:30"))
        terms(cast, order, expected_start=at("13:45"), ready_at=at("15:30"), now=at("13:31"))
        sign_order(order, by=cast.advisor, signature=SIGNATURE, now=at("13:35"))
        states = {kind: state for kind, (_due, _amount, state) in promises_of(visit).items()}
        assert states == {"call_back": "kept", "price": "open", "start": "open", "ready": "open", "wash": "open"}
        assert [row.kind for row in Consent.objects.all()] == ["diagnosis", "repair"]
        advance(visit, to="workshop", by=cast.advisor, now=at("13:40"))
        assert Situation.objects.filter(visit=visit, until=None).count() == 0


def test_declined_line_is_in_no_consent(cast: Cast):
    order = order_at(cast, desk(cast))
    with scope(store=cast.store):
        line = add_line(order, by=cast.advisor, kind="package", code="AC", now=at("08:52"))
        answer_line(line, by=cast.advisor, answer=Answer.DECLINED, reason="price", now=at("08:53"))
        agree_all(order, by=cast.advisor, now=at("08:54"))
        terms(cast, order)
        sign_order(order, by=cast.advisor, signature=SIGNATURE, now=at("08:58"))
        assert ConsentLine.objects.filter(line=line).count() == 0
        assert settle(order.visit, kind="price", amount=yuan(598), now=at("11:40")).state == "kept"
