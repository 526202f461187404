"""The table of screens: every page, for whom, at which sizes, in which state. A new screen is a new row."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from tests.world import World

TABLET, PORTRAIT, PHONE, DESKTOP = (1280, 800), (768, 1024), (390, 844), (1440, 900)
TOUCH = (TABLET, PORTRAIT)

Address = Callable[[World], str]


class Size(NamedTuple):
    """Width and height in CSS pixels."""

    width: int
    height: int


@dataclass(frozen=True)
class Screen:
    """One row: `open` names an element to tap once the page stands (a sheet, a fold), "" for none."""

    name: str
    role: str
    url: Address
    sizes: tuple[tuple[int, int], ...] = TOUCH
    open: str = ""


def stage(name: str, query: str = "") -> Address:
    """Return the address of a stage's page with a car that is in it."""
    return lambda world: world.stage_url(name) + query


def page(path: str) -> Address:
    """Return an address of the store."""
    return lambda world: f"/{world.store.code}/{path}"


SCREENS = (
    Screen("login", "", lambda world: "/login/", (TABLET, PHONE)),
    Screen("enrol", "", lambda world: "/device/", (TABLET,)),
    Screen("pin", "advisor", lambda world: "/pin/", (TABLET,)),
    Screen("devices", "supervisor", page("devices/"), (TABLET,)),
    Screen("next", "advisor", page("next/")),
    Screen("next-empty", "care", page("next/"), (TABLET,)),
    Screen("board", "advisor", page("board/")),
    Screen("search", "advisor", page("search/?q=沪"), (TABLET,)),
    Screen("timeline", "supervisor", lambda world: world.visit_url("delivery", "timeline/"), (TABLET,)),
)
