"""Files read in: a dry run that names every bad row, the good ones taken in lot by lot, nothing twice."""

import csv
import io
import time
from datetime import timedelta
from decimal import Decimal
from unittest import mock

import pytest
from django.core.files.storage import default_storage
from django_scopes import scope
from openpyxl import Workbook

from dealership.refused import Refused
from dealership.uuids import uuid7
from reception.actions import import_sweep
from reception.actions.import_sweep import sweep
from reception.actions.imports import match_columns, take_in, throw_away, upload
from reception.imports import prices
from reception.models import ImportColumns, ImportRun, LabourOperation, LabourRate, Package, PackageLine, Part
from tests.cast import Cast, at

pytestmark = pytest.mark.django_db
HEAD = ("类型", "代码", "名称", "工时", "价格")
NOW = at("09:00")


@pytest.fixture(autouse=True)
def _scope(cast: Cast):
    with scope(store=cast.store):
        yield


def as_csv(rows, encoding: str = "utf-8") -> io.BytesIO:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return io.BytesIO(text.getvalue().encode(encoding))


def as_xlsx(rows) -> io.BytesIO:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


def read_in(cast: Cast, rows, *, name: str = "prices.csv", kind: str = "prices", encoding: str = "utf-8", **given):
    file = as_csv(rows, encoding) if name.endswith(".csv") else as_xlsx(rows)
    return upload(cast.store, kind=kind, file=file, name=name, by=cast.manager, **{"now": NOW} | given)


def swept(run: ImportRun, *, after: int = 0) -> ImportRun:
    sweep(NOW + timedelta(seconds=after))
    run.refresh_from_db()
    return run


def reasons(run: ImportRun) -> list[tuple]:
    return [(each["row"], each["field"], each["value"], each["reason"]) for each in run.bad]


PARTS = [HEAD, ["配件", "OIL", "机油", "", "388"], ["配件", "FILTER", "机滤", "", "58"]]


def test_five_thousand_rows_with_forty_bad_ones(cast: Cast):
    rows: list[list] = [list(HEAD)]
    rows += [["配件", f"P{number:05}", f"零件{number}", None, 10 + number / 100] for number in range(5000)]
    wrong = list(range(100, 5000, 123))[:40]
    for count, place in enumerate(wrong):
        rows[place][(1, 2, 4, 0)[count % 4]] = ("", "", "about 5", "花生")[count % 4]
    began = time.monotonic()
    run = swept(read_in(cast, rows, name="parts.xlsx"))
    assert (run.state, run.rows, run.done) == ("checked", 5000, 5000)
    assert [row for row, *_rest in reasons(run)] == [place + 1 for place in wrong]
    assert reasons(run)[:4] == [
        (101, "code", "", "missing"), (224, "name", "", "missing"),
        (347, "price", "about 5", "no_number"), (470, "kind", "花生", "unknown_word"),
    ]  # fmt: skip
    assert Part.objects.count() == 0
    take_in(run, by=cast.manager)
    while swept(run).state == "taking":
        pass
    print(f"5,000 rows: {time.monotonic() - began:.1f} s")
    assert (run.state, run.done, run.result) == ("done", 5000, {"new": 4960})
    assert Part.objects.count() == 4960
    assert len(run.bad) == 40


def test_progress_is_written_lot_by_lot(cast: Cast):
    rows = [HEAD, *(["配件", f"P{number}", "零件", "", "5"] for number in range(500))]
    run = take_in(swept(read_in(cast, rows)), by=cast.manager)
    with mock.patch.object(import_sweep, "SWEEP_SECONDS", 0.0001):
        seen = []
        while run.state == "taking":
            claimed = import_sweep.claim(now=NOW)
            work = import_sweep._Work(claimed, lambda: NOW, time.monotonic() + 0.001)
            with mock.patch.object(import_sweep, "monotonic", side_effect=[0, 1e12]):
                work.go()
            run.refresh_from_db()
            seen.append((run.state, run.done, Part.objects.count()))
    assert seen == [("taking", 200, 200), ("taking", 400, 400), ("done", 500, 500)]


def test_worker_killed_in_a_lot_leaves_nothing_half_done_and_the_next_goes_on(cast: Cast):
    rows = [HEAD, *(["配件", f"P{number}", "零件", "", "5"] for number in range(450))]
    run = take_in(swept(read_in(cast, rows)), by=cast.manager)
    taken = []

    def killed(store, wanted, *, by, now):
        taken.append(wanted.key)
        if len(taken) == 250:
            raise SystemExit
        return prices_take(store, wanted, by=by, now=now)

    prices_take = prices.take
    with mock.patch.object(prices, "take", killed), pytest.raises(SystemExit):
        sweep(NOW)
    run.refresh_from_db()
    assert (run.state, run.done, Part.objects.count()) == ("taking", 200, 200)
    assert swept(run, after=30).done == 200  # the lease of the dead one
    swept(run, after=200)
    assert (run.state, run.done, run.result, Part.objects.count()) == ("done", 450, {"new": 450}, 450)


def test_two_workers_take_each_lot_once(cast: Cast):
    rows = [HEAD, *(["配件", f"P{number}", "零件", "", "5"] for number in range(300))]
    run = take_in(swept(read_in(cast, rows)), by=cast.manager)
    first = import_sweep._Work(import_sweep.claim(now=NOW), lambda: NOW, time.monotonic() + 60)
    second = import_sweep._Work(import_sweep.claim(now=NOW + timedelta(hours=1)), lambda: NOW, time.monotonic() + 60)
    assert (first.go(), second.go()) == (300, 0)
    run.refresh_from_db()
    assert (run.state, run.result) == ("done", {"new": 300})


