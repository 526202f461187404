"""The API: token, sync, visits, actions; other stores do not exist."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django_scopes import scope

from dealership.models import ApiToken, Bay, Device, Operation, StepTick
from dealership.uuids import uuid7
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def device(cast: Cast) -> Device:
    return Device.objects.create(store=cast.store, name="接待平板1", enrolled_at=timezone.now())


def post(client: Client, url: str, body: object, token: str = ""):
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return client.post(url, json.dumps(body, default=str), content_type="application/json", headers=headers)


def login(client: Client, name: str = "advisor") -> str:
    answer = post(client, "/api/login/", {"username": name, "password": PASSWORD})
    assert answer.status_code == 200, answer.content
    return answer.json()["token"]


def tick_of(visit, code="1.4/introduce", seq=1):
    return {"id": uuid7(), "seq": seq, "visit": visit.pk, "kind": "tick", "version": 1,
            "at": timezone.now(), "payload": {"step": code}}  # fmt: skip


def test_login_gives_a_token_whose_hash_alone_is_kept(cast: Cast, client: Client):
    token = login(client)
    row = ApiToken.objects.get()
    assert token not in (row.token_hash, str(row.pk))
    assert client.get("/api/visits/", headers={"authorization": f"Bearer {token}"}).json() == {"visits": []}


def test_wrong_password_is_401_as_json(cast: Cast, client: Client):
    answer = post(client, "/api/login/", {"username": "advisor", "password": "wrong"})
    assert (answer.status_code, answer["content-type"]) == (401, "application/json")


def test_expired_and_revoked_tokens_are_401(cast: Cast, client: Client):
    token = login(client)
    assert post(client, "/api/logout/", {}, token).status_code == 204
    assert client.get("/api/visits/", headers={"authorization": f"Bearer {token}"}).status_code == 401
    token = login(client)
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1), revoked_at=None)
    assert client.get("/api/visits/", headers={"authorization": f"Bearer {token}"}).status_code == 401


def test_sync_answers_accepted_then_duplicate(cast: Cast, client: Client, device: Device):
    visit, token = cast.visit(now=timezone.now()), login(client)
    batch = {"device": device.pk, "sent_at": timezone.now(), "operations": [tick_of(visit)]}
    assert post(client, "/api/sync/", batch, token).json()["results"][0]["state"] == "accepted"
    assert post(client, "/api/sync/", batch, token).json()["results"][0]["state"] == "duplicate"
    with scope(store=cast.store):
        assert StepTick.objects.filter(visit=visit, step="introduce").count() == 1


def test_sync_parks_what_it_does_not_know_and_keeps_it(cast: Cast, client: Client, device: Device):
    visit, token = cast.visit(now=timezone.now()), login(client)
    odd = tick_of(visit) | {"kind": "dance"}
    answer = post(client, "/api/sync/", {"device": device.pk, "sent_at": timezone.now(), "operations": [odd]}, token)
    assert answer.json()["results"][0]["reason"] == "unknown_kind"
    with scope(store=cast.store):
        assert Operation.objects.get(pk=odd["id"]).payload == odd["payload"]


def test_sync_parks_a_move_that_a_rule_refuses_with_its_sentence(cast: Cast, client: Client, device: Device):
    visit, token = cast.visit(now=timezone.now()), login(client)
    move = tick_of(visit) | {"kind": "stage.advance", "payload": {"to": "delivery"}}
    answer = post(client, "/api/sync/", {"device": device.pk, "sent_at": timezone.now(), "operations": [move]}, token)
    result = answer.json()["results"][0]
    assert (result["state"], result["reason"]) == ("parked", "refused")
    assert result["sentence"]


def test_sync_without_login_is_401_and_from_a_strange_device_403(cast: Cast, client: Client, device: Device):
    visit = cast.visit(now=timezone.now())
    batch = {"device": device.pk, "sent_at": timezone.now(), "operations": [tick_of(visit)]}
    anonymous = post(client, "/api/sync/", batch)
    stranger = post(client, "/api/sync/", batch, login(client, "stranger"))
    assert [(a.status_code, a["content-type"]) for a in (anonymous, stranger)] == [
        (401, "application/json"),
        (403, "application/json"),
    ]


def test_sync_of_another_stores_visit_is_parked_and_touches_nothing(cast: Cast, client: Client):
    visit = cast.visit(now=timezone.now())
    theirs = Device.objects.create(store=cast.other, name="西区平板", enrolled_at=timezone.now())
    batch = {"device": theirs.pk, "sent_at": timezone.now(), "operations": [tick_of(visit)]}
    answer = post(client, "/api/sync/", batch, login(client, "stranger"))
    assert answer.json()["results"][0]["reason"] == "other_store"
    with scope(store=cast.store):
        assert not StepTick.objects.filter(visit=visit, step="introduce").exists()


def test_action_is_the_same_as_on_the_page(cast: Cast, client: Client):
    visit, token = cast.visit(now=timezone.now()), login(client)
    answer = post(client, f"/api/visits/{visit.pk}/actions/advance/", {"to": "negotiation"}, token)
    assert (answer.status_code, answer.json()["stage"]) == (200, "negotiation")
    url = f"/api/visits/{visit.pk}/actions/advance/"
    wrong = [post(client, url, {"to": to}, token) for to in ("delivery", "closed", "cancelled")]
    answers = [(answer.status_code, answer.json()["code"]) for answer in wrong]
    assert answers == [(422, "stage.move"), (422, "form.invalid"), (422, "form.invalid")]


def test_action_of_another_store_is_404_and_of_another_role_403(cast: Cast, client: Client):
    visit = cast.visit(now=timezone.now())
    url = f"/api/visits/{visit.pk}/actions/advance/"
    assert post(client, url, {"to": "negotiation"}, login(client, "stranger")).status_code == 404
    assert post(client, url, {"to": "negotiation"}, login(client, "guard")).status_code == 403
    assert post(client, url.replace("advance", "explode"), {}, login(client)).status_code == 404


def test_every_wired_action_answers_bad_input_with_a_sentence(cast: Cast, client: Client):
    visit, token = cast.visit(now=timezone.now()), login(client)
    for name, body in [("tick", {"steps": "x"}), ("undo", {"ticks": ["no"]}), ("cancel", {}), ("place", {"bay": "x"})]:
        answer = post(client, f"/api/visits/{visit.pk}/actions/{name}/", body, token)
        assert (name, answer.status_code, bool(answer.json()["message"])) == (name, 422, True)


def test_schema_names_every_address(cast: Cast, client: Client):
    client.force_login(cast.advisor)
    schema = client.get("/api/schema/?format=json").json()
    assert set(schema["paths"]) >= {"/api/sync/", "/api/login/", "/api/visits/{visit}/actions/{name}/"}


def test_docs_are_for_staff(cast: Cast, client: Client):
    assert client.get("/api/docs/").status_code == 401
    client.force_login(cast.advisor)
    assert client.get("/api/docs/").status_code == 200


def test_visit_list_asks_the_same_queries_for_one_and_three(cast: Cast, client: Client, django_assert_num_queries):
    headers = {"authorization": f"Bearer {login(client)}"}
    cast.visit("沪A11111", now=timezone.now())
    client.get("/api/visits/", headers=headers)
    with django_assert_num_queries(6):
        client.get("/api/visits/", headers=headers)
    cast.visit("沪A22222", now=timezone.now())
    cast.visit("沪A33333", now=timezone.now())
    with django_assert_num_queries(6):
        assert len(client.get("/api/visits/", headers=headers).json()["visits"]) == 3


def test_standard_in_three_languages(cast: Cast, client: Client):
    headers = {"authorization": f"Bearer {login(client)}"}
    for language in ("zh-hans", "zh-hant", "en"):
        stages = client.get(f"/api/standard/?language={language}", headers=headers).json()["stages"]
        assert [len(stage["touchpoints"]) for stage in stages] == [7, 5, 4, 3, 3]


def test_sync_parks_what_a_role_may_not_do(cast: Cast, client: Client, device: Device):
    visit, token = cast.visit(now=timezone.now()), login(client, "guard")
    asked = [
        tick_of(visit, seq=1) | {"kind": "stage.advance", "payload": {"to": "negotiation"}},
        tick_of(visit, seq=2) | {"kind": "field.set", "payload": {"field": "dms_no", "value": "X"}},
    ]
    answer = post(client, "/api/sync/", {"device": device.pk, "sent_at": timezone.now(), "operations": asked}, token)
    assert [(r["state"], r["reason"]) for r in answer.json()["results"]] == [("parked", "refused")] * 2
    visit.refresh_from_db()
    assert (visit.stage, visit.dms_no) == ("reception", "")


def test_sync_never_ends_a_visit(cast: Cast, client: Client, device: Device):
    visit, token = cast.visit(now=timezone.now()), login(client)
    end = tick_of(visit) | {"kind": "stage.advance", "payload": {"to": "cancelled", "reason": "x"}}
    answer = post(client, "/api/sync/", {"device": device.pk, "sent_at": timezone.now(), "operations": [end]}, token)
    assert answer.json()["results"][0]["reason"] == "refused"


def test_an_arrival_that_makes_no_sense_holds_nothing_up(cast: Cast, client: Client, device: Device):
    visit, token = cast.visit(now=timezone.now()), login(client)
    nonsense = [
        {"plate": "?"}, {"plate": "沪A1", "works": 5}, {"plate": "沪A2", "customer": "王"},
        {"plate": "沪A3", "customer": {"id": "no", "name": "x"}}, {"plate": "沪A4", "vehicle": {"make": 7}},
    ]  # fmt: skip
    batch = [
        tick_of(visit, seq=n) | {"kind": "visit.open", "visit": uuid7(), "payload": payload}
        for n, payload in enumerate(nonsense)
    ]
    batch.append(tick_of(visit, seq=9))
    answer = post(client, "/api/sync/", {"device": device.pk, "sent_at": timezone.now(), "operations": batch}, token)
    assert [result["state"] for result in answer.json()["results"]] == ["parked"] * 5 + ["accepted"]


def test_place_by_api_keeps_what_is_not_named_and_knows_one_store_only(cast: Cast, client: Client):
    visit, token = cast.visit(now=timezone.now()), login(client)
    url = f"/api/visits/{visit.pk}/actions/place/"
    with scope(store=cast.store):
        mine = Bay.objects.get(name="交1")
    with scope(store=cast.other):
        theirs = Bay.objects.create(store=cast.other, name="西1", kind="handover")
    assert post(client, url, {"key_tag": "12"}, token).status_code == 200
    assert post(client, url, {"bay": mine.pk}, token).json()["key_tag"] == "12"
    assert post(client, url, {"bay": theirs.pk}, token).status_code == 422
