"""The pre-check sheet: readings, marks, confirmation, gate 1 and what is found."""

from datetime import timedelta

import pytest
from django.utils import translation
from django_scopes import scope

from dealership.actions.operations import Incoming, submit
from dealership.models import Operation, Promise, StepTick, Visit
from dealership.refused import Refused
from dealership.uuids import uuid7
from reception.actions.claims import note_symptom, promise_answer
from reception.actions.confirmation import confirm_sheet
from reception.actions.corrections import correct_people
from reception.actions.marks import add_mark, change_mark, remove_mark, restore_mark
from reception.actions.sheet import record_readings
from reception.models import DamageMark, Reading
from reception.queries.facts import facts, sheet_lines
from reception.queries.sheet import findings, sheet_missing, sheet_of, sheets_of
from tests.cast import Cast, at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _scope(cast: Cast):
    with scope(store=cast.store):
        yield


@pytest.fixture
def visit(cast: Cast) -> Visit:
    return cast.visit()


def read(cast: Cast, visit: Visit, when: str = "08:36", **readings):
    rest = {name: readings.pop(name) for name in ("id", "lower_is_right") if name in readings}
    return record_readings(visit, by=cast.advisor, readings=readings, now=at(when), **rest)


def ticked(visit: Visit) -> list[str]:
    ticks = StepTick.objects.filter(visit=visit, touchpoint__in=["1.5", "1.6", "1.7"]).exclude(evidence="")
    return sorted(tick.code for tick in ticks)


def test_each_reading_ticks_its_step(cast: Cast, visit: Visit):
    read(cast, visit, covers=True)
    assert ticked(visit) == ["1.5/enter"]
    read(cast, visit, mileage=58620)
    assert ticked(visit) == ["1.5/enter"]
    read(cast, visit, energy={"fuel": 3})
    read(cast, visit, controls={"findings": []}, engine_bay={}, qualify=True, coverage={"result": "covered"})
    assert ticked(visit) == ["1.5/cabin", "1.5/controls", "1.5/engine", "1.5/enter", "1.6/qualify", "1.7/coverage"]


def test_readings_are_operations_with_rows_of_the_same_id(cast: Cast, visit: Visit):
    id_ = uuid7()
    rows = read(cast, visit, mileage=58620, energy={"fuel": 3}, lamps=[], belongings=["dashcam"], id=id_)
    assert [row.item for row in rows] == ["mileage", "energy", "lamps", "belongings"]
    assert rows[0].pk == id_
    kinds = Operation.objects.filter(pk__in=[row.pk for row in rows]).values_list("kind", "state")
    assert list(kinds) == [("reading", "accepted")] * 4
    read(cast, visit, "08:40", mileage=58620, energy={"fuel": 3}, lamps=[], belongings=["dashcam"], id=id_)
    assert Reading.objects.count() == 4


def test_mileage_is_kept_on_visit_and_car(cast: Cast, visit: Visit):
    read(cast, visit, mileage=58620)
    visit.vehicle.refresh_from_db()
    assert (visit.mileage, visit.vehicle.mileage) == (58620, 58620)


def test_lower_mileage_is_asked_back_not_refused(cast: Cast, visit: Visit):
    read(cast, visit, mileage=58620)
    visit.vehicle.refresh_from_db()
    with pytest.raises(Refused) as refused:
        read(cast, visit, mileage=5862)
    assert (refused.value.code, refused.value.confirm) == ("mileage.lower", "confirm_mileage")
    read(cast, visit, "08:38", mileage=5862, lower_is_right=True)
    assert (visit.mileage, sheet_of(visit).value("mileage")) == (5862, 5862)


@pytest.mark.parametrize(
    "readings",
    [
        {"mileage": -1}, {"mileage": "58620"}, {"mileage": True}, {"energy": {}}, {"energy": {"fuel": 9}},
        {"lamps": "engine"}, {"lamps": ["moon"]}, {"exterior": "below"}, {"controls": []}, {"coverage": {}},
        {"weather": "fine"},
    ],
)  # fmt: skip
def test_nonsense_is_refused_on_a_form(cast: Cast, visit: Visit, readings):
    with pytest.raises(Refused) as refused:
        read(cast, visit, **readings)
    assert refused.value.code == "reading.value"
    assert Operation.objects.filter(kind="reading").count() == 0


