"""The demo's pools are valid, believable and the same for the same seed."""

import statistics
from collections import Counter
from datetime import date
from decimal import Decimal
from random import Random

import pytest

from dealership import people, plates, vin
from dealership.demo import cars, cast, curves, names, pricebook
from dealership.demo import plates as demo_plates

TODAY = date(2026, 11, 22)
MONDAY, SATURDAY, SUNDAY = date(2026, 11, 16), date(2026, 11, 21), TODAY
LANGUAGES = {"zh-hans", "zh-hant", "en"}
MANY = 4000


def near(share, expected, tolerance=0.03):
    return abs(share - expected) <= tolerance


def counted(drawn):
    return {key: count / len(drawn) for key, count in Counter(drawn).items()}


@pytest.fixture
def source():
    return Random(22)


# People, telephone numbers, plates and cars


def test_draw_person_gives_names_people_can_be_addressed_by(source):
    drawn = [names.draw_person(source) for _ in range(MANY)]
    assert all(2 <= len(person.name) <= 4 for person in drawn)
    assert all(people.surname(person.name) in names.SURNAMES for person in drawn)
    assert all(people.address(person.name, person.sex, "en").isprintable() for person in drawn)
    assert near(sum(person.sex == "f" for person in drawn) / MANY, names.WOMEN)
    assert any(len(people.surname(person.name)) == 2 for person in drawn)


def test_every_surname_has_its_english_form():
    assert all(people.address(surname, "m", "en").isascii() for surname in names.SURNAMES if surname != "吕")


def test_given_names_stand_in_one_pool_once():
    for pool in names.GIVEN.values():
        assert [name for name, count in Counter(pool).items() if count > 1] == []


def test_draw_phone_gives_made_up_mobile_numbers_once(source):
    taken = set()
    drawn = [names.draw_phone(source, taken) for _ in range(MANY)]
    assert len(set(drawn)) == MANY
    assert taken == set(drawn)
    assert all(len(phone) == 11 and phone.isdigit() and phone[3:7] == "0000" for phone in drawn)


def test_draw_company_names_a_company(source):
    assert names.draw_company(source).endswith("有限公司")


@pytest.mark.parametrize("energy", ["fuel", "hybrid", "phev", "erev", "bev"])
def test_draw_plate_gives_known_plates_of_the_right_colour_once(source, energy):
    taken = set()
    drawn = [demo_plates.draw_plate(source, energy, taken) for _ in range(MANY)]
    assert len(set(drawn)) == MANY
    assert all(plates.normalise(plate) == plate and plates.describe(plate).known for plate in drawn)
    assert {plates.new_energy(plate) for plate in drawn} == {energy in demo_plates.PLUGGED}
    assert {"沪", "苏", "浙", "皖"} <= {plate[0] for plate in drawn}


def test_draw_car_gives_valid_and_distinct_vins(source):
    drawn = [cars.draw_car(source, number, TODAY) for number in range(MANY)]
    assert [vin.problem(car.vin) for car in drawn] == [None] * MANY
    assert len({car.vin for car in drawn}) == MANY
    assert all(0 < car.mileage < 600_000 for car in drawn)
    assert all(cars.model_named(car.model).since <= car.year <= TODAY.year for car in drawn)


def test_draw_car_keeps_the_shares_of_energies(source):
    shares = counted([cars.draw_car(source, number, TODAY).energy for number in range(MANY)])
    assert sum(model.share for model in cars.MODELS) == 1000
    assert near(shares["fuel"], 0.68)
    assert near(shares["bev"], 0.15)
    assert near(shares["phev"] + shares["erev"] + shares["hybrid"], 0.17)


def test_the_same_seed_draws_the_same_cars():
    first, second = Random(7), Random(7)
    assert [cars.draw_car(first, n, TODAY) for n in range(50)] == [cars.draw_car(second, n, TODAY) for n in range(50)]


# The day


def test_mixes_are_whole():
    whole = [*curves.ARRIVALS, curves.EXITS, *(mix.values() for mix in curves.ARRIVAL_MIX)]
    whole += [mix.values() for mix in (curves.MAIN_WORK, curves.BOOKING_OUTCOME, curves.PAYMENT_MIX)]
    whole += [mix.values() for mix in (*curves.READY_PROMISE, curves.WAITING, curves.DECLINE_REASON)]
    whole += [curves.SETTLED_AGAINST_QUOTED.values()]
    assert [round(sum(mix), 6) for mix in whole] == [100] * len(whole)


def test_a_week_brings_about_nineteen_cars_a_day(source):
    week = [date(2026, 11, day) for day in range(16, 23)] * 50
    assert near(statistics.mean(curves.draw_volume(source, day) for day in week), 18.9, 0.5)
    assert curves.draw_volume(source, SATURDAY) > curves.draw_volume(source, MONDAY)


