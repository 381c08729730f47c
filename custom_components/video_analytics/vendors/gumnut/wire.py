"""What Gumnut sends, as its SDK `gumnut-sdk` 0.178.0 and its page "Create a face" describe it.

Answers are lean and pages of the documentation differ in age, so everything but the identifiers may be missing.
Enumerations stay text: values that nobody knows yet must pass.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from mashumaro import field_options

from ..errors import BadAnswer
from ..json import JsonObject, JsonValue, as_object, as_objects, kind, read_bool
from ..wire import Wire, identifier, named


def read_wall_clock(value: JsonValue) -> datetime:
    """Read when a photo was taken: by the clock on the wall, with an offset only where the camera knew it."""
    if not isinstance(value, str):
        raise ValueError(f"expected a time, got {kind(value)}")
    try:
        moment = datetime.fromisoformat(value.strip())
        if moment.tzinfo:
            moment.astimezone(UTC)  # what lies outside of time cannot be shown
    except ValueError, OverflowError:
        raise ValueError("expected a time, got other text") from None
    return moment


def wall_clock() -> Any:  # the same convention as dataclasses.field: the annotation gives the type
    """Declare an optional field with the time on a camera's clock."""
    return field(default=None, metadata=field_options(deserialize=read_wall_clock))


@dataclass(frozen=True, kw_only=True)
class User(Wire):
    """Answer of `GET /api/users/me`."""

    id: str = identifier()
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    is_active: bool | None = None
    face_detection_preference: bool | None = None
    face_detection_available: bool | None = None
    storage_used_bytes: int | None = None
    storage_limit_bytes: int | None = None


@dataclass(frozen=True, kw_only=True)
class Owner(Wire):
    """`owner` of a library."""

    id: str = identifier()
    display_name: str | None = None


@dataclass(frozen=True, kw_only=True)
class Library(Wire):
    """A row of `GET /api/libraries`; older pages lack storage, role and owner."""

    id: str = identifier()
    name: str | None = None
    asset_count: int | None = None
    storage_used_bytes: int | None = None
    storage_limit_bytes: int | None = None
    role: str | None = None
    owner: Owner | None = None


@dataclass(frozen=True, kw_only=True)
class Variant(Wire):
    """One rendering in `asset_urls`: the address is signed, and fetched without our key."""

    url: str
    mimetype: str | None = None
    width: int | None = None


type Variants = dict[str, Variant]


@dataclass(frozen=True, kw_only=True)
class BoundingBox(Wire):
    """Where a face is, in pixels of the picture as it is shown; the documentation's own sample is empty."""

    x: int | None = None
    y: int | None = None
    w: int | None = None
    h: int | None = None


@dataclass(frozen=True, kw_only=True)
class Candidate(Wire):
    """Somebody a face may also belong to."""

    person_id: str = identifier()
    distance: float | None = None
    name: str | None = None


@dataclass(frozen=True, kw_only=True)
class ClusterAssignment(Wire):
    """How well a face fits its person; with `include=cluster_assignment`."""

    distance_to_person: float | None = None
    candidates: list[Candidate] | None = None


@dataclass(frozen=True, kw_only=True)
class Face(Wire):
    """A face in an asset; `source` is `automatic` or `manual`."""

    id: str = identifier()
    asset_id: str = identifier()
    bounding_box: BoundingBox | None = None
    source: str | None = None
    person_id: str | None = None
    confidence: float | None = None
    timestamp_ms: int | None = None
    asset_urls: Variants | None = None
    cluster_assignment: ClusterAssignment | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Person(Wire):
    """Somebody whom faces are grouped to; unnamed until a user says who it is."""

    id: str = identifier()
    name: str | None = None
    is_favorite: bool | None = None
    is_hidden: bool | None = None
    birth_date: date | None = None
    asset_count: int | None = None
    thumbnail_face_id: str | None = None
    asset_urls: Variants | None = None


@dataclass(frozen=True, kw_only=True)
class Metadata(Wire):
    """`metadata` of an asset, with `include=metadata`: of its many fields those that are shown."""

    display_label: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    description: str | None = None
    rating: int | None = None


@dataclass(frozen=True, kw_only=True)
class Asset(Wire):
    """A photo or a video."""

    id: str = identifier()
    mime_type: str | None = None
    original_file_name: str | None = None
    kind: str | None = None
    current_version_id: str | None = None
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    file_size_bytes: int | None = None
    local_datetime: datetime | None = wall_clock()
    created_at: datetime | None = None
    trashed_at: datetime | None = None
    description: str | None = None
    asset_urls: Variants | None = None
    metadata: Metadata | None = None
    people: list[Person] | None = None
    faces: list[Face] | None = None


@dataclass(frozen=True, kw_only=True)
class Found(Wire):
    """A row of `/api/search`."""

    asset: Asset
    distance: float | None = None


@dataclass(frozen=True, kw_only=True)
class Album(Wire):
    """An album."""

    id: str = identifier()
    name: str | None = None
    asset_count: int | None = None
    album_cover_asset_id: str | None = None
    asset_urls: Variants | None = None


@dataclass(frozen=True, kw_only=True)
class Bucket(Wire):
    """A row of `GET /api/assets/counts`; the time goes back as it came."""

    time_bucket: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Task(Wire):
    """A row of `GET /api/tasks/`."""

    id: str = identifier()
    status: str | None = None
    task_type: str | None = None
    asset_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Payload(Wire):
    """What a change says beside the entity: whose a face is now, and was before."""

    person_id: str | None = None
    previous_person_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Change(Wire):
    """A row of `GET /api/events`: an entity that is to be read again."""

    entity_type: str
    entity_id: str = identifier()
    event_type: str
    created_at: datetime
    payload: Payload | None = None


@dataclass(frozen=True, kw_only=True)
class Changes(Wire):
    """Answer of `GET /api/events`; only `next_cursor` may be kept."""

    data: list[Change]
    has_more: bool
    next_cursor: str | None = named("next_cursor")


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page of rows, whatever they are."""

    rows: tuple[JsonObject, ...]
    has_more: bool

    @classmethod
    def read(cls, value: JsonValue, what: str) -> Page:
        """Read `{"data": […], "has_more": …}`, or raise `BadAnswer`."""
        answer = as_object(value, what)
        data = answer.get("data")
        if isinstance(data, str) or not hasattr(data, "__iter__") or isinstance(data, dict):
            raise BadAnswer(f"{what}: expected a list of data, got {kind(data)}")
        try:
            more = read_bool(answer.get("has_more", False))
        except ValueError:
            raise BadAnswer(f"{what}: unexpected has_more") from None
        return cls(rows=as_objects(data, what), has_more=more)


def read_rows(value: JsonValue, what: str) -> tuple[JsonObject, ...]:
    """Read one of the lists that have no pages."""
    if isinstance(value, dict):
        raise BadAnswer(f"{what}: expected a list, got an object")
    return as_objects(value, what)
