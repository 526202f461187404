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
