"""The pages of files that are read in: choose, match, look, take in, download."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope
from openpyxl import Workbook

from reception.actions.import_sweep import sweep
from reception.models import ImportColumns, ImportRun, Part
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ROWS = "类型,代码,名称,价格\n配件,OIL,机油,388\n配件,=1+1,坏,abc\n"


def url(name: str, **parts) -> str:
    return reverse(name, kwargs={"store": "hq"} | parts)


@pytest.fixture
def manager(cast: Cast, client):
    client.force_login(cast.manager)
    return client


def chosen(text: str = ROWS, name: str = "价格.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode("gb18030"))


def sent(client, **given):
    answer = client.post(url("import-file"), {"kind": "prices", "file": chosen()} | given)
    assert answer.status_code == 303
    return answer.url


def the_run(cast: Cast) -> ImportRun:
    with scope(store=cast.store):
        return ImportRun.objects.get()


def test_manager_checks_a_file_and_takes_the_good_rows_in(cast: Cast, manager):
    page = sent(manager)
    assert 'hx-trigger="every 2s"' in manager.get(page).content.decode()
    sweep(timezone.now())
    checked = manager.get(page).content.decode()
    assert "不是数字" in checked
    assert "every 2s" not in checked
    run = the_run(cast)
    assert manager.post(url("import-taken", run=run.pk)).status_code == 303
    part = manager.get(page, headers={"HX-Request": "true", "HX-Target": "run"}).content.decode()
    assert "<progress" in part
    assert "<html" not in part
    sweep(timezone.now())
    run = the_run(cast)
    assert (run.state, run.result, len(run.bad)) == ("done", {"new": 1}, 1)
    with scope(store=cast.store):
        assert [(row.code, row.name, row.price) for row in Part.objects.all()] == [("OIL", "机油", 388)]


def test_bad_rows_are_downloaded_with_their_reason_and_no_formula(cast: Cast, manager):
    sent(manager)
    sweep(timezone.now())
    answer = manager.get(url("import-bad", run=the_run(cast).pk))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines == ["行,原因,类型,代码,名称,价格", "3,价格: 不是数字。,配件,'=1+1,坏,abc"]


def test_unknown_headings_are_matched_once_and_remembered(cast: Cast, manager):
    strange = "art,nummer,bezeichnung,preis\n配件,OIL,机油,388\n"
    page = sent(manager, file=chosen(strange))
    assert page == url("import-columns", run=the_run(cast).pk)
    assert "bezeichnung" in manager.get(page).content.decode()
    columns = {"kind": "art", "code": "nummer", "name": "bezeichnung", "price": "preis"}
    assert manager.post(page, columns).status_code == 303
    sweep(timezone.now())
    assert (the_run(cast).state, the_run(cast).bad) == ("checked", [])
    with scope(store=cast.store):
        assert ImportColumns.objects.get().columns == columns
        ImportRun.objects.all().delete()
    assert sent(manager, file=chosen(strange)) == url("import-run", run=the_run(cast).pk)


def test_supervisor_reads_orders_but_no_prices_and_an_advisor_none(cast: Cast, client):
    client.force_login(cast.supervisor)
    listed = client.get(url("imports")).content.decode()
    assert 'value="orders"' in listed
    assert 'value="prices"' not in listed
    refused = client.post(url("import-file"), {"kind": "prices", "file": chosen()})
    assert (refused.status_code, "服务经理" in refused.content.decode()) == (422, True)
    client.force_login(cast.advisor)
    assert client.get(url("imports")).status_code == 403


def test_a_file_of_another_store_does_not_exist(cast: Cast, manager, client):
    sent(manager)
    run = the_run(cast)
    client.force_login(cast.stranger)
    assert client.get(reverse("import-run", kwargs={"store": "west", "run": run.pk})).status_code in (403, 404)
    assert client.get(url("import-run", run=run.pk)).status_code == 404


def test_thrown_away_leaves_nothing(cast: Cast, manager):
    sent(manager)
    assert manager.post(url("import-thrown", run=the_run(cast).pk)).status_code == 303
    with scope(store=cast.store):
        assert not ImportRun.objects.exists()


def test_no_file_is_refused(manager):
    assert manager.post(url("import-file"), {"kind": "prices"}).status_code == 422


def test_sample_has_our_headings_and_is_matched_by_itself(cast: Cast, manager):
    for kind in ("prices", "orders"):
        content = manager.get(url("import-sample", kind=kind)).content
        answer = manager.post(url("import-file"), {"kind": kind, "file": SimpleUploadedFile("s.csv", content)})
        assert "columns" not in answer.url
    assert manager.get(url("import-sample", kind="cats")).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_the_same_queries_however_long(cast: Cast, manager, rows, django_assert_max_num_queries):
    for _number in range(rows):
        sent(manager)
    manager.get(url("imports"))
    with django_assert_max_num_queries(7):
        assert manager.get(url("imports")).status_code == 200


def test_read_in_excel_is_the_same(cast: Cast, manager):
    book, file = Workbook(), io.BytesIO()
    for row in (["类型", "代码", "名称", "价格"], ["配件", "OIL", "机油", 388.5]):
        book.active.append(row)
    book.save(file)
    sent(manager, file=SimpleUploadedFile("a.xlsx", file.getvalue()))
    sweep(timezone.now())
    assert (the_run(cast).rows, the_run(cast).bad) == (1, [])
