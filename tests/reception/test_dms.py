"""Orders on their way into the maker's DMS: the list of those not entered, and the block that is copied."""

import pytest
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope

from dealership.models import Visit
from dealership.refused import Refused
from reception.actions.dms import set_field_order
from reception.models import RepairOrder
from reception.queries.print import order_block
from tests.cast import Cast
from tests.reception.desk import desk

pytestmark = pytest.mark.django_db


def url(name: str, **parts) -> str:
    return reverse(name, kwargs={"store": "hq"} | parts)


def here(cast: Cast, **given) -> Visit:
    """Return a car at the desk that came just now."""
    with scope(store=cast.store):
        visit = desk(cast, **given)
        Visit.objects.filter(pk=visit.pk).update(arrived_at=timezone.now())
    return visit


def test_list_holds_an_order_until_its_number_is_typed(cast: Cast, client):
    visit = here(cast)
    client.force_login(cast.advisor)
    page = client.get(url("dms")).content.decode()
    assert "沪A·8K2D6" in page
    assert "data-copy" in page
    client.post(url("visit-dms-no", visit=visit.pk), {"dms_no": "R1", "next": url("dms")})
    assert "沪A·8K2D6" not in client.get(url("dms")).content.decode()


def test_advisor_sees_own_orders_only_and_the_supervisor_all(cast: Cast, client):
    here(cast)
    client.force_login(cast.advisor3)
    assert "沪A·8K2D6" not in client.get(url("dms")).content.decode()
    client.force_login(cast.supervisor)
    assert "沪A·8K2D6" in client.get(url("dms")).content.decode()
    client.force_login(cast.technician)
    assert client.get(url("dms")).status_code == 403


def test_block_has_the_stores_own_field_order(cast: Cast, client):
    visit = here(cast)
    client.force_login(cast.supervisor)
    assert client.get(url("dms-fields")).status_code == 200
    fields = {"head-plate": "1", "head-number": "2", "head-vin": "", "line-labour": "2", "line-code": "1"}
    assert client.post(url("dms-fields"), fields).status_code == 303
    with scope(store=cast.store):
        order = RepairOrder.objects.select_related("visit__vehicle", "visit__customer").get(visit=visit)
        first, line, *_rest = order_block(order).splitlines()
    assert first == f"沪A·8K2D6\t{order.number}"
    assert len(line.split("\t")) == 2


@pytest.mark.parametrize(
    ("head", "line", "code"),
    [([], ["code"], "dms.fields"), (["plate"], [], "dms.fields"), (["plate", "colour"], ["code"], "dms.unknown")],
)
def test_field_order_refused(cast: Cast, head, line, code):
    with scope(store=cast.store), pytest.raises(Refused) as refused:
        set_field_order(cast.store, by=cast.supervisor, head=head, line=line)
    assert refused.value.code == code


def test_advisor_may_not_order_the_fields(cast: Cast, client):
    client.force_login(cast.advisor)
    assert client.get(url("dms-fields")).status_code == 403


@pytest.mark.parametrize("cars", [1, 3])
def test_list_takes_the_same_queries_however_long(cast: Cast, client, cars, django_assert_max_num_queries):
    for number in range(cars):
        here(cast, plate=f"沪A1234{number}")
    client.force_login(cast.supervisor)
    client.get(url("dms"))
    with django_assert_max_num_queries(9):
        assert client.get(url("dms")).status_code == 200
