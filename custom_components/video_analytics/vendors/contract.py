"""The contract between a vendor and the rest of the integration.

A capability is an object, or None: the vendor has no such thing, it is not licensed, or this user may not use it. Every
method raises the errors of `errors` and no others.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from .budget import Pace, Urgency
from .errors import SignInFailed
from .http import Http
from .json import JsonObject, JsonValue
from .models.databases import (
    DatabaseInfo,
    DossierItem,
    DossierSection,
    Face,
    FaceDraft,
    FaceQuery,
    Group,
    PeopleQuery,
    Plate,
    PlateDraft,
    PlateQuery,
    Sighting,
    Tag,
)
from .models.media import Download, ExportJob, ExportMedia, ExportRequest, Picture, Recording, StreamAddress, StreamKind
from .models.moments import Batch, EventDraft, EventQuery, Moment, MomentKind, PictureRef, SourceStatus, Watermark
from .models.photos import Album, Asset, AssetDraft, AssetQuery, Box, PersonDraft, PhotoFace
from .models.reports import CountQuery, CountReport, VisitorQuery, VisitorReport
from .models.state import AccountIdentity, AccountState, Person, Wanted


class FieldKind(StrEnum):
    """How a sign-in field is entered."""

    URL = "url"
    TEXT = "text"
    PASSWORD = "password"
    BOOLEAN = "boolean"
    CHOICE = "choice"


type SignInValue = str | bool
type SignInValues = Mapping[str, SignInValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInField:
    """One field of a vendor's sign-in form; advanced ones are shown collapsed."""

    name: str
    kind: FieldKind
    required: bool = True
    secret: bool = False
    default: SignInValue | None = None
    advanced: bool = False
    choices: tuple[str, ...] = ()


VERIFY_TLS = SignInField(name="verify_tls", kind=FieldKind.BOOLEAN, default=True, required=False, advanced=True)
"""The field that every vendor whose certificate may be self-signed has; `Http` is opened accordingly."""


class Vendor(Protocol):
    """A vendor; one per folder, imported on demand."""

    @property
    def key(self) -> str:
        """Return the name of the vendor's folder."""

    @property
    def manufacturer(self) -> str:
        """Return the vendor's name as people write it."""

    @property
    def docs_url(self) -> str:
        """Return the page that explains how to get the credentials."""

    @property
    def pace(self) -> Pace:
        """Return how many requests an account may make: a cloud's limits, or what a server on the premises bears."""

    @property
    def fields(self) -> tuple[SignInField, ...]:
        """Return the sign-in form; its `url` field takes a host, host:port or URL."""

    @property
    def refusal(self) -> type[SignInFailed]:
        """Return what is raised when a sign-in is refused: a text of its own says what that may mean."""
        return SignInFailed

    async def accounts(self, http: Http, values: SignInValues) -> tuple[AccountIdentity, ...]:
        """Sign in and return the accounts (libraries, systems) behind the credentials."""

    def open(self, http: Http, values: SignInValues, account_id: str) -> Account:
        """Return an account; nothing is requested yet."""


class Account(Protocol):
    """An account as the rest of the integration sees it."""

    live: Live | None
    stills: Stills | None
    moments: MomentSource | None
    history: EventHistory | None
    writer: EventWriter | None
    archive: Archive | None
    exports: Exports | None
    episodes: Episodes | None
    faces: Database[Face, FaceDraft, FaceQuery] | None
    plates: Database[Plate, PlateDraft, PlateQuery] | None
    people: People | None
    recognition: Recognizer | None
    documents: Documents | None
    dossier: Dossier | None
    reports: Reports | None
    modules: Modules | None
    ptz: Ptz | None
    admin: Admin | None
    photos: Photos | None
    hook: Hook | None

    @property
    def switched_off(self) -> Mapping[str, str]:
        """Return what this user cannot have, and why, as far as the vendor says so; fit to be shown."""
        return {}

    async def fetch(self, previous: AccountState | None, wanted: Wanted) -> AccountState:
        """Ask for the present state; what did not change is the previous state's own object."""

    async def close(self) -> None:
        """Release what the account holds; the session is not its own."""


