"""Every URL stands in the access table; every role gets what the table says; another store is 404."""

from datetime import date
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.module_loading import import_string

from dealership.access import ACCESS, OPEN_TO_ALL
from dealership.models import Role
from tests.cast import Cast

pytestmark = pytest.mark.django_db

ELSEWHERE = ("admin/", "static/")
"""Parts of the address space with guards of their own (Django's admin)."""


def patterns(resolver=None, prefix=""):
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if route.startswith(ELSEWHERE):
            continue
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, route)
        elif isinstance(pattern, URLPattern):
            yield route, pattern


def guard_of(pattern: URLPattern) -> str:
    view = getattr(pattern.callback, "view_class", pattern.callback)
    return getattr(pattern.callback, "access", "") or getattr(view, "access", "")


def store_urls():
    return [(route, pattern) for route, pattern in patterns() if "<slug:store>" in route]


def url_of(pattern: URLPattern, store: str) -> str:
    values = {"slug": "x", "uuid": uuid4(), "str": "2026-11-20", "int": 1, "kind": "month"}
    kwargs = {"store": store}  # also where an include takes it
    for name, converter in pattern.pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower()
        kwargs[name] = store if name == "store" else values.get(kind, date(2026, 11, 20))
    return reverse(pattern.name, kwargs=kwargs)


def test_every_url_is_in_the_table():
    unguarded = [route for route, pattern in patterns() if guard_of(pattern) not in {*ACCESS, OPEN_TO_ALL}]
    assert unguarded == []


def test_every_url_of_a_store_is_guarded_by_a_row():
    assert [route for route, pattern in store_urls() if guard_of(pattern) == OPEN_TO_ALL] == []


def test_every_row_of_the_table_names_something_that_exists():
    lost = []
    for name in ACCESS:
        try:
            import_string(name)
        except ImportError:
            lost.append(name)
    assert lost == []


@pytest.mark.parametrize("role", sorted(Role.values))
def test_role_gets_what_the_table_says(cast: Cast, role: str):
    client = Client()
    client.force_login(getattr(cast, role))
    wrong = {}
    for route, pattern in store_urls():
        status = client.get(url_of(pattern, "hq")).status_code
        forbidden = role not in ACCESS[guard_of(pattern)]
        if forbidden != (status == 403):
            wrong[route] = status
    assert wrong == {}


def test_another_store_does_not_exist(cast: Cast):
    client = Client()
    client.force_login(cast.manager)
    answers = {route: client.get(url_of(pattern, "west")).status_code for route, pattern in store_urls()}
    assert {route: status for route, status in answers.items() if status != 404} == {}


def test_another_stores_visit_is_404_in_every_path(cast: Cast):
    visit = cast.visit()
    client = Client()
    client.force_login(cast.stranger)
    answers = {}
    for route, pattern in store_urls():
        if "<uuid:visit>" not in route:
            continue
        url = url_of(pattern, "west")
        own = reverse(pattern.name, kwargs=pattern_kwargs(pattern, visit))
        if Role.ADVISOR in ACCESS[guard_of(pattern)]:
            answers[own] = (client.get(own).status_code, client.post(own).status_code)
        assert client.get(url).status_code in (403, 404, 405)
    assert {url: codes for url, codes in answers.items() if codes != (404, 404)} == {}


def pattern_kwargs(pattern: URLPattern, visit) -> dict:
    kwargs = {name: uuid4() for name in pattern.pattern.converters}
    return kwargs | {"store": "west", "visit": visit.pk}


def test_nobody_is_led_to_the_login(cast: Cast):
    client = Client()
    answers = {route: client.get(url_of(pattern, "hq")) for route, pattern in store_urls()}
    elsewhere = {
        route: (a.status_code, a.headers["Content-Type"])
        for route, a in answers.items()
        if not a.headers.get("Location", "").startswith("/login/")
    }
    # A tablet's queue is no person: it is told so as JSON.
    assert set(elsewhere.values()) <= {(401, "application/json")}
    assert all("/sync/" in route for route in elsewhere)