@pytest.mark.parametrize("day", [MONDAY, SATURDAY])
def test_draw_arrivals_follows_the_curve_in_order(source, day):
    drawn = curves.draw_arrivals(source, day, MANY)
    shares = counted([int(minute // 60) for minute in drawn])
    assert drawn == sorted(drawn)
    assert min(shares) == 8
    assert max(shares) == 17
    assert near(shares[9], curves.ARRIVALS[curves.weekend(day)][1] / 100)
    assert near(sum(minute < 630 for minute in drawn) / MANY, curves.share_arrived(day, 630))


@pytest.mark.parametrize(("minute", "share"), [(0, 0), (480, 0), (540, 0.14), (570, 0.235), (1080, 1), (1440, 1)])
def test_share_arrived_grows_from_nothing_to_all(minute, share):
    assert curves.share_arrived(MONDAY, minute) == pytest.approx(share)


@pytest.mark.parametrize("phase", list(curves.MINUTES))
def test_draw_minutes_meets_median_and_ninetieth_percentile(source, phase):
    for column, day in enumerate((MONDAY, SATURDAY)):
        drawn = sorted(curves.draw_minutes(source, phase, day) for _ in range(MANY))
        minutes = curves.MINUTES[phase]
        assert drawn[0] > 0
        assert drawn[MANY // 2] == pytest.approx(minutes.median[column], rel=0.1)
        assert drawn[MANY * 9 // 10] == pytest.approx(minutes.p90[column], rel=0.1)


def test_execution_names_all_22_touchpoints():
    counts = Counter(code[0] for code in curves.EXECUTION)
    assert counts == {"1": 7, "2": 5, "3": 4, "4": 3, "5": 3}
    assert set(curves.INFLUENCE.values()) <= set(range(1, 6))


@pytest.mark.parametrize("touchpoint", list(curves.EXECUTION))
def test_answer_weights_meet_the_execution_score(source, touchpoint):
    for column, day in enumerate((MONDAY, SUNDAY)):
        weights = curves.answer_weights(touchpoint, day)
        assert min(weights.values()) >= 0
        assert sum(weights.values()) == pytest.approx(1)
        mean = 10 * (weights["live"] + weights["late"] / 2)
        assert mean == pytest.approx(curves.EXECUTION[touchpoint][0][column])


def test_draw_keeps_the_weights(source):
    shares = counted([curves.draw(source, curves.MAIN_WORK) for _ in range(MANY)])
    assert near(shares["service"], 0.52)


# The price book


def test_package_sums_are_those_of_the_facts():
    sums = {code: (package.full_price, package.price) for code, package in pricebook.PACKAGES.items()}
    assert sums == {
        "P10": (610, 598),
        "P20": (990, 898),
        "P40": (1856, 1680),
        "P60": (3480, 3180),
        "PADS": (820, 768),
        "AC": (336, 298),
        "EV": (466, 398),
        "WHEELS": (520, 458),
        "TYRES": (2496, 2280),
    }


def test_price_book_is_named_in_three_languages():
    lists = (pricebook.OPERATIONS, pricebook.PARTS, pricebook.PACKAGES)
    entries = [entry for entries in lists for entry in entries.values()]
    assert [len(entries) for entries in lists] == [31, 28, 9]
    for entry in entries:
        assert set(entry.names) == LANGUAGES
        assert all(entry.names.values())
        assert entry.names["en"].isascii()
        assert isinstance(entry.price, Decimal)
        assert entry.price.as_tuple().exponent == -2


def test_labour_is_priced_by_its_rate():
    prices = {code: pricebook.OPERATIONS[code].price for code in ("M01", "E01", "B01", "B02M")}
    assert prices == {"M01": 156, "E01": 256, "B01": 700, "B02M": 780}


@pytest.mark.parametrize(
    ("energy", "mileage", "code"),
    [
        ("fuel", 9_800, "P10"),
        ("fuel", 21_000, "P20"),
        ("hybrid", 58_620, "P60"),
        ("bev", 41_000, "EV"),
        ("fuel", 310_000, "P10"),
    ],
)
def test_service_package_follows_mileage_and_energy(energy, mileage, code):
    assert pricebook.service_package(energy, mileage).code == code


# The cast


def test_each_store_has_its_twelve():
    for store in cast.STORES:
        team = [member for member in cast.STAFF if member.stores == (store.code,)]
        assert Counter(member.role for member in team) == {
            "guard": 1, "advisor": 3, "technician": 4, "controller": 1,
            "cashier": 1, "supervisor": 1, "manager": 1,
        }  # fmt: skip
        assert sum("hv" in member.duties for member in team) == 2


def test_logins_are_the_promised_ones_in_their_stores():
    stores = {member.username: member.stores for member in cast.STAFF}
    assert len(stores) == len(cast.STAFF)
    first = cast.LOGINS[:8]
    assert {name: stores[name] for name in cast.LOGINS} == {
        **dict.fromkeys(first, ("hq",)),
        **dict.fromkeys(("advisor2", "manager2"), ("west",)),
        "chain": ("hq", "west"),
        "admin": (),
    }
    assert {member.username for member in cast.STAFF if member.listed} == set(cast.LOGINS)
    assert set(first) == {
        "guard", "advisor", "advisor3", "technician", "controller", "cashier", "supervisor", "manager",
    }  # fmt: skip


def test_bays_and_key_tags_are_those_of_a_store_of_twelve():
    assert {kind: len(bays) for kind, bays in cast.BAYS} == {
        "reception": 3, "general": 4, "express": 2, "alignment": 1, "wash": 2, "handover": 6,
    }  # fmt: skip
    assert len(set(cast.KEY_TAGS)) == len(cast.KEY_TAGS) == 60


def test_regulars_drive_cars_that_exist_under_plates_that_fit():
    for regular in cast.REGULARS:
        model = cars.model_named(regular.model)
        assert regular.year >= model.since
        assert plates.describe(regular.plate).known
        assert plates.new_energy(regular.plate) == (model.energy in demo_plates.PLUGGED)
        assert vin.problem(cars.make_car(Random(1), model, 0, regular.year, TODAY).vin) is None
