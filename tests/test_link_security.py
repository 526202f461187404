"""The link under attack and under a preview bot: no guess, no trace, no row changed by looking."""

import logging
import re
import secrets
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import timezone
from django_scopes import scope

from dealership.actions.links import GUESSES, make_link, revoke, share
from dealership.models import CustomerLink, LinkAddress, LinkGuess
from dealership.views.links import link as link_view
from tests.cast import Cast
from tests.delivery.orders import sent
from tests.delivery.test_customer_papers import phone_at, photo_of

GUESSES_MADE, SENDERS = 10_000, 50
WRITTEN = """
    SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_user_tables
    WHERE relname LIKE 'dealership%' OR relname LIKE 'reception%' OR relname LIKE 'inspection%'
       OR relname LIKE 'delivery%' OR relname LIKE 'feedback%' OR relname LIKE 'django%' ORDER BY relname
"""


def rows_written() -> list[tuple]:
    """Return what the database itself has counted: rows inserted, changed and deleted by table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(WRITTEN)
        return cursor.fetchall()


@pytest.mark.slow
@pytest.mark.django_db
def test_ten_thousand_guesses_hit_nothing_and_meet_a_limit(cast: Cast) -> None:
    with scope(store=cast.store):
        make_link(cast.visit(), by=cast.advisor)
    requests, found = RequestFactory(), {303: 0, 404: 0, 429: 0}
    for number in range(GUESSES_MADE):
        request = requests.get("/v/guess", REMOTE_ADDR=f"10.0.0.{number % SENDERS}")
        found[link_view(request, token=secrets.token_urlsafe(18)).status_code] += 1

    # A window may end meanwhile; each sender then has another thirty.
    windows = LinkGuess.objects.values("window").distinct().count()
    assert found[303] == 0
    assert found[404] <= SENDERS * GUESSES * windows
    assert sum(found.values()) == GUESSES_MADE


@pytest.mark.django_db(transaction=True)
def test_looking_at_every_page_of_the_link_changes_no_row(cast: Cast) -> None:
    visit = sent(cast)
    photo = photo_of(visit, cast)
    owner, bot = phone_at(cast, visit), phone_at(cast, visit)
    owner.client.post(owner.page + "phone/", {"digits": "1234"})
    with scope(store=cast.store):
        friend = phone_at(cast, visit, share(CustomerLink.objects.select_related("visit").get()))
        _link, fresh = make_link(visit, by=cast.advisor)
    pages = (
        "",
        "?language=en",
        "sheet/",
        "thread/",
        "documents/order/",
        "documents/settlement/",
        f"photos/{photo.pk}/",
    )
    cache.clear()
    before = rows_written()

    statuses = {Client().get("/v/" + fresh.rpartition("/v/")[2], headers={"User-Agent": "preview"}).status_code}
    for phone in (owner, bot, friend):
        for rest in pages:
            answer = phone.client.get(phone.page + rest)
            statuses.add(answer.status_code)
            answer.close()
            statuses.add(phone.client.head(phone.page + rest).status_code)

    assert rows_written() == before
    assert statuses <= {200, 303, 404}
    owner.client.post(owner.page + "opened/")
    assert rows_written() != before


@pytest.mark.django_db
def test_no_token_reaches_a_log_or_a_page(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    visit = sent(cast)
    with scope(store=cast.store):
        link, url = make_link(visit, by=cast.advisor)
    token, client = url.rpartition("/v/")[2], Client()
    first = client.get(f"/v/{token}")
    pages = [first, *(client.get(first["Location"] + rest) for rest in ("", "documents/order/", "thread/"))]
    with scope(store=cast.store):
        revoke(link, by=cast.advisor)
    pages += [client.get(first["Location"]), client.get("/v/" + token)]
    for _guess in range(GUESSES):
        client.get("/v/guess-of-a-token")
    pages.append(client.get(f"/v/{token}"))

    assert [page.status_code for page in pages[-3:]] == [410, 303, 429]
    assert [page for page in pages if token in page.content.decode() or token in str(page.headers)] == []
    assert token not in caplog.text
    assert "guess-of-a-token" not in caplog.text
    assert not LinkAddress.objects.filter(token_hash__contains=token).exists()


def test_the_server_writes_no_access_log() -> None:
    start = Path("deploy/start").read_text(encoding="utf-8")

    assert re.findall(r"--access-log\S*", start) == []


@pytest.mark.django_db
def test_two_cars_on_one_phone_keep_their_own_checks(cast: Cast) -> None:
    first, second = phone_at(cast, sent(cast)), phone_at(cast, sent(cast, "沪B12345"))
    first.client.post(first.page + "phone/", {"digits": "1234"})
    known = first.client.cookies["known"]

    assert (known["path"], known["httponly"]) == (first.page, True)
    second.client.cookies["known"] = known.value
    assert 'name="digits"' in second.client.get(second.page + "documents/order/").content.decode()


@pytest.mark.django_db
def test_what_was_begun_goes_along_with_the_phone_check(cast: Cast) -> None:
    phone = phone_at(cast, sent(cast))
    with scope(store=cast.store):
        CustomerLink.objects.update(locked_until=timezone.now() + timedelta(minutes=5))

    locked = phone.client.post(phone.page + "sheet/", {"entries": "abc", "digits": "1234"})
    asked = phone.client.post(phone.page + "sheet/", {"entries": "abc"})

    assert (locked.status_code, 'role="alert"' in locked.content.decode()) == (422, True)
    assert '<input type="hidden" name="entries" value="abc">' in asked.content.decode()
