"""A store's own standard: drafts, what may be changed, publishing, and which visit follows which version."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django_scopes import scope

from dealership.actions.drafts import add_step, draft_of, drop_step, publish, put_back, set_texts, take_update
from dealership.actions.standards import current_standard, load
from dealership.actions.ticks import tick
from dealership.models import Standard, StandardStep, StandardTouchpoint, TouchpointRecord
from dealership.queries.cards import visit_cards
from dealership.queries.course import specs_of
from dealership.queries.standards import current_id, touchpoints
from dealership.queries.versions import before_of, changes, update_for, words_of
from dealership.queries.wording import faults
from dealership.refused import Refused
from dealership.standard.data import LANGUAGES
from tests.cast import STANDARD, Cast, at
from tests.feedback.lives import through
from tests.test_concurrency import at_once, fork

pytestmark = pytest.mark.django_db
NOW = at("09:00")
DAY = NOW.date()
SCRIPT = {
    "zh-hans": "四个车窗我来试一遍，您听听有没有异响？",
    "zh-hant": "四個車窗我來試一遍，您聽聽有沒有異音？",
    "en": "Let me try all four windows; please listen for a noise.",
}
STEP = {
    "zh-hans": {"name": "递上一杯水", "behaviour": "双手递水。", "script": "您先喝口水。", "point": "看着客户说。"},
    "zh-hant": {"name": "遞上一杯水", "behaviour": "雙手遞水。", "script": "您先喝口水。", "point": "看著客戶說。"},
    "en": {"name": "Offer water", "behaviour": "With both hands.", "script": "Some water first?", "point": "Look up."},
}  # fmt: skip


@pytest.fixture
def cast(cast: Cast):
    with scope(store=cast.store):
        yield cast


def begun(cast: Cast) -> Standard:
    return draft_of(cast.store, by=cast.manager, now=NOW)


def write(draft: Standard, cast: Cast, *, step: str = "controls", touchpoint: str = "1.5", **fields: str) -> None:
    for language in LANGUAGES:
        given = fields or {"script": SCRIPT[language], "plain": ""}
        set_texts(draft, touchpoint=touchpoint, step=step, language=language, fields=given, by=cast.manager)


def published(cast: Cast, *, days: int = 0, now=NOW) -> Standard:
    draft = draft_of(cast.store, by=cast.manager, now=now)
    if not changes(words_of(before_of(draft).pk), words_of(draft.pk)):
        write(draft, cast)
    day = now.date() + timedelta(days=days)
    return publish(draft, valid_from=day, reason="客户听不懂", by=cast.manager, now=now)


def code_of(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.code


def with_words(version: int, *, script: str):
    """The product's standard with another script at one step."""
    texts = dict(STANDARD.texts)
    for language, text in STANDARD.texts.items():
        point = text.touchpoints["3.4"]
        step = replace(point.steps["covers"], script=script, plain=None)
        point = replace(point, steps={**point.steps, "covers": step})
        texts[language] = replace(text, touchpoints={**text.touchpoints, "3.4": point})
    return replace(STANDARD, version=version, texts=texts)


def test_first_edit_copies_the_version_in_force_and_the_second_finds_the_same_draft(cast: Cast):
    draft = begun(cast)
    assert (draft.number, draft.base, draft.store, draft.published_at) == (
        2,
        current_standard(cast.store),
        cast.store,
        None,
    )
    assert words_of(draft.pk) == words_of(draft.base.pk)
    assert draft_of(cast.store, by=cast.supervisor) == draft
    assert StandardStep.objects.filter(touchpoint__standard=draft).count() == 67


def test_draft_changes_nothing_for_visits_and_is_in_no_cache(cast: Cast):
    product = current_id(cast.store, now=NOW)
    write(begun(cast), cast)
    assert current_id(cast.store, now=NOW) == product
    with pytest.raises(LookupError):
        touchpoints(begun(cast).pk, "zh-hans")
    version = published(cast)
    step = next(s for p in touchpoints(version.pk, "zh-hans") for s in p.steps if s.code == "1.5/controls")
    assert step.say({}) == SCRIPT["zh-hans"]


