"""Which packages fit a car, and which one is due at its mileage."""

from collections.abc import Iterable

from dealership.demo.pricebook import service_package
from dealership.models import Vehicle
from reception.queries.intervals import fits_model
from reception.queries.pricelist import Pick


def fits(pick: Pick, vehicle: Vehicle) -> bool:
    """Tell whether a thing of the price list is for this car, by its model words and energies."""
    return (not pick.energies or vehicle.energy in pick.energies) and fits_model(pick.models, vehicle)


def due_service(picks: Iterable[Pick], vehicle: Vehicle, mileage: int) -> str:
    """Return the key of the service that is due around this mileage (km).

    Of the packages with a mileage that fit the car, the largest whose mileage divides the nearest full one (at
    80,000 km the one of 40,000). A store that has written down no mileage has the product's own order.
    """
    found = {pick.at_km: pick.key for pick in picks if pick.at_km and fits(pick, vehicle)}
    if not found:
        return f"package:{service_package(vehicle.energy, mileage).code}"
    base = min(found)
    due = max(round(mileage / base), 1) * base
    return found[max(km for km in found if due % km == 0)]
