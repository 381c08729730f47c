"""Who and what moves through the world."""

from dataclasses import dataclass
from typing import Literal

type Colour = tuple[int, int, int]
type Standing = Literal["known", "unknown", "wanted"]
"""What a recognition database of the site would say: in it, not in it, in its wanted list."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a person is drawn; ``height`` in metres."""

    skin: Colour
    hair: Colour
    long_hair: bool
    top: Colour
    trousers: Colour
    height: float
    hat: Colour | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody; ``groups`` are the database groups of a known or wanted person, empty for an unknown one."""

    id: str
    first_name: str
    last_name: str
    standing: Standing
    groups: tuple[str, ...]
    look: Look
    rides: bool = False
    """Whether the person comes on a kick scooter."""

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A car or van; ``owner`` is the name of the person or firm it belongs to, None where nobody knows."""

    id: str
    plate: str
    brand: str
    colour_name: str
    colour: Colour
    body: Literal["car", "van"]
    owner: str | None
    standing: Standing
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pet:
    """The dog of the house."""

    id: str
    name: str
    species: Literal["dog"]
    coat: Colour


type Subject = Person | Vehicle | Pet
