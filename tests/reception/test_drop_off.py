"""Cars without their customer: left in the night, towed in, picked up."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django_scopes import scope
from PIL import Image

from dealership.models import Attachment, Situation, TouchpointRecord, Visit
from dealership.queries.next import next_steps
from dealership.refused import Refused
from dealership.uuids import uuid7
from reception.actions.appointments import book_plate
from reception.actions.drop_off import note_call, receive_absent
from reception.models import DropOff
from tests.cast import Cast, at

pytestmark = pytest.mark.django_db
WANG = {"name": "王建国", "sex": "m", "phone": "13800001234"}
NIGHT, MORNING = at("21:40", "2026-11-19"), at("08:05")


@pytest.fixture(autouse=True)
def _scope(cast: Cast):
    with scope(store=cast.store):
        yield


def picture(name: str = "left.jpg") -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "navy").save(file, "JPEG")
    return SimpleUploadedFile(name, file.getvalue(), "image/jpeg")


def left(cast: Cast, how: str = "dropped", plate: str = "沪A8K2D6", **given) -> Visit:
    where = {"key_box": "A3", "place": "门口左侧", "note": "", "at": None} | given.pop("left", {})
    car = {"works": ["repair"], "words": "冷车启动抖动", "customer": WANG} | given.pop("car", {})
    return receive_absent(
        cast.store, by=cast.guard, how=how, plate=plate, car=car, left=where, **({"now": NIGHT} | given)
    )  # fmt: skip


def without(visit: Visit) -> list[str]:
    """Return the touchpoints of stages 1 and 2 that do not apply."""
    rows = TouchpointRecord.objects.filter(visit=visit, applicable=False, touchpoint__lt="3")
    return sorted(rows.values_list("touchpoint", flat=True))


def test_car_left_in_the_night_keeps_key_place_and_photos(cast: Cast):
    visit = left(cast, photos=[picture(), picture()])
    row = DropOff.objects.get(visit=visit)
    assert (row.key_box, row.place, row.at, row.called_at) == ("A3", "门口左侧", NIGHT, None)
    assert Situation.objects.filter(visit=visit, kind="out_of_hours", until=None).count() == 1
    assert Attachment.objects.filter(visit=visit, place="left_here").count() == 2
    assert (visit.arrival, visit.offered_to) == ("walk_in", None)


@pytest.mark.parametrize("how", ["dropped", "towed", "picked_up"])
def test_touchpoints_of_the_gate_do_not_apply(cast: Cast, how):
    assert without(left(cast, how)) == ["1.1", "1.2", "1.3", "1.4", "1.6", "1.7", "2.4"]


def test_car_noted_in_the_morning_came_in_the_night(cast: Cast):
    visit = left(cast, left={"at": NIGHT}, now=MORNING)
    assert (visit.arrived_at, DropOff.objects.get().at) == (NIGHT, NIGHT)


def test_first_call_is_a_step_once_the_store_opens(cast: Cast):
    visit = left(cast)
    assert next_steps(cast.store, cast.advisor, now=NIGHT + timedelta(hours=1)) == []
    (step,) = next_steps(cast.store, cast.advisor, now=MORNING)
    assert (step.visit, step.since) == (visit, at("08:00"))
    assert "A3" in step.why
    assert next_steps(cast.store, cast.technician, now=MORNING) == []


def test_call_takes_the_car_and_counts_once(cast: Cast):
    visit = left(cast)
    row = note_call(DropOff.objects.get(), by=cast.advisor, now=MORNING)
    note_call(row, by=cast.advisor3, now=MORNING + timedelta(minutes=5))
    assert (Visit.objects.get(pk=visit.pk).advisor, DropOff.objects.get().called_at) == (cast.advisor, MORNING)
    steps = next_steps(cast.store, cast.advisor, now=MORNING)
    assert [step.action for step in steps] == [steps[0].action]
    assert next_steps(cast.store, cast.advisor3, now=MORNING) == []


def test_towed_car_is_told_to_whoever_receives(cast: Cast):
    visit = left(cast, "towed", car={"works": ["accident"]})
    assert (visit.arrival, visit.lane, visit.offered_to) == ("towed", "accident", cast.advisor)
    (step,) = next_steps(cast.store, cast.advisor, now=NIGHT)
    assert (step.visit, step.post) == (visit, True)
    assert next_steps(cast.store, cast.advisor3, now=NIGHT) == []
    assert not DropOff.objects.exists()


def test_booked_car_that_is_picked_up_stays_picked_up(cast: Cast):
    book_plate(cast.store, plate="沪A8K2D6", by=cast.advisor, name="王", phone="1", at=at("09:00"), now=at("08:00"))
    visit = left(cast, "picked_up", now=at("08:30"))
    assert visit.arrival == "picked_up"


def test_same_id_again_is_the_same_car(cast: Cast):
    id_ = uuid7()
    assert left(cast, id=id_) == left(cast, id=id_)
    assert DropOff.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"left": {"key_box": " "}}, "drop_off.key_box"),
        ({"left": {"at": NIGHT + timedelta(minutes=1)}}, "drop_off.future"),
        ({"photos": [None] * 9}, "drop_off.photos"),
        ({"plate": " "}, "plate.empty"),
        ({"car": {"customer": {}}}, "arrival.customer"),
    ],
)
def test_absent_car_refused(cast: Cast, given, code):
    with pytest.raises(Refused) as refused:
        left(cast, **given)
    assert (refused.value.code, Visit.objects.count(), DropOff.objects.count()) == (code, 0, 0)


def test_car_in_the_yard_is_not_left_here_again(cast: Cast):
    cast.visit("沪A8K2D6", now=NIGHT)
    with pytest.raises(Refused) as refused:
        left(cast)
    assert refused.value.code == "arrival.inside"


def test_guard_fills_in_the_form_and_the_desk_reads_it(cast: Cast, client):
    client.force_login(cast.guard)
    given = {
        "how": "dropped", "province": "沪", "number": "A8K2D6", "works": "repair", "name": "王", "phone": "13800001234",
        "key_box": "B1", "place": "", "note": "", "at": "", "photos": [picture()], "operation": str(uuid7()),
    }  # fmt: skip
    assert client.get(reverse("absent", args=["hq"])).status_code == 200
    answer = client.post(reverse("absent", args=["hq"]), given)
    assert (answer.status_code, answer["Location"]) == (303, reverse("gate", args=["hq"]))
    visit = Visit.objects.get()
    client.force_login(cast.advisor)
    panel = reverse("visit-drop-off", args=["hq", visit.pk])
    assert "B1" in client.get(panel).content.decode()
    assert client.post(reverse("drop-off-called", args=["hq", visit.pk])).status_code == 303
    assert "drop-off/called/" not in client.get(panel).content.decode()


def test_panel_is_empty_for_a_car_that_was_brought(cast: Cast, client):
    visit = cast.visit()
    client.force_login(cast.advisor)
    assert client.get(reverse("visit-drop-off", args=["hq", visit.pk])).content.strip() == b""
    assert client.post(reverse("drop-off-called", args=["hq", visit.pk])).status_code == 404


@pytest.mark.parametrize(("person", "status"), [("technician", 403), ("cashier", 403), ("stranger", 404)])
def test_others_take_no_car_in(cast: Cast, client, person, status):
    client.force_login(getattr(cast, person))
    assert client.get(reverse("absent", args=["hq"])).status_code == status
    assert client.post(reverse("absent", args=["hq"]), {"how": "towed"}).status_code == status


def test_guard_does_not_call(cast: Cast, client):
    visit = left(cast)
    client.force_login(cast.guard)
    assert client.post(reverse("drop-off-called", args=["hq", visit.pk])).status_code == 403
