"""Libraries, the user, background tasks, and the feed of changes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from ...json import JsonValue, loads
from .. import wire
from .caller import Caller, timestamp

type State = Literal["live", "trashed", "all"]


class LibrariesApi:
    """What belongs to the account as a whole."""

    def __init__(self, caller: Caller) -> None:
        """Ask by a caller."""
        self._api = caller.api

    async def ping(self) -> bool:
        """Tell whether the server answers "pong": `GET /api/server/ping`, the only call without a key."""
        answer = await self._api.get("/api/server/ping", urgent=True, decode=_text_or_json)
        return answer == "pong"

    async def me(self, *, urgent: bool = False) -> wire.User:
        """Return the user whose key it is: `GET /api/users/me`."""
        return wire.User.read(await self._api.get("/api/users/me", urgent=urgent), "user")

    async def list(self, state: State = "live", *, urgent: bool = False) -> tuple[wire.Library, ...]:
        """Return the libraries that the key may see: `GET /api/libraries`."""
        answer = await self._api.get("/api/libraries", {"state": state}, urgent=urgent)
        return tuple(wire.Library.read(row, "library") for row in wire.read_rows(answer, "GET /api/libraries"))

    async def get(self, library: str) -> wire.Library:
        """Return one library: `GET /api/libraries/{library_id}`. Raises `NotFound`."""
        return wire.Library.read(await self._api.get(f"/api/libraries/{library}"), "library")

    async def tasks(self, library: str, status: str | None = None, limit: int | None = None) -> tuple[wire.Task, ...]:
        """Return background tasks, newest first: `GET /api/tasks/`. How many come at most is not documented."""
        query = {"library_id": library, "status": status, "limit": limit}
        answer = await self._api.get("/api/tasks/", query)
        return tuple(wire.Task.read(row, "task") for row in wire.read_rows(answer, "GET /api/tasks/"))

    async def changes(
        self,
        library: str,
        *,
        after: str | None = None,
        since: datetime | None = None,
        entities: Sequence[str] = (),
        limit: int = 200,
    ) -> wire.Changes:
        """Return a page of the feed of changes: `GET /api/events`, oldest first.

        `after` is the `next_cursor` of an earlier page, `since` only leaves out what was created before. Raises
        `Rejected` for a cursor that is not good any more, which does not clear.
        """
        query = {
            "library_id": library,
            "after_cursor": after,
            "created_at_gte": timestamp(since) if since else None,
            "entity_types": entities,
            "limit": limit,
        }
        return wire.Changes.read(await self._api.get("/api/events", query), "GET /api/events")


def _text_or_json(body: bytes, what: str) -> JsonValue:
    """Read plain text, which may be quoted as JSON."""
    return loads(body, what) if body[:1] in (b'"', b"{") else body.decode("utf-8", "replace").strip()
