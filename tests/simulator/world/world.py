"""The way in: a world of unlimited size, of which a vendor shows as many places as it has cameras."""

from dataclasses import dataclass
from datetime import tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from .cast import cast_of
from .journeys import Position, Visit, visits_of_place, visits_of_site
from .places import ROLES, Place, Site, build_site
from .subjects import Subject


@dataclass(frozen=True)
class World:
    """All there is to know about a world: its seed, and the time zone its daylight and its clocks follow."""

    seed: int = 1
    time_zone: tzinfo = ZoneInfo("UTC")

    def site(self, index: int) -> Site:
        """Return a site; index 0 is Harbour House."""
        return _site(self.seed, index)

    def place(self, index: int) -> Place:
        """Return a place by its number in the world."""
        site, position = divmod(index, len(ROLES))
        return self.site(site).places[position]

    def cast(self, site_index: int) -> tuple[Subject, ...]:
        """Return everybody who moves at a site."""
        return cast_of(self.seed, site_index)

    def visits(self, place: Place, start: float, end: float) -> list[Visit]:
        """Return the visits of a place that touch ``[start, end)``, the earliest first."""
        return visits_of_place(self.seed, place.site_index, place.role, start, end)

    def site_visits(self, site_index: int, start: float, end: float) -> list[Visit]:
        """Return the visits of all places of a site that touch ``[start, end)``, the earliest first."""
        return sorted(visits_of_site(self.seed, site_index, start, end), key=lambda visit: (visit.start, visit.key))

    def present(self, place: Place, moment: float) -> list[tuple[Visit, Position]]:
        """Return who is in sight at an instant and where, the farthest first."""
        found = [(visit, visit.position(moment)) for visit in self.visits(place, moment, moment + 1e-3)]
        return sorted(found, key=lambda item: item[1].depth)


_site = lru_cache(maxsize=1024)(build_site)
