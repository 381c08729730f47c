"""The state of an account: what polling keeps up to date."""

from collections.abc import Callable, Mapping, Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum

from .moments import PictureRef


class Feature(StrEnum):
    """What a camera can do; decides which entities exist."""

    LIVE = "live"
    SUB_STREAM = "sub_stream"
    STILL = "still"
    AUDIO = "audio"
    ARCHIVE = "archive"
    DETECTIONS = "detections"
    EVENT_PICTURES = "event_pictures"
    MOTION = "motion"
    PEOPLE = "people"
    VEHICLES = "vehicles"
    PETS = "pets"
    FACES = "faces"
    PLATES = "plates"
    COUNTERS = "counters"
    VISITORS = "visitors"
    PTZ = "ptz"
    LAST_ONLINE = "last_online"
    RATES = "rates"
    PROBLEM = "problem"


class StreamIssue(StrEnum):
    """What is wrong with a camera's streams."""

    NONE = "none"
    MAIN = "main"
    SUB = "sub"
    SOUND = "sound"
    WAITING = "waiting"


class ZoneKind(StrEnum):
    """How a zone counts: things that cross it, or things that are in it now."""

    LINE = "line"
    AREA = "area"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountIdentity:
    """Who is behind the credentials.

    Where the vendor has no identifier for accounts, `proof` tells whether other credentials are the same account:
    identifiers of cameras that only this account has; empty while it has none. Elsewhere it is None, and `id` decides.
    """

    id: str
    title: str
    url: str
    proof: frozenset[str] | None = None

    def is_same_account(self, account_id: str, cameras: AbstractSet[str]) -> bool:
        """Tell whether these credentials belong to an account known by its id and cameras."""
        return self.id == account_id or (self.proof is not None and not self.proof.isdisjoint(cameras))


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """A camera as the vendor lists it."""

    id: str
    name: str
    supports: frozenset[Feature]
    online: bool | None = None
    recording: bool | None = None
    server: str | None = None
    places: tuple[str, ...] = ()
    """Where it hangs, from the widest place to the narrowest ("Main Office", "Hall")."""
    manufacturer: str | None = None
    model: str | None = None
    serial_number: str | None = None
    firmware: str | None = None
    archive_depth: timedelta | None = None
    last_online: datetime | None = None
    """As the vendor told when the camera was last seen to go offline or to come online; not while it is online."""
    access_expires: datetime | None = None
    stream_issue: StreamIssue | None = None
    receive_rate: float | None = None
    """Megabits per second that the server receives from the camera."""
    record_rate: float | None = None
    modules: Mapping[str, bool] = field(default_factory=dict)
    """Analytics modules by their key at the vendor, and whether they run."""
    presets: tuple[str, ...] = ()

    @property
    def place(self) -> str | None:
        """Return the narrowest place."""
        return self.places[-1] if self.places else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server of a system that has several; `url` is a page for people, http or https."""

    id: str
    name: str
    url: str | None = None
    version: str | None = None
    online: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A line or an area that a camera counts at; counts by the vendor's class of things."""

    id: str
    name: str
    camera: str
    kind: ZoneKind
    counts: Mapping[str, int]
    online: bool = True
    """Whether whoever counts answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitors:
    """Visitors of the present day at one camera; without numbers while they were not asked for yet."""

    camera: str
    since: datetime | None = None
    total: int | None = None
    unique: int | None = None
    shares: Mapping[str, float] = field(default_factory=dict)
    """Percent, by the vendor's categories ("Female", "MiddleAged", "Positive"); none where there were no visitors."""

    @property
    def id(self) -> str:
        """Return the camera."""
        return self.camera


@dataclass(frozen=True, slots=True, kw_only=True)
class License:
    """Use of one kind of licence, at a server where each has its own."""

    key: str
    name: str
    used: int
    total: int | None
    server: str | None = None

    @property
    def id(self) -> str:
        """Return the kind, and of which server."""
        return f"{self.server}_{self.key}" if self.server else self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody the vendor knows; the counting fields are for photo libraries."""

    id: str
    name: str | None = field(repr=False)
    tags: tuple[str, ...] = ()
    hidden: bool = False
    favorite: bool = False
    portrait: PictureRef | None = field(default=None, repr=False)
    """Without an address, which may differ from answer to answer."""
    birthday: date | None = field(default=None, repr=False)
    photos: int | None = None
    newest: PictureRef | None = None
    last_photographed: datetime | None = None
    """In the user's time where the camera knew no offset; like `newest` only of those who are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """A photo library; sizes in bytes. The newest photo is the one taken last."""

    items: int | None
    named_people: int | None = None
    today: datetime | None = None
    """When the user's day began."""
    taken_today: int | None = None
    """By the cameras' clocks; how many were added today, the vendor does not tell."""
    storage_used: int | None = None
    storage_limit: int | None = None
    pending_tasks: int | None = None
    newest: PictureRef | None = field(default=None, repr=False)
    newest_at: datetime | None = None
    """In the user's time where the camera knew no offset."""
    newest_place: str | None = field(default=None, repr=False)

    @property
    def id(self) -> str:
        """Return what it is known by in its account, which has no other."""
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountState:
    """All of an account at one moment. Objects that did not change are the previous state's own objects."""

    cameras: Mapping[str, Camera] = field(default_factory=dict)
    servers: Mapping[str, Server] = field(default_factory=dict)
    zones: Mapping[str, Zone] = field(default_factory=dict)
    visitors: Mapping[str, Visitors] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    licenses: Mapping[str, License] = field(default_factory=dict)
    library: Library | None = None
    faces_stored: int | None = None
    plates_stored: int | None = None
    incomplete: frozenset[str] = frozenset()
    """The fields that may lack things at present, since not everybody answered who knows them."""

    def of_cameras(self, wanted: Callable[[Camera], bool]) -> AccountState:
        """Return the state without the unwanted cameras and what hangs on them."""
        cameras = {key: camera for key, camera in self.cameras.items() if wanted(camera)}
        zones = {key: zone for key, zone in self.zones.items() if zone.camera in cameras}
        visitors = {key: counted for key, counted in self.visitors.items() if counted.camera in cameras}
        return replace(self, cameras=cameras, zones=zones, visitors=visitors)


class Part(StrEnum):
    """A part of the state that costs requests of its own."""

    CAMERA = "camera"
    CAMERA_STATUS = "camera_status"
    COUNTERS = "counters"
    VISITORS = "visitors"
    MODULES = "modules"
    LICENSES = "licenses"
    DATABASE_SIZES = "database_sizes"
    LIBRARY = "library"
    TASKS = "tasks"
    PERSON = "person"
    MOMENTS = "moments"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which parts of which subjects somebody looks at; nothing else needs to be asked for.

    A part of the account as a whole has the empty identifier. `zone` is the user's, by which his days begin.
    """

    subjects: Mapping[Part, frozenset[str]] = field(default_factory=dict)
    zone: tzinfo = UTC

    def of(self, part: Part) -> frozenset[str]:
        """Return the identifiers for which a part is wanted."""
        return self.subjects.get(part, frozenset())
