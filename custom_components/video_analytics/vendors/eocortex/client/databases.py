"""The databases of faces and plates, below `/api`."""

from ...http import Query
from ...json import as_object
from ..wire.databases import Group, GroupPage, enabled_modules
from ..wire.row import value
from .caller import Caller

_PORTION = 1000
_MOST_PAGES = 50


class DatabasesApi:
    """Faces and plates that are known, and their groups."""

    def __init__(self, caller: Caller) -> None:
        """Belong to a server."""
        self._caller = caller

    async def face_modules(self) -> tuple[str, ...]:
        """Return the modules for faces that are on: guide, "GET /api/faceconfig"."""
        answer = as_object(await self._caller.get("/api/faceconfig"), "api/faceconfig")
        return enabled_modules(value(answer, "faces_modules"))

    async def plate_modules(self) -> tuple[str, ...]:
        """Return the modules for plates that are on: guide, "GET /api/carconfig"."""
        answer = as_object(await self._caller.get("/api/carconfig"), "api/carconfig")
        return enabled_modules(value(answer, "auto_modules"))

    async def face_groups(self, module: str) -> tuple[Group, ...]:
        """Return the groups of faces: guide, "GET /api/faces-groups"."""
        return await self._groups("/api/faces-groups", module)

    async def plate_groups(self, module: str | None = None) -> tuple[Group, ...]:
        """Return the groups of plates: guide, "GET /api/cars-groups"; only its examples name a module."""
        return await self._groups("/api/cars-groups", module)

    async def _groups(self, path: str, module: str | None) -> tuple[Group, ...]:
        """Read page by page, each group once."""
        found: dict[str, Group] = {}
        offset = 0
        for _ in range(_MOST_PAGES):
            query: Query = {"offset": offset, "portion": _PORTION, "module": module}
            page = GroupPage.read(await self._caller.get(path, query), path.removeprefix("/"))
            rows, known = page.groups or (), len(found)
            found |= {row.id: row for row in rows}
            offset += len(rows)
            if len(found) == known or offset >= (page.total_count or 0):
                break
        return tuple(found.values())
