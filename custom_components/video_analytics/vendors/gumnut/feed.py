"""The feed of changes and its cursor.

Source: the docstring of `events.get` in `gumnut-sdk`. Only the cursor says how far was read: changes come out of the
order of their times, and slightly late. Without a cursor the feed starts at the library's first day, so that a first
look leaves out what was created before it until there is a cursor.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

import orjson

from ..errors import BadAnswer, Rejected
from ..json import as_object, loads, read_datetime, read_text
from . import wire
from .client import GumnutClient

_ENTITIES = ("asset", "person", "face", "metadata")
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Position:
    """How far the feed was read; `since` is where to begin anew if the vendor does not take the cursor any more."""

    since: datetime
    cursor: str | None = None

    @classmethod
    def read(cls, text: str | None) -> Self | None:
        """Read a stored position; None for what is none."""
        try:
            stored = as_object(loads((text or "").encode(), "position"), "position")
            cursor = stored.get("cursor")
            return cls(read_datetime(stored.get("since")), None if cursor is None else read_text(cursor))
        except BadAnswer, ValueError:
            return None

    def __str__(self) -> str:
        """Return what is stored."""
        return orjson.dumps({"since": self.since, "cursor": self.cursor}).decode()


@dataclass(frozen=True, slots=True)
class Page:
    """Changes, and the position behind them."""

    changes: tuple[wire.Change, ...]
    position: Position


class Feed:
    """The changes of one library."""

    def __init__(self, client: GumnutClient, library: str) -> None:
        """Nothing is asked for by itself."""
        self._client = client
        self._library = library

    async def pages(self, position: Position) -> AsyncGenerator[Page]:
        """Yield what changed behind a position, until there is no more for now."""
        # Between the pages of one reading the vendor wants the same filter again.
        since = position.since if position.cursor is None else None
        while True:
            try:
                answer = await self._ask(position, since)
            except Rejected:
                if position.cursor is None:
                    raise
                # It does not clear (facts, section 6). What was told already is older than `since`.
                position, since = Position(position.since), position.since
                answer = await self._ask(position, since)
            moved = answer.next_cursor not in (None, position.cursor)
            newest = max((change.created_at + _TICK for change in answer.data), default=position.since)
            position = Position(max(position.since, newest), answer.next_cursor or position.cursor)
            yield Page(tuple(answer.data), position)
            if not answer.has_more or not moved:
                return

    async def _ask(self, position: Position, since: datetime | None) -> wire.Changes:
        return await self._client.libraries.changes(
            self._library, after=position.cursor, since=since, entities=_ENTITIES
        )
