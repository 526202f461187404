"""The pages of the self-check: what they show, to whom, with how many queries; a round done as a plain form."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_scopes import scope
from PIL import Image

from dealership.models import Attachment
from dealership.queries.photos import customers_photos
from dealership.uuids import uuid7
from feedback.actions.check_items import change_item
from feedback.actions.check_scores import check
from feedback.actions.rounds import draw_rounds
from feedback.models import CheckItem, CheckScore, CheckTask
from feedback.queries.check_history import agreement, coming_back, seen_by_stage, strip_of
from feedback.queries.check_items import FIELDS, words_of
from tests.cast import Cast, at

pytestmark = pytest.mark.django_db
DAY = at("08:00").date()
ROUND = "/hq/checks/2026-11-20/1/"


@pytest.fixture(autouse=True)
def _scope(cast: Cast, time_machine):
    time_machine.move_to(at("10:00"), tick=False)
    with scope(store=cast.store):
        yield


@pytest.fixture
def tasks(cast: Cast) -> list[CheckTask]:
    one, _two = draw_rounds(cast.store, day=DAY, now=at("08:00"))
    return list(CheckTask.objects.filter(round=one).select_related("round", "item", "store"))


def page(client: Client, cast: Cast, url: str, by: str = "supervisor") -> str:
    client.force_login(getattr(cast, by))
    response = client.get(url)
    assert response.status_code == 200, response
    return response.content.decode()


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


def test_round_is_done_as_a_plain_form(client: Client, cast: Cast, tasks):
    client.force_login(cast.supervisor)
    for task in tasks:
        sent = {"task": task.pk, "score": 8 if task.position > 1 else 5, "note": "看到了", "operation": str(uuid7())}
        response = client.post(f"{ROUND}score/", sent)
        assert (response.status_code, response.url) == (303, f"{ROUND}#task-{task.position + 1}")
        assert client.post(f"{ROUND}score/", sent).status_code == 303
    assert sorted(CheckScore.objects.values_list("score", flat=True)) == [5, 8, 8, 8, 8]
    html = page(client, cast, ROUND)
    assert "5/5" in html
    assert words_of(tasks[0].item).item in html.split('id="round-end"')[1].split("</section>")[0]


def test_form_without_a_score_says_what_to_do(client: Client, cast: Cast, tasks):
    client.force_login(cast.supervisor)
    response = client.post(f"{ROUND}score/", {"task": tasks[0].pk, "score": "", "note": "x"})
    assert (response.status_code, CheckScore.objects.count()) == (422, 0)
    assert "0 到 10" in response.content.decode()


def test_a_photo_goes_to_the_drawn_car_and_to_no_sheet_of_the_customer(client: Client, cast: Cast, tasks):
    car = cast.visit(now=at("08:30"))
    CheckTask.objects.filter(pk=tasks[0].pk).update(visit=car)
    client.force_login(cast.supervisor)
    out = BytesIO()
    Image.new("RGB", (40, 30)).save(out, "JPEG")
    url = f"/hq/checks/tasks/{tasks[0].pk}/photo/"
    for _press in range(2):
        file = SimpleUploadedFile("photo.jpg", out.getvalue(), "image/jpeg")
        sent = {"photo": file, "label": "x", "operation": str(uuid7(at("10:00")))}
        assert client.post(url, sent).status_code == 303
    assert client.post(url, {}).status_code == 422
    assert client.post(f"/hq/checks/tasks/{tasks[1].pk}/photo/", {}).status_code == 404
    assert set(Attachment.objects.values_list("place", "visit")) == {(f"check:{tasks[0].pk}", car.pk)}
    assert not customers_photos(car).exists()
    assert page(client, cast, ROUND).count("data-shot=") == 2


def test_others_score_is_hidden_until_one_has_scored(client: Client, cast: Cast, tasks):
    check(tasks[0], by=cast.supervisor, score=3, note="没开口", now=at("09:00"))
    assert "没开口" not in page(client, cast, ROUND, "manager")
    check(tasks[0], by=cast.manager, score=7, now=at("09:30"))
    assert "没开口" in page(client, cast, ROUND, "manager")


def test_chain_reads_and_customer_care_scores_what_is_asked_by_telephone(client: Client, cast: Cast, tasks):
    assert 'name="score"' not in page(client, cast, ROUND, "chain")
    assert 'name="score"' not in page(client, cast, ROUND, "care")
    CheckItem.objects.filter(pk=tasks[0].item_id).update(way="phone")
    assert page(client, cast, ROUND, "care").count('class="rx-rcard-tile"') == 11
    client.force_login(cast.chain)
    assert client.post(f"{ROUND}score/", {"task": tasks[0].pk, "score": 8}).status_code == 403


def test_round_of_another_day_is_read_only(client: Client, cast: Cast, tasks, time_machine):
    time_machine.move_to(at("10:00", "2026-11-21"), tick=False)
    assert 'name="score"' not in page(client, cast, ROUND)
    client.force_login(cast.supervisor)
    assert client.post(f"{ROUND}score/", {"task": tasks[0].pk, "score": 8}).status_code == 422


def test_page_of_rounds_leads_to_the_next_one(client: Client, cast: Cast, tasks):
    assert f'href="{ROUND}"' in page(client, cast, "/hq/checks/").split("rx-hero")[1].rsplit('href="', 2)[0] + (
        page(client, cast, "/hq/checks/")
    )
    for task in tasks:
        check(task, by=cast.supervisor, score=6, now=at("09:30"))
    html = page(client, cast, "/hq/checks/")
    assert "开始第 2 轮自检" in html
    assert len(coming_back(cast.store, DAY)) == 5


def test_missed_round_shows_as_missed(client: Client, cast: Cast, tasks, time_machine):
    time_machine.move_to(at("13:30"), tick=False)
    assert "漏检" in page(client, cast, "/hq/checks/").split("rx-round-state")[1]
    assert "记为漏检" in page(client, cast, ROUND)
    assert strip_of(cast.store, DAY, now=at("13:30")).rows[0] == (1, ["none"] * 13 + ["missed"])


def test_agreement_of_two_checkers(cast: Cast, tasks):
    for task, (first, second) in zip(tasks, [(8, 8), (8, 7), (9, 6), (5, 6), (7, None)], strict=True):
        check(task, by=cast.supervisor, score=first, now=at("09:00"))
        if second is not None:
            check(task, by=cast.manager, score=second, now=at("09:30"))
    found = agreement(cast.store, DAY)
    assert (found.n, str(found.distance), found.percent, found.few) == (4, "1.25", 75, True)


def test_touchpoints_show_last_score_mean_and_n(cast: Cast, tasks):
    check(tasks[0], by=cast.supervisor, score=6, now=at("09:00"))
    check(tasks[0], by=cast.manager, score=9, now=at("09:30"))
    rows = {row.words.code: row for stage in seen_by_stage(cast.store, DAY) for row in stage.rows}
    row = rows[tasks[0].item.touchpoint]
    assert (len(rows), row.n, str(row.mean), row.last.score, row.few, row.unseen) == (22, 2, "7.5", 9, True, False)


def test_pages_ask_the_same_with_one_score_and_with_five(client: Client, cast: Cast, tasks):
    urls = ["/hq/checks/", ROUND, "/hq/checks/items/", "/hq/offline/"]
    client.force_login(cast.manager)
    check(tasks[0], by=cast.supervisor, score=6, now=at("09:00"))
    before = [queries(client, url) for url in urls]
    for task in tasks:
        for by in (cast.supervisor, cast.manager):
            check(task, by=by, score=5, now=at("09:30"))
    assert [queries(client, url) for url in urls] == before


def test_tablet_keeps_todays_rounds_until_they_change(client: Client, cast: Cast, tasks):
    client.force_login(cast.supervisor)

    def tags() -> dict[str, str]:
        pages = client.get("/hq/offline/").json()["pages"]
        return {one["url"]: one["tag"] for one in pages if "/checks/" in one["url"]}

    first = tags()
    assert sorted(first) == ["/hq/checks/", ROUND, "/hq/checks/2026-11-20/2/"]
    assert tags() == first
    check(tasks[0], by=cast.manager, score=6, now=at("09:00"))
    assert all(tags()[url] != tag for url, tag in first.items())
    client.force_login(cast.advisor)
    assert tags() == {}


def test_item_is_changed_in_the_readers_language(client: Client, cast: Cast, tasks):
    item = CheckItem.objects.get(code="1.5-walk")
    url = f"/hq/checks/items/{item.pk}/"
    assert "价值绕车" in page(client, cast, url)
    texts = {name: getattr(words_of(item, "zh-hans"), name) for name in FIELDS}
    sent = texts | {"step": "", "who": "advisor", "way": "watch", "times_a_week": 9, "owner": "manager", "pain": "等"}
    assert client.post(url, sent).status_code == 303
    fresh = CheckItem.objects.get(code="1.5-walk", ended_at=None)
    assert (fresh.version, fresh.times_a_week, fresh.owner, words_of(fresh, "zh-hans").pain) == (2, 9, "manager", "等")
    assert client.post(url, sent | {"pain": "别的"}).status_code == 422
    assert client.post("/hq/checks/items/reset/").status_code == 303
    assert CheckItem.objects.get(code="1.5-walk", ended_at=None).version == 3


def test_item_is_added_ended_and_taken_up_again(client: Client, cast: Cast, tasks):
    client.force_login(cast.supervisor)
    assert client.get("/hq/checks/items/new/3.4/").status_code == 200
    assert client.get("/hq/checks/items/new/9.9/").status_code == 404
    sent = dict.fromkeys(FIELDS, "新") | {"who": "advisor", "way": "car", "times_a_week": 1, "owner": "supervisor"}
    assert client.post("/hq/checks/items/new/3.4/", sent).status_code == 303
    own = CheckItem.objects.get(touchpoint="3.4", ended_at=None, way="car")
    assert client.post(f"/hq/checks/items/{own.pk}/end/").status_code == 303
    assert "不再抽查" in page(client, cast, "/hq/checks/items/")
    assert client.post(f"/hq/checks/items/{own.pk}/restore/").status_code == 303
    assert CheckItem.objects.get(code=own.code, ended_at=None).version == 2


def test_language_left_behind_is_named(client: Client, cast: Cast, tasks):
    item = CheckItem.objects.get(code="1.5-walk")
    said = {name: getattr(words_of(item, "en"), name) for name in FIELDS} | {"pain": "Waiting"}
    fresh = change_item(item, by=cast.manager, language="en", said=said)
    assert "另一种语言已改过" in page(client, cast, f"/hq/checks/items/{fresh.pk}/")
