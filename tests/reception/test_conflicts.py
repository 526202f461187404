"""Two people who did not see each other's entries: both are shown, one person is asked, the answer settles it."""

import pytest
from django.test import Client
from django.urls import reverse
from django_scopes import scope

from dealership.actions.operations import Incoming, submit
from dealership.actions.visits import describe, place, set_dms_no
from dealership.models import Attention, Operation, Staff, Visit
from dealership.queries.next import next_steps
from dealership.queries.whole import read_whole
from dealership.refused import Refused
from dealership.uuids import uuid7
from reception.actions.conflicts import settle_conflict
from reception.actions.marks import add_mark, change_mark
from reception.actions.sheet import record_readings
from reception.models import DamageMark, Reading, SheetConfirmation
from reception.queries.conflicts import conflicts_of
from reception.queries.sheet import sheet_of, sheets_of
from tests.cast import Cast, at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _scope(cast: Cast):
    with scope(store=cast.store):
        yield


@pytest.fixture
def visit(cast: Cast) -> Visit:
    return cast.visit()


def send(cast: Cast, visit: Visit, by: Staff, kind: str, when: str, /, **payload):
    """Send one operation of a tablet and return its id."""
    id_ = uuid7()
    submit(cast.store, by=by, operations=[Incoming(id_, visit.pk, kind, at(when), payload=payload)], now=at("09:30"))
    return id_


def differ(cast: Cast, visit: Visit) -> tuple:
    """Let two people read the mileage without seeing each other's."""
    mine = send(cast, visit, cast.advisor, "reading", "08:41", item="mileage", value=58620, seen=[])
    theirs = send(cast, visit, cast.advisor3, "reading", "08:43", item="mileage", value=58260, seen=[])
    return mine, theirs


def asked(visit: Visit) -> list[dict]:
    return list(Attention.objects.filter(visit=visit, kind="conflict", until=None).values_list("data", flat=True))


def test_both_values_are_shown_with_names_and_times(cast: Cast, visit: Visit):
    mine, theirs = differ(cast, visit)
    (conflict,) = conflicts_of(sheet_of(visit))
    assert (conflict.kind, conflict.name, conflict.step) == ("reading", "mileage", "cabin")
    assert [(side.value, side.who, side.moment, side.id) for side in conflict.sides] == [
        (58620, "周敏", at("08:41"), mine), (58260, "吴磊", at("08:43"), theirs)
    ]  # fmt: skip
    assert conflict.asked == cast.advisor
    visit.refresh_from_db()
    assert visit.mileage == 58260, "the later one is shown until somebody decides"


def test_an_entry_that_saw_the_other_replaces_it(cast: Cast, visit: Visit):
    mine = send(cast, visit, cast.advisor, "reading", "08:41", item="mileage", value=58620, seen=[])
    send(cast, visit, cast.advisor3, "reading", "08:43", item="mileage", value=58260, seen=[str(mine)])
    assert (conflicts_of(sheet_of(visit)), asked(visit)) == ([], [])


def test_the_same_value_twice_is_no_conflict(cast: Cast, visit: Visit):
    for by, when, lamps in ((cast.advisor, "08:41", ["tyre", "oil"]), (cast.advisor3, "08:43", ["oil", "tyre"])):
        send(cast, visit, by, "reading", when, item="lamps", value=lamps, seen=[])
    assert asked(visit) == []


def test_the_outside_is_a_union(cast: Cast, visit: Visit):
    for by, view in ((cast.advisor, "left"), (cast.advisor3, "right")):
        send(cast, visit, by, "reading", "08:41", item="exterior", value=view, seen=[])
    assert (sheet_of(visit).seen, asked(visit)) == ({"left", "right"}, [])


@pytest.mark.parametrize("seen", ["x", {"a": 1}, None, 7])
def test_nonsense_for_seen_counts_as_absent(cast: Cast, visit: Visit, seen):
    send(cast, visit, cast.advisor, "reading", "08:41", item="mileage", value=58620, seen=[])
    id_ = send(cast, visit, cast.advisor3, "reading", "08:43", item="mileage", value=58260, seen=seen, reason=["x"])
    row = Reading.objects.get(pk=id_)
    assert (row.seen, row.reason, asked(visit)) == (None, "", [])


def test_nonsense_within_seen_is_left_out(cast: Cast, visit: Visit):
    mine = uuid7()
    id_ = send(cast, visit, cast.advisor, "reading", "08:41", item="mileage", value=1, seen=["x", str(mine), 3, []])
    assert Reading.objects.get(pk=id_).seen == [mine]