def test_nonsense_of_a_tablet_is_kept_in_the_log_only(cast: Cast, visit: Visit):
    payloads = [{"item": "mileage", "value": None}, {"item": ["x"]}, {}]
    batch = [Incoming(uuid7(), visit.pk, "reading", at("08:40"), payload=payload) for payload in payloads]
    results = submit(cast.store, by=cast.advisor, operations=batch, now=at("08:41"))
    assert [result.state for result in results] == ["accepted"] * 3
    assert Reading.objects.count() == 0


def test_latest_reading_counts_whenever_it_comes(cast: Cast, visit: Visit):
    read(cast, visit, "08:40", energy={"fuel": 3})
    read(cast, visit, "08:36", energy={"fuel": 8})
    assert sheet_of(visit).value("energy") == {"fuel": 3}


def test_exterior_is_done_by_the_whole_car_or_by_every_view(cast: Cast, visit: Visit):
    for view in ("left", "front", "right", "rear"):
        read(cast, visit, exterior=view)
    assert ticked(visit) == []
    read(cast, visit, exterior="roof")
    assert ticked(visit) == ["1.5/exterior"]
    other = cast.visit("沪B12345")
    add_mark(other, by=cast.advisor, view="right", x=146, y=118, now=at("08:40"))
    read(cast, other, exterior="all")
    assert ticked(other) == ["1.5/exterior"]
    assert len(sheet_of(other).marks) == 1


def test_mark_is_made_changed_removed_and_put_back(cast: Cast, visit: Visit):
    id_ = uuid7()
    place = {"view": "right", "zone": "right_rear_door", "x": 146, "y": 118}
    mark = add_mark(visit, by=cast.advisor, id=id_, now=at("08:40"), **place)
    assert add_mark(visit, by=cast.advisor, id=id_, now=at("08:41"), **place) == mark
    change_mark(mark, by=cast.advisor, kind="dent", now=at("08:42"))
    change_mark(mark, by=cast.advisor, size_cm=12, note="旧伤", now=at("08:42"))
    assert (mark.pk, mark.kind, mark.size_cm, mark.note) == (id_, "dent", 12, "旧伤")
    remove_mark(mark, by=cast.advisor, now=at("08:43"))
    assert sheet_of(visit).marks == []
    restore_mark(mark, by=cast.advisor, now=at("08:44"))
    assert sheet_of(visit).marks == [mark]
    assert DamageMark.objects.count() == 1


def test_change_that_arrives_before_its_mark_is_not_lost(cast: Cast, visit: Visit):
    id_ = uuid7()
    change = Incoming(uuid7(), visit.pk, "mark", at("08:41"), payload={"mark": str(id_), "kind": "rust"})
    new = Incoming(id_, visit.pk, "mark", at("08:40"), payload={"view": "rear", "x": 40, "y": 40, "kind": "dent"})
    submit(cast.store, by=cast.advisor, operations=[change], now=at("08:45"))
    submit(cast.store, by=cast.advisor, operations=[new], now=at("08:46"))
    assert DamageMark.objects.get().kind == "rust"


@pytest.mark.parametrize("place", [{"view": "below", "x": 1, "y": 1}, {"view": "left", "x": 999, "y": 1}])
def test_mark_beside_the_car_is_refused(cast: Cast, visit: Visit, place):
    with pytest.raises(Refused) as refused:
        add_mark(visit, by=cast.advisor, now=at("08:40"), **place)
    assert refused.value.code == "mark.place"


def test_mark_of_another_visit_cannot_be_changed(cast: Cast, visit: Visit):
    mark = add_mark(visit, by=cast.advisor, view="left", x=1, y=1, now=at("08:40"))
    other = cast.visit("沪B12345")
    change = Incoming(uuid7(), other.pk, "mark", at("08:41"), payload={"mark": str(mark.pk), "removed": True})
    submit(cast.store, by=cast.advisor, operations=[change], now=at("08:45"))
    mark.refresh_from_db()
    assert mark.removed_at is None


def test_gate_one_names_what_is_missing(cast: Cast, visit: Visit):
    assert [missing.code for missing in sheet_missing(visit)] == ["sheet.mileage", "sheet.confirmation"]
    read(cast, visit, mileage=58620)
    assert [missing.panel for missing in sheet_missing(visit)] == ["sheet-confirmation"]
    confirm_sheet(visit, by=cast.advisor, now=at("08:44"))
    assert sheet_missing(visit) == []