class Live(Protocol):
    """Live video."""

    def addresses(self, camera: str, stream: StreamKind) -> tuple[StreamAddress, ...]:
        """Return the addresses known from the last poll, best first, without I/O."""

    async def open(self, camera: str, stream: StreamKind) -> tuple[StreamAddress, ...]:
        """Ask for fresh addresses, best first; empty while the camera has none."""


class Stills(Protocol):
    """Single pictures of a camera."""

    async def still(self, camera: str, *, width: int | None = None, at: datetime | None = None) -> Picture:
        """Return the present picture, or one of the archive."""


class MomentSource(Protocol):
    """Where moments come from; whoever listens cannot tell push from polling."""

    kinds: frozenset[MomentKind]
    """What may happen at a camera or in a library, other than faces and plates that have entities of their own; besides,
    OTHER."""

    @property
    def status(self) -> SourceStatus:
        """Return how moments arrive at present."""

    def listen(self, since: Watermark | None, wanted: Callable[[], Wanted]) -> AsyncGenerator[Batch]:
        """Yield batches until it is closed. Begins after the first `fetch`.

        None starts at the present, which the watermark of a first batch without moments says.

        Moments of the cameras or people that `Part.MOMENTS` names are wanted, without that part those of all; what is
        wanted may change at any time. A moment
        is yielded once in `Batch.moments`, and in `Batch.updates` whenever it changed. With a batch's watermark it goes
        on behind that batch, also in another process; only what was not stored is repeated. Failures of the vendor show
        in `status` and are waited out.
        """

    async def picture(self, ref: PictureRef, urgency: Urgency = Urgency.EVENT) -> Picture | None:
        """Return a moment's picture, or None when the vendor has none (any more)."""


class EventHistory(Protocol):
    """Moments of the past."""

    knows_people: bool = False
    """Whether a query can name a person; else people are in the moments of cameras alone, by name."""

    def events(self, query: EventQuery) -> AsyncGenerator[Moment]:
        """Yield moments, paging inside."""


class EventWriter(Protocol):
    """Writes events into the vendor's timeline."""

    async def create(self, camera: str, draft: EventDraft) -> str | None:
        """Create an event and return its id, where the vendor has ids.

        Raises `Rejected`, with a reason, for what the vendor cannot take.
        """


class Archive(Protocol):
    """Recorded video."""

    async def recordings(self, camera: str, start: datetime, end: datetime) -> tuple[Recording, ...]:
        """Return what is recorded in a period, oldest first and cut to the period."""

    def clip(self, camera: str, start: datetime, length: timedelta) -> AbstractAsyncContextManager[Download]:
        """Stream a clip."""


class Exports(Protocol):
    """Exports that the vendor prepares in the background."""

    media: frozenset[ExportMedia]
    can_cancel: bool

    def reaches(self, url: str) -> bool:
        """Tell whether the vendor can be expected to reach an address of ours, for the callback of a request."""

    async def start(self, request: ExportRequest) -> ExportJob:
        """Order an export."""

    async def jobs(self, ids: Collection[str] | None = None) -> tuple[ExportJob, ...]:
        """Return the given jobs, without those that do not exist (any more); None for all, where the vendor lists them.

        A job's id is opaque and enough to ask for it in another process.
        """

    async def cancel(self, job: str) -> None:
        """Stop an export. Raises `Rejected` unless `can_cancel`."""

    def download(self, job: str) -> AbstractAsyncContextManager[Download]:
        """Stream a finished export. Raises `NotFound` while it has no file."""


class Episodes(Protocol):
    """Stretches of the archive that the vendor keeps under a name."""

    async def add(self, camera: str, start: datetime, length: timedelta, title: str) -> str | None:
        """Keep a stretch and return its id, where the vendor tells."""

    def find(self, start: datetime, end: datetime, cameras: Collection[str] = ()) -> AsyncIterator[JsonObject]:
        """Yield the episodes of a period."""

    async def delete(self, episode: str) -> None:
        """Delete an episode."""

    async def export(self, episode: str) -> ExportJob:
        """Order the export of an episode."""


