"""The world all simulated vendors share: places, and the people, vehicles and a pet that pass through them.

Everything here is a pure function of a seed and a time. Nothing runs, nothing is stored: any moment of the past or
the future can be asked for, in any order, and any two askers see the same.
Times are Unix seconds (UTC).
"""

from .archive import recordings
from .journeys import Position, Visit
from .places import Place, Role, Site
from .subjects import Person, Pet, Standing, Subject, Vehicle
from .world import World

__all__ = [
    "Person",
    "Pet",
    "Place",
    "Position",
    "Role",
    "Site",
    "Standing",
    "Subject",
    "Vehicle",
    "Visit",
    "World",
    "recordings",
]