def test_a_form_replaces_all_that_was_written_before(cast: Cast, visit: Visit):
    differ(cast, visit)
    record_readings(visit, by=cast.advisor, readings={"mileage": 58630}, now=at("09:31"))
    assert (sheet_of(visit).value("mileage"), asked(visit)) == (58630, [])


def test_the_advisor_is_asked_on_the_next_steps(cast: Cast, visit: Visit):
    differ(cast, visit)
    (line,) = [step for step in next_steps(cast.store, cast.advisor, now=at("09:31")) if "card=1.5" in step.url]
    assert line.visit == visit
    assert [step for step in next_steps(cast.store, cast.advisor3, now=at("09:31")) if "card=1.5" in step.url] == []


def test_the_answer_settles_it(cast: Cast, visit: Visit):
    differ(cast, visit)
    (conflict,) = conflicts_of(sheet_of(visit))
    settle_conflict(
        visit, by=cast.advisor, kind=conflict.kind, name=conflict.name, value=58620, seen=conflict.seen, now=at("09:32")
    )
    assert (sheet_of(visit).value("mileage"), conflicts_of(sheet_of(visit)), asked(visit)) == (58620, [], [])
    assert Reading.objects.count() == 3, "both stay"


def test_only_the_advisor_of_the_car_is_asked(cast: Cast, visit: Visit):
    differ(cast, visit)
    with pytest.raises(Refused) as refused:
        settle_conflict(visit, by=cast.advisor3, kind="reading", name="mileage", value=58620, seen=[])
    assert refused.value.code == "conflict.asked"


@pytest.mark.parametrize("what", [("weather", "x"), ("field", "key_tag"), ("mark", "x:kind"), ("mark", "")])
def test_a_question_that_is_none_is_refused(cast: Cast, visit: Visit, what):
    with pytest.raises(Refused) as refused:
        settle_conflict(visit, by=cast.advisor, kind=what[0], name=what[1], value="x", seen=[])
    assert refused.value.code == "conflict.gone"


def test_marks_differ_field_by_field(cast: Cast, visit: Visit):
    mark = add_mark(visit, by=cast.advisor, view="left", x=9, y=9, now=at("08:40"))
    seen = [str(mark.pk)]
    send(cast, visit, cast.advisor, "mark", "08:41", mark=str(mark.pk), kind="dent", size_cm=3, seen=seen)
    send(cast, visit, cast.advisor3, "mark", "08:42", mark=str(mark.pk), kind="crack", note="新", seen=seen)
    mark.refresh_from_db()
    assert (mark.kind, mark.size_cm, mark.note, sorted(mark.disputed)) == ("crack", 3, "新", ["kind"])
    (conflict,) = conflicts_of(sheet_of(visit))
    assert [side.value for side in conflict.sides] == ["dent", "crack"]
    settle_conflict(visit, by=cast.advisor, kind="mark", name=conflict.name, value="dent", seen=conflict.seen)
    mark.refresh_from_db()
    assert (mark.kind, mark.disputed, asked(visit)) == ("dent", {}, [])


def test_a_mark_removed_by_one_and_described_by_another_is_asked_about(cast: Cast, visit: Visit):
    mark = add_mark(visit, by=cast.advisor, view="left", x=9, y=9, now=at("08:40"))
    send(cast, visit, cast.advisor3, "mark", "08:41", mark=str(mark.pk), kind="dent", seen=[str(mark.pk)])
    send(cast, visit, cast.advisor, "mark", "08:42", mark=str(mark.pk), removed=True, seen=[str(mark.pk)])
    (conflict,) = conflicts_of(sheet_of(visit))
    assert (conflict.name, [side.value for side in conflict.sides]) == (f"{mark.pk}:removed", [False, True])
    settle_conflict(visit, by=cast.advisor, kind="mark", name=conflict.name, value=False, seen=conflict.seen)
    mark.refresh_from_db()
    assert (mark.removed_at, mark.disputed) == (None, {})


def test_a_form_settles_a_mark_as_well(cast: Cast, visit: Visit):
    mark = add_mark(visit, by=cast.advisor, view="left", x=9, y=9, now=at("08:40"))
    for by, kind in ((cast.advisor, "dent"), (cast.advisor3, "chip")):
        send(cast, visit, by, "mark", "08:41", mark=str(mark.pk), kind=kind, seen=[])
    change_mark(mark, by=cast.advisor, kind="rust", now=at("09:31"))
    assert (mark.kind, mark.disputed, asked(visit)) == ("rust", {}, [])


