"""Counters of lines and areas: `api/objects_counting/current_counters`."""

from dataclasses import dataclass

from ...wire import named, required
from .row import Row

LINE = "linesection"
AREA = "zone"


@dataclass(frozen=True, kw_only=True)
class ZoneCounters(Row):
    """A line or an area; only the classes that are switched on are counted."""

    id: str = required("Id")
    name: str | None = named("Name")
    type: str | None = named("Type")
    current_counts: dict[str, int] | None = named("CurrentCounts")


@dataclass(frozen=True, kw_only=True)
class ChannelCounters(Row):
    """A camera that counts: guide, "GET /api/object_counting/current_counters"."""

    id: str = required("Id")
    channel_name: str | None = named("ChannelName")
    zones: tuple[ZoneCounters, ...] | None = named("Zones")

    LISTS = frozenset({"Zones"})