def test_visit_under_way_keeps_its_version_and_a_new_one_follows_the_new(cast: Cast):
    old = cast.visit(now=at("08:31"))
    draft = begun(cast)
    write(draft, cast)
    add_step(draft, touchpoint="3.4", slug="own-1", role="advisor", texts=STEP, by=cast.manager)
    drop_step(draft, touchpoint="1.1", step="salute", by=cast.manager)
    version = published(cast)
    new = cast.visit("沪B12345", now=at("09:31"))
    assert (old.standard.number, new.standard) == (1, version)

    def controls(visit):
        return next(
            str(s.say) for c in visit_cards(visit, "reception").cards for s in c.steps if s.code == "1.5/controls"
        )

    assert controls(new) == SCRIPT["zh-hans"] != controls(old)
    assert [spec.code for spec in specs_of(new.standard_id) if spec.touchpoint == "3.4"][-1] == "3.4/own-1"
    for visit, start in ((old, "09:40"), (new, "09:41")):
        through(cast, visit, start=at(start))
        codes = {spec.code for spec in specs_of(visit.standard_id) if spec.touchpoint == "3.4"}
        tick(visit, by=cast.advisor, steps=sorted(codes - {"3.4/own-1"}), now=at("10:05"))
    shown = TouchpointRecord.objects.filter(touchpoint="3.4").order_by("visit__arrived_at")
    assert [(row.steps, row.score) for row in shown] == [(3, 10), (4, 7.5)]
    gate = TouchpointRecord.objects.filter(touchpoint="1.1").order_by("visit__arrived_at")
    assert [row.steps for row in gate] == [3, 2]


def test_version_of_a_later_day_waits_for_it(cast: Cast):
    version = published(cast, days=3)
    assert cast.visit(now=at("10:00")).standard.number == 1
    assert cast.visit("沪B12345", now=at("08:10", "2026-11-23")).standard == version


def test_next_draft_starts_from_the_newest_version_even_before_its_day(cast: Cast):
    version = published(cast, days=3)
    draft = draft_of(cast.store, by=cast.manager, now=NOW)
    assert (draft.number, draft.base.store, before_of(draft)) == (3, None, version)
    assert words_of(draft.pk) == words_of(version.pk)


def test_other_store_never_sees_a_version_nor_does_the_api_give_it_away(cast: Cast, client: Client):
    version = published(cast)
    assert current_id(cast.other, now=NOW) != version.pk
    client.force_login(cast.stranger)
    said = client.get("/api/standard/", {"language": "zh-hans"}).content.decode()
    assert SCRIPT["zh-hans"] not in said
    assert current_standard(cast.other).store is None


def test_words_of_a_touchpoint_may_change_but_not_its_name(cast: Cast):
    draft = begun(cast)
    write(draft, cast, step="", expectation="Waits no longer than needed")
    with pytest.raises(Refused) as refused:
        write(draft, cast, step="", name="别的")
    assert code_of(refused) == "standard.field"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"step": "nothing"}, "standard.place"),
        ({"touchpoint": "9.9"}, "standard.place"),
        ({"language": "fr"}, "standard.language"),
        ({"fields": {"evidence": "1"}}, "standard.field"),
        ({"fields": {"script": "长" * 401}}, "standard.long"),
    ],
)
def test_texts_are_refused(cast: Cast, given: dict, code: str):
    usual = {"touchpoint": "1.5", "step": "controls", "language": "zh-hans", "fields": {"script": "好"}}
    with pytest.raises(Refused) as refused:
        set_texts(begun(cast), by=cast.manager, **(usual | given))
    assert code_of(refused) == code


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"slug": "controls", "touchpoint": "1.5"}, "standard.slug"),
        ({"slug": "Not a slug"}, "standard.slug"),
        ({"role": "king"}, "standard.role"),
        ({"touchpoint": "9.9"}, "standard.place"),
        ({"texts": {"fr": {"name": "x"}}}, "standard.language"),
    ],
)
def test_step_is_refused(cast: Cast, given: dict, code: str):
    usual = {"touchpoint": "3.4", "slug": "own-1", "role": "advisor", "texts": STEP}
    with pytest.raises(Refused) as refused:
        add_step(begun(cast), by=cast.manager, **(usual | given))
    assert code_of(refused) == code


