"""The customer's link: a token that is kept nowhere, a cookie for one page, and what a guesser meets."""

import hashlib
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from dealership.actions.links import (
    check_phone,
    expire_on_close,
    guesses_too_much,
    knows_phone,
    make_link,
    opened,
    revoke,
)
from dealership.models import Attention, CustomerLink, Event, LinkAddress, LinkDevice, LinkGuess, Visit
from dealership.refused import Refused
from tests.cast import Cast, at


@pytest.fixture
def visit(cast: Cast) -> Visit:
    return cast.visit()


def link_of(cast: Cast, visit: Visit) -> tuple[CustomerLink, str]:
    with scope(store=cast.store):
        link, url = make_link(visit, by=cast.advisor, now=at("11:26"))
    return link, url.removeprefix("http://localhost:8000")


def enter(client: Client, path: str) -> str:
    """Follow the link; return the address of the page."""
    return client.get(path).headers["Location"]


def fresh(cast: Cast, link: CustomerLink) -> CustomerLink:
    with scope(store=cast.store):
        return CustomerLink.objects.select_related("visit__customer").get(pk=link.pk)


def refusal(function, *args, **given) -> str:
    with pytest.raises(Refused) as refused:
        function(*args, **given)
    return refused.value.code


def test_only_the_hash_of_a_token_is_kept(cast: Cast, visit: Visit) -> None:
    link, path = link_of(cast, visit)

    token = path.removeprefix("/v/")
    address = LinkAddress.objects.get()
    assert len(token) == 24
    assert re.fullmatch(r"\d{6}", link.pickup_code)
    assert (address.token_hash, address.link) == (hashlib.sha256(token.encode()).hexdigest(), link.pk)
    assert address.store == cast.store.pk
    assert link.expires_at is None


def test_a_second_message_leads_to_the_same_link_by_an_address_of_its_own(cast: Cast, visit: Visit) -> None:
    first, one = link_of(cast, visit)
    second, other = link_of(cast, visit)

    assert (first.pk, first.pickup_code) == (second.pk, second.pickup_code)
    assert one != other
    assert LinkAddress.objects.count() == 2


def test_the_first_get_sets_a_cookie_for_its_page_alone_and_changes_no_row(cast: Cast, visit: Visit) -> None:
    _link, path = link_of(cast, visit)
    with scopes_disabled():
        before = [list(model.objects.values()) for model in (CustomerLink, LinkAddress, Event, Attention, LinkGuess)]

    response = Client().get(path)

    page = f"/my/{LinkAddress.objects.get().public_id}/"
    cookie = response.cookies["link"]
    assert (response.status_code, response.headers["Location"]) == (303, page)
    assert (response.headers["Referrer-Policy"], response.headers["Cache-Control"]) == ("no-referrer", "no-store")
    assert (cookie["path"], cookie["httponly"], cookie["samesite"], cookie["secure"]) == (page, True, "Lax", "")
    with scopes_disabled():
        after = [list(model.objects.values()) for model in (CustomerLink, LinkAddress, Event, Attention, LinkGuess)]
    assert after == before


def test_the_cookie_is_secure_in_production(cast: Cast, visit: Visit, settings) -> None:
    _link, path = link_of(cast, visit)
    settings.PRODUCTION = True

    response = Client().get(path)

    assert response.cookies["link"]["secure"] is True


def test_two_cars_live_side_by_side_on_one_phone(cast: Cast, visit: Visit) -> None:
    other = cast.visit("沪B12345")
    phone = Client()
    pages = [enter(phone, link_of(cast, one)[1]) for one in (visit, other)]

    # Django's client sends every cookie everywhere; a browser sends each to its own path.
    first = phone.get(pages[1])
    assert first.status_code == 200
    phone.cookies.clear()
    assert phone.get(pages[0]).status_code == 404


