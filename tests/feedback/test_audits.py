"""Mystery visits and outside audits: on the same items, beside the own figures and in none of them."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_scopes import scope
from openpyxl import Workbook

from dealership.refused import Refused
from dealership.uuids import uuid7
from feedback.actions.audits import add_audit
from feedback.actions.check_items import ensure_items
from feedback.models import CheckItem, CheckScore, DailyScore, OutsideAudit
from feedback.queries.audit_files import Given, read_scores, template_rows
from feedback.queries.audits import audits_of
from feedback.queries.check_history import seen_by_stage
from feedback.queries.check_items import current_items
from tests.cast import Cast, at

pytestmark = pytest.mark.django_db
DAY = at("08:00").date()


@pytest.fixture(autouse=True)
def _scope(cast: Cast):
    with scope(store=cast.store):
        ensure_items(cast.store, now=at("08:00", "2026-11-01"))
        yield


def item(code: str = "3.4-covers") -> CheckItem:
    return CheckItem.objects.get(code=code, ended_at=None)


def audit(cast: Cast, **given) -> OutsideAudit:
    scores = given.pop("given", {item().pk: Given(5, "客户不在")})
    return add_audit(
        cast.store, **{"by": cast.manager, "kind": "mystery", "day": DAY, "given": scores, "now": at("18:00")} | given
    )


def test_scores_stand_beside_the_own_figures(cast: Cast):
    audit(cast, organisation="明访咨询")
    (line,) = audits_of(cast.store)
    assert [(row.score, row.note, row.touchpoint, row.task_id) for row in line.scores] == [(5, "客户不在", "3.4", None)]
    (row,) = [row for stage in seen_by_stage(cast.store, DAY) for row in stage.rows if row.words.code == "3.4"]
    assert (row.n, row.mean, row.outside) == (0, None, [5])
    assert not DailyScore.objects.exclude(check_n=0).exists()


def test_second_press_returns_the_first(cast: Cast):
    id_ = uuid7()
    assert audit(cast, id=id_).pk == audit(cast, id=id_).pk == id_
    assert (OutsideAudit.objects.count(), CheckScore.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"day": at("08:00", "2026-11-21").date()}, "audit.day"),
        ({"given": {}}, "audit.empty"),
        ({"given": {"x": Given(11)}}, "audit.score"),
        ({"given": {uuid7(): Given(5)}}, "audit.item"),
    ],
)
def test_what_cannot_be_is_refused(cast: Cast, given: dict, code: str):
    with pytest.raises(Refused) as refused:
        audit(cast, **given)
    assert (refused.value.code, OutsideAudit.objects.count()) == (code, 0)


def test_another_stores_item_is_refused(cast: Cast):
    with scope(store=cast.other):
        ensure_items(cast.other)
        foreign = CheckItem.objects.get(code="3.4-covers")
    with pytest.raises(Refused) as refused:
        audit(cast, given={foreign.pk: Given(5)})
    assert refused.value.code == "audit.item"


def test_template_is_read_back(cast: Cast):
    text = template_rows(current_items(cast.store)).decode("utf-8-sig")
    lines = [f"{line.rsplit(',', 2)[0]},7,看过" if line.startswith("3.4") else line for line in text.splitlines()]
    file = SimpleUploadedFile("audit.csv", "\n".join(lines).encode("utf-8-sig"))
    assert read_scores(file, current_items(cast.store)) == {item().pk: Given(7, "看过")}


def workbook(*rows) -> SimpleUploadedFile:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("audit.xlsx", out.getvalue())


def test_xlsx_is_read(cast: Cast):
    file = workbook(["神秘客报告"], ["编号", "得分"], ["3.4-covers", 6], ["1.4-meet", None])
    assert read_scores(file, current_items(cast.store)) == {item().pk: Given(6)}


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([["项目", "意见"], ["三件套", "好"]], "audit.columns"),
        ([["code", "score"], ["9.9-x", 5]], "audit.row"),
        ([["code", "score"], ["3.4-covers", 5.5]], "audit.row"),
        ([["code", "score"], ["3.4-covers", 11]], "audit.row"),
        ([["code", "score"], ["3.4-covers", "好"]], "audit.row"),
    ],
)
def test_file_that_cannot_be_read_is_refused_whole(cast: Cast, rows: list, code: str):
    with pytest.raises(Refused) as refused:
        read_scores(workbook(*rows), current_items(cast.store))
    assert refused.value.code == code


def test_form_and_file_in_the_browsers_way(cast: Cast, client: Client, time_machine):
    time_machine.move_to(at("18:00"), tick=False)
    client.force_login(cast.supervisor)
    assert client.get("/hq/checks/audits/new/").status_code == 200
    sent = {"kind": "outside", "day": "2026-11-20", "organisation": "厂家", "operation": str(uuid7()),
            f"score-{item('1.4-meet').pk}": "8", "file": workbook(["code", "score"], ["3.4-covers", 6])}  # fmt: skip
    assert client.post("/hq/checks/audits/new/", sent).status_code == 303
    assert sorted(CheckScore.objects.values_list("touchpoint", "score")) == [("1.4", 8), ("3.4", 6)]
    assert "厂家" in client.get("/hq/checks/audits/").content.decode()
    assert client.get("/hq/checks/audits/template/")["Content-Type"].startswith("text/csv")


def test_list_asks_the_same_for_one_and_three(cast: Cast, client: Client, time_machine):
    time_machine.move_to(at("18:00"), tick=False)
    client.force_login(cast.manager)

    def shown() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/hq/checks/audits/").status_code == 200
        return len(queries)

    audit(cast)
    shown()
    one = shown()
    audit(cast)
    audit(cast)
    assert shown() == one
