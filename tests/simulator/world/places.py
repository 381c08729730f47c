"""Where things happen: sites, each with the same eight kinds of place."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID, uuid5

NAMESPACE = UUID("5d1f0e62-6a55-4f2b-9a53-1d0c1c6f4b11")
"""Root of every id in the world."""


class Role(StrEnum):
    """What a place is; decides how it looks and who comes through. In the order in which cameras are hung up."""

    ENTRANCE = "entrance"
    CAR_PARK = "car_park"
    GATE = "gate"
    RECEPTION = "reception"
    WAREHOUSE = "warehouse"
    KITCHEN = "kitchen"
    YARD = "yard"
    CORRIDOR = "corridor"

    @property
    def outdoor(self) -> bool:
        """Whether daylight decides how it looks."""
        return self in (Role.ENTRANCE, Role.CAR_PARK, Role.GATE, Role.YARD)


ROLES = tuple(Role)

_NAME_AND_ROOM = {
    Role.ENTRANCE: ("Front door", "Entrance"),
    Role.CAR_PARK: ("Car park", "Grounds"),
    Role.GATE: ("Gate", "Driveway"),
    Role.RECEPTION: ("Reception", "Hall"),
    Role.WAREHOUSE: ("Warehouse", "Ground floor"),
    Role.KITCHEN: ("Kitchen", "Staff rooms"),
    Role.YARD: ("Back yard", "Grounds"),
    Role.CORRIDOR: ("Corridor", "First floor"),
}

_SITE_NAMES = ("Harbour House", "Mill Cottage", "Station Hotel", "Old Brewery", "Orchard Farm", "Quay Offices")
_STREETS = ("Lime Street", "Chapel Lane", "Bridge Road", "Market Square", "Castle Hill", "Canal Walk", "Elm Avenue")


@dataclass(frozen=True, slots=True)
class Place:
    """One spot a camera looks at. ``index`` is its number in the world, ``name`` unique in it."""

    id: str
    index: int
    site_index: int
    site_name: str
    role: Role
    name: str
    room: str


@dataclass(frozen=True, slots=True)
class Site:
    """A house with all its places, in the order of Role."""

    id: str
    index: int
    name: str
    places: tuple[Place, ...]


def build_site(seed: int, index: int) -> Site:
    """Return the world's ``index``-th site: a named house for the first ones, then street addresses."""
    if index < len(_SITE_NAMES):
        name = _SITE_NAMES[index]
    else:
        number, street = divmod(index - len(_SITE_NAMES), len(_STREETS))
        name = f"{_STREETS[street]} {number + 1}"
    site_id = str(uuid5(NAMESPACE, f"{seed}/site/{index}"))
    places = tuple(
        Place(
            id=str(uuid5(NAMESPACE, f"{seed}/site/{index}/{role}")),
            index=index * len(ROLES) + position,
            site_index=index,
            site_name=name,
            role=role,
            name=title if index == 0 else f"{name} {title.lower()}",
            room=room,
        )
        for position, (role, (title, room)) in enumerate((role, _NAME_AND_ROOM[role]) for role in ROLES)
    )
    return Site(site_id, index, name, places)
