"""Corrections of a customer's and a car's data at the desk."""

from typing import Any
from uuid import UUID

from django.db import transaction

from dealership.models import Customer, Staff, Vehicle, Visit
from dealership.uuids import uuid7
from dealership.vin import normalise

CUSTOMER_FIELDS = ("name", "sex", "phone", "email")
VEHICLE_FIELDS = ("make", "model", "year", "energy")


@transaction.atomic
def correct_people(
    visit: Visit,
    *,
    by: Staff,
    customer: dict[str, Any] | None = None,
    vehicle: dict[str, Any] | None = None,
    id: UUID | None = None,
) -> Visit:
    """Correct the contact of a visit and its car; a visit without customer gets one, its car an owner.

    `vehicle["vin"]` is kept as typed (normalised), right or wrong: the view warns.
    """
    if customer:
        _correct_customer(visit, {name: customer[name] for name in CUSTOMER_FIELDS if name in customer}, id)
    if vehicle:
        _correct_vehicle(visit.vehicle, vehicle)
    return visit


def _correct_customer(visit: Visit, values: dict[str, Any], id: UUID | None) -> None:
    if visit.customer is None:
        made, _new = Customer.objects.get_or_create(pk=id or uuid7(), defaults={"store": visit.store, **values})
        visit.customer = made
        visit.save(update_fields=["customer"])
        Vehicle.objects.filter(pk=visit.vehicle_id, owner=None).update(owner=made)
        return
    for name, value in values.items():
        setattr(visit.customer, name, value)
    visit.customer.save(update_fields=list(values))


def _correct_vehicle(car: Vehicle, given: dict[str, Any]) -> None:
    values = {name: given[name] for name in VEHICLE_FIELDS if name in given}
    if "vin" in given:
        values["vin"] = normalise(given["vin"])[:17]
    for name, value in values.items():
        setattr(car, name, value)
    car.save(update_fields=list(values))
