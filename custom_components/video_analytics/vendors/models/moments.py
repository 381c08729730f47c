"""Moments: something happened at a camera, to a person, or in a library."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from ..json import JsonValue
from ..secret import Secret
from .media import Picture


class MomentKind(StrEnum):
    """What happened; kinds that nobody knows arrive as OTHER with the vendor's own name."""

    MOTION = "motion"
    PERSON = "person"
    VEHICLE = "vehicle"
    PET = "pet"
    PERSONAL_MOBILITY_VEHICLE = "personal_mobility_vehicle"
    LINE_CROSSING = "line_crossing"
    INTRUSION = "intrusion"
    PEOPLE_COUNTING = "people_counting"
    FACE = "face"
    PLATE = "plate"
    CUSTOM = "custom"
    MOTION_STARTED = "motion_started"
    MOTION_ENDED = "motion_ended"
    CONNECTION_LOST = "connection_lost"
    CONNECTION_RESTORED = "connection_restored"
    USER_ALARM = "user_alarm"
    EXTERNAL = "external"
    SEEN = "seen"
    PHOTO_ADDED = "photo_added"
    FACE_FOUND = "face_found"
    PERSON_FOUND = "person_found"
    OTHER = "other"


OF_PEOPLE = frozenset({MomentKind.FACE, MomentKind.SEEN})
"""The kinds whose subject is a person."""

OF_PHOTOS = frozenset({MomentKind.PHOTO_ADDED, MomentKind.FACE_FOUND, MomentKind.PERSON_FOUND})
"""The kinds of photo libraries: their subject is who is in a picture, which does not mean that they were seen now."""


class Recognition(StrEnum):
    """What the vendor's databases say about a face or a plate."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    WANTED = "wanted"


class Source(StrEnum):
    """How moments arrive."""

    PUSH = "push"
    POLLING = "polling"
    HINT = "hint"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStatus:
    """How moments arrive at present, and how late they are expected to be."""

    source: Source
    connected: bool
    expected_delay: timedelta | None = None
    refusal: str | None = None
    """Why the vendor does not push, though it could; fit to be shown."""


@dataclass(frozen=True, slots=True)
class PictureRef:
    """Where the vendor keeps a picture, or the picture itself where it comes along and cannot be asked for again.

    Opaque outside the vendor's folder.
    """

    id: str
    where: Secret | None = None
    content: Picture | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One thing that happened.

    `id` is the vendor's, or composed from kind, camera, subject and time where the vendor has none. `end` is None while
    the moment lasts. `attributes` are the vendor's own, as they came; they and `subject` are personal data.
    """

    id: str
    kind: MomentKind
    start: datetime
    end: datetime | None = None
    instant: bool = False
    server: str | None = None
    camera: str | None = None
    zone: str | None = None
    place: str | None = None
    person: str | None = None
    subject: str | None = field(default=None, repr=False)
    recognition: Recognition | None = None
    groups: tuple[str, ...] = field(default=(), repr=False)
    confidence: float | None = None
    direction: str | None = None
    name: str | None = None
    """The vendor's own name of the kind."""
    picture: PictureRef | None = None
    asset: str | None = None
    """The photo or video of a library that it is about."""
    attributes: Mapping[str, JsonValue] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Watermark:
    """How far a source has read, per camera or person; opaque to whoever stores it."""

    positions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Moments that arrived together, oldest first per camera.

    `moments` are told for the first time. `updates` are moments that were told before and have changed in what somebody
    may wait for: they ended, their subject was recognized, their picture came; they have the same ids. `late` says that
    the moments became known long after they began, by the vendor's own clock and beyond the delay that is expected. A
    batch may have neither moments nor updates: then only the watermark has moved.
    """

    moments: tuple[Moment, ...]
    updates: tuple[Moment, ...] = ()
    watermark: Watermark
    source: Source
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EventQuery:
    """Which moments of the past; the window tests the start, both ends included."""

    camera: str | None = None
    person: str | None = None
    start: datetime
    end: datetime
    kinds: frozenset[MomentKind] = frozenset()
    limit: int | None = None
    newest_first: bool = True
    in_background: bool = False
    """Nobody waits for the answer, so that the requests queue with the others of the budget."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDraft:
    """An event to be written into the vendor's timeline; pictures as bytes or as an address the vendor can fetch.

    Without a start it happens when it is written.
    """

    kind: MomentKind
    start: datetime | None = None
    end: datetime | None = None
    id: str | None = None
    instant: bool = False
    name: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict, repr=False)
    grid: tuple[tuple[int, ...], ...] | None = None
    picture: bytes | str | None = field(default=None, repr=False)
    object_picture: bytes | str | None = field(default=None, repr=False)
