"""Fifty phones want the last place at the same moment; one gets it, the others hear what is still free."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from django_scopes import scope

from dealership.models import Customer, business_day
from dealership.refused import Refused
from reception.actions.booking import book_confirmed
from reception.actions.phone_codes import check_code, hashed
from reception.models import Appointment, PhoneCode
from reception.queries.booking import days_of
from tests.cast import Cast, make_cast
from tests.reception.booking import TYPED, places

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]
PHONES = 50


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


def waiting(cast: Cast, number: int, at: str) -> PhoneCode:
    now = timezone.now()
    return PhoneCode.objects.create(
        store=cast.store, phone=f"+86139000{number:05d}", code_hash="", sent_at=now, used_at=now,
        expires_at=now + timedelta(minutes=10),
        booking=TYPED | {"at": at, "plate": f"沪B{10000 + number}", "language": "zh-hans"},
    )  # fmt: skip


def at_once(works) -> list[str]:
    """Run each work in a thread with a connection of its own, all released together; return their words."""
    barrier, said = threading.Barrier(len(works)), [""] * len(works)

    def run(number: int) -> None:
        try:
            barrier.wait(60)
            works[number]()
            said[number] = "done"
        except Refused as refused:
            said[number] = refused.code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return said


def test_fifty_phones_take_the_last_place_once(cast: Cast) -> None:
    places(cast.store)
    tomorrow = business_day(cast.store, timezone.now()) + timedelta(days=1)
    with scope(store=cast.store):
        rows = [waiting(cast, number, f"{tomorrow}T09:00") for number in range(PHONES)]

    def take(row: PhoneCode):
        def work() -> None:
            with scope(store=cast.store):
                book_confirmed(row)

        return work

    said = Counter(at_once([take(row) for row in rows]))

    with scope(store=cast.store):
        booked = Appointment.objects.get()
        free = days_of(cast.store, work="repair", advisor=None, wanted=str(tomorrow), now=timezone.now()).slots
        assert Customer.objects.filter(pk=booked.customer_id).count() == Customer.objects.count() == 1
    assert said == {"done": 1, "appointment.full": PHONES - 1}
    assert [f"{slot.at:%H:%M}" for slot in free] == ["10:00"]


def test_twenty_guesses_at_once_are_five(cast: Cast) -> None:
    with scope(store=cast.store):
        row = waiting(cast, 1, "")
        PhoneCode.objects.filter(pk=row.pk).update(used_at=None, code_hash=hashed(row.pk, "402917"))
        row.refresh_from_db()

    def guess(number: int):
        def work() -> None:
            with scope(store=cast.store):
                check_code(row, code=f"{number:06d}")

        return work

    said = Counter(at_once([guess(number) for number in range(20)]))

    assert said == {"code.wrong": 4, "code.spent": 16}
    with scope(store=cast.store):
        assert PhoneCode.objects.get().failures == 5
