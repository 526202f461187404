"""Versions of the store's standard: the manager's editor, publishing, what changed, who has seen it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django_scopes import scope

from dealership.actions.drafts import draft_of, set_texts
from dealership.actions.standards import load
from dealership.models import Standard
from dealership.queries.versions import existing_draft, words_at
from dealership.refused import Refused
from dealership.standard.data import LANGUAGES
from feedback.actions.versions import confirm, publish
from feedback.models import VersionSeen
from feedback.queries.versions import seen_by, unseen
from tests.cast import Cast, at
from tests.test_standard_versions import SCRIPT, STEP, with_words

pytestmark = pytest.mark.django_db
NOW = at("09:00")
WORDS = {f"{code}-script": text for code, text in SCRIPT.items()} | {f"{code}-plain": "" for code in SCRIPT}


@pytest.fixture
def cast(cast: Cast, time_machine):
    time_machine.move_to(NOW, tick=False)
    with scope(store=cast.store), translation.override("zh-hans"):
        yield cast


def published(cast: Cast, *steps: str) -> Standard:
    draft = draft_of(cast.store, by=cast.manager)
    for step in steps or ("controls",):
        for language in LANGUAGES:
            fields = {"script": SCRIPT[language], "plain": ""}
            set_texts(draft, touchpoint="1.5", step=step, language=language, fields=fields, by=cast.manager)
    return publish(draft, valid_from=NOW.date(), reason="客户听不懂", by=cast.manager)


def get(client: Client, cast: Cast, by: str, url: str) -> str:
    client.force_login(getattr(cast, by))
    answer = client.get(url)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def test_everybody_is_told_until_they_confirm(client: Client, cast: Cast):
    version = published(cast)
    assert (unseen(cast.store, cast.manager), unseen(cast.store, cast.guard)) == (None, version)
    assert "标准有更新：1 处" in get(client, cast, "guard", "/hq/standard/notice/")
    assert "我已了解" in get(client, cast, "guard", "/hq/standard/changes/2/")
    assert client.post("/hq/standard/changes/2/seen/").status_code == 303
    assert client.post("/hq/standard/changes/2/seen/").status_code == 303
    assert VersionSeen.objects.filter(staff=cast.guard).count() == 1
    assert get(client, cast, "guard", "/hq/standard/notice/").strip() == ""
    assert "我已了解" not in get(client, cast, "guard", "/hq/standard/changes/2/")
    seen, missing = seen_by(version, cast.store)
    assert {person.pk for person in seen} == {cast.guard.pk, cast.manager.pk}
    assert cast.chain not in missing


def test_chain_manager_is_not_asked(client: Client, cast: Cast):
    published(cast)
    assert get(client, cast, "chain", "/hq/standard/notice/").strip() == ""


@pytest.mark.parametrize(
    ("by", "page"),
    [("advisor", "next"), ("manager", "board"), ("guard", "gate"), ("technician", "jobs")],
)
def test_notice_stands_above_the_pages_of_work(client: Client, cast: Cast, by: str, page: str):
    assert 'hx-get="/hq/standard/notice/"' in get(client, cast, by, f"/hq/{page}/")


def test_version_of_another_store_is_neither_shown_nor_confirmed(client: Client, cast: Cast):
    version = published(cast)
    client.force_login(cast.stranger)
    assert client.get("/west/standard/changes/2/").status_code == 404
    with scope(store=cast.other):
        with pytest.raises(Refused) as refused:
            confirm(version, store=cast.other, by=cast.stranger)
        assert unseen(cast.other, cast.stranger) is None
    assert refused.value.code == "version.none"
    html = client.get("/west/standard/?stage=reception").content.decode()
    assert SCRIPT["zh-hans"] not in html


def test_draft_cannot_be_confirmed(cast: Cast):
    with pytest.raises(Refused) as refused:
        confirm(draft_of(cast.store, by=cast.manager), store=cast.store, by=cast.guard)
    assert refused.value.code == "version.none"


def test_manager_edits_looks_and_publishes(client: Client, cast: Cast):
    get(client, cast, "manager", "/hq/standard/draft/edit/1.5/controls/")
    assert existing_draft(cast.store) is None
    assert client.post("/hq/standard/draft/edit/1.5/controls/", WORDS | {"save": "1"}).url == "/hq/standard/draft/"
    draft = existing_draft(cast.store)
    html = get(client, cast, "manager", "/hq/standard/draft/")
    assert "符合写法" in html
    assert "<ins>" in html
    day = (NOW + timedelta(days=1)).date().isoformat()
    given = {"draft": draft.pk, "valid_from": day, "reason": "更清楚"}
    assert client.post("/hq/standard/draft/publish/", given).url == "/hq/standard/changes/2/"
    assert client.post("/hq/standard/draft/publish/", given).url == "/hq/standard/changes/2/"
    assert "第 2 版将于11月21日生效" in get(client, cast, "guard", "/hq/standard/").replace(" ", " ")


def test_wrong_words_are_named_and_hold_the_publishing(client: Client, cast: Cast):
    client.force_login(cast.manager)
    wrong = WORDS | {"zh-hans-script": "这个大概没问题。", "save": "1"}
    client.post("/hq/standard/draft/edit/1.5/controls/", wrong)
    assert "对客户不说“大概”" in get(client, cast, "manager", "/hq/standard/draft/")
    draft = existing_draft(cast.store)
    given = {"draft": draft.pk, "valid_from": NOW.date().isoformat(), "reason": "好"}
    answer = client.post("/hq/standard/draft/publish/", given)
    assert answer.status_code == 422
    assert "对客户不说“大概”" in answer.content.decode()


@pytest.mark.parametrize("given", [{"draft": "0"}, {"draft": "x"}, {"valid_from": "never"}])
def test_nonsense_is_refused(client: Client, cast: Cast, given: dict):
    draft = draft_of(cast.store, by=cast.manager)
    client.force_login(cast.manager)
    usual = {"draft": draft.pk, "valid_from": NOW.date().isoformat(), "reason": "好"}
    assert client.post("/hq/standard/draft/publish/", usual | given).status_code == 422


def test_step_is_added_left_out_and_put_back(client: Client, cast: Cast):
    client.force_login(cast.manager)
    words = {f"{code}-{name}": text for code, fields in STEP.items() for name, text in fields.items()}
    get(client, cast, "manager", "/hq/standard/draft/add/3.4/")
    client.post("/hq/standard/draft/add/3.4/", words | {"role": "advisor", "save": "1"})
    client.post("/hq/standard/draft/drop/1.1/salute/")
    draft = existing_draft(cast.store)
    assert words_at(draft.pk, "3.4", "own-1").name("zh-hans") == "递上一杯水"
    html = get(client, cast, "manager", "/hq/standard/draft/")
    assert "新增步骤" in html
    get(client, cast, "manager", "/hq/standard/draft/edit/3.4/own-1/")
    client.post("/hq/standard/draft/back/3.4/own-1/")
    client.post("/hq/standard/draft/back/1.1/salute/")
    assert words_at(draft.pk, "1.1", "salute") is not None
    assert "还没有改动" in get(client, cast, "manager", "/hq/standard/draft/")


def test_new_step_is_measured_while_it_is_written(client: Client, cast: Cast):
    client.force_login(cast.manager)
    answer = client.post("/hq/standard/check/3.4/own-1/", {"zh-hans-script": "您先喝口水。"})
    assert "您先喝口水。" in answer.content.decode()


def test_update_of_the_product_is_compared_and_taken(client: Client, cast: Cast):
    published(cast)
    load(with_words(2, script="三件套我当面取下，您看车内干净吗？"))
    assert "产品标准有新版" in get(client, cast, "manager", "/hq/standard/")
    html = get(client, cast, "manager", "/hq/standard/compare/")
    assert 'value="3.4/covers"' in html
    client.post("/hq/standard/compare/take/", {"take": ["3.4/covers"]})
    words = words_at(existing_draft(cast.store).pk, "3.4", "covers")
    assert words.said("zh-hans")["script"] == "三件套我当面取下，您看车内干净吗？"
    assert "已对照过产品最新版" in get(client, cast, "manager", "/hq/standard/compare/")


def test_card_of_a_visit_has_the_quiet_link(client: Client, cast: Cast):
    visit = cast.visit(now=at("08:31"))
    html = get(client, cast, "advisor", f"/hq/visits/{visit.pk}/reception/?card=1.4&step=introduce")
    assert 'href="/hq/standard/propose/1.4/introduce/"' in html


def test_new_step_stands_on_the_page_of_a_new_visit(client: Client, cast: Cast):
    client.force_login(cast.manager)
    words = {f"{code}-{name}": text for code, fields in STEP.items() for name, text in fields.items()}
    for point in ("1.5", "1.4"):
        client.post(f"/hq/standard/draft/add/{point}/", words | {"role": "advisor", "save": "1"})
    client.post("/hq/standard/draft/drop/1.3/gesture/")
    draft = existing_draft(cast.store)
    publish(draft, valid_from=NOW.date(), reason="更周到", by=cast.manager)
    visit = cast.visit(now=at("09:05"))
    for card in ("1.4", "1.5"):
        html = get(client, cast, "advisor", f"/hq/visits/{visit.pk}/reception/?card={card}&step=own-1")
        assert "递上一杯水" in html
    assert "1.3/gesture" not in get(client, cast, "guard", "/hq/gate/")


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


def test_pages_ask_the_same_number_of_questions_with_one_change_and_three(client: Client, cast: Cast):
    published(cast)
    client.force_login(cast.advisor)
    pages = ["/hq/standard/changes/{}/", "/hq/standard/notice/"]
    for page in pages:
        client.get(page.format(2))
    before = [queries(client, page.format(2)) for page in pages]
    published(cast, "enter", "cabin", "exterior")
    for page in pages:
        client.get(page.format(3))
    assert [queries(client, page.format(3)) for page in pages] == before


def test_draft_asks_the_same_number_of_questions_with_one_change_and_three(client: Client, cast: Cast):
    client.force_login(cast.manager)
    counts = []
    for steps in (["controls"], ["enter", "cabin"]):
        for step in steps:
            client.post(f"/hq/standard/draft/edit/1.5/{step}/", WORDS | {"save": "1"})
        client.get("/hq/standard/draft/")
        counts.append(queries(client, "/hq/standard/draft/"))
    assert counts[0] == counts[1]
