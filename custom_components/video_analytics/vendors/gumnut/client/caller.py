"""How all calls are made: values as the vendor writes them, and its two ways of paging."""

from collections.abc import AsyncIterator, Collection, Mapping
from datetime import UTC, datetime
from itertools import batched

from ...http import Api, Query
from ...json import JsonObject, JsonValue, read_text
from ..wire import Page

LARGEST_PAGE = 200
LARGEST_SEARCH = 200
"""How many results a search by content has at most."""


def timestamp(moment: datetime) -> str:
    """Write an instant in UTC, or a time on the wall without an offset as it is."""
    return (moment.astimezone(UTC) if moment.tzinfo else moment).isoformat().replace("+00:00", "Z")


def given(values: Mapping[str, JsonValue]) -> JsonObject:
    """Leave out what is None, where the vendor takes null for another value than nothing."""
    return {key: value for key, value in values.items() if value is not None}


class Caller:
    """The API below its base address."""

    def __init__(self, api: Api) -> None:
        """Take access to the API."""
        self.api = api

    async def rows_of(
        self, path: str, query: Query, ids: Collection[str], *, limit: int | None = None, urgent: bool
    ) -> AsyncIterator[JsonObject]:
        """Yield the rows of these ids, as many at a time as a page holds; without ids all rows."""
        for lot in batched(ids, LARGEST_PAGE, strict=False) if ids else ((),):
            async for row in self.rows(path, {**query, "ids": lot}, limit=limit, urgent=urgent):
                yield row

    async def rows(self, path: str, query: Query, *, limit: int | None, urgent: bool) -> AsyncIterator[JsonObject]:
        """Yield rows, at most `limit`, going on behind the last one of each page."""
        yielded, after = 0, None
        while limit is None or yielded < limit:
            size = LARGEST_PAGE if limit is None else min(LARGEST_PAGE, limit - yielded)
            answer = await self.api.get(path, {**query, "limit": size, "starting_after_id": after}, urgent=urgent)
            page = Page.read(answer, f"GET {path}")
            for row in page.rows[:size]:
                yield row
            yielded += len(page.rows)
            last = _text(page.rows[-1].get("id")) if page.rows else None
            if not page.has_more or last is None or last == after:
                return
            after = last


def _text(value: JsonValue) -> str | None:
    try:
        return read_text(value)
    except ValueError:
        return None
