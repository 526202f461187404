"""A store with places, and a customer's phone that books on the web."""

import re
from datetime import time
from typing import Any

from django.test import Client
from django_scopes import scope

from dealership.models import Message, Store
from dealership.refused import Refused
from reception.models import PhoneCode, SlotCapacity
from tests.cast import Cast, at

NOW = at("10:00", "2026-11-20")
"""A Friday; every weekday has places at nine and ten."""
NINE = at("09:00", "2026-11-23")
TYPED: dict[str, Any] = {
    "work": "repair", "at": "2026-11-23T09:00", "advisor": "", "concern": "冷车启动有异响", "plate": "沪B 12345",
    "name": "林静", "sex": "f", "phone": "139 0000 5678", "transport": "", "wish": "",
}  # fmt: skip


def places(store: Store, *, cars: int = 1) -> None:
    """Let the store take so many cars at nine and at ten on every day of the week."""
    with scope(store=store):
        SlotCapacity.objects.bulk_create(
            SlotCapacity(store=store, weekday=day, start=time(hour), bay_kind="general", cars=cars)
            for day in range(7)
            for hour in (9, 10)
        )


def code_of(store: Store) -> str:
    """Return the digits of the newest message with a code."""
    with scope(store=store):
        body = Message.objects.filter(kind="booking_code").order_by("-created_at", "-id").first().body
    return re.search(r"\d{6}", body)[0]  # type: ignore[index]


def row_in(store: Store) -> PhoneCode:
    """Return the newest code."""
    with scope(store=store):
        return PhoneCode.objects.select_related("store").order_by("-sent_at", "-id").first()


def phone_with_code(cast: Cast, **typed: str) -> Client:
    """Return a phone that has filled the form and waits for the code."""
    phone = Client()
    answer = phone.post("/book/hq/", TYPED | typed)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/book/hq/code/"), answer.content.decode()
    return phone


def refusal(action: Any, *args: Any, **kwargs: Any) -> str:
    """Return the code of the refusal that the action answers with."""
    try:
        action(*args, **kwargs)
    except Refused as refused:
        return refused.code
    return ""