class Database[Entry, Draft, Query](Protocol):
    """A database of faces or plates; `module` is one of those in its info, None the first of them."""

    async def info(self) -> DatabaseInfo:
        """Return what serves the database."""

    def find(self, query: Query) -> AsyncIterator[Entry]:
        """Yield entries, paging inside."""

    async def get(self, entry: str, *, module: str | None = None) -> Entry:
        """Return one entry, with its pictures."""

    async def add(self, draft: Draft, *, module: str | None = None, force: bool = False) -> str:
        """Add an entry and return its id; `force` where the vendor doubts the picture."""

    async def update(self, entry: str, draft: Draft, *, module: str | None = None) -> None:
        """Change an entry."""

    async def delete(self, entry: str, *, module: str | None = None) -> None:
        """Delete an entry."""

    async def groups(self, *, module: str | None = None) -> tuple[Group, ...]:
        """Return the groups."""

    async def save_group(self, group: Group, *, module: str | None = None) -> str:
        """Add a group (empty id) or change one, and return its id."""

    async def delete_group(self, group: str, *, module: str | None = None) -> None:
        """Delete a group."""


class PeopleWay(StrEnum):
    """How people can be found to be watched."""

    TAG = "by_tag"
    FIELD = "by_field"
    ID = "by_id"
    LIST = "by_list"
    """Everybody who has a name, of whom some are chosen."""
    EVERYBODY = "everybody"
    """All who have a name, now and later: `AccountState.people` holds them."""


class People(Protocol):
    """People that can be chosen to be watched."""

    ways: tuple[PeopleWay, ...]

    async def choices(self, query: PeopleQuery) -> tuple[Person, ...]:
        """Return the people that a query finds; an empty one finds everybody who has a name, where there is such a way."""

    async def tags(self) -> tuple[Tag, ...]:
        """Return the tags that people carry."""


class Recognizer(Protocol):
    """Recognition on demand; answers whose shape is not documented are passed on as they are."""

    async def enrol(self, picture: bytes, person: str | None, *, force: bool = False) -> str:
        """Teach a face, to a new person or to a known one, and return the person."""

    async def recognize(self, sighting: Sighting) -> JsonValue:
        """Hand a picture to the vendor as if a camera had taken it, and tell who is in it."""

    async def publish(self, sighting: Sighting) -> None:
        """Hand a picture to the vendor as if a camera had taken it, without an answer."""

    async def detect(self, request: JsonObject) -> JsonValue:
        """Find the faces in a picture; the request is the vendor's own JSON, too."""

    async def compare(self, request: JsonObject) -> JsonValue:
        """Compare two faces; the request is the vendor's own JSON, too."""

    async def photo(self, face: str, detection: str | None = None) -> Picture:
        """Return the picture with which a face was enrolled, or that of one of its detections."""


class Dossier(Protocol):
    """What the vendor keeps about a person."""

    async def items(self, person: str, section: DossierSection) -> tuple[DossierItem, ...]:
        """Return the items of a section."""

    async def put(self, person: str, section: DossierSection, item: DossierItem) -> str | None:
        """Add an item (without an id) or change one, and return its id, where the vendor tells."""

    async def delete(self, person: str, section: DossierSection, item: str) -> None:
        """Delete an item."""

    async def set_tag(self, person: str, tag: str, *, on: bool) -> None:
        """Put a tag on a person, or take it off, by the tag's id; nothing is written where it is so already."""

    async def add_note(self, person: str, text: str, *, title: str | None = None) -> str | None:
        """Add a note and return its id, where the vendor tells."""


class Documents(Protocol):
    """Files attached to a person."""

    async def upload(
        self, person: str, name: str, chunks: AsyncIterator[bytes], *, description: str | None = None
    ) -> str:
        """Upload a file, reading it as it is sent, and return the id under which it can be downloaded.

        What goes wrong in reading `chunks` is raised as it is.
        """

    def download(self, person: str, document: str) -> AbstractAsyncContextManager[Download]:
        """Stream a file."""


