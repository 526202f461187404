"""Appointments of another system: booked once, moved by a second file, every bad row named."""

import csv
import io
from datetime import timedelta

import pytest
from django_scopes import scope

from reception.actions.import_sweep import sweep
from reception.actions.imports import take_in, upload
from reception.models import Appointment, ImportRun
from tests.cast import Cast, at

pytestmark = pytest.mark.django_db
NOW = at("09:00")
HEAD = ("预约号", "车牌号", "预约时间", "客户姓名", "手机号", "业务类型", "故障描述", "报价", "服务顾问", "代步车")


@pytest.fixture(autouse=True)
def _scope(cast: Cast, time_machine):
    time_machine.move_to(NOW)
    with scope(store=cast.store):
        yield


def read_in(cast: Cast, *rows, head=HEAD) -> ImportRun:
    text = io.StringIO()
    csv.writer(text).writerows([head, *rows])
    file = io.BytesIO(text.getvalue().encode("gb18030"))
    run = upload(cast.store, kind="appointments", file=file, name="a.csv", by=cast.manager, now=NOW)
    sweep(NOW)
    run.refresh_from_db()
    return run


def taken(cast: Cast, run: ImportRun) -> dict:
    take_in(run, by=cast.manager)
    sweep(NOW + timedelta(seconds=1))
    run.refresh_from_db()
    assert run.state == "done", (run.state, run.failure, run.bad)
    return run.result


WANG = ["Y1", "沪A·8K2D6", "2026-11-21 09:30", "王建国", "13800001234", "保养", "刹车异响", "1,026", "周敏", "是"]


def test_row_is_booked_with_all_it_says(cast: Cast):
    assert taken(cast, read_in(cast, WANG)) == {"new": 1}
    row = Appointment.objects.select_related("vehicle", "customer", "advisor").get()
    assert (row.vehicle.plate, row.customer.name, row.at) == ("沪A8K2D6", "王建国", at("09:30", "2026-11-21"))
    assert (row.via, row.reference, row.work, row.transport) == ("import", "Y1", "service", "loaner")
    assert (row.concern, row.quote_amount, row.advisor) == ("刹车异响", 1026, cast.advisor)


def test_same_file_twice_books_once_and_a_new_time_moves(cast: Cast):
    taken(cast, read_in(cast, WANG))
    assert taken(cast, read_in(cast, WANG)) == {"same": 1}
    later = [*WANG[:2], "2026-11-22 14:00", *WANG[3:]]
    assert taken(cast, read_in(cast, later)) == {"changed": 1}
    assert Appointment.objects.get(state="booked").at == at("14:00", "2026-11-22")


def test_day_and_clock_stand_in_two_columns(cast: Cast):
    head = ("车牌", "预约日期", "时间", "姓名", "电话")
    assert taken(cast, read_in(cast, ["沪A8K2D6", "2026/11/21", "9:30", "王建国", "13800001234"], head=head))
    assert Appointment.objects.get().at == at("09:30", "2026-11-21")


def test_bad_rows_are_named(cast: Cast):
    run = read_in(
        cast,
        ["Y1", "", "2026-11-21 09:30", "王", "138", "保养", "", "", "", ""],
        ["Y2", "沪A00002", "2026-11-19 09:30", "王", "138", "保养", "", "", "", ""],
        ["Y3", "沪A00003", "2026-11-21", "王", "138", "保养", "", "", "", ""],
        ["Y4", "沪A00004", "2026-11-21 09:30", "", "", "花生", "", "x", "没有人", ""],
    )
    assert [(one["row"], one["field"]) for one in run.bad] == [
        (2, "plate"), (3, "at"), (4, "at"), (5, "advisor"), (5, "work"), (5, "quote"), (5, "name"), (5, "phone"),
    ]  # fmt: skip
    assert Appointment.objects.count() == 0
