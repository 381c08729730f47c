"""What eConnect Identities sends, as the pages of its developer guide show it.

Everything but identifiers and times may be null or missing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, override

from ..json import JsonValue
from ..wire import Wire, named, required


@dataclass(frozen=True, kw_only=True)
class Detection(Wire):
    """An item of `GET /api/v1/people/detections/…`; the picture is base64."""

    confidence: float | None = None
    date_time_utc: datetime = required("dateTimeUtc")
    time_zone: str | None = named("timeZone")
    detector: str | None = None
    image: str | None = None


@dataclass(frozen=True, kw_only=True)
class Alias(Wire):
    """A name of a person."""

    alias_id: str | None = named("personAliasId")
    first_name: str | None = named("firstName")
    last_name: str | None = named("lastName")
    middle_name: str | None = named("middleName")
    title: str | None = None


@dataclass(frozen=True, kw_only=True)
class AppliedTag(Wire):
    """A tag on a person; what it is called is in its definition."""

    tag_id: str = required("tagId")
    expires: datetime | None = None
    created: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Person(Wire):
    """`IdentityPersonItem`, as far as people in Home Assistant are made of it."""

    person_id: str = required("personId")
    aliases: tuple[Alias, ...] = ()
    tags: tuple[AppliedTag, ...] = ()

    @classmethod
    @override
    def __pre_deserialize__(cls, d: dict[Any, Any]) -> dict[Any, Any]:
        return {**d, "aliases": _listed(d.get("aliases")), "tags": _listed(d.get("tags"))}


@dataclass(frozen=True, kw_only=True)
class Tag(Wire):
    """The definition of a tag."""

    tag_id: str = required("tagId")
    tag_name: str | None = named("tagName")
    disabled: bool | None = None
    description: str | None = None
    default_expire_period: str | None = named("defaultExpirePeriod")


def _listed(value: JsonValue) -> Sequence[JsonValue]:
    """Null counts as an empty list."""
    if value is None:
        return ()
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise ValueError("expected a list")
    return value
