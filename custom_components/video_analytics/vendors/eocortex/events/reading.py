"""Events out of the bytes of a server: those of the stream, and those of the archive."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from datetime import datetime, timedelta

from ...errors import BadAnswer, Unreachable
from ...json import JsonObject
from ..client.events import PAGE, EventsApi, read_object
from .decode import Event, is_keep_alive, is_part, read_event
from .splitter import Splitter
from .times import Clock

SILENCE = 30.0
"""Seconds without a byte after which nobody is there any more: keep-alives come every few seconds."""
_SECOND = timedelta(seconds=1)

type Told = tuple[Event, bytes]
"""An event, and what it was read of."""


class Reader:
    """Reads the events in chunks, and puts those together that come in two objects.

    What cannot be read is left out and counted.
    """

    def __init__(self) -> None:
        """Begin a stream."""
        self._splitter = Splitter()
        self._bare: Told | None = None
        self._unread = 0

    @property
    def unread(self) -> int:
        """Return how many objects could not be read."""
        return self._unread + self._splitter.skipped

    def feed(self, chunk: bytes) -> list[Told]:
        """Return the events that are complete with this chunk.

        One without what makes it worth telling waits for the next object, be it a keep-alive: some servers are said to
        send the rest of it there (facts, section 5).
        """
        found: list[Told] = []
        for content in self._splitter.feed(chunk):
            try:
                self._take(content, read_object(content), found)
            except BadAnswer:
                self._unread += 1
        return found

    def end(self) -> list[Told]:
        """Return what still waits."""
        left, self._bare = self._bare, None
        return [left] if left else []

    def _take(self, content: bytes, row: JsonObject, found: list[Told]) -> None:
        if is_part(row) and not is_keep_alive(row):
            if self._bare is None:
                raise BadAnswer("event: no EventId")
            (event, head), self._bare = self._bare, None
            found.append((event.merged(row), head + content))
            return
        found += self.end()
        if is_keep_alive(row):
            return
        told = read_event(row), content
        if told[0].is_bare:
            self._bare = told
        else:
            found.append(told)


async def live(api: EventsApi) -> AsyncGenerator[list[Told]]:
    """Yield the events of the stream as they come; also empty lists, as a sign that the server is alive.

    The first list is empty, and comes as soon as the stream is open. Raises `Unreachable` when it falls silent or ends.
    """
    reader = Reader()
    async with api.stream() as chunks:
        yield []
        while (chunk := await _next(chunks)) is not None:
            yield reader.feed(chunk)
    raise Unreachable("GET /event: the stream ended")


async def _next(chunks: AsyncIterator[bytes]) -> bytes | None:
    try:
        async with asyncio.timeout(SILENCE):
            return await anext(chunks, None)
    except TimeoutError:
        raise Unreachable("GET /event: the stream fell silent") from None


async def past(
    api: EventsApi,
    event_id: str,
    start: datetime,
    end: datetime,
    clock: Clock,
    *,
    channel: str | None = None,
    urgent: bool = False,
) -> AsyncGenerator[Sequence[Told]]:
    """Yield the events of a kind and a period, some at a time and with those of other periods among them.

    A full page goes on at the last time in it, so that the events of that second come again. Where more events than a
    page holds have one time, those beyond are out of reach.
    """
    first, last = start, end + _SECOND
    while first <= last:
        count = 0
        oldest_first = True
        edge = before = None
        async with aclosing(_page(api, event_id, first, last, channel=channel, urgent=urgent)) as page:
            async for found in page:
                yield found
                count += len(found)
                edge = clock.past(found[-1][0].stamp, start, end)
                before = before or clock.past(found[0][0].stamp, start, end)
                oldest_first = edge >= before
        if edge is None or count < PAGE:
            return
        if oldest_first:
            moved = edge.replace(microsecond=0)
            first = moved if moved > first else first.replace(microsecond=0) + _SECOND
        else:
            last = min(edge + _SECOND, last - _SECOND)


async def _page(
    api: EventsApi, event_id: str, start: datetime, end: datetime, *, channel: str | None, urgent: bool
) -> AsyncGenerator[list[Told]]:
    reader = Reader()
    async with api.archive(event_id, start, end, channel=channel, urgent=urgent) as chunks:
        async for chunk in chunks:
            if found := reader.feed(chunk):
                yield found
    if left := reader.end():
        yield left