def test_slug_of_a_dropped_step_is_never_used_again(cast: Cast):
    add_step(begun(cast), touchpoint="3.4", slug="own-1", role="advisor", texts=STEP, by=cast.manager)
    published(cast)
    drop_step(begun(cast), touchpoint="3.4", step="own-1", by=cast.manager)
    published(cast, now=NOW + timedelta(hours=1))
    with pytest.raises(Refused) as refused:
        add_step(begun(cast), touchpoint="3.4", slug="own-1", role="advisor", texts=STEP, by=cast.manager)
    assert code_of(refused) == "standard.slug"


@pytest.mark.parametrize(
    ("touchpoint", "step", "code"),
    [
        ("1.5", "controls", "standard.record"),
        ("5.3", "farewell", "standard.gate"),
        ("1.5", "nothing", "standard.place"),
        ("1.5", "", "standard.place"),
    ],
)
def test_step_stays_where_a_record_or_an_exit_needs_it(cast: Cast, touchpoint: str, step: str, code: str):
    with pytest.raises(Refused) as refused:
        drop_step(begun(cast), touchpoint=touchpoint, step=step, by=cast.manager)
    assert code_of(refused) == code


def test_touchpoint_keeps_its_last_step(cast: Cast):
    draft = begun(cast)
    drop_step(draft, touchpoint="4.2", step="usage", by=cast.manager)
    drop_step(draft, touchpoint="4.2", step="demonstrate", by=cast.manager)
    with pytest.raises(Refused) as refused:
        drop_step(draft, touchpoint="4.2", step="clear", by=cast.manager)
    assert code_of(refused) == "standard.last"


def test_change_is_put_back(cast: Cast):
    draft = begun(cast)
    write(draft, cast)
    write(draft, cast, step="", value="Other")
    add_step(draft, touchpoint="3.4", slug="own-1", role="advisor", texts=STEP, by=cast.manager)
    drop_step(draft, touchpoint="1.1", step="salute", by=cast.manager)
    found = changes(words_of(draft.base.pk), words_of(draft.pk))
    assert [(one.kind, *one.words.place) for one in found] == [
        ("dropped", "1.1", "salute"), ("changed", "1.5", ""), ("changed", "1.5", "controls"), ("added", "3.4", "own-1"),
    ]  # fmt: skip
    for one in found:
        put_back(draft, touchpoint=one.words.touchpoint, step=one.words.step, by=cast.manager)
    assert words_of(draft.pk) == words_of(draft.base.pk)
    with pytest.raises(Refused) as refused:
        put_back(draft, touchpoint="9.9", step="", by=cast.manager)
    assert code_of(refused) == "standard.place"


@pytest.mark.parametrize(
    ("fields", "field", "kind"),
    [
        ({"script": "长" * 61, "plain": ""}, "script", "long"),
        ({"script": "这个大概没问题。", "plain": ""}, "script", "avoid"),
        ({"script": "{customer}，您看这里。", "plain": ""}, "plain", "missing"),
        ({"script": "{boss}，您看这里。", "plain": "您看这里。"}, "script", "unknown"),
        ({"behaviour": ""}, "behaviour", "empty"),
    ],
)
def test_rules_of_the_check_hold_for_one_step(cast: Cast, fields: dict, field: str, kind: str):
    draft = begun(cast)
    set_texts(draft, touchpoint="1.5", step="controls", language="zh-hans", fields=fields, by=cast.manager)
    found = faults(words_of(draft.pk)["1.5", "controls"], ["zh-hans"])
    assert (field, kind) in [(one.field, one.kind) for one in found]
    with pytest.raises(Refused) as refused:
        publish(draft, valid_from=DAY, reason="试试", by=cast.manager, now=NOW)
    assert code_of(refused) == "standard.words"
    assert f"standard.{kind}" in [one.code for one in refused.value.missing]


