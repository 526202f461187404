"""Two people at two desks, each in a thread with a connection of its own, give away one car at the same moment."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, OperationalError, connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import translation
from django_scopes import scope

from dealership.models import Customer, Staff, Store
from dealership.refused import Refused
from reception.actions.loaners import set_aside
from reception.actions.loans import hand_out, terms_tag
from reception.models import Loan, LoanerCar
from tests.cast import Cast, at, make_cast
from tests.reception.desk import SIGNATURE
from tests.reception.lending import SECOND, customer, details, lent, licence, loaner

pytestmark = pytest.mark.django_db(transaction=True)
WAIT = 60


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


def at_once(cast: Cast, works: list[Callable[[], str]]) -> list[str]:
    """Run the works in threads that begin together; each closes its own connection."""
    ready = threading.Barrier(len(works))

    def run(work: Callable[[], str]) -> str:
        try:
            with scope(store=Store.objects.get(pk=cast.store.pk)), translation.override("en"):
                ready.wait(WAIT)
                return work()
        except Refused as refused:
            return f"{refused.code}: {refused.message}"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def asker(car: LoanerCar, who: Customer, by: Staff) -> Callable[[], str]:
    def work() -> str:
        mine = LoanerCar.objects.get(pk=car.pk)
        return set_aside(
            mine, customer=who, since=at("09:00"), until=at("17:00"), by=by, now=at("08:00")
        ).state  # fmt: skip

    return work


def test_of_eight_people_who_want_one_car_one_gets_it_and_the_others_a_sentence(cast: Cast):
    car = loaner(cast)
    loaner(cast, SECOND, model="ID.4")
    people = [customer(cast, f"客户{n}", f"沪B0000{n}") for n in range(8)]
    said = at_once(cast, [asker(car, person, cast.advisor) for person in people])
    with scope(store=cast.store):
        assert Loan.objects.count() == 1
    assert said.count("booked") == 1
    refused = [one for one in said if one != "booked"]
    assert all(one.startswith("loan.taken: ") and "沪A·D10002 ID.4" in one for one in refused)


def test_of_two_bare_writers_the_database_lets_one_through(cast: Cast):
    car, person = loaner(cast), customer(cast)

    def write() -> str:
        try:
            Loan.objects.create(
                store=cast.store, car=car, customer=person, made_at=at("08:00"),
                period=DateTimeTZRange(at("09:00"), at("17:00")),
            )  # fmt: skip
        except IntegrityError as clash:
            return "overlap" if "loan_never_overlaps" in str(clash) else str(clash)
        except OperationalError:
            # Each saw the other's row first; without the lock of the action the database ends one of them.
            return "deadlock"
        return "made"

    said = at_once(cast, [write, write])
    assert said.count("made") == 1
    assert set(said) - {"made"} <= {"overlap", "deadlock"}
    with scope(store=cast.store):
        assert Loan.objects.count() == 1


def test_of_two_signatures_for_one_car_one_takes_it(cast: Cast):
    car = loaner(cast)
    loans = [
        lent(cast, car, until="12:00"),
        lent(cast, car, since="12:00", until="15:00", customer=customer(cast, "李娜", "沪B00001")),
    ]
    for loan in loans:
        licence(cast, details(cast, loan))

    def signer(loan: Loan) -> Callable[[], str]:
        def work() -> str:
            mine = Loan.objects.get(pk=loan.pk)
            return hand_out(
                mine, signature=SIGNATURE, seen=terms_tag(mine), by=cast.advisor, now=at("11:59")
            ).state  # fmt: skip

        return work

    said = at_once(cast, [signer(loan) for loan in loans])
    assert said.count("out") == 1
    assert next(one.split(":")[0] for one in said if one != "out") in ("loan.car_out", "loan.taken")
