"""What happened at Eocortex' cameras."""

from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing
from datetime import timedelta
from typing import override

import orjson

from ... import contract
from ...errors import BadAnswer
from ...json import JsonObject
from ...merge import merged
from ...models.moments import EventQuery, Moment
from ..servers import Link, Servers
from .decode import Numbering, identify, moment, read_event
from .kinds import Kinds
from .times import Clock

PAGE = 200
_FINEST = timedelta(milliseconds=1)


class EocortexHistory(contract.EventHistory):
    """Events of the archive, by `/archive_events`, which takes several kinds at once and knows both orders."""

    def __init__(
        self,
        servers: Servers,
        link: Callable[[str], Link],
        kinds: Callable[[Link], Kinds] = lambda link: Kinds(),
        wanted_groups: Callable[[], frozenset[str]] = frozenset,
    ) -> None:
        """`link` returns the server of a camera, `kinds` what is known of a server's kinds.

        `wanted_groups` are those to intercept, in lower case.
        """
        self._servers = servers
        self._link = link
        self._kinds = kinds
        self._wanted_groups = wanted_groups

    @override
    async def events(self, query: EventQuery) -> AsyncGenerator[Moment]:
        if query.person is not None or query.limit == 0 or query.start > query.end:
            return
        links = [self._link(query.camera)] if query.camera else list(self._servers.links.values())
        sources = [self._of(link, query) for link in links]
        async with aclosing(merged(sources, query)) as events:
            async for past in events:
                yield past

    async def _of(self, link: Link, query: EventQuery) -> AsyncGenerator[Moment]:
        """Yield the moments of a server in the wanted order, page by page.

        A full page goes on at the last time in it; where the time does not move, a step is made.
        """
        kinds, numbering, clock = self._kinds(link), Numbering(), Clock()
        event_ids = kinds.of(query.kinds)
        if not event_ids:
            return
        channels = (query.camera,) if query.camera else ()
        size = min(query.limit or PAGE, PAGE)
        start, end = query.start, query.end
        seen: set[str] = set()
        while start <= end:
            rows = await link.ask(
                lambda client, start=start, end=end: client.events.search(  # type: ignore[misc]
                    event_ids, start, end, channels=channels, from_begin=not query.newest_first, limit=size
                )
            )
            page = list(self._moments(rows, link, kinds, numbering, clock, query))
            page.sort(key=lambda past: past.start, reverse=query.newest_first)
            for past in page:
                if past.id not in seen and query.start <= past.start <= query.end:
                    yield past
            if len(rows) < size or not page:
                return
            seen = {past.id for past in page}
            edge = page[-1].start
            if query.newest_first:
                end = edge + _FINEST if edge + _FINEST < end else end - _FINEST
            else:
                start = edge if edge > start else start + _FINEST

    def _moments(
        self,
        rows: Sequence[JsonObject],
        link: Link,
        kinds: Kinds,
        numbering: Numbering,
        clock: Clock,
        query: EventQuery,
    ) -> Iterator[Moment]:
        """Yield the moments of a page, whatever its order; what cannot be read is left out."""
        wanted = self._wanted_groups()
        for row in rows:
            try:
                event = read_event(row)
            except BadAnswer:
                continue
            moment_id = identify(event, orjson.dumps(row), numbering)
            began = clock.past(event.stamp, query.start, query.end)
            made = moment(event, moment_id, began, kinds, server=link.id, wanted=wanted)
            if query.camera in (None, made.camera) and (not query.kinds or made.kind in query.kinds):
                yield made
