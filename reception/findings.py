"""The words of the pre-check sheet: codes that are stored, labels that are shown."""

from typing import Any

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from dealership.models import Vehicle

Words = dict[str, str | Lazy]

LAMPS: Words = {
    "engine": _("Engine lamp"),
    "oil": _("Oil pressure lamp"),
    "coolant": _("Coolant lamp"),
    "brake": _("Brake lamp"),
    "abs": _("ABS lamp"),
    "airbag": _("Airbag lamp"),
    "tyre": _("Tyre pressure lamp"),
    "battery": _("Battery lamp"),
    "drive": _("Electric drive lamp"),
    "service": _("Service due lamp"),
    "steering": _("Steering lamp"),
    "traction": _("Traction control lamp"),
    "exhaust": _("Exhaust filter lamp"),
}
RED_LAMPS = frozenset({"oil", "coolant", "brake", "airbag", "battery", "steering"})
"""Lamps that say stop; the others are amber."""
FUEL_ONLY = frozenset({"engine", "oil", "exhaust", "oil_low", "oil_leak", "belt"})
ELECTRIC_ONLY = frozenset({"connector"})
PLUGGED_ONLY = frozenset({"drive"})
"""Lamps and findings that not every car can have."""

PORTS: Words = {
    "ok": _("Charge port is fine"),
    "damaged": _("Charge port is damaged"),
    "open": _("Charge flap does not close"),
}

EXAM_PARTS: Words = {"tread": _("Tyre tread"), "lamps": _("Lamps outside"), "wipers": _("Wiper blades")}
EXAM_RESULTS: Words = {"good": _("Good"), "watch": _("Watch it"), "replace": _("Replace it")}
"""What may be seen in passing; the technician's inspection begins with it."""

BELONGINGS: Words = {
    "documents": _("Papers"),
    "toll_unit": _("Toll unit"),
    "dashcam": _("Dash camera"),
    "child_seat": _("Child seat"),
    "sunglasses": _("Glasses"),
    "umbrella": _("Umbrella"),
    "boot": _("Things in the boot"),
}

CONTROLS: Words = {
    "window_noise": _("Window runs with noise"),
    "window_slow": _("Window is slow"),
    "ac_weak": _("Air conditioning is weak"),
    "ac_smell": _("Air conditioning smells"),
    "wiper": _("Wipers leave streaks"),
    "lights": _("A light is out"),
    "horn": _("Horn"),
    "mirror": _("Mirror adjustment"),
    "lock": _("Door lock"),
    "seat": _("Seat adjustment"),
    "screen": _("Screen or sound"),
    "steering": _("Steering pulls or rattles"),
}

ENGINE_BAY: Words = {
    "oil_low": _("Engine oil is low"),
    "oil_leak": _("Traces of oil"),
    "coolant_low": _("Coolant is low"),
    "coolant_leak": _("Traces of coolant"),
    "brake_fluid": _("Brake fluid is low or dark"),
    "washer": _("Washer fluid is low"),
    "battery": _("12 V battery is weak"),
    "belt": _("Belt is worn"),
    "hose": _("Hose is aged"),
    "noise": _("Unusual noise"),
}

FRONT_BAY: Words = {
    "coolant_low": _("Coolant is low"),
    "coolant_leak": _("Traces of coolant"),
    "brake_fluid": _("Brake fluid is low or dark"),
    "washer": _("Washer fluid is low"),
    "battery": _("12 V battery is weak"),
    "hose": _("Hose is aged"),
    "connector": _("A connector is loose"),
    "noise": _("Unusual noise"),
}
"""What there is to see under the front lid of an electric car."""

SYMPTOMS: Words = {
    "noise": _("Noise"),
    "vibration": _("Shaking"),
    "lamp": _("A warning lamp is on"),
    "no_start": _("Does not start"),
    "power": _("Loses power"),
    "leak": _("Leaks"),
    "cold": _("When cold"),
    "hot": _("When warm"),
    "rough": _("On a rough road"),
    "fast": _("At speed"),
    "braking": _("When braking"),
    "turning": _("When turning"),
}

ZONES: Words = {
    "left_front_wing": _("Left front wing"),
    "left_front_door": _("Left front door"),
    "left_rear_door": _("Left rear door"),
    "left_rear_wing": _("Left rear wing"),
    "left_windows": _("Left windows"),
    "left_sill": _("Left sill"),
    "left_front_wheel": _("Left front wheel"),
    "left_rear_wheel": _("Left rear wheel"),
    "right_front_wing": _("Right front wing"),
    "right_front_door": _("Right front door"),
    "right_rear_door": _("Right rear door"),
    "right_rear_wing": _("Right rear wing"),
    "right_windows": _("Right windows"),
    "right_sill": _("Right sill"),
    "right_front_wheel": _("Right front wheel"),
    "right_rear_wheel": _("Right rear wheel"),
    "front_bumper": _("Front bumper"),
    "rear_bumper": _("Rear bumper"),
    "bonnet": _("Bonnet"),
    "windscreen": _("Windscreen"),
    "grille": _("Grille"),
    "left_headlamp": _("Left headlamp"),
    "right_headlamp": _("Right headlamp"),
    "boot": _("Boot lid"),
    "rear_window": _("Rear window"),
    "left_tail_lamp": _("Left tail lamp"),
    "right_tail_lamp": _("Right tail lamp"),
    "roof": _("Roof panel"),
}

_SIDE = ("front_wing", "front_door", "rear_door", "rear_wing", "windows", "sill", "front_wheel", "rear_wheel")
ZONES_OF_VIEW: dict[str, dict[str, str]] = {
    "left": {name: f"left_{name}" for name in _SIDE} | {"front_bumper": "front_bumper", "rear_bumper": "rear_bumper"},
    "right": {name: f"right_{name}" for name in _SIDE} | {"front_bumper": "front_bumper", "rear_bumper": "rear_bumper"},
    "front": {
        name: name for name in ("bonnet", "windscreen", "left_headlamp", "right_headlamp", "front_bumper", "grille")
    },
    "rear": {name: name for name in ("boot", "rear_window", "left_tail_lamp", "right_tail_lamp", "rear_bumper")},
    "roof": {name: name for name in ("bonnet", "windscreen", "roof", "rear_window", "boot")},
}
"""View → name of a zone in its drawing → code of the zone."""

SIZES_CM = (1, 3, 5, 10, 15, 20, 30)
"""Chips of a mark's size."""

INVITED_PHOTOS: Words = {
    "front_left": _("Front left"),
    "front_right": _("Front right"),
    "rear_right": _("Rear right"),
    "rear_left": _("Rear left"),
    "dashboard": _("Dashboard"),
}
"""Place of a photo that the walk invites, in the order of going round the car → its label."""


def fitting(words: Words, car: Vehicle) -> list[dict[str, Any]]:
    """Return {code, label, only, fits} of each word: `only` "fuel", "electric" or "plugged" where not every car has
    it, `fits` whether this one has."""
    kinds = {"fuel": not car.electric, "electric": car.electric, "plugged": car.energy in car.PLUGGED, "": True}
    rows = [(code, label, _only(code)) for code, label in words.items()]
    return [{"code": code, "label": label, "only": only, "fits": kinds[only]} for code, label, only in rows]


def _only(code: str) -> str:
    named = (("fuel", FUEL_ONLY), ("electric", ELECTRIC_ONLY), ("plugged", PLUGGED_ONLY))
    return next((kind for kind, codes in named if code in codes), "")


def bay_words(electric: bool) -> Words:
    """Return what may be found under the front lid."""
    return FRONT_BAY if electric else ENGINE_BAY
