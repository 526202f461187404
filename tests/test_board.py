"""Board and 我的下一步: what they show, how often they ask the database, when they say that nothing changed."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope

from dealership.actions import events, promises, visits
from dealership.actions.stages import advance
from reception.models import WaitLimit
from tests.cast import Cast

pytestmark = pytest.mark.django_db

PLATES = ("沪A11111", "沪A22222", "沪A33333")


def queries_of(client: Client, url: str, counter) -> int:
    client.get(url)
    with counter as seen:
        assert client.get(url).status_code == 200
    return len(seen)


@pytest.mark.parametrize("name", ["board", "board-cards", "next", "next-lines"])
def test_page_asks_the_same_queries_for_one_and_three_cars(
    cast: Cast, client: Client, name: str, django_assert_max_num_queries
):
    client.force_login(cast.advisor)
    url = reverse(name, args=["hq"])
    counts = []
    for plates in (PLATES[:1], PLATES[1:]):
        for plate in plates:
            visit = cast.visit(plate, now=timezone.now())
            with scope(store=cast.store):
                promises.give(visit, kind="ready", by=cast.advisor, due_at=timezone.now() + timedelta(minutes=10))
                events.call_attention(visit, kind="paid")
        counts.append(queries_of(client, url, django_assert_max_num_queries(40)))
    assert counts[0] == counts[1]


def test_board_says_unchanged_until_something_changes(cast: Cast, client: Client):
    visit = cast.visit(now=timezone.now())
    client.force_login(cast.advisor)
    url = reverse("board-cards", args=["hq"])
    tag = client.get(url)["X-Board-Tag"]
    assert client.get(url, headers={"If-None-Match": tag}).status_code == 304
    with scope(store=cast.store):
        advance(visit, to="negotiation", by=cast.advisor)
    assert client.get(url, headers={"If-None-Match": tag}).status_code == 200


def test_board_finds_by_plate_name_phone_and_shows_mine(cast: Cast, client: Client):
    cast.visit("沪A11111", now=timezone.now())
    with scope(store=cast.store):
        visits.open_visit(
            cast.store, by=cast.guard, plate="苏E7P63Q", customer={"name": "赵强", "phone": "13900003333"}
        )
    client.force_login(cast.advisor)
    for words, found in (("7P63", 1), ("赵", 1), ("3333", 1), ("1234", 1), ("沪A·1", 1), ("zzz", 0)):
        page = client.get(reverse("board", args=["hq"]), {"q": words})
        assert (words, page.context["found"]) == (words, found)
    assert client.get(reverse("board", args=["hq"]), {"mine": "1"}).context["found"] == 1


def test_search_finds_cars_that_are_not_in_the_house(cast: Cast, client: Client):
    visit = cast.visit("沪A11111", now=timezone.now())
    client.force_login(cast.advisor)
    assert client.get(reverse("search", args=["hq"]), {"q": "111"}).context["found"][0]["visit"] == visit
    assert client.get(reverse("search", args=["hq"]), {"q": "1"}).context["found"] == []


def test_waiting_car_is_first_and_gone_once_taken(cast: Cast, client: Client):
    with scope(store=cast.store):
        visit = visits.open_visit(
            cast.store, by=cast.guard, plate="苏E7P63Q", customer={"name": "赵强", "sex": "m"},
            now=timezone.now() - timedelta(minutes=6),
        )  # fmt: skip
        WaitLimit.objects.bulk_create(WaitLimit(store=cast.store, day=day, minutes=10) for day in WaitLimit.Day)
    client.force_login(cast.advisor)
    first = client.get(reverse("next", args=["hq"])).context["steps"][0]
    assert (first.visit, first.tone, first.post) == (visit, "risk", True)
    assert client.post(reverse("visit-take", args=["hq", visit.pk])).status_code == 303
    steps = client.get(reverse("next", args=["hq"])).context["steps"]
    assert [step.visit for step in steps] == [visit]
    assert steps[0].post is False


def test_cars_of_earlier_days_stay_on_the_board(cast: Cast, client: Client):
    cast.visit(now=timezone.now() - timedelta(days=2))
    client.force_login(cast.supervisor)
    page = client.get(reverse("board", args=["hq"]))
    (card,) = [card for lane in page.context["lanes"] for card in lane["cards"]]
    assert card["marks"][0]["icon"] == "moon"


def test_every_mark_has_words(cast: Cast, client: Client):
    visit = cast.visit(now=timezone.now())
    with scope(store=cast.store):
        events.call_attention(visit, kind="something_new")
        events.call_attention(visit, kind="not_satisfied")
    client.force_login(cast.manager)
    steps = client.get(reverse("next", args=["hq"])).context["steps"]
    assert steps[0].chip is not None