class Reports(Protocol):
    """Reports of what was counted. Raises `Rejected`, with a reason, for what the vendor cannot count."""

    async def counting(self, query: CountQuery) -> tuple[CountReport, ...]:
        """Return a report for each camera that counts at lines, and for each interval."""

    async def visitors(self, query: VisitorQuery) -> tuple[VisitorReport, ...]:
        """Return a report for each camera, or one of all, and for each interval."""

    async def views(self) -> tuple[JsonObject, ...]:
        """Return the saved screens of the vendor's client."""


class Modules(Protocol):
    """Analytics modules of a camera; `Camera.modules` says which of them a camera has, and whether they run."""

    keys: tuple[str, ...]

    async def set_enabled(self, camera: str, module: str, *, on: bool) -> None:
        """Switch a module by patching the settings that the vendor sent, so that unknown keys survive."""


class Ptz(Protocol):
    """Cameras that move; speeds and steps as the vendor defines them."""

    async def capabilities(self, camera: str) -> JsonObject:
        """Return what the camera can do, as the vendor sends it."""

    async def move(self, camera: str, pan: float, tilt: float, seconds: float) -> None:
        """Move for a time."""

    async def stop(self, camera: str) -> None:
        """Stop moving."""

    async def zoom(self, camera: str, step: float) -> None:
        """Zoom by a step."""

    async def preset(self, camera: str, preset: str) -> None:
        """Go to a preset."""


class Admin(Protocol):
    """Administration of the vendor's system, by resource, on the vendor's own JSON."""

    resources: frozenset[str]

    def find(self, resource: str, query: Mapping[str, str]) -> AsyncIterator[JsonObject]:
        """Yield objects of a resource."""

    async def get(self, resource: str, item: str) -> JsonObject:
        """Return one object."""

    async def create(self, resource: str, values: JsonObject) -> JsonObject:
        """Create an object."""

    async def update(self, resource: str, item: str, patch: JsonObject) -> JsonObject:
        """Read an object, patch it and write it back, so that unknown keys survive."""

    async def delete(self, resource: str, item: str, *, confirm: bool) -> None:
        """Delete an object; refused without `confirm`."""


class Photos(Protocol):
    """A photo library."""

    def find(self, query: AssetQuery) -> AsyncIterator[Asset]:
        """Yield assets, paging inside."""

    async def asset(self, asset: str) -> Asset:
        """Return one asset of this library, with fresh addresses."""

    async def picture(self, ref: PictureRef) -> Picture:
        """Return a rendering of an asset, the portrait of a person or the cover of an album."""

    def original(self, asset: str, byte_range: str | None = None) -> AbstractAsyncContextManager[Download]:
        """Stream the original file, or the part that the value of a Range header names, where the vendor has parts."""

    async def months(self) -> Mapping[date, int]:
        """Return how many assets were taken in which month, by its first day and the cameras' clocks, the latest first."""

    def albums(self, ids: Collection[str] = ()) -> AsyncIterator[Album]:
        """Yield the albums, or those of these ids that there are, paging inside."""

    async def faces(self, asset: str) -> tuple[PhotoFace, ...]:
        """Return the faces of an asset."""

    async def upload(self, draft: AssetDraft, chunks: AsyncIterator[bytes]) -> Asset:
        """Upload a file; one that is there already is returned. Raises `StorageFull`."""

    async def create_face(self, asset: str, box: Box, person: str | None) -> PhotoFace:
        """Mark a face. Raises `OutsidePicture`, and sends nothing, when the box does not fit into the picture."""

    async def assign_face(self, face: str, person: str | None) -> PhotoFace:
        """Say whose a face is; None detaches it."""

    async def save_person(self, person: str | None, draft: PersonDraft) -> Person:
        """Add or change a person; whoever has the name already is returned. Raises `Conflict` if that one differs."""

    async def merge(self, into: str, people: Collection[str], *, confirm: bool) -> Person | None:
        """Merge people for good, and return who they are now, if anybody is left; refused without `confirm`."""


class Hook(Protocol):
    """The vendor calls us. The call is only a hint to look now; its payload is never trusted."""

    async def install(self, url: str) -> str | None:
        """Register our address and return the registration's id; None when the user has to do it by hand."""

    async def remove(self, hook: str) -> None:
        """Remove a registration."""

    def hint(self) -> None:
        """Wake `MomentSource.listen`."""
