"""The price book: every thing added, changed and taken off by the manager; orders written already stay as they are."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django_scopes import scope

from dealership.refused import Refused
from reception.actions.lines import add_line
from reception.actions.pricelist import add_thing, change_thing, load_price_list, offer_thing, set_contents, set_rate
from reception.models import LabourOperation, LabourRate, OrderLine, Package, PackageLine, Part, RepairOrder
from reception.queries.price_book import book_page
from tests.cast import Cast
from tests.reception.desk import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def store(cast: Cast):
    with scope(store=cast.store):
        load_price_list(cast.store)
        yield cast.store


@pytest.fixture
def manager(cast: Cast, store, client):
    client.force_login(cast.manager)
    return client


def url(name: str, **parts) -> str:
    return reverse(name, kwargs={"store": "hq"} | parts)


def test_search_finds_by_code_and_by_name_in_any_language(store):
    def codes(kind: str, text: str) -> list[str]:
        return [row.thing.code for row in book_page(kind, text=text)[0]]

    assert codes("operation", "m01") == ["M01"]
    assert codes("operation", "火花塞") == codes("operation", "spark plug") == ["M04"]
    assert codes("part", "喷气发动机") == []


def test_package_shows_the_sum_of_its_lines(store):
    row = next(row for row in book_page("package")[0] if row.thing.code == "P10")
    assert (row.full, row.amount, row.saved) == (Decimal(610), Decimal(598), Decimal(12))


def test_change_leaves_written_orders_alone(cast: Cast, store):
    visit = desk(cast)
    order = RepairOrder.objects.get(visit=visit)
    line = add_line(order, by=cast.advisor, kind="part", code="WIPERS")
    part = Part.objects.get(code="WIPERS")
    change_thing(part, by=cast.manager, names={"zh-hans": "雨刮"}, price=Decimal(999), unit="pair", stock=1)
    assert OrderLine.objects.get(pk=line.pk).parts == line.parts == Decimal(168)
    assert (Part.objects.get(code="WIPERS").price, part.name) == (Decimal(999), "雨刮")


def test_taken_off_is_not_offered_and_comes_back(cast: Cast, store):
    part = offer_thing(Part.objects.get(code="WIPERS"), by=cast.manager, on=False)
    with pytest.raises(Refused):
        add_line(RepairOrder.objects.get(visit=desk(cast)), by=cast.advisor, kind="part", code="WIPERS")
    assert offer_thing(part, by=cast.manager, on=True).active


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"code": " "}, "price.code"),
        ({"code": "m01"}, "price.code_used"),
        ({"names": {"zh-hans": " "}}, "price.name"),
        ({"hours": Decimal(-1)}, "price.negative"),
    ],
)
def test_new_operation_refused(cast: Cast, store, given, code):
    whole = {"code": "X9", "names": {"zh-hans": "检查"}, "hours": Decimal(1), "rate_kind": "hv"} | given
    with pytest.raises(Refused) as refused:
        add_thing(store, kind="operation", by=cast.manager, **whole)
    assert refused.value.code == code
    assert LabourOperation.objects.count() == 31


@pytest.mark.parametrize(
    ("contents", "code"),
    [({"NONE": 1}, "price.no_thing"), ({"M01": 100}, "price.quantity"), ({"M01": -1}, "price.quantity")],
)
def test_contents_refused(cast: Cast, store, contents, code):
    with pytest.raises(Refused) as refused:
        set_contents(Package.objects.get(code="P10"), by=cast.manager, contents=contents)
    assert refused.value.code == code


@pytest.mark.parametrize(("kind", "rate", "code"), [("steam", 1, "price.rate"), ("hv", -1, "price.negative")])
def test_rate_refused(cast: Cast, store, kind, rate, code):
    with pytest.raises(Refused) as refused:
        set_rate(store, kind=kind, rate=Decimal(rate), by=cast.manager)
    assert refused.value.code == code


def test_manager_writes_a_package_and_fills_it(cast: Cast, store, manager):
    form = {"code": "p99", "name_hans": "夏季检查", "name_en": "Summer check", "price": "199", "fits": "途观L\n\n迈腾 ",
            "energies": ["fuel", "phev"], "mileage": "20000"}  # fmt: skip
    answer = manager.post(url("price-new", kind="package"), form)
    assert answer.status_code == 303
    package = Package.objects.get(code="P99")
    assert (package.names, package.fits) == ({"zh-hans": "夏季检查", "en": "Summer check"}, "途观L\n迈腾")
    assert (package.energies, package.mileage) == (["fuel", "phev"], 20000)
    contents = url("price-contents", thing=package.pk)
    manager.post(contents, {"code": "m15", "quantity": "1"})
    manager.post(contents, {"quantity-M15": "1", "code": "WIPERS", "quantity": "2"})
    assert "¥544" in manager.get(answer.url).content.decode()
    manager.post(contents, {"quantity-M15": "0", "quantity-WIPERS": "2"})
    assert [line.quantity for line in PackageLine.objects.filter(package=package)] == [2]


def test_manager_changes_hours_and_rate_on_their_pages(cast: Cast, store, manager):
    row = LabourOperation.objects.get(code="M01")
    page = url("price-thing", kind="operation", thing=row.pk)
    assert "0.60" in manager.get(page).content.decode()
    manager.post(page, {"name_hans": "换机油", "hours": "0.8", "rate_kind": "hv"})
    manager.post(url("price-rate"), {"kind": "hv", "rate": "350"})
    row.refresh_from_db()
    assert (row.name, row.hours, row.rate_kind, LabourRate.objects.get(kind="hv").rate) == (
        "换机油",
        Decimal("0.8"),
        "hv",
        350,
    )
    manager.post(url("price-offered", kind="operation", thing=row.pk), {"on": "0"})
    assert not LabourOperation.objects.get(code="M01").active


def test_advisor_reads_and_changes_nothing(cast: Cast, store, client):
    client.force_login(cast.advisor)
    assert "/new/" not in client.get(url("pricelist")).content.decode()
    assert client.get(url("price-new", kind="part")).status_code == 403
    assert client.post(url("price-rate"), {"kind": "hv", "rate": "1"}).status_code == 403


@pytest.mark.parametrize("tab", ["operation", "part", "package", "rate"])
def test_a_tab_takes_few_queries(store, manager, tab, django_assert_max_num_queries):
    manager.get(url("pricelist"))
    with django_assert_max_num_queries(8):
        assert manager.get(url("pricelist"), {"tab": tab}).status_code == 200
