"""The self-check form: the ready set at first, then the store's own, each change a new version."""

import pytest
from django_scopes import scope

from dealership.refused import Refused
from feedback.actions.check_items import add_item, change_item, end_item, ensure_items, reset_items, restore
from feedback.models import CheckItem
from feedback.queries.check_items import FIELDS, current_items, is_ready_set, stale_languages, words_of
from feedback.ready.data import read
from tests.cast import Cast, at

pytestmark = pytest.mark.django_db
NEW = dict.fromkeys(FIELDS, "新的话")


@pytest.fixture(autouse=True)
def _scope(cast: Cast):
    with scope(store=cast.store):
        yield


@pytest.fixture
def item(cast: Cast) -> CheckItem:
    ensure_items(cast.store, now=at("08:00"))
    return CheckItem.objects.get(code="1.5-walk")


def said(row: CheckItem, language: str = "zh-hans", /, **given) -> dict:
    return {name: getattr(words_of(row, language), name) for name in FIELDS} | given


def test_ready_set_is_copied_once(cast: Cast):
    assert ensure_items(cast.store) == len(read())
    assert ensure_items(cast.store) == 0
    items = current_items(cast.store)
    assert is_ready_set(items)
    assert {item.touchpoint for item in items} == {one.touchpoint for one in read()}
    first = next(item for item in items if item.code == "1.5-walk")
    assert (words_of(first, "zh-hans").item, first.times_a_week, first.owner) == ("价值绕车", 10, "supervisor")


def test_change_is_a_new_version_and_the_old_one_stays(cast: Cast, item: CheckItem):
    fresh = change_item(
        item, by=cast.supervisor, language="zh-hans", said=said(item, at_5="站着，没开口"), now=at("09:00")
    )
    item.refresh_from_db()
    assert (fresh.version, fresh.ended_at, item.ended_at) == (2, None, at("09:00"))
    assert words_of(item, "zh-hans").at_5 != words_of(fresh, "zh-hans").at_5 == "站着，没开口"
    assert not is_ready_set(current_items(cast.store))


def test_other_languages_are_kept_and_marked_until_looked_at(cast: Cast, item: CheckItem):
    fresh = change_item(item, by=cast.manager, language="zh-hans", said=said(item, pain="等太久"))
    assert words_of(fresh, "en") == words_of(item, "en")
    assert stale_languages(fresh) == ["en", "zh-hant"]
    looked = change_item(fresh, by=cast.manager, language="en", said=said(fresh, "en"))
    assert (looked.version, stale_languages(looked)) == (3, ["zh-hant"])


def test_bones_alone_mark_no_language(cast: Cast, item: CheckItem):
    fresh = change_item(item, by=cast.manager, language="en", said=said(item, "en", times_a_week=3))
    assert (fresh.times_a_week, stale_languages(fresh)) == (3, [])


def test_same_words_make_no_version(cast: Cast, item: CheckItem):
    assert change_item(item, by=cast.manager, language="en", said=said(item, "en")).pk == item.pk


def test_change_of_an_ended_item_is_refused(cast: Cast, item: CheckItem):
    change_item(item, by=cast.manager, language="zh-hans", said=said(item, pain="甲"))
    with pytest.raises(Refused) as refused:
        change_item(item, by=cast.supervisor, language="zh-hans", said=said(item, pain="乙"))
    assert refused.value.code == "check_item.changed"


@pytest.mark.parametrize("field", FIELDS)
def test_missing_text_is_refused(cast: Cast, item: CheckItem, field: str):
    with pytest.raises(Refused) as refused:
        change_item(item, by=cast.manager, language="zh-hans", said=said(item, **{field: " "}))
    assert (refused.value.code, refused.value.field) == ("check_item.texts", field)


def test_own_item_is_added_in_one_language(cast: Cast, item: CheckItem):
    bones = {name: getattr(item, name) for name in ("step", "who", "way", "times_a_week", "owner", "needs_visit")}
    own = add_item(cast.store, by=cast.manager, touchpoint="5.3", language="zh-hans", said=NEW | bones)
    assert (own.touchpoint, words_of(own, "en").pain, stale_languages(own)) == ("5.3", "新的话", ["en", "zh-hant"])
    with pytest.raises(Refused) as refused:
        add_item(cast.store, by=cast.manager, touchpoint="5.3", language="zh-hans", said=bones)
    assert refused.value.code == "check_item.texts"


def test_item_is_ended_and_taken_up_again(cast: Cast, item: CheckItem):
    ended = end_item(item, by=cast.manager, now=at("09:00"))
    assert end_item(ended, by=cast.manager, now=at("10:00")).ended_at == at("09:00")
    again = restore(ended, by=cast.manager, now=at("11:00"))
    assert (again.version, again.ended_at, words_of(again)) == (2, None, words_of(item))
    assert restore(ended, by=cast.manager).pk == again.pk


def test_only_item_of_a_touchpoint_cannot_end(cast: Cast, item: CheckItem):
    with pytest.raises(Refused) as refused:
        end_item(CheckItem.objects.get(code="5.3-farewell"), by=cast.manager)
    assert refused.value.code == "check_item.last"


def test_reset_goes_back_to_the_ready_set(cast: Cast, item: CheckItem):
    change_item(item, by=cast.manager, language="zh-hans", said=said(item, pain="甲"))
    bones = {name: getattr(item, name) for name in ("step", "who", "way", "times_a_week", "owner", "needs_visit")}
    add_item(cast.store, by=cast.manager, touchpoint="5.3", language="zh-hans", said=NEW | bones)
    end_item(CheckItem.objects.get(code="1.4-meet"), by=cast.manager)
    assert reset_items(cast.store, by=cast.manager) == 3
    assert is_ready_set(current_items(cast.store))
    assert CheckItem.objects.get(code="1.5-walk", ended_at=None).version == 3
    assert reset_items(cast.store, by=cast.manager) == 0
