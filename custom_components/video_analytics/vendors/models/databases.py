"""Databases of faces and plates, people and what is known of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ..json import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseInfo:
    """Which modules serve a database, and how many entries it holds."""

    modules: tuple[str, ...]
    entries: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A list that faces or plates belong to."""

    id: str
    name: str
    wanted: bool = False
    color: str | None = None
    external_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """An entry of a face database."""

    id: str
    first_name: str | None = field(default=None, repr=False)
    last_name: str | None = field(default=None, repr=False)
    patronymic: str | None = field(default=None, repr=False)
    groups: tuple[str, ...] = ()
    external_id: str | None = None
    note: str | None = field(default=None, repr=False)
    similarity: float | None = None
    pictures: tuple[bytes, ...] = field(default=(), repr=False)
    updated: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceDraft:
    """A face to be added or changed; None leaves a field as it is."""

    first_name: str | None = field(default=None, repr=False)
    last_name: str | None = field(default=None, repr=False)
    patronymic: str | None = field(default=None, repr=False)
    groups: tuple[str, ...] | None = None
    external_id: str | None = None
    note: str | None = field(default=None, repr=False)
    pictures: tuple[bytes, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceQuery:
    """Which faces; a picture finds those that look alike, from `similarity` (0 to 1) on."""

    name: str | None = field(default=None, repr=False)
    group: str | None = None
    external_id: str | None = None
    picture: bytes | None = field(default=None, repr=False)
    similarity: float | None = None
    module: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plate:
    """An entry of a plate database."""

    id: str
    number: str = field(repr=False)
    owner: str | None = field(default=None, repr=False)
    groups: tuple[str, ...] = ()
    color: str | None = None
    model: str | None = None
    external_id: str | None = None
    note: str | None = field(default=None, repr=False)
    updated: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlateDraft:
    """A plate to be added or changed; None leaves a field as it is."""

    number: str | None = field(default=None, repr=False)
    owner: str | None = field(default=None, repr=False)
    groups: tuple[str, ...] | None = None
    color: str | None = None
    model: str | None = None
    external_id: str | None = None
    note: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlateQuery:
    """Which plates."""

    number: str | None = field(default=None, repr=False)
    owner: str | None = field(default=None, repr=False)
    group: str | None = None
    external_id: str | None = None
    module: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A label that people carry at the vendor."""

    id: str
    name: str
    disabled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleQuery:
    """Which people can be chosen to be watched."""

    tag: str | None = None
    field_name: str | None = None
    field_value: str | None = field(default=None, repr=False)
    id: str | None = None
    name: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A picture as a camera would have taken it; `detector` and `zone` (IANA) are what the vendor shows with it."""

    picture: bytes = field(repr=False)
    detector: str
    at: datetime
    zone: str
    largest_face_only: bool = True
    allow_duplicate: bool = False


class DossierSection(StrEnum):
    """The parts of what a vendor keeps about a person."""

    ALIASES = "aliases"
    TAGS = "tags"
    NOTES = "notes"
    FIELDS = "fields"


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierItem:
    """One item; without an id it is new. `values` are the vendor's own keys."""

    values: Mapping[str, JsonValue] = field(repr=False)
    id: str | None = None
