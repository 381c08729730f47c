"""Moments of the past that come from several cameras or servers, in one order."""

from collections.abc import AsyncGenerator, Sequence
import heapq

from .models.moments import EventQuery, Moment


async def merged(sources: Sequence[AsyncGenerator[Moment]], query: EventQuery) -> AsyncGenerator[Moment]:
    """Yield the moments of sources that are each in the query's order, up to its limit; closes the sources."""
    sign = -1 if query.newest_first else 1
    heads: list[tuple[float, int, Moment]] = []

    async def read_on(number: int) -> None:
        if head := await anext(sources[number], None):
            heapq.heappush(heads, (sign * head.start.timestamp(), number, head))

    found = 0
    try:
        for number in range(len(sources)):
            await read_on(number)
        while heads:
            _, number, head = heapq.heappop(heads)
            yield head
            found += 1
            if found == query.limit:
                return
            await read_on(number)
    finally:
        for source in sources:
            await source.aclose()