def test_missing_language_is_a_finding(cast: Cast):
    draft = begun(cast)
    only = {"zh-hans": STEP["zh-hans"]}
    add_step(draft, touchpoint="3.4", slug="own-1", role="advisor", texts=only, by=cast.manager)
    with pytest.raises(Refused) as refused:
        publish(draft, valid_from=DAY, reason="试试", by=cast.manager, now=NOW)
    assert [one.code for one in refused.value.missing] == ["standard.language"] * 2


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"valid_from": DAY - timedelta(days=1)}, "standard.past"),
        ({"reason": "  "}, "standard.reason"),
        ({"reason": "长" * 301}, "standard.reason"),
    ],
)
def test_publishing_is_refused(cast: Cast, given: dict, code: str):
    draft = begun(cast)
    write(draft, cast)
    with pytest.raises(Refused) as refused:
        publish(draft, by=cast.manager, now=NOW, **({"valid_from": DAY, "reason": "试试"} | given))
    assert code_of(refused) == code


def test_version_without_a_difference_is_refused(cast: Cast):
    with pytest.raises(Refused) as refused:
        publish(begun(cast), valid_from=DAY, reason="试试", by=cast.manager, now=NOW)
    assert code_of(refused) == "standard.same"


def test_published_version_is_read_only_and_a_second_press_changes_nothing(cast: Cast):
    draft = begun(cast)
    version = published(cast)
    assert publish(draft, valid_from=DAY, reason="二", by=cast.manager, now=NOW).reason == version.reason
    with pytest.raises(Refused) as refused:
        write(version, cast)
    assert code_of(refused) == "standard.published"
    with pytest.raises(Refused) as refused:
        publish(draft, valid_from=DAY, reason="三", by=cast.supervisor, now=NOW)
    assert code_of(refused) == "standard.published"


def test_update_of_the_product_is_offered_and_taken_where_one_likes(cast: Cast):
    version = published(cast)
    assert update_for(version) is None
    newest = load(with_words(2, script="三件套我当面取下，您看车内干净吗？"))
    assert current_standard(cast.store, now=NOW) == version
    assert update_for(version) == newest
    draft = begun(cast)
    take_update(draft, take=["3.4/covers"], by=cast.manager)
    draft.refresh_from_db()
    assert (draft.base, update_for(draft)) == (newest, None)
    found = changes(words_of(version.pk), words_of(draft.pk))
    assert [one.words.place for one in found] == [("3.4", "covers")]
    with pytest.raises(Refused) as refused:
        take_update(draft, take=["3.4/nothing"], by=cast.manager)
    assert code_of(refused) == "standard.place"


def test_store_without_a_version_follows_the_product(cast: Cast):
    newest = load(with_words(2, script="三件套我当面取下，您看车内干净吗？"))
    assert current_standard(cast.other) == newest
    assert StandardTouchpoint.objects.filter(standard=newest).count() == 22


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """Two managers on two connections."""

    def test_first_draft_is_made_once(self, transactional_db: None, cast: Cast):
        store, people = cast.store, [cast.manager, cast.supervisor]
        loaded = fork.Barrier(2)

        def work(by):
            def begin():
                with scope(store=store):
                    loaded.wait(60)
                    return draft_of(store, by=by, now=NOW).pk

            return begin

        found = at_once([work(person) for person in people])
        assert len(set(found)) == 1
        assert StandardStep.objects.filter(touchpoint__standard__store=store).count() == 67

    def test_two_managers_publish_at_once(self, transactional_db: None, cast: Cast):
        store, people = cast.store, [cast.manager, cast.supervisor]
        draft = begun(cast)
        write(draft, cast)
        loaded = fork.Barrier(2)

        def work(by):
            def press():
                with scope(store=store):
                    mine = Standard.objects.get(pk=draft.pk)
                    loaded.wait(60)
                    try:
                        return publish(mine, valid_from=DAY, reason=by.name, by=by, now=NOW).reason
                    except Refused as refused:
                        return refused.code

            return press

        said = at_once([work(person) for person in people])
        assert sorted(said)[-1] in ("沈洁", "韩梅")
        assert "standard.published" in said
        assert Standard.objects.filter(store=store).count() == 1
