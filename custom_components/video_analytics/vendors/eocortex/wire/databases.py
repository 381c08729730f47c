"""The databases of faces and plates: which modules have one, and the groups in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...json import JsonValue, read_bool
from ...wire import named, required
from .row import Row, value


@dataclass(frozen=True, kw_only=True)
class Group(Row):
    """A group of faces or plates; whoever is in one with `intercept` is wanted."""

    id: str = required("id")
    external_id: str | None = named("external_id")
    name: str | None = named("name")
    intercept: bool | None = named("intercept")


@dataclass(frozen=True, kw_only=True)
class GroupPage(Row):
    """Some of the groups: guide, "GET /api/faces-groups" and "GET /api/cars-groups"."""

    offset: int | None = named("offset")
    portion: int | None = named("portion")
    total_count: int | None = named("total_count")
    groups: tuple[Group, ...] | None = named("groups")

    LISTS = frozenset({"groups"})


def enabled_modules(listed: JsonValue) -> tuple[str, ...]:
    """Return the names of the modules that are on, out of a list, a single one, or an object of modules by name.

    What the guide prints of plates is none of them: its braces do not balance.
    """
    if isinstance(listed, Mapping):
        single = isinstance(value(listed, "name"), str)
        listed = [listed] if single else [{"name": name, "enabled": on} for name, on in listed.items()]
    if isinstance(listed, str) or not isinstance(listed, Sequence):
        return ()
    rows = [row for row in listed if isinstance(row, Mapping)]
    return tuple(name for row in rows if isinstance(name := value(row, "name"), str) and _is_on(value(row, "enabled")))


def _is_on(enabled: JsonValue) -> bool:
    """Tell whether a module is on; one of which it is not said may be tried."""
    if isinstance(enabled, Mapping):
        enabled = value(enabled, "enabled")
    try:
        return read_bool(enabled)
    except ValueError:
        return True