def test_all_kinds_of_the_price_book_from_one_file(cast: Cast):
    rows = [
        [*HEAD, "工时类别", "套餐代码", "数量", "适用车型", "能源", "里程", "单位"],
        ["工时单价", "", "高压", "", "￥320", "高压"],
        ["工时", "E0１", "三电检测", "0.8", "", "高压"],
        ["配件", "filter", "滤芯", "", "1,158.00", "", "", "", "", "", "", "套"],
        ["套餐", "P1", "年度检查", "", "398", "", "", "", "途观L、迈腾", "燃油、插混", "10000"],
        ["套餐明细", "E01", "", "", "", "", "P1", "1"],
        ["套餐明细", "FILTER", "", "", "", "", "P1", "2"],
        ["套餐明细", "NONE", "", "", "", "", "P1", "1"],
        ["", "X1", "没有类型", "1", "1"],
        ["配件", "FILTER", "又一次", "", "1"],
    ]
    run = swept(read_in(cast, rows, name="book.xlsx"))
    assert reasons(run) == [
        (8, "code", "NONE", "no_thing"), (9, "kind", "", "missing"), (10, "", "FILTER", "twice"),
    ]  # fmt: skip
    run = swept(take_in(run, by=cast.manager))
    assert (run.state, run.result) == ("done", {"new": 6})
    part, package = Part.objects.get(), Package.objects.get()
    assert (part.code, part.price, part.unit) == ("FILTER", Decimal("1158.00"), "set")
    assert (LabourRate.objects.get().rate, LabourOperation.objects.get().rate_kind) == (320, "hv")
    assert (package.fits, package.energies, package.mileage) == ("途观L\n迈腾", ["fuel", "phev"], 10000)
    assert [line.quantity for line in PackageLine.objects.order_by("quantity")] == [1, 2]


def test_again_is_the_same_and_a_new_price_is_a_change(cast: Cast):
    swept(take_in(swept(read_in(cast, PARTS)), by=cast.manager))
    again = swept(take_in(swept(read_in(cast, PARTS, encoding="gb18030")), by=cast.manager))
    assert again.result == {"same": 2}
    dearer = [HEAD, ["配件", "OIL", "机油", "", "398"], ["配件", "FILTER", "机滤", "", "58"]]
    assert swept(take_in(swept(read_in(cast, dearer)), by=cast.manager)).result == {"changed": 1, "same": 1}


def test_file_goes_after_thirty_days_and_its_cells_with_it(cast: Cast):
    run = swept(read_in(cast, [*PARTS, ["配件", "X", "坏", "", "abc"]]))
    name = run.file.name
    swept(run, after=31 * 24 * 3600)
    assert (default_storage.exists(name), bool(run.file), run.bad[0]["value"]) == (False, False, "")


@pytest.mark.parametrize(
    ("given", "code"),
    [({"kind": "cats"}, "import.kind"), ({"rows": [HEAD]}, "import.no_rows"), ({"by": "supervisor"}, "import.role")],
)
def test_upload_refused(cast: Cast, given, code):
    by = getattr(cast, given.pop("by", "manager"))
    rows = given.pop("rows", PARTS)
    with pytest.raises(Refused) as refused:
        upload(cast.store, **{"kind": "prices", "file": as_csv(rows), "name": "a.csv", "by": by, "now": NOW} | given)
    assert refused.value.code == code
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"code": "代码", "name": "名称", "price": "preis"}, "import.heading"),
        ({"code": "代码", "name": "代码"}, "import.twice"),
        ({"code": "代码"}, "import.needed"),
    ],
)
def test_match_refused(cast: Cast, columns, code):
    run = read_in(cast, PARTS)
    with pytest.raises(Refused) as refused:
        match_columns(run, by=cast.manager, columns=columns)
    assert refused.value.code == code
    assert not ImportColumns.objects.exists()


def test_take_in_refused_before_the_check_and_without_a_good_row(cast: Cast):
    run = read_in(cast, [HEAD, ["配件", "", "", "", ""]])
    with pytest.raises(Refused) as refused:
        take_in(run, by=cast.manager)
    assert refused.value.code == "import.not_checked"
    with pytest.raises(Refused) as refused:
        take_in(swept(run), by=cast.manager)
    assert refused.value.code == "import.nothing"


def test_taken_file_is_neither_matched_again_nor_thrown_away(cast: Cast):
    run = take_in(swept(read_in(cast, PARTS)), by=cast.manager)
    assert take_in(run, by=cast.manager).state == "taking"
    with pytest.raises(Refused) as refused:
        throw_away(run, by=cast.manager)
    assert refused.value.code == "import.taken"
    with pytest.raises(Refused) as refused:
        match_columns(run, by=cast.manager, columns=run.columns)
    assert refused.value.code == "import.taken"


def test_same_upload_twice_is_one_file(cast: Cast):
    id_ = uuid7()
    assert read_in(cast, PARTS, id=id_) == read_in(cast, PARTS, id=id_)


def test_file_that_is_gone_fails_the_run(cast: Cast):
    run = read_in(cast, PARTS)
    default_storage.delete(run.file.name)
    run = swept(run)
    assert (run.state, run.failure) == ("failed", "import.gone")
