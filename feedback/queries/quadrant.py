"""A picture of four fields: touchpoints by execution (to the right) and what customers felt (upwards)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH, HEIGHT = 640, 480
LEFT, RIGHT, TOP, BOTTOM = 44, 16, 30, 40
"""Margins inside the picture."""
LABEL = (30, 16)
"""Width and height of a code."""
LOWEST = 5
"""The scale begins at least this low, so that pictures of different months look alike."""
AROUND = (
    (9, 5), (-39, 5), (-15, -10), (-15, 22), (9, -8), (9, 18), (-39, -8), (-39, 18), (16, -16), (16, 28), (-46, -16),
    (-46, 28), (-15, -26), (-15, 38), (24, 5), (-54, 5),
)  # fmt: skip
"""Where a code may stand beside its point, the best place first."""


@dataclass(frozen=True)
class Point:
    """A touchpoint with its two readings (0 to 10) and the field it lies in."""

    code: str
    name: str
    execution: Decimal
    customer: Decimal
    felt: str


@dataclass(frozen=True)
class Drawn:
    """A point in the picture: where it lies and where its code stands."""

    point: Point
    x: int
    y: int
    label_x: int
    label_y: int


@dataclass(frozen=True)
class Tick:
    """A figure at an axis."""

    text: str
    x: int
    y: int


@dataclass(frozen=True)
class Quadrant:
    """The whole picture in units of its viewBox; the limit's two lines part the four fields."""

    points: list[Drawn]
    limit_x: int
    limit_y: int
    ticks_x: list[Tick]
    ticks_y: list[Tick]

    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def right_width(self) -> int:
        """From the limit to the right edge."""
        return self.right - self.limit_x

    @property
    def low_height(self) -> int:
        """From the limit down to the axis."""
        return self.bottom - self.limit_y

    @property
    def high_height(self) -> int:
        """From the upper edge down to the limit."""
        return self.limit_y - self.top

    @property
    def left_width(self) -> int:
        """From the axis to the limit."""
        return self.limit_x - self.left


def quadrant(points: Sequence[Point], *, limit: Decimal) -> Quadrant:
    """Lay out points and their codes; codes give way to each other where there is room."""
    lowest = min(LOWEST, *(int(min(point.execution, point.customer)) for point in points))

    def across(value: Decimal) -> int:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * float(value - lowest) / (10 - lowest))

    def up(value: Decimal) -> int:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * float(value - lowest) / (10 - lowest))

    taken = [(across(point.execution) - 6, up(point.customer) - 6, 12, 12) for point in points]
    drawn = []
    for point in points:
        x, y = across(point.execution), up(point.customer)
        places = [(x + dx, y + dy) for dx, dy in AROUND]
        label = next((place for place in places if _free(place, taken)), places[0])
        taken.append((label[0], label[1] - LABEL[1], *LABEL))
        drawn.append(Drawn(point, x, y, *label))
    marks = [Decimal(mark) for mark in range(lowest, 11)]
    return Quadrant(
        points=drawn,
        limit_x=across(limit),
        limit_y=up(limit),
        ticks_x=[Tick(str(mark), across(mark), HEIGHT - BOTTOM + 18) for mark in marks],
        ticks_y=[Tick(str(mark), LEFT - 8, up(mark) + 5) for mark in marks],
    )


def _free(place: tuple[int, int], taken: list[tuple[int, int, int, int]]) -> bool:
    x, y = place[0], place[1] - LABEL[1]
    inside = x >= LEFT and x + LABEL[0] <= WIDTH - RIGHT and y >= 0 and place[1] <= HEIGHT - BOTTOM
    apart = all(
        x + LABEL[0] <= left or left + wide <= x or y + LABEL[1] <= top or top + high <= y
        for left, top, wide, high in taken
    )
    return inside and apart
