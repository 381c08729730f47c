"""Groups of named, typed values that the control port may change: settings and quirks."""

from dataclasses import fields
from types import UnionType
from typing import Literal, TypeAliasType, get_args, get_origin, get_type_hints

type Json = bool | int | float | str | list[Json] | dict[str, Json] | None
type JsonObject = dict[str, Json]


class Switches:
    """Base of a dataclass of plain values; every field has a default, to which ``reset`` returns."""

    def change(self, values: JsonObject) -> None:
        """Set some fields; raise ValueError, changing nothing, if a name or a value does not fit."""
        hints = get_type_hints(type(self))
        for name, value in values.items():
            if name not in hints:
                raise ValueError(f"unknown name {name!r}, known are: {', '.join(hints)}")
            if not _fits(value, hints[name]):
                raise ValueError(f"{name} cannot be {value!r}")
        for name, value in values.items():
            setattr(self, name, value)

    def reset(self) -> None:
        """Return every field to its default."""
        fresh = type(self)()
        for name in self.as_json():
            setattr(self, name, getattr(fresh, name))

    def as_json(self) -> JsonObject:
        """Return all fields by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}  # type: ignore[arg-type]


def _fits(value: Json, hint: object) -> bool:
    if isinstance(hint, TypeAliasType):
        return _fits(value, hint.__value__)
    if get_origin(hint) is Literal:
        return any(value is choice or (isinstance(value, str) and value == choice) for choice in get_args(hint))
    if isinstance(hint, UnionType):
        return any(_fits(value, part) for part in get_args(hint))
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(hint, type) and isinstance(value, hint)
