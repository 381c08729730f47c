"""What happens at Eocortex' cameras, as the servers push it."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from datetime import datetime, timedelta
from typing import override

from ... import contract
from ...budget import Urgency
from ...errors import NotFound
from ...http import Http
from ...models.media import Picture
from ...models.moments import Batch, MomentKind, PictureRef, Source, SourceStatus, Watermark
from ...models.state import Part, Wanted
from ..occasional import REFUSALS
from ..servers import Link, Servers
from .decode import FRAME, Numbering, identify, moment
from .kinds import Kinds
from .listener import POLL_EVERY, Listener, News, Surroundings
from .progress import Progress
from .reading import past
from .times import Clock

KINDS = frozenset(
    {
        MomentKind.MOTION,
        MomentKind.MOTION_STARTED,
        MomentKind.MOTION_ENDED,
        MomentKind.CONNECTION_LOST,
        MomentKind.CONNECTION_RESTORED,
        MomentKind.USER_ALARM,
        MomentKind.EXTERNAL,
    }
)
_LOOK = 1.0
_AT_ONCE = 100
_ROOM_LOOK = 0.05
_REMEMBERED = 4096
_SECOND = timedelta(seconds=1)
_STILL_THERE = timedelta(seconds=10)
"""How long what happened is probably still to be seen."""


class EocortexMoments(contract.MomentSource):
    """One stream of each server; where a user may not have it, the archive is polled."""

    kinds = KINDS

    def __init__(
        self,
        http: Http,
        servers: Servers,
        link: Callable[[str], Link],
        stills: contract.Stills,
        wanted_groups: Callable[[], frozenset[str]] = frozenset,
    ) -> None:
        """`link` returns the server of a camera; `wanted_groups` are those to intercept, in lower case."""
        self._http = http
        self._servers = servers
        self._link = link
        self._stills = stills
        self._wanted_groups = wanted_groups
        self._listeners: dict[str, tuple[Link, Listener]] = {}
        self._seen: OrderedDict[str, None] = OrderedDict()

    @property
    @override
    def status(self) -> SourceStatus:
        listeners = [listener for _, listener in self._listeners.values()]
        polls = any(listener.refusal for listener in listeners)
        return SourceStatus(
            source=Source.POLLING if polls else Source.PUSH,
            connected=bool(listeners) and all(listener.connected for listener in listeners),
            expected_delay=timedelta(seconds=POLL_EVERY / 2) if polls else None,
            refusal=next((listener.refusal for listener in listeners if listener.refusal), None),
        )

    def kinds_at(self, link: Link) -> Kinds:
        """Return the kinds of a server, as far as they are known."""
        return next((listener.kinds for known, listener in self._listeners.values() if known is link), Kinds())

    @override
    async def listen(self, since: Watermark | None, wanted: Callable[[], Wanted]) -> AsyncGenerator[Batch]:
        positions = dict(since.positions) if since else {}
        waiting: asyncio.Queue[News] = asyncio.Queue()
        tasks: dict[str, asyncio.Task[None]] = {}
        self._listeners = {}
        self._seen.clear()

        def wants(camera: str | None) -> bool:
            cameras = wanted().subjects.get(Part.MOMENTS)
            return camera is None or cameras is None or camera in cameras

        async def room() -> None:
            while waiting.qsize() > _AT_ONCE:  # noqa: ASYNC110  # rare, and no event tells it
                await asyncio.sleep(_ROOM_LOOK)

        around = Surroundings(
            present=lambda: self._http.present,
            wants=wants,
            room=room,
            put=waiting.put_nowait,
            wanted_groups=self._wanted_groups,
        )
        try:
            while True:
                begun = await self._attend(tasks, positions, around)
                if begun:
                    positions |= begun
                    yield Batch(moments=(), watermark=Watermark(dict(positions)), source=self.status.source)
                try:
                    async with asyncio.timeout(_LOOK):
                        news = await waiting.get()
                except TimeoutError:
                    continue
                positions |= news.positions
                # A server may tell of the cameras of another one, too.
                fresh = tuple(told for told in news.moments if self._is_first(told.id))
                yield Batch(moments=fresh, watermark=Watermark(dict(positions)), source=news.source, late=news.late)
        finally:
            await _cancel(*tasks.values())
            self._listeners = {}

    async def _attend(
        self, tasks: dict[str, asyncio.Task[None]], positions: dict[str, str], around: Surroundings
    ) -> dict[str, str]:
        """Listen to all servers that there are now; return the positions of those that are new."""
        links = self._servers.links
        for task in tasks.values():
            if task.done():
                task.result()  # a listener never ends, unless it is broken
        for key, (link, _) in list(self._listeners.items()):
            if links.get(key) is not link:
                await _cancel(tasks.pop(key))
                del self._listeners[key]
        begun: dict[str, str] = {}
        for key, link in links.items():
            if key not in self._listeners:
                listener = Listener(key, link, dict(positions), around)
                self._listeners[key] = link, listener
                tasks[key] = asyncio.create_task(listener.run())
                if key not in positions:
                    begun[key] = Progress(around.present()).position
        return begun

    def _is_first(self, moment_id: str) -> bool:
        first = moment_id not in self._seen
        self._seen[moment_id] = None
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return first

    @override
    async def picture(self, ref: PictureRef, urgency: Urgency = Urgency.EVENT) -> Picture | None:
        """Return the picture that came along; without it, look for the event in the archive.

        Plates and alarms come without pictures: theirs are what the camera recorded, or sees at present.
        """
        if ref.content:
            return ref.content
        if ref.id.startswith(f"{FRAME}/"):
            _, camera, start = ref.id.split("/", 2)
            return await self._frame(camera, datetime.fromisoformat(start))
        event_id, camera, start, moment_id = ref.id.split("/", 3)
        link = self._link(camera)
        if link.client is None:
            return None
        began, numbering = datetime.fromisoformat(start), Numbering()
        window = (began.replace(microsecond=0), began + _SECOND)
        clock = next((known.clock for at, known in self._listeners.values() if at is link), Clock())
        urgent = urgency is not Urgency.BACKGROUND
        try:
            found = past(link.client.events, event_id, *window, clock, channel=camera or None, urgent=urgent)
            async with aclosing(found) as pages:
                async for page in pages:
                    for event, content in page:
                        if identify(event, content, numbering) == moment_id:
                            picture = moment(event, moment_id, began, Kinds()).picture
                            return picture.content if picture else None
        except NotFound:
            pass
        return None

    async def _frame(self, camera: str, at: datetime) -> Picture:
        try:
            return await self._stills.still(camera, at=at)
        except REFUSALS:
            if self._http.present - at > _STILL_THERE:
                raise
            return await self._stills.still(camera)


async def _cancel(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
