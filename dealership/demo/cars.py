"""The cars that come: models of one joint-venture brand, by energy, with valid VINs."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Literal

from dealership.vin import complete

Energy = Literal["fuel", "hybrid", "phev", "erev", "bev"]
Body = Literal["sedan", "suv", "van"]

KM_A_YEAR = 12_000
"""Mean distance of a car in a year (dealer facts, part 3, Intervals)."""

_YEAR_CODES = "ABCDEFGHJKLMNPRSTVWXY123456789"
_FIRST_YEAR = 2010


@dataclass(frozen=True, slots=True)
class CarModel:
    """A model as customers know it; `maker` and `pattern` open its VINs (WMI, five places of the VDS)."""

    make: str
    name: str
    energy: Energy
    body: Body
    since: int
    share: int
    maker: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Car:
    """One car, ready for a Vehicle row; `mileage` in km at the day it was drawn for, `sold_on` when it was new."""

    make: str
    model: str
    energy: Energy
    body: Body
    year: int
    vin: str
    mileage: int
    sold_on: date


def _brand(name: str, energy: Energy, body: Body, *, since: int, share: int, pattern: str) -> CarModel:
    return CarModel("大众", name, energy, body, since, share, "LSV", pattern)


# Shares in thousandths: fuel 680, hybrid, plug-in and range extender 170, electric 150 (dealer facts,
# part 3, Volume). Hybrids and a few others were taken in as used cars.
MODELS = (
    _brand("朗逸", "fuel", "sedan", since=2016, share=170, pattern="AA41B"),
    _brand("帕萨特", "fuel", "sedan", since=2017, share=120, pattern="CD6C2"),
    _brand("途观L", "fuel", "suv", since=2017, share=150, pattern="XC25N"),
    _brand("途岳", "fuel", "suv", since=2018, share=80, pattern="UB65N"),
    _brand("凌渡L", "fuel", "sedan", since=2022, share=50, pattern="FF61Z"),
    _brand("途昂", "fuel", "suv", since=2017, share=70, pattern="RV2CA"),
    _brand("威然", "fuel", "van", since=2020, share=40, pattern="VN63D"),
    _brand("途观L PHEV", "phev", "suv", since=2019, share=60, pattern="XG25N"),
    _brand("帕萨特 PHEV", "phev", "sedan", since=2019, share=55, pattern="CG6C2"),
    _brand("ID. ERA 9X", "erev", "suv", since=2026, share=25, pattern="ER9XA"),
    CarModel("丰田", "凯美瑞 双擎", "hybrid", "sedan", 2019, 20, "LVG", "BF53K"),
    CarModel("本田", "CR-V 锐·混动", "hybrid", "suv", 2019, 10, "LVH", "RT58K"),
    _brand("ID.3", "bev", "sedan", since=2021, share=75, pattern="AZ4E1"),
    _brand("ID.4 X", "bev", "suv", since=2021, share=60, pattern="UZ4E8"),
    _brand("ID.6 X", "bev", "suv", since=2021, share=15, pattern="RZ4E6"),
)


def draw_car(source: Random, number: int, today: date) -> Car:
    """Return a car as it stands on `today`; `number` (below 800,000) makes its VIN unlike all others."""
    model = source.choices(MODELS, [model.share for model in MODELS])[0]
    return make_car(source, model, number, _draw_year(source, model.since, today), today)


def make_car(source: Random, model: CarModel, number: int, year: int, today: date) -> Car:
    """Return a car of this model and year with a mileage that fits its age."""
    serial = 100_000 + number
    plant = source.choice("24N")
    vin = complete(f"{model.maker}{model.pattern}{_YEAR_CODES[year - _FIRST_YEAR]}{plant}{serial:06}")
    age = max((today - date(year, source.randint(1, 12), 15)).days, 60) / 365
    mileage = round(age * KM_A_YEAR * source.lognormvariate(0, 0.4))
    sold_on = today - timedelta(days=round(age * 365))
    return Car(model.make, model.name, model.energy, model.body, year, vin, mileage, sold_on)


def model_named(name: str) -> CarModel:
    """Return the model of this name. Raises KeyError."""
    return {model.name: model for model in MODELS}[name]


def _draw_year(source: Random, since: int, today: date) -> int:
    # Cars of up to six years come most: later many owners leave the dealership.
    years = range(since, today.year + 1)
    return source.choices(years, [6 if today.year - year <= 6 else 2 for year in years])[0]