def test_without_its_cookie_a_page_is_not_there(cast: Cast, visit: Visit) -> None:
    _link, path = link_of(cast, visit)
    page = enter(Client(), path)
    stranger = Client()
    stranger.cookies["link"] = "made-up:abc:def"

    assert [Client().get(page).status_code, stranger.get(page).status_code] == [404, 404]
    assert "021-55501800" in Client().get(page).content.decode()


def test_the_clean_page_sends_no_referrer_elsewhere_and_is_kept_nowhere(cast: Cast, visit: Visit) -> None:
    _link, path = link_of(cast, visit)
    phone = Client()

    response = phone.get(enter(phone, path))

    assert (response.headers["Referrer-Policy"], response.headers["Cache-Control"]) == ("same-origin", "no-store")


def test_an_unknown_token_meets_a_kind_page_with_a_phone(db: None, cast: Cast) -> None:
    response = Client().get("/v/nothing-of-the-kind")

    assert response.status_code == 404
    assert response.headers["Cache-Control"] == "no-store"
    assert "021-55501800" in response.content.decode()
    assert LinkGuess.objects.get().count == 1


def test_a_guesser_is_shut_out_for_ten_minutes(cast: Cast, visit: Visit) -> None:
    _link, path = link_of(cast, visit)
    LinkGuess.objects.create(address="127.0.0.1", window=at("11:00") - timedelta(days=9))
    guesser = Client()
    statuses = [guesser.get(f"/v/guess-{number}").status_code for number in range(31)]

    assert statuses == [404] * 30 + [429]
    assert guesser.get(path).status_code == 429
    assert Client(REMOTE_ADDR="10.0.0.9").get(path).status_code == 303
    assert not guesses_too_much("127.0.0.1", now=timezone.now() + timedelta(minutes=10))
    assert LinkGuess.objects.count() == 1


def test_behind_the_proxy_its_last_hop_names_the_sender(cast: Cast, settings) -> None:
    settings.PRODUCTION = True

    Client().get("/v/guess", headers={"X-Forwarded-For": "1.1.1.1, 9.9.9.9"}, secure=True)

    assert LinkGuess.objects.get().address == "9.9.9.9"


def test_a_revoked_link_is_gone_and_says_whom_to_call(cast: Cast, visit: Visit) -> None:
    link, path = link_of(cast, visit)
    phone = Client()
    page = enter(phone, path)
    with scope(store=cast.store):
        revoke(link, by=cast.advisor, now=at("11:30"))

    response = phone.get(page)

    assert response.status_code == 410
    assert "这个链接已经停用" in response.content.decode()
    assert "021-55501800" in response.content.decode()


def test_revoke_refuses_a_link_that_has_ended(cast: Cast, visit: Visit) -> None:
    link, _path = link_of(cast, visit)
    with scope(store=cast.store):
        revoke(link, by=cast.advisor)

        assert refusal(revoke, link, by=cast.advisor) == "link.revoked"
        another, _url = make_link(visit, by=cast.advisor)
    assert another.pk != link.pk


def test_the_link_ends_14_days_after_the_car_has_left(cast: Cast, visit: Visit) -> None:
    link, path = link_of(cast, visit)
    phone = Client()
    page = enter(phone, path)
    with scope(store=cast.store):
        expire_on_close(visit, None, by=cast.guard, now=at("12:00"))
    assert fresh(cast, link).expires_at == at("12:00") + timedelta(days=14)

    with scope(store=cast.store):
        CustomerLink.objects.update(expires_at=timezone.now() + timedelta(minutes=1))
        assert phone.get(page).status_code == 200
        CustomerLink.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
        papers = phone.get(page)
        CustomerLink.objects.update(expires_at=timezone.now() - timedelta(days=3 * 365))
    assert (papers.status_code, 'name="digits"' in papers.content.decode()) == (200, True)
    assert phone.get(page).status_code == 410


def test_an_address_whose_link_is_gone_is_not_there(cast: Cast, visit: Visit) -> None:
    _link, path = link_of(cast, visit)
    phone = Client()
    page = enter(phone, path)
    with scope(store=cast.store):
        CustomerLink.objects.all().delete()

    assert phone.get(page).status_code == 404


