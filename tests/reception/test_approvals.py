"""Asking the manager within the flow, and what the answer does."""

import pytest
from django.urls import reverse
from django_scopes import scope

from dealership.models import Attention, Customer
from dealership.queries.next import next_steps
from dealership.refused import Refused
from reception.actions.approvals import answer, ask, bear_line, lower_price, withdraw
from reception.actions.consents import sign_order
from reception.actions.lines import agree_all, answer_line, change_line, remove_line
from reception.models import Approval, OrderLine, RepairOrder
from reception.queries.orders import lines_of
from tests.cast import Cast, at
from tests.reception.desk import SIGNATURE, desk, order_at, terms, yuan

pytestmark = pytest.mark.django_db
Payer = OrderLine.Payer


def first_line(cast: Cast) -> OrderLine:
    """Return the service of an order just begun: ¥598, of it ¥153 labour."""
    line = lines_of(order_at(cast, desk(cast)))[0]
    line.order.visit = RepairOrder.objects.select_related("visit__store").get(pk=line.order_id).visit
    return line


@pytest.fixture
def line(cast: Cast):
    with scope(store=cast.store):
        yield first_line(cast)


def lower(cast: Cast, line: OrderLine, amount: int, by: str = "advisor") -> Approval | None:
    return lower_price(line, by=getattr(cast, by), amount=yuan(amount), reason="老客户", now=at("08:53"))


@pytest.mark.parametrize(("by", "amount"), [("advisor", 590), ("advisor", 498), ("supervisor", 298), ("manager", 0)])
def test_price_within_the_limit_is_lowered_at_once(cast: Cast, line: OrderLine, by: str, amount: int):
    assert lower(cast, line, amount, by) is None
    line.refresh_from_db()
    assert line.amount == yuan(amount)
    assert Approval.objects.count() == 0


def test_labour_per_cent_does_not_eat_the_sum_of_the_order(cast: Cast, line: OrderLine):
    other = lines_of(line.order)[0]
    assert lower(cast, line, 592) is None
    line.refresh_from_db()
    assert (line.labour, line.parts) == (other.labour - 6, other.parts)


def test_price_above_the_limit_is_asked_and_allowed(cast: Cast, line: OrderLine):
    asked = lower(cast, line, 450)
    assert (asked.before, asked.amount, asked.answer) == (yuan(598), yuan(450), "")
    line.refresh_from_db()
    assert line.amount == yuan(598)
    assert [step.url.split("#")[0] for step in next_steps(cast.store, cast.manager, now=at("08:54"))][:1] == [
        reverse("approvals", kwargs={"store": "hq"})
    ]
    answer(asked, by=cast.manager, yes=True, words="可以", now=at("08:55"))
    line.refresh_from_db()
    assert (line.amount, line.labour) == (yuan(450), yuan(5))
    assert Attention.objects.filter(kind="approval_asked", until=None).count() == 0


def test_no_leaves_the_line_as_it_is(cast: Cast, line: OrderLine):
    asked = lower(cast, line, 450)
    answer(asked, by=cast.manager, yes=False, now=at("08:55"))
    line.refresh_from_db()
    assert (line.amount, Approval.objects.get().answer) == (yuan(598), "no")


def test_answer_is_given_once(cast: Cast, line: OrderLine):
    asked = lower(cast, line, 450)
    answer(asked, by=cast.manager, yes=True, now=at("08:55"))
    assert answer(asked, by=cast.manager, yes=True, now=at("08:56")).answered_at == at("08:55")
    with pytest.raises(Refused) as refused:
        answer(asked, by=cast.manager, yes=False, now=at("08:56"))
    assert refused.value.code == "approval.answered"


def test_supervisor_may_not_answer_above_the_own_limit(cast: Cast, line: OrderLine):
    asked = lower(cast, line, 200)
    with pytest.raises(Refused) as refused:
        answer(asked, by=cast.supervisor, yes=True, now=at("08:55"))
    assert refused.value.code == "approval.limit"


@pytest.mark.parametrize("change", ["price", "payer", "declined"])
def test_question_is_taken_back_when_the_line_changes(cast: Cast, line: OrderLine, change: str):
    asked = lower(cast, line, 450)
    if change == "price":
        change_line(line, by=cast.advisor, parts=yuan(440), now=at("08:54"))
    elif change == "payer":
        change_line(line, by=cast.advisor, payer=Payer.WARRANTY, now=at("08:54"))
    else:
        answer_line(line, by=cast.advisor, answer="declined", reason="price", now=at("08:54"))
    with pytest.raises(Refused) as refused:
        answer(asked, by=cast.manager, yes=True, now=at("08:55"))
    assert refused.value.code == "approval.withdrawn"
    assert Attention.objects.filter(kind="approval_asked", until=None).count() == 0


def test_yes_is_for_the_price_that_was_asked(cast: Cast, line: OrderLine):
    asked = lower(cast, line, 450)
    OrderLine.objects.filter(pk=line.pk).update(parts=yuan(400))
    with pytest.raises(Refused) as refused:
        answer(asked, by=cast.manager, yes=True, now=at("08:55"))
    assert (refused.value.code, Approval.objects.get().answer) == ("approval.stale", "withdrawn")
    line.refresh_from_db()
    assert line.parts == yuan(400)


def test_goodwill_is_asked_and_borne(cast: Cast, line: OrderLine):
    asked = bear_line(line, by=cast.advisor, reason="返修", now=at("08:53"))
    assert asked.kind == "goodwill"
    answer(asked, by=cast.manager, yes=True, now=at("08:55"))
    line.refresh_from_db()
    assert line.payer == Payer.GOODWILL


