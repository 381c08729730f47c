"""What Faceter's cameras would have detected of the world, and what clients have written into them.

Attribute keys other than ``confidence`` are not documented by the vendor. Those served here are **invented for the
simulation** (a quirk leaves them out): ``name`` and ``group`` of a recognised face, ``plate``, ``vehicleColor`` and
``vehicleBrand`` of a vehicle, ``direction`` (``in``, ``out``) and ``count`` at a counting line, ``animal`` of a pet.
All values are strings, as in the vendor's sample. Of the documented types only ``Custom`` never happens by itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
import heapq
from itertools import islice
from typing import Literal, get_args
from uuid import uuid5

from ..switches import Json, JsonObject
from ..world import Person, Pet, Role, Visit, World
from ..world.dice import Dice
from ..world.places import NAMESPACE
from .cameras import DAY, Camera
from .quirks import Quirks
from .wire import date

type EventType = Literal[
    "Motion", "Human", "Vehicle", "LineCrossing", "Intrusion", "PeopleCounting", "LicensePlate", "Pet",
    "PersonalMobilityVehicle", "Face", "Custom",
]  # fmt: skip
type SortOrder = Literal["None", "Asc", "Desc"]

EVENT_TYPES: tuple[EventType, ...] = get_args(EventType.__value__)
HISTORY_DAYS = 30
CHUNK = 1800.0
"""Seconds of the world that are looked through at a time."""
_FACE_PLACES = (Role.ENTRANCE, Role.RECEPTION, Role.CORRIDOR)
_PLATE_PLACES = (Role.GATE, Role.CAR_PARK)
_GUARDED_PLACES = (Role.WAREHOUSE, Role.YARD)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Where an event's picture comes from: the world at a moment, looking at a visit closely if told, or given."""

    moment: float = 0.0
    close_up: bool = False
    content: bytes | None = None
    url: str | None = None
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """Something on a camera's timeline; ``end`` may lie in the future, then it is running.

    ``raw`` replaces fields of the answer as they stand.
    """

    id: str
    type: EventType
    start: float
    end: float | None
    attributes: tuple[dict[str, str], ...]
    snapshot: Snapshot
    merged: int = 1
    raw: JsonObject = field(default_factory=dict)

    def as_json(self, camera_id: str, preview_url: str | None, now: float, quirks: Quirks) -> JsonObject:
        """Return the event as the API does."""
        running = self.end is None or self.end > now
        answer: JsonObject = {
            "id": self.id,
            "cameraId": camera_id,
            "type": "Hologram" if quirks.unknown_enums else self.type,
            "startTime": date(self.start, quirks),
            "endTime": None if running or self.end is None else date(self.end, quirks),
            "previewUrl": preview_url,
            "mergedEventsCount": self.merged,
            "attributes": _shaped(self.attributes, quirks),
        }
        if quirks.extra_fields:
            answer |= {"zone": {"id": "zone-1", "title": "Everything"}, "severity": 2}
        answer |= self.raw
        return answer if quirks.nulls else {name: value for name, value in answer.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for: a period in Unix seconds, types (none: all), and how to return them."""

    start: float
    end: float
    types: frozenset[str]
    merge_seconds: float | None
    limit: int
    order: Literal["Asc", "Desc"]
    overlap: bool


def find(
    world: World, camera: Camera, stored: list[Event], query: Query, now: float, delay: float
) -> tuple[list[Event], bool]:
    """Return the events of a period, at most ``limit``, and whether there are more.

    ``delay`` is how many seconds after their start events of the world become visible.
    """
    backwards = query.order == "Desc"

    def wanted(event: Event) -> bool:
        inside = query.start <= event.start <= query.end
        if query.overlap and not inside:
            inside = event.start <= query.end and (event.end is None or event.end >= query.start)
        return inside and (not query.types or event.type in query.types)

    lead = CHUNK if query.overlap else 0.0
    oldest = max(query.start - lead, now - HISTORY_DAYS * DAY)
    happened = _happened(world, camera, oldest, min(query.end, now - delay), backwards=backwards)
    written = sorted(stored, key=_start, reverse=backwards)
    found: Iterator[Event] = filter(wanted, heapq.merge(happened, written, key=_start, reverse=backwards))
    if query.merge_seconds is not None:
        found = iter(_merged(list(found), query.merge_seconds, backwards=backwards))
    first = list(islice(found, query.limit + 1))
    return first[: query.limit], len(first) > query.limit


def _start(event: Event) -> float:
    return event.start


def _happened(world: World, camera: Camera, start: float, end: float, *, backwards: bool) -> Iterator[Event]:
    """Yield the events that start in a period, in order, working out no more of the world than is asked for."""
    chunks = range(int(start // CHUNK), int(end // CHUNK) + 1)
    for chunk in reversed(chunks) if backwards else chunks:
        low, high = max(start, chunk * CHUNK), min(end + 1e-6, (chunk + 1) * CHUNK)
        visits = world.visits(camera.place, low, high)
        events = [event for visit in visits for event in events_of(visit, camera) if low <= event.start < high]
        yield from sorted(events, key=_start, reverse=backwards)


def events_of(visit: Visit, camera: Camera) -> Iterator[Event]:
    """Yield what a camera detects of a visit."""
    dice = Dice(camera.id, visit.key)
    subject, role, best = visit.subject, visit.role, visit.best_moment

    def event(kind: EventType, start: float, end: float, *, close_up: bool = False, **details: str | None) -> Event:
        attributes = {"confidence": f"{dice.between(0.71, 0.99):.2f}"}
        attributes |= {name: value for name, value in details.items() if value is not None}
        event_id = str(uuid5(NAMESPACE, f"{camera.id}/{visit.key}/{kind}"))
        return Event(event_id, kind, start, end, (attributes,), Snapshot(best, close_up))

    seen, gone = visit.start + 0.6, visit.end - 0.4
    crossed, direction = visit.crossing
    yield event("Motion", visit.start, visit.end)
    if isinstance(subject, Person):
        known = subject.standing != "unknown"
        yield event("PersonalMobilityVehicle" if subject.rides else "Human", seen, gone)
        if role in _FACE_PLACES and visit.position(best).heading != "away":
            name, group = (subject.name, subject.groups[0]) if known else (None, None)
            yield event("Face", best - 0.8, best + 1.2, close_up=True, name=name, group=group)
        if role is Role.ENTRANCE:
            yield event("PeopleCounting", crossed, crossed, direction=direction, count="1")
        if role in _GUARDED_PLACES and subject.standing != "known":
            yield event("Intrusion", visit.start + 2, visit.end)
    elif isinstance(subject, Pet):
        yield event("Pet", seen, gone, animal=subject.species)
    else:
        colour, brand = subject.colour_name, subject.brand
        yield event("Vehicle", seen, gone, vehicleColor=colour, vehicleBrand=brand)
        if role in _PLATE_PLACES:
            yield event("LicensePlate", best - 0.5, best + 0.5, close_up=True, plate=subject.plate, vehicleColor=colour)
    if role is Role.GATE:
        yield event("LineCrossing", crossed, crossed, direction=direction)


def _merged(events: list[Event], seconds: float, *, backwards: bool) -> list[Event]:
    """Join events of a type that follow one another within some seconds; id and picture are the first one's.

    The unit of ``mergeInterval`` and what merging does are not documented: this is one reading.
    """
    groups: dict[EventType, list[list[Event]]] = {}
    for event in sorted(events, key=_start):
        chains = groups.setdefault(event.type, [])
        last_end = chains[-1][-1].end if chains else None
        if last_end is not None and event.start - last_end <= seconds:
            chains[-1].append(event)
        else:
            chains.append([event])
    joined = [_joined(chain) for chains in groups.values() for chain in chains]
    return sorted(joined, key=_start, reverse=backwards)


def _joined(chain: list[Event]) -> Event:
    first, ends = chain[0], [event.end for event in chain if event.end is not None]
    return Event(
        id=first.id,
        type=first.type,
        start=first.start,
        end=max(ends) if len(ends) == len(chain) else None,
        attributes=tuple(entry for event in chain for entry in event.attributes),
        snapshot=first.snapshot,
        merged=len(chain),
        raw=first.raw,
    )


def _shaped(attributes: tuple[dict[str, str], ...], quirks: Quirks) -> Json:
    entries = attributes
    if quirks.attribute_keys == "documented":
        entries = tuple({key: value for key, value in entry.items() if key == "confidence"} for entry in entries)
    match quirks.attributes:
        case "list":
            return [dict(entry) for entry in entries]
        case "object":
            return dict(entries[0]) if entries else {}
        case "null":
            return None
        case "pairs":
            return [{"key": key, "value": value} for entry in entries for key, value in entry.items()]
