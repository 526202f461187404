"""Orders of the maker's system: matched to a car in the house, never against what the customer has agreed to."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django_scopes import scope

from dealership.models import Vehicle, Visit
from dealership.refused import Refused
from reception.actions.import_sweep import sweep
from reception.actions.imported_lines import Imported, take_line
from reception.actions.imports import take_in, upload
from reception.actions.lines import answer_line
from reception.models import ImportRun, OrderLine, RepairOrder
from tests.cast import Cast, at
from tests.reception.desk import desk, signed

pytestmark = pytest.mark.django_db
HEAD = ["工单号", "VIN", "车牌号", "类型", "项目代码", "项目名称", "数量", "工时费", "配件费"]
VIN = "LSVAA2180E2123456"
NOW = at("09:30")


@pytest.fixture
def visit(cast: Cast):
    visit = desk(cast)
    with scope(store=cast.store):
        Vehicle.objects.filter(pk=visit.vehicle_id).update(vin=VIN)
        yield visit


def taken(cast: Cast, *rows) -> ImportRun:
    """Read the rows in, take the good ones in, and return the run."""
    text = io.StringIO()
    csv.writer(text).writerows([HEAD, *rows])
    file = io.BytesIO(text.getvalue().encode())
    run = upload(cast.store, kind="orders", file=file, name="orders.csv", by=cast.supervisor, now=NOW)
    sweep(NOW)
    run.refresh_from_db()
    if run.rows > len({each["row"] for each in run.bad}):
        take_in(run, by=cast.supervisor)
        sweep(NOW + timedelta(seconds=5))
        run.refresh_from_db()
    return run


def bad(run: ImportRun) -> list[tuple]:
    return [(each["row"], each["field"], each["reason"]) for each in run.bad]


def line(visit: Visit, code: str) -> OrderLine:
    return OrderLine.objects.get(order__visit=visit, code=code)


def test_lines_are_matched_by_vin_then_by_plate(cast: Cast, visit):
    other = desk(cast, plate="沪B12345", customer=None)
    run = taken(
        cast,
        ["R1", VIN.lower(), "", "工时", "Z01", "厂家检查", "1", "120", ""],
        ["R1", VIN, "沪A·8K2D6", "配件", "WIPERS", "雨刮", "2", "", "336"],
        ["R2", "", "沪B 12345", "工时", "Z01", "厂家检查", "1", "1,120.50", ""],
    )
    assert (run.state, run.bad, run.result) == ("done", [], {"new": 3})
    first, wipers = line(visit, "Z01"), line(visit, "WIPERS")
    assert (first.source, first.title, first.labour, first.answer) == ("imported", "厂家检查", 120, "open")
    assert (wipers.quantity, wipers.parts, wipers.names["en"]) == (2, 336, "Wiper blades, pair")
    assert line(other, "Z01").labour == Decimal("1120.50")
    assert [Visit.objects.get(pk=each.pk).dms_no for each in (visit, other)] == ["R1", "R2"]


def test_bad_rows_are_named(cast: Cast, visit):
    desk(cast, plate="沪B12345", customer=None)
    run = taken(
        cast,
        ["R1", "", "京A00001", "工时", "Z1", "没有这台车", "1", "1", ""],
        ["R1", VIN, "沪B12345", "工时", "Z1", "两台车", "1", "1", ""],
        ["R1", "LSVAA2180E2999999", "沪A8K2D6", "工时", "Z1", "另一个VIN", "1", "1", ""],
        ["R1", "", "", "工时", "Z1", "没写车", "1", "1", ""],
        ["R1", VIN, "", "工时", "", "没有代码", "1", "1", ""],
        ["R1", VIN, "", "工时", "Z1", "没有金额", "1", "", ""],
    )
    assert bad(run) == [
        (2, "plate", "no_car"), (3, "plate", "other_car"), (4, "plate", "other_car"), (5, "vin", "missing"),
        (6, "code", "missing"), (7, "amount", "missing"),
    ]  # fmt: skip
    assert Visit.objects.get(pk=visit.pk).dms_no == ""


def test_agreed_line_keeps_its_price(cast: Cast, visit):
    signed(cast, visit)
    before = OrderLine.objects.filter(order__visit=visit).first()
    row = [
        "R1",
        VIN,
        "",
        {"package": "套餐", "labour": "工时", "part": "配件"}[before.kind],
        before.code,
        "同一项",
        "1",
    ]
    run = taken(cast, [*row, str(before.labour + 50), str(before.parts)])
    assert (run.result, [each["row"] for each in run.bad]) == ({}, [2])
    assert str(before.amount) in run.bad[0]["reason"]
    after = line(visit, before.code)
    assert (after.labour, after.parts, after.source) == (before.labour, before.parts, "own")


def test_open_line_takes_the_makers_price_and_again_is_the_same(cast: Cast, visit):
    row = ["R1", VIN, "", "工时", "Z01", "厂家检查", "1"]
    assert taken(cast, [*row, "100", ""]).result == {"new": 1}
    assert taken(cast, [*row, "150", ""]).result == {"changed": 1}
    assert taken(cast, [*row, "150", ""]).result == {"same": 1}
    assert line(visit, "Z01").labour == 150


def test_car_entered_under_another_number_is_named(cast: Cast, visit):
    Visit.objects.filter(pk=visit.pk).update(dms_no="R9")
    run = taken(cast, ["R1", VIN, "", "工时", "Z01", "检查", "1", "1", ""])
    assert bad(run) == [(2, "dms_no", "other_number")]


@pytest.mark.parametrize("code", ["line.answered", "visit.not_yours", "order.closed"])
def test_take_line_refused(cast: Cast, visit, code):
    given = Imported("labour", "Z01", "检查", 1, Decimal(100), Decimal(0))
    by = cast.advisor
    if code == "line.answered":
        take_line(visit, by=by, dms_no="R1", line=given, now=NOW)
        answer_line(line(visit, "Z01"), by=by, answer="declined", reason="price", now=NOW)
    elif code == "visit.not_yours":
        by = cast.advisor3
    else:
        Visit.objects.filter(pk=visit.pk).update(stage="closed")
        visit.refresh_from_db()
    dearer = Imported("labour", "Z01", "检查", 1, Decimal(120), Decimal(0))
    lines = OrderLine.objects.filter(order=RepairOrder.objects.get(visit=visit)).count()
    with pytest.raises(Refused) as refused:
        take_line(visit, by=by, dms_no="R1", line=dearer, now=NOW)
    assert refused.value.code == code
    assert OrderLine.objects.filter(order__visit=visit).count() == lines