def test_opened_is_a_post_that_counts_once(cast: Cast, visit: Visit) -> None:
    link, path = link_of(cast, visit)
    phone = Client()
    page = enter(phone, path)
    phone.get(page)
    assert fresh(cast, link).opened_at is None

    statuses = [phone.post(f"{page}opened/").status_code for _press in range(2)]

    with scope(store=cast.store):
        events = Event.objects.filter(kind="link.opened").count()
        mark = Attention.objects.get(kind="opened")
    assert statuses == [204, 204]
    assert (events, mark.visit_id, mark.until) == (1, visit.pk, None)
    assert fresh(cast, link).opened_at is not None
    assert [Client().post(f"{page}opened/").status_code, phone.get(f"{page}opened/").status_code] == [404, 405]


def test_opened_needs_the_token_of_its_own_page(cast: Cast, visit: Visit) -> None:
    _link, path = link_of(cast, visit)
    phone = Client(enforce_csrf_checks=True)
    page = enter(phone, path)
    phone.get(page)

    without = phone.post(f"{page}opened/").status_code
    token = phone.cookies["csrftoken"].value
    with_token = phone.post(f"{page}opened/", headers={"X-CSRFToken": token}).status_code

    assert [without, with_token] == [403, 204]


def test_the_phone_check_asks_once_a_device(cast: Cast, visit: Visit) -> None:
    link, _path = link_of(cast, visit)
    with scope(store=cast.store):
        secret = check_phone(fresh(cast, link), digits=" 1234 ", now=at("11:30"))

        assert knows_phone(link, secret=secret)
        assert not knows_phone(link, secret="another")
        assert not knows_phone(link, secret="")
        assert LinkDevice.objects.get().secret_hash == hashlib.sha256(secret.encode()).hexdigest()


def test_wrong_digits_close_the_check_longer_each_time(cast: Cast, visit: Visit) -> None:
    link, _path = link_of(cast, visit)
    now, locks = at("11:30"), []
    with scope(store=cast.store):
        for _round in range(9):
            for _try in range(5):
                assert refusal(check_phone, fresh(cast, link), digits="9999", now=now) == "phone.wrong"
            locked = fresh(cast, link).locked_until
            locks.append(int((locked - now).total_seconds() // 60))
            assert refusal(check_phone, fresh(cast, link), digits="1234", now=now) == "phone.locked"
            now = locked
        assert check_phone(fresh(cast, link), digits="1234", now=now)
    assert locks == [15, 30, 60, 120, 240, 480, 960, 1440, 1440]


@pytest.mark.parametrize("customer", [None, {"name": "王建国", "phone": ""}])
def test_the_phone_check_needs_a_number(cast: Cast, customer) -> None:
    visit = cast.visit("沪C00001", customer=customer)
    link, _path = link_of(cast, visit)

    with scope(store=cast.store):
        assert refusal(check_phone, fresh(cast, link), digits="", now=at("11:30")) == "phone.none"


def test_opened_counts_once_in_the_action_too(cast: Cast, visit: Visit) -> None:
    link, _path = link_of(cast, visit)
    with scope(store=cast.store):
        assert [opened(link, now=at("11:30")), opened(link, now=at("11:31"))] == [True, False]
        assert CustomerLink.objects.get().opened_at == at("11:30")


def test_a_link_is_revoked_from_the_messages_of_its_visit(cast: Cast, visit: Visit) -> None:
    link, _path = link_of(cast, visit)
    advisor, stranger, guard = Client(), Client(), Client()
    advisor.force_login(cast.advisor)
    stranger.force_login(cast.stranger)
    guard.force_login(cast.guard)
    url = f"/hq/visits/{visit.pk}/link/revoke/"

    assert [stranger.post(url).status_code, guard.post(url).status_code] == [404, 403]
    assert advisor.post(url).status_code == 303
    assert fresh(cast, link).revoked_at is not None