def test_findings_become_words(cast: Cast, visit: Visit):
    read(cast, visit, lamps=["tyre"], controls={"findings": ["window_noise"], "note": "左前"}, engine_bay={})
    mark = add_mark(
        visit, by=cast.advisor, view="right", zone="right_rear_door", x=146, y=118, size_cm=12, now=at("08:40")
    )
    note_symptom(visit, by=cast.advisor, codes=["noise", "cold"], words="冷车有响声", now=at("08:41"))
    found = [(finding.source, finding.code) for finding in findings(visit)]
    assert found == [
        ("1.5/cabin", "tyre"), ("1.5/controls", "window_noise"), ("1.5/controls", "note"), ("1.5/exterior", "scratch"),
        ("1.7/symptom", "symptom"),
    ]  # fmt: skip
    assert findings(visit)[3].row == mark.pk
    assert visit.words == "冷车有响声"


def test_answer_time_is_a_promise(cast: Cast, visit: Visit):
    promise = promise_answer(visit, by=cast.advisor, within=timedelta(hours=2), now=at("09:00"))
    assert (promise.kind, promise.due_at, ticked(visit)) == ("call_back", at("11:00"), ["1.7/process"])
    promise_answer(visit, by=cast.advisor, within=timedelta(hours=2), now=at("09:30"))
    assert Promise.objects.get().due_at == at("11:30")


def test_customer_and_car_are_corrected(cast: Cast, visit: Visit):
    correct_people(visit, by=cast.advisor, customer={"name": "汪建国"}, vehicle={"vin": "lsvau 2180e2184049"})
    visit.refresh_from_db()
    assert (visit.customer.name, visit.customer.phone) == ("汪建国", "13800001234")
    assert visit.vehicle.vin == "LSVAU2180E2184049"


def test_visit_without_customer_gets_one(cast: Cast):
    bare = cast.visit("沪C11111", customer=None)
    correct_people(bare, by=cast.advisor, customer={"name": "李", "sex": "f", "phone": "1"})
    bare.vehicle.refresh_from_db()
    assert (bare.customer.name, bare.vehicle.owner) == ("李", bare.customer)


def test_sheets_take_the_same_queries_for_one_and_three(cast: Cast, visit: Visit, django_assert_num_queries):
    visits = [visit, cast.visit("沪B00001"), cast.visit("沪B00002")]
    for each in visits:
        read(cast, each, mileage=1000, covers=True)
    for some in (visits[:1], visits):
        with django_assert_num_queries(3):
            sheets_of(some)


@pytest.mark.parametrize(
    ("item", "value"),
    [
        ("charging", {"port": "wet"}), ("charging", {}), ("exam", {}), ("exam", {"tread": "fine"}), ("exam", ["tread"]),
        ("energy", {}), ("energy", {"fuel": 9}), ("lamps", ["disco"]), ("controls", []),
    ],
)  # fmt: skip
def test_nonsense_is_no_reading(cast: Cast, visit: Visit, item: str, value: object):
    with pytest.raises(Refused) as refused:
        read(cast, visit, **{item: value})
    assert refused.value.code == "reading.value"


def test_what_is_seen_in_passing_stands_on_the_sheet(cast: Cast, visit: Visit):
    read(
        cast, visit, charging={"port": "open", "cable": True, "colour": "red"}, valuables="yes",
        exam={"tread": "watch", "bonnet": "good"}, engine_bay={},
    )  # fmt: skip
    sheet = sheet_of(visit)
    assert sheet.value("charging") == {"port": "open", "cable": True}
    assert sheet.value("exam") == {"tread": "watch"}
    with translation.override("en"):
        lines = dict(sheet_lines(sheet))
        assert lines["Charge port and cable"] == "Charge flap does not close, cable in the car"
        assert (lines["Valuables"], lines["Seen on the walk"]) == ("Asked to take them along", "Tyre tread: Watch it")
        assert lines["Engine bay"] == "Fine"
        assert (facts(sheet)["engine"].text, facts(sheet)["engine"].finding) == ("Tyre tread: Watch it", True)