def test_words_of_two_people_stand_beside_each_other(cast: Cast, visit: Visit):
    first = send(cast, visit, cast.advisor, "field.set", "08:41", field="words", value="刹车响", was="")
    send(cast, visit, cast.advisor3, "field.set", "08:40", field="words", value="空调不冷", was="")
    visit.refresh_from_db()
    assert visit.words == "刹车响"
    (conflict,) = conflicts_of(sheet_of(visit))
    assert [(side.value, side.who) for side in conflict.sides] == [("空调不冷", "吴磊"), ("刹车响", "周敏")]
    settle_conflict(visit, by=cast.advisor, kind="field", name="words", value="空调不冷", seen=conflict.seen)
    visit.refresh_from_db()
    assert (visit.words, asked(visit)) == ("空调不冷", [])
    assert Operation.objects.get(pk=first).payload["value"] == "刹车响"


def test_a_late_tablet_does_not_undo_what_a_form_wrote(cast: Cast, visit: Visit):
    describe(visit, by=cast.advisor, words="刹车响", now=at("09:00"))
    set_dms_no(visit, by=cast.advisor, dms_no=" R-7 ", now=at("09:00"))
    place(visit, by=cast.advisor, key_tag="12", now=at("09:00"))
    for name, value in (("words", "空调不冷"), ("dms_no", "R-1"), ("key_tag", "11")):
        send(cast, visit, cast.advisor3, "field.set", "08:50", field=name, value=value)
    visit.refresh_from_db()
    assert (visit.words, visit.dms_no, visit.key_tag, asked(visit)) == ("刹车响", "R-7", "12", [])


def test_a_key_tag_of_another_car_is_parked(cast: Cast, visit: Visit):
    place(cast.visit("沪B12345"), by=cast.advisor, key_tag="12", now=at("08:50"))
    id_ = send(cast, visit, cast.advisor, "field.set", "08:51", field="key_tag", value="12")
    assert Operation.objects.get(pk=id_).state == "parked"
    visit.refresh_from_db()
    assert visit.key_tag == ""


def test_sheets_with_conflicts_cost_three_queries(cast: Cast, visit: Visit, django_assert_num_queries):
    visits = [visit, cast.visit("沪B00001"), cast.visit("沪B00002")]
    for each in visits:
        differ(cast, each)
    for some in (visits[:1], visits):
        with django_assert_num_queries(3):
            names = [str(row.staff) for sheet in sheets_of(some).values() for row in sheet.conflicts["mileage"]]
        assert names == ["周敏", "吴磊"] * len(some)


def test_buttons_are_for_the_one_who_is_asked(cast: Cast, visit: Visit):
    differ(cast, visit)
    page = reverse("reception-stage", kwargs={"store": "hq", "visit": visit.pk}) + "?card=1.5&step=cabin"
    client = Client()
    client.force_login(cast.advisor)
    shown = client.get(page).content.decode()
    assert "58,620" in shown
    assert "rx-conflict-side" in shown
    client.force_login(cast.advisor3)
    others = client.get(page).content.decode()
    assert "58,620" in others
    assert "rx-conflict-side" not in others


def test_a_visit_read_whole_knows_who_saw_what(cast: Cast, visit: Visit):
    mine = send(cast, visit, cast.advisor, "reading", "08:41", item="mileage", value=58620, seen=[])
    send(cast, visit, cast.advisor3, "reading", "08:43", item="mileage", value=58260, seen=[str(mine)])
    read_whole(visit, (Reading, DamageMark, SheetConfirmation))
    assert sheet_of(visit).conflicts == {}


def test_the_button_posts_a_reading_that_has_seen_both(cast: Cast, visit: Visit):
    mine, theirs = differ(cast, visit)
    client = Client()
    client.force_login(cast.advisor)
    url = reverse("visit-conflict", kwargs={"store": "hq", "visit": visit.pk})
    form = {"kind": "reading", "item": "mileage", "value": "58620", "seen": [str(mine), str(theirs)]}
    assert client.post(url, form | {"operation": str(uuid7())}).status_code == 303
    assert Reading.objects.latest("moment").seen == sorted([mine, theirs])
    assert DamageMark.objects.count() == 0
    assert client.post(url, form | {"value": "{"}).status_code == 422