def test_goodwill_within_the_limit_is_done_at_once(cast: Cast, line: OrderLine):
    assert bear_line(line, by=cast.manager, reason="返修", now=at("08:53")) is None
    line.refresh_from_db()
    assert line.payer == Payer.GOODWILL


@pytest.mark.parametrize(
    ("given", "code"),
    [({"reason": " "}, "approval.reason"), ({"amount": yuan(598)}, "approval.amount"),
     ({"amount": yuan(-1)}, "approval.amount"), ({"amount": None}, "approval.amount"),
     ({"line": None}, "approval.line"), ({"kind": "account"}, "approval.needless")],
)  # fmt: skip
def test_refusals_of_asking(cast: Cast, line: OrderLine, given: dict, code: str):
    Customer.objects.update(credit_limit=yuan(5000))
    values = {"kind": "discount", "line": line, "amount": yuan(400), "reason": "老客户", "by": cast.advisor}
    with pytest.raises(Refused) as refused:
        ask(line.order, **(values | given), now=at("08:53"))
    assert refused.value.code == code


def test_second_question_about_a_line_is_refused(cast: Cast, line: OrderLine):
    lower(cast, line, 450)
    with pytest.raises(Refused) as refused:
        lower(cast, line, 440)
    assert refused.value.code == "approval.asked"


def test_colleague_may_not_ask(cast: Cast, line: OrderLine):
    with pytest.raises(Refused) as refused:
        lower(cast, line, 450, by="advisor3")
    assert refused.value.code == "visit.not_yours"


def test_question_is_withdrawn_until_it_is_answered(cast: Cast, line: OrderLine):
    asked = lower(cast, line, 450)
    assert withdraw(asked, by=cast.advisor, now=at("08:54")).answer == "withdrawn"
    other = lower(cast, line, 440)
    answer(other, by=cast.manager, yes=False, now=at("08:55"))
    with pytest.raises(Refused) as refused:
        withdraw(other, by=cast.advisor, now=at("08:56"))
    assert refused.value.code == "approval.answered"


def test_line_that_was_asked_about_is_not_taken_off(cast: Cast, line: OrderLine):
    lower(cast, line, 450)
    with pytest.raises(Refused) as refused:
        remove_line(line, by=cast.advisor)
    assert refused.value.code == "line.asked"


def test_account_goes_as_far_as_the_credit_or_as_was_allowed(cast: Cast, line: OrderLine):
    Customer.objects.update(credit_limit=yuan(500))
    order = RepairOrder.objects.select_related("visit__store", "visit__customer").get(pk=line.order_id)
    agree_all(order, by=cast.advisor, now=at("08:53"))
    terms(cast, order, pay_method="account")
    with pytest.raises(Refused) as refused:
        sign_order(order, by=cast.advisor, signature=SIGNATURE, now=at("08:56"))
    assert refused.value.code == "order.credit"
    asked = ask(order, kind="account", by=cast.advisor, reason="月底付清", now=at("08:56"))
    assert (asked.before, asked.amount) == (yuan(500), yuan(598))
    with pytest.raises(Refused) as refused:
        answer(asked, by=cast.manager, yes=True, now=at("08:57"))
    assert refused.value.code == "approval.limit"
    answer(asked, by=cast.chain, yes=True, now=at("08:57"))
    assert sign_order(order, by=cast.advisor, signature=SIGNATURE, now=at("08:58")).amount == yuan(598)


@pytest.mark.parametrize("amount", ["598.00", "597.00"])
def test_signature_stands_only_for_the_price_seen(cast: Cast, line: OrderLine, amount: str):
    order = RepairOrder.objects.select_related("visit__store", "visit__customer").get(pk=line.order_id)
    agree_all(order, by=cast.advisor, now=at("08:53"))
    terms(cast, order)
    given = {"by": cast.advisor, "signature": SIGNATURE, "seen": {line.pk: yuan(amount)}, "now": at("08:58")}
    if amount == "598.00":
        assert sign_order(order, **given).amount == yuan(598)
    else:
        with pytest.raises(Refused) as refused:
            sign_order(order, **given)
        assert refused.value.code == "consent.changed"


def test_page_asks_and_hears_the_answer(cast: Cast, line: OrderLine, client):
    visit, where = line.order.visit, {"store": "hq", "visit": line.order.visit_id}
    client.force_login(cast.advisor)
    url = reverse("order-line-price", kwargs=where | {"line": line.pk})
    assert client.post(url, {"do": "discount", "amount": "450", "reason": "老客户"}).status_code == 303
    page = client.get(reverse("negotiation-stage", kwargs=where) + "?card=2.1")
    poll = reverse("order-state", kwargs=where) + f"?tag={page.context['state_tag']}"
    assert client.get(poll).status_code == 204
    client.force_login(cast.manager)
    (question,) = client.get(reverse("approvals", kwargs={"store": "hq"})).context["questions"]
    answered = reverse("approval-answer", kwargs={"store": "hq", "approval": question.row.pk})
    assert client.post(answered, {"verdict": "yes", "words": "可以"}).status_code == 303
    client.force_login(cast.advisor)
    assert client.get(poll).headers["HX-Refresh"] == "true"
    line.refresh_from_db()
    assert line.amount == yuan(450)
    assert visit.pk == line.order.visit_id


@pytest.mark.parametrize("count", [1, 3])
def test_page_of_questions_costs_the_same(cast: Cast, client, count: int, django_assert_max_num_queries):
    with scope(store=cast.store):
        for number in range(count):
            order = order_at(cast, desk(cast, plate=f"沪A8K2D{number}"))
            lower(cast, OrderLine.objects.select_related("order__visit__store").get(order=order), 450)
    client.force_login(cast.manager)
    url = reverse("approvals", kwargs={"store": "hq"})
    client.get(url)
    with django_assert_max_num_queries(12):
        assert client.get(url).status_code == 200
