"""Who is where when: every few seconds somebody of a site sets out on a route through its places."""

from bisect import bisect_right
from dataclasses import dataclass
from functools import cache, lru_cache
from math import hypot
from typing import Literal

from .cast import cast_of
from .dice import Dice
from .paths import DELIVERIES, DRIVES, PATHS, RIDES, STROLLS, WALKS, Direction, Path, Route, Spot
from .places import Role
from .subjects import Person, Pet, Subject, Vehicle

SLOT = 9.0
"""Seconds from one departure to the next."""
WANTED_SHARE = 0.3
"""How many of their turns the wanted ones take: they are to stay something special."""
BLOCK_SLOTS = 60
BLOCK = SLOT * BLOCK_SLOTS
"""Seconds of a site's life that are worked out and remembered together."""
LONGEST_JOURNEY = 80.0
"""Seconds; also what keeps anybody from being on two journeys at once, see ``_traveller``."""

type Heading = Literal["left", "right", "toward", "away"]


@dataclass(frozen=True, slots=True)
class Position:
    """Where a visitor is in the picture, see ``paths`` for the coordinates; ``walked`` is the seconds moved so far."""

    x: float
    depth: float
    heading: Heading
    moving: bool
    walked: float


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody passing through a place from ``start`` to ``end``. ``key`` is unique in the site."""

    key: str
    role: Role
    subject: Subject
    start: float
    end: float
    path: Path

    @property
    def best_moment(self) -> float:
        """When the visitor is best seen: standing still or halfway, but not from behind if that can be helped."""
        path = self.path
        moments = [self.start + path.total * share for share in (0.5, 0.25, 0.75)]
        if path.pause:
            moments.insert(0, self.start + _leg_ends(path)[path.pause_at - 1] + path.pause / 2)
        return next((moment for moment in moments if self.position(moment).heading != "away"), moments[0])

    @property
    def crossing(self) -> tuple[float, Direction]:
        """When and in which direction a counting line across the place is crossed."""
        return self.start + self.path.total / 2, self.path.direction

    def position(self, moment: float) -> Position:
        """Return where the visitor is at a moment from ``start`` to ``end``."""
        path, legs = self.path, _leg_ends(self.path)
        walked, moving = moment - self.start, True
        if path.pause:
            pause_start = legs[path.pause_at - 1]
            if walked >= pause_start:
                moving = walked >= pause_start + path.pause
                walked = max(pause_start, walked - path.pause)
        walked = min(max(walked, 0.0), path.seconds)
        leg = min(bisect_right(legs, walked), len(legs) - 1)
        if not moving and leg:
            leg = path.pause_at - 1
        began = legs[leg - 1] if leg else 0.0
        share = (walked - began) / (legs[leg] - began)
        (x0, d0), (x1, d1) = path.spots[leg], path.spots[leg + 1]
        return Position(x0 + (x1 - x0) * share, d0 + (d1 - d0) * share, _heading(x1 - x0, d1 - d0), moving, walked)


def visits_of_site(seed: int, site_index: int, start: float, end: float) -> list[Visit]:
    """Return the visits of a site that touch ``[start, end)``, in no particular order."""
    first, last = int((start - LONGEST_JOURNEY) // BLOCK), int(end // BLOCK)
    return [
        visit
        for block in range(first, last + 1)
        for visits in _block(seed, site_index, block).values()
        for visit in visits
        if visit.start < end and visit.end > start
    ]


def visits_of_place(seed: int, site_index: int, role: Role, start: float, end: float) -> list[Visit]:
    """Return the visits of one place that touch ``[start, end)``, the earliest first."""
    first, last = int((start - LONGEST_JOURNEY) // BLOCK), int(end // BLOCK)
    found = [
        visit
        for block in range(first, last + 1)
        for visit in _block(seed, site_index, block).get(role, ())
        if visit.start < end and visit.end > start
    ]
    return sorted(found, key=lambda visit: (visit.start, visit.key))


@lru_cache(maxsize=1024)
def _block(seed: int, site_index: int, block: int) -> dict[Role, list[Visit]]:
    """Return the visits of all journeys that set out in a block, by place."""
    found: dict[Role, list[Visit]] = {}
    for slot in range(block * BLOCK_SLOTS, (block + 1) * BLOCK_SLOTS):
        dice = Dice(seed, site_index, "slot", slot)
        subject = _traveller(seed, site_index, slot)
        if not isinstance(subject, Pet) and subject.standing == "wanted" and not dice.chance(WANTED_SHARE):
            continue
        moment = slot * SLOT + dice.between(0, SLOT)
        for step, (role, way) in enumerate(dice.pick(_routes(subject))):
            path = PATHS[role][way]
            visit = Visit(f"{slot}.{step}", role, subject, moment, moment + path.total, path)
            found.setdefault(role, []).append(visit)
            moment = visit.end + dice.between(1, 3)
    return found


def _traveller(seed: int, site_index: int, slot: int) -> Subject:
    """Return who sets out in a slot.

    The cast is split in two halves which take turns, each time in another order: so at least half a cast of
    departures lies between two journeys of anybody, and nobody is in two places at once.
    """
    halves = _halves(seed, site_index)
    half = len(halves[0])
    turn, position = divmod(slot, half)
    return _order(seed, site_index, turn)[position]


@lru_cache(maxsize=1024)
def _order(seed: int, site_index: int, turn: int) -> list[Subject]:
    return Dice(seed, site_index, "turn", turn).shuffled(_halves(seed, site_index)[turn % 2])


@lru_cache(maxsize=1024)
def _halves(seed: int, site_index: int) -> tuple[tuple[Subject, ...], tuple[Subject, ...]]:
    cast = cast_of(seed, site_index)
    if len(cast) % 2:
        raise ValueError("a cast needs an even number of members")
    return cast[::2], cast[1::2]


def _routes(subject: Subject) -> tuple[Route, ...]:
    match subject:
        case Person(rides=rides):
            return RIDES if rides else WALKS
        case Vehicle(body=body):
            return DELIVERIES if body == "van" else DRIVES
        case _:
            return STROLLS


@cache
def _leg_ends(path: Path) -> tuple[float, ...]:
    """Return when each leg of a path ends, in seconds of moving, at an even pace over the picture."""
    lengths = [_distance(a, b) for a, b in zip(path.spots, path.spots[1:], strict=False)]
    pace = path.seconds / sum(lengths)
    ends: list[float] = []
    for length in lengths:
        ends.append((ends[-1] if ends else 0.0) + length * pace)
    return tuple(ends)


def _distance(a: Spot, b: Spot) -> float:
    return max(hypot(a[0] - b[0], a[1] - b[1]), 1e-6)


def _heading(dx: float, dd: float) -> Heading:
    if abs(dx) * 1.1 > abs(dd):
        return "right" if dx > 0 else "left"
    return "toward" if dd > 0 else "away"
