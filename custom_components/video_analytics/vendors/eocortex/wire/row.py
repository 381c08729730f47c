"""The base of what Eocortex sends: keys differ in case between versions, and one object may stand for a list of one."""

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import Any, ClassVar, cast, override

from ...json import JsonObject, JsonValue
from ...wire import Wire


class Row(Wire):
    """Decodes an object whatever the case of its keys; `LISTS` names the keys of lists."""

    LISTS: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    @override
    def __pre_deserialize__(cls, d: dict[Any, Any]) -> dict[Any, Any]:
        keys = _keys(cast(type, cls))  # a type is hashable, whatever mypy thinks of this one
        row = {keys.get(key.lower(), key): value for key, value in d.items()}
        for key in cls.LISTS:
            if isinstance(row.get(key), Mapping):
                row[key] = [row[key]]
        return row


@cache
def _keys(cls: type) -> dict[str, str]:
    """Return the keys of a class by how they are written in lower case."""
    keys = [field.metadata.get("alias", field.name) for field in fields(cls)]
    return {key.lower(): key for key in keys}


def spelt(row: JsonObject, key: str) -> str:
    """Return how a row spells a key."""
    if key in row:
        return key
    return next((other for other in row if other.lower() == key.lower()), key)


def value(row: JsonObject, key: str) -> JsonValue:
    """Return the value of a key, whatever its case."""
    return row.get(spelt(row, key))
