"""What is agreed besides the lines: road test, old parts of a claim, invoice, padding, and when a bay is free."""

import pytest
from django.urls import reverse
from django_scopes import scope

from dealership.actions.stages import advance
from dealership.models import Bay
from dealership.refused import Refused
from reception.actions.consents import agree_by_phone
from reception.actions.dispatch import dispatch
from reception.actions.lines import add_line, agree_all, change_line
from reception.models import OrderLine, RepairOrder
from reception.queries.agreements import agreements, time_changes
from reception.queries.planning import padding_of, queue_minutes
from reception.tax_numbers import cleaned_number, is_tax_number
from tests.cast import Cast, at
from tests.reception.desk import desk, order_at, signed, terms

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("number", "right"),
    [("91310000MA1K35TN1X", None), ("9131 0115 6073 9186 8R", None), ("110105199001011", True), ("04595257", True),
     ("04595258", False), ("91310000000000000", False), ("", False), ("12345", False), ("9131011560739186IO", False)],
)  # fmt: skip
def test_tax_numbers_are_checked_by_their_digits(number: str, right: bool | None):
    number = cleaned_number(number)
    if right is None:
        # The last character is the check: exactly one of the 31 is right.
        letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
        assert sum(is_tax_number(number[:-1] + letter) for letter in letters) == 1
    else:
        assert is_tax_number(number) is right


@pytest.mark.parametrize(
    ("invoice", "code"),
    [({"wanted": True, "title": "虹桥物流", "tax_no": "04595258"}, "invoice.tax_no"),
     ({"wanted": True, "title": "", "tax_no": "04595257"}, "invoice.title")],
)  # fmt: skip
def test_wrong_invoice_data_are_refused(cast: Cast, invoice: dict, code: str):
    order = order_at(cast, desk(cast))
    with pytest.raises(Refused) as refused:
        terms(cast, order, invoice=invoice)
    assert refused.value.code == code


def test_invoice_and_road_test_are_kept(cast: Cast):
    order = order_at(cast, desk(cast))
    invoice = {"wanted": True, "title": "虹桥物流", "tax_no": "0459 5257", "email": "tax@example.com"}
    terms(cast, order, invoice=invoice, road_test=True)
    order.refresh_from_db()
    assert (order.tax_no, order.invoice_email, order.road_test) == ("04595257", "tax@example.com", True)
    terms(cast, order)
    assert order.road_test is True


def test_old_parts_of_a_claim_stay_here(cast: Cast, client):
    visit = desk(cast)
    order = order_at(cast, visit)
    with scope(store=cast.store):
        line = add_line(order, by=cast.advisor, kind="labour", code="R08", payer="warranty", now=at("08:52"))
        terms(cast, order, old_parts="take")
        assert RepairOrder.objects.get().old_parts == "claim"
    client.force_login(cast.advisor)
    where = {"store": "hq", "visit": visit.pk}
    page = client.get(reverse("order-terms", kwargs=where)).content.decode()
    assert 'value="take" disabled' in page
    with scope(store=cast.store):
        line.order = order
        change_line(line, by=cast.advisor, payer=OrderLine.Payer.CUSTOMER, now=at("08:56"))
        terms(cast, order, old_parts="take")
        assert RepairOrder.objects.get().old_parts == "take"


def test_padding_is_told_minus_calculated(cast: Cast):
    order = order_at(cast, desk(cast))
    assert padding_of(order)["padding"] == 0
    terms(cast, order, expected_start=at("09:15"), work_minutes=80, ready_at=at("11:30"))
    found = padding_of(order)
    assert (found["padding"], found["calculated"]) == (25, at("11:05"))


def test_queue_is_that_of_the_kind_of_bay(cast: Cast):
    """Two general bays are busy, the express bay is not: an express car waits for nobody but a technician."""
    for number, bay in ((1, "1号工位"), (2, "2号工位")):
        visit = desk(cast, plate=f"沪A8K2D{number}")
        signed(cast, visit)
        with scope(store=cast.store):
            advance(visit, to="workshop", by=cast.advisor, now=at("09:02"))
            where = Bay.objects.get(name=bay)
            dispatch(visit, by=cast.controller, technician=cast.technician, bay=where, now=at("09:05"))
    service = desk(cast, plate="沪A8K2D7")
    express = desk(cast, plate="沪A8K2D8", works=["express"], words="换雨刮")
    with scope(store=cast.store):
        assert queue_minutes(cast.store, express, at("09:10")) == 0
        assert queue_minutes(cast.store, service, at("09:10")) > 0


def test_print_holds_all_that_was_agreed(cast: Cast, client):
    visit = desk(cast)
    order = order_at(cast, visit)
    terms(cast, order, road_test=True, invoice={"wanted": True, "title": "虹桥物流", "tax_no": "04595257"})
    client.force_login(cast.advisor)
    text = client.get(reverse("order-print", kwargs={"store": "hq", "visit": visit.pk})).content.decode()
    for word in ("虹桥物流", "04595257", order.number):
        assert word in text


def test_each_change_shows_with_who_how_and_when(cast: Cast, client):
    """Extra work agreed by phone before a second person, and a later time, stand beside the first signature."""
    visit = desk(cast)
    signed(cast, visit)
    with scope(store=cast.store):
        order = RepairOrder.objects.select_related("visit__store", "visit__customer").get(visit=visit)
        line = add_line(order, by=cast.advisor, kind="part", code="WIPERS", why="extra", now=at("10:00"))
        agree_all(order, by=cast.advisor, now=at("10:01"))
        agree_by_phone(
            order, by=cast.advisor, second_person=cast.controller, number_called="13800001234", now=at("10:02")
        )  # fmt: skip
        terms(cast, order, ready_at=at("11:45"), now=at("10:05"))
        first, second = agreements(order)
        assert [row.row.line_id for row in second.lines] == [line.pk]
        assert [row.before for row in first.lines] == [None]
        assert [change.due_after for change in time_changes(visit)] == [at("11:45")]
    client.force_login(cast.advisor)
    where = {"store": "hq", "visit": visit.pk}
    for name in ("order-agreements", "order-print"):
        text = client.get(reverse(name, kwargs=where)).content.decode()
        for word in (cast.controller.name, "13800001234", line.title):
            assert word in text
