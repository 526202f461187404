"""What the server could not apply: shown in words to its author and the supervisor, tried again, dealt with by hand."""

import pytest
from django.test import Client
from django.urls import reverse
from django_scopes import scope

from dealership.actions import parked as actions
from dealership.actions.operations import Incoming, submit
from dealership.actions.visits import place
from dealership.models import Operation, Staff, StepTick, Visit
from dealership.queries.parked import parked_for
from dealership.refused import Refused
from dealership.uuids import uuid7
from tests.cast import Cast, at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _scope(cast: Cast):
    with scope(store=cast.store):
        yield


@pytest.fixture
def visit(cast: Cast) -> Visit:
    return cast.visit()


def send(cast: Cast, visit_id, by: Staff, kind: str, /, **payload) -> Operation:
    """Send one operation and return its row."""
    id_ = uuid7()
    operation = Incoming(id_, visit_id, kind, at("08:40"), payload=payload)
    submit(cast.store, by=by, operations=[operation], now=at("08:41"))
    return Operation.objects.get(pk=id_)


def clash(cast: Cast, visit: Visit) -> tuple[Visit, Operation]:
    """Return a car that has the key tag, and the parked wish for the same tag on another."""
    other = cast.visit("沪B12345")
    place(other, by=cast.advisor, key_tag="12", now=at("08:39"))
    return other, send(cast, visit.pk, cast.advisor, "field.set", field="key_tag", value="12")


def test_content_is_told_in_words(cast: Cast, visit: Visit):
    clash(cast, visit)
    (line,) = parked_for(cast.advisor, cast.store)
    assert (line.what, line.text, line.plate, line.mine) == ("钥匙牌", "12", "沪A·8K2D6", True)
    assert (line.operation.staff, line.operation.moment) == (cast.advisor, at("08:40"))
    assert "12" in line.why


@pytest.mark.parametrize(
    ("kind", "payload", "what", "text"),
    [
        ("tick", {"step": "1.5/controls"}, "打勾", "检查操作件"),
        ("reading", {"item": "mileage", "value": 58620}, "里程", "58,620 km"),
        ("reading", {"item": ["x"]}, "预检记录", ""),
        ("mark", {"view": "left", "kind": "dent", "size_cm": 3, "zone": "left_front_door"}, "损伤标记", "凹陷"),
        ("mark", {"mark": "x", "removed": True}, "损伤标记", ""),
        ("mark", {"kind": ["x"], "zone": {}, "note": None}, "损伤标记", ""),
        ("note", {"text": "客户赶时间"}, "备注", "客户赶时间"),
        ("confirmation", {"how": "seen"}, "客户确认", ""),
        ("stage.advance", {"to": "negotiation"}, "进入下一阶段", ""),
        ("tick", {"step": ["x"]}, "打勾", ""),
        ("weather", {"text": "雨"}, "记录", "雨"),
    ],
)
def test_every_kind_has_words(cast: Cast, kind, payload, what, text):
    send(cast, uuid7(), cast.advisor, kind, **payload)
    (line,) = parked_for(cast.advisor, cast.store)
    assert line.what
    assert text in line.text or kind == "tick"
    assert (line.plate, bool(line.why)) == ("", True)


def test_own_ones_for_a_worker_all_for_the_supervisor(cast: Cast, visit: Visit):
    send(cast, uuid7(), cast.advisor, "note", text="一")
    send(cast, uuid7(), cast.technician, "note", text="二")
    texts = {who: [line.text for line in parked_for(getattr(cast, who), cast.store)]
             for who in ("advisor", "technician", "guard", "supervisor", "manager")}  # fmt: skip
    assert texts == {
        "advisor": ["一"], "technician": ["二"], "guard": [], "supervisor": ["二", "一"], "manager": ["二", "一"]
    }  # fmt: skip


def test_what_was_refused_may_pass_later(cast: Cast, visit: Visit):
    other, parked = clash(cast, visit)
    assert actions.retry(parked, by=cast.advisor).state == "parked"
    place(other, by=cast.advisor, key_tag="", now=at("08:50"))
    again = actions.retry(parked, by=cast.supervisor, now=at("08:51"))
    visit.refresh_from_db()
    assert (again.state, again.reason, again.sentence, visit.key_tag) == ("accepted", "", "", "12")
    assert parked_for(cast.advisor, cast.store) == []
    assert actions.retry(parked, by=cast.advisor).state == "accepted"


def test_a_tick_that_lost_its_visit_counts_when_tried_again(cast: Cast, visit: Visit):
    lost = send(cast, uuid7(), cast.advisor, "tick", step="1.4/introduce")
    assert actions.retry(lost, by=cast.advisor).reason == "unknown_visit"
    Operation.objects.filter(pk=lost.pk).update(visit=visit.pk)
    assert actions.retry(lost, by=cast.advisor).state == "accepted"
    assert StepTick.objects.get(pk=lost.pk).moment == at("08:40")


def test_a_missing_picture_is_not_tried(cast: Cast, visit: Visit):
    photo = send(cast, visit.pk, cast.advisor, "photo", sha256="0" * 64, label="仪表")
    assert (photo.state, photo.reason) == ("parked", "blob_missing")
    assert actions.retry(photo, by=cast.advisor).reason == "blob_missing"
    (line,) = parked_for(cast.advisor, cast.store)
    assert (line.text, line.can_retry) == ("仪表", False)


def test_dealt_with_by_hand_leaves_the_list_and_stays_in_the_log(cast: Cast, visit: Visit):
    _other, parked = clash(cast, visit)
    actions.settle(parked, by=cast.supervisor, now=at("09:00"))
    actions.settle(parked, by=cast.advisor, now=at("09:01"))
    parked.refresh_from_db()
    assert (parked.state, parked.settled_by, parked.settled_at) == ("parked", cast.supervisor, at("09:00"))
    assert parked_for(cast.advisor, cast.store) == []
    with pytest.raises(Refused) as refused:
        actions.retry(parked, by=cast.advisor)
    assert refused.value.code == "parked.settled"


@pytest.mark.parametrize("action", [actions.retry, actions.settle])
def test_another_persons_entry_is_refused(cast: Cast, visit: Visit, action):
    _other, parked = clash(cast, visit)
    with pytest.raises(Refused) as refused:
        action(parked, by=cast.advisor3)
    assert refused.value.code == "parked.not_yours"


def test_list_costs_the_same_for_one_and_three(cast: Cast, visit: Visit, django_assert_max_num_queries):
    parked_for(cast.advisor, cast.store)
    for count in (1, 3):
        for _n in range(count):
            send(cast, uuid7(), cast.advisor, "undo", tick=str(uuid7()))
        with django_assert_max_num_queries(7):
            assert parked_for(cast.advisor, cast.store)


def test_pages_show_and_change_it(cast: Cast, visit: Visit):
    _other, parked = clash(cast, visit)
    client = Client()
    client.force_login(cast.advisor)
    url = reverse("parked", kwargs={"store": "hq"})
    assert "沪A·8K2D6" in client.get(url).content.decode()
    assert "<html" not in client.get(url, headers={"HX-Request": "true"}).content.decode()
    for name in ("parked-retry", "parked-settle"):
        answer = client.post(reverse(name, kwargs={"store": "hq", "operation": parked.pk}))
        assert (answer.status_code, answer.url) == (303, url)
    assert "沪A·8K2D6" not in client.get(url).content.decode()
    client.force_login(cast.technician)
    assert client.post(reverse("parked-settle", kwargs={"store": "hq", "operation": parked.pk})).status_code == 422
