"""How one passes through a place: the ways on its floor, and the routes that string them together.

Floor coordinates are those of the picture: ``x`` from 0 (left edge) to 1 (right edge), ``depth`` from 0 (far) to 1
(near the camera). Values outside are out of sight.
"""

from dataclasses import dataclass
from typing import Literal

from .places import Role

type Spot = tuple[float, float]
type Direction = Literal["in", "out"]


@dataclass(frozen=True, slots=True)
class Path:
    """A way over the floor: ``seconds`` of moving, plus ``pause`` seconds at the spot ``pause_at``."""

    spots: tuple[Spot, ...]
    seconds: float
    direction: Direction
    """Towards the inside of the site or towards its outside."""
    pause_at: int = 0
    pause: float = 0.0

    @property
    def total(self) -> float:
        """Seconds from coming into sight to going out of it."""
        return self.seconds + self.pause


PATHS: dict[Role, dict[str, Path]] = {
    Role.ENTRANCE: {
        "in": Path(((-0.1, 0.8), (0.3, 0.62), (0.5, 0.3), (0.5, 0.02)), 8, "in", 3, 1.5),
        "out": Path(((0.5, 0.02), (0.52, 0.3), (0.75, 0.6), (1.1, 0.75)), 7.5, "out"),
        "ring": Path(((1.1, 0.7), (0.66, 0.5), (0.56, 0.12), (0.7, 0.55), (1.1, 0.8)), 9, "in", 2, 5),
        "past": Path(((1.1, 0.92), (-0.1, 0.92)), 7, "out"),
    },
    Role.CAR_PARK: {
        "arrive": Path(((0.47, -0.02), (0.45, 0.62), (-0.3, 1.9)), 7, "in", 1, 3),
        "leave": Path(((1.3, 1.9), (0.6, 0.7), (0.53, -0.02)), 8, "out"),
        "walk_in": Path(((0.26, 0.26), (0.55, 0.5), (1.1, 0.85)), 8, "in"),
        "walk_out": Path(((1.1, 0.8), (0.6, 0.45), (0.27, 0.25)), 8, "out"),
    },
    Role.GATE: {
        "drive_in": Path(((0.5, -0.03), (0.46, 0.66), (-0.3, 1.9)), 7, "in", 1, 2.5),
        "drive_out": Path(((1.3, 1.9), (0.58, 0.66), (0.51, -0.03)), 7.5, "out"),
        "walk_in": Path(((0.565, 0.0), (0.69, 0.5), (0.84, 1.0), (1.12, 1.5)), 10, "in"),
        "walk_out": Path(((-0.12, 1.5), (0.16, 1.0), (0.31, 0.5), (0.435, 0.0)), 10, "out"),
    },
    Role.RECEPTION: {
        "in": Path(((-0.08, 0.55), (0.34, 0.4), (0.52, 0.38), (1.08, 0.5)), 9, "in", 2, 4),
        "out": Path(((1.08, 0.75), (0.5, 0.7), (-0.08, 0.8)), 8, "out"),
        "wait": Path(((-0.08, 0.7), (0.3, 0.6), (-0.08, 0.7)), 7, "in", 1, 8),
    },
    Role.WAREHOUSE: {
        "fetch": Path(((0.5, 0.02), (0.38, 0.4), (0.5, 0.02)), 9, "in", 1, 5),
        "through": Path(((0.5, 0.02), (0.55, 0.5), (1.15, 1.1)), 9, "out"),
        "in": Path(((-0.15, 1.1), (0.42, 0.5), (0.5, 0.02)), 9, "in"),
        "roam": Path(((-0.1, 0.8), (0.35, 0.5), (0.6, 0.75), (1.1, 0.6)), 9, "in"),
    },
    Role.KITCHEN: {
        "cook": Path(((-0.08, 0.5), (0.45, 0.12), (0.62, 0.12), (-0.08, 0.6)), 9, "in", 2, 7),
        "through": Path(((1.08, 0.4), (0.6, 0.3), (-0.08, 0.45)), 8, "out"),
        "beg": Path(((-0.08, 0.8), (0.35, 0.45), (-0.08, 0.9)), 8, "in", 1, 4),
    },
    Role.YARD: {
        "deliver": Path(((-0.4, 0.5), (0.46, 0.5), (1.4, 0.5)), 9, "in", 1, 5),
        "to_shed": Path(((1.08, 0.75), (0.6, 0.55), (0.23, 0.06)), 9, "in"),
        "from_shed": Path(((0.23, 0.06), (0.5, 0.6), (1.08, 0.9)), 9, "out"),
        "roam": Path(((-0.08, 0.7), (0.3, 0.55), (0.55, 0.85), (0.8, 0.6), (1.08, 0.7)), 9, "in", 2, 2),
    },
    Role.CORRIDOR: {
        "away": Path(((-0.15, 1.2), (0.43, 0.5), (0.49, 0.0)), 9, "in"),
        "toward": Path(((0.51, 0.0), (0.56, 0.5), (1.15, 1.2)), 9, "out"),
    },
}

type Step = tuple[Role, str]
type Route = tuple[Step, ...]

WALKS: tuple[Route, ...] = (
    ((Role.GATE, "walk_in"), (Role.ENTRANCE, "in"), (Role.RECEPTION, "in"), (Role.CORRIDOR, "away")),
    ((Role.CORRIDOR, "toward"), (Role.RECEPTION, "out"), (Role.ENTRANCE, "out")),
    ((Role.CAR_PARK, "walk_in"), (Role.ENTRANCE, "in"), (Role.RECEPTION, "wait")),
    ((Role.RECEPTION, "out"), (Role.ENTRANCE, "out"), (Role.CAR_PARK, "walk_out")),
    ((Role.CORRIDOR, "toward"), (Role.KITCHEN, "cook"), (Role.WAREHOUSE, "in")),
    ((Role.KITCHEN, "through"), (Role.YARD, "to_shed"), (Role.WAREHOUSE, "fetch")),
    ((Role.WAREHOUSE, "through"), (Role.YARD, "from_shed"), (Role.KITCHEN, "cook"), (Role.CORRIDOR, "away")),
    ((Role.YARD, "to_shed"), (Role.WAREHOUSE, "fetch"), (Role.KITCHEN, "through"), (Role.RECEPTION, "in")),
)
RIDES: tuple[Route, ...] = (
    ((Role.GATE, "walk_in"), (Role.ENTRANCE, "ring"), (Role.GATE, "walk_out")),
    ((Role.CAR_PARK, "walk_in"), (Role.ENTRANCE, "past")),
)
DRIVES: tuple[Route, ...] = (
    ((Role.GATE, "drive_in"), (Role.CAR_PARK, "arrive")),
    ((Role.CAR_PARK, "leave"), (Role.GATE, "drive_out")),
)
DELIVERIES: tuple[Route, ...] = (((Role.GATE, "drive_in"), (Role.YARD, "deliver"), (Role.GATE, "drive_out")), *DRIVES)
STROLLS: tuple[Route, ...] = (
    ((Role.YARD, "roam"), (Role.WAREHOUSE, "roam"), (Role.KITCHEN, "beg")),
    ((Role.KITCHEN, "beg"), (Role.YARD, "roam"), (Role.ENTRANCE, "past")),
)
