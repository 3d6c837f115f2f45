"""Where the people of a relation graph stand: the one asked for in the middle, the others around (CUS-2)."""

from dataclasses import dataclass
from math import cos, pi, sin

WIDTH, HEIGHT = 640, 360
RADIUS_X, RADIUS_Y = 240, 130


@dataclass(frozen=True, slots=True)
class Place:
    """Where one person stands, in units of the drawing."""

    x: int
    y: int


def places(count: int) -> list[Place]:
    """Return the places of the middle one and ``count`` others on an ellipse around it, the first at the top."""
    middle = Place(WIDTH // 2, HEIGHT // 2)
    around = [
        Place(
            round(middle.x + RADIUS_X * sin(2 * pi * index / count)),
            round(middle.y - RADIUS_Y * cos(2 * pi * index / count)),
        )
        for index in range(count)
    ]
    return [middle, *around]
