"""Listens to one server."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from ...errors import RateLimited, Unreachable, VendorError
from ...models.moments import Moment, MomentKind, Source
from ..client.events import EventsApi
from ..occasional import REFUSALS
from ..servers import Link
from .decode import Numbering, identify, moment
from .kinds import Kinds
from .progress import OVERLAP, Progress
from .reading import Told, live, past
from .times import Clock

LATE = timedelta(minutes=1)
FIRST_RETRY = 1.0
LAST_RETRY = 60.0
TICK = 60.0
"""Seconds after which the position moves although nothing happened."""
POLL_EVERY = 15.0
RARELY = 20
"""Of so many rounds of polling one asks for kinds that are not known, and for what got into the archive late."""
STREAM_AGAIN = 600.0
"""Seconds after which a refused stream is tried again: the user may have got the right."""
_PATIENCE = 10.0
_DOUBLINGS = 10
_SHORT_OVERLAP = timedelta(seconds=20)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class News:
    """What a server told, and how far it has been read with that."""

    moments: tuple[Moment, ...]
    positions: Mapping[str, str]
    source: Source
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a listener needs of others: the vendor's time, who is wanted, and where news go."""

    present: Callable[[], datetime]
    wants: Callable[[str | None], bool]
    room: Callable[[], Awaitable[None]]
    """Waits until there is room for more news."""
    put: Callable[[News], None]
    wanted_groups: Callable[[], frozenset[str]] = frozenset
    """The groups that the vendor is told to intercept, in lower case."""


type _Made = tuple[str, Moment]
"""A moment, and the GUID of its kind."""


class Listener:
    """Follows the stream of a server, and reads in its archive what was missed; or polls that, where it must."""

    def __init__(self, key: str, link: Link, positions: Mapping[str, str], around: Surroundings) -> None:
        """`positions` are those of earlier news; without any of this server it begins when the stream is open."""
        self.kinds = Kinds()
        self.clock = Clock()
        self.connected = False
        self.refusal: str | None = None
        """Why the stream is refused, while it is."""
        self._key = key
        self._link = link
        self._around = around
        self._positions = positions
        self._fresh = key not in positions
        self._base = Progress.resume(positions.get(key), around.present()).floor
        self._progress: dict[str, Progress] = {}
        self._numbering = Numbering()
        self._learnt = False
        self._filled = False
        self._moved = 0.0

    async def run(self) -> None:
        """Listen until cancelled; failures are waited out."""
        failures = 0
        while True:
            begun = monotonic()
            wait = FIRST_RETRY
            try:
                await self._follow()
            except REFUSALS as error:
                self.refusal = str(error)
                await self._poll()
                continue
            except RateLimited as error:
                wait = error.retry_after or LAST_RETRY
            except VendorError:
                pass
            self.connected = False
            failures = 0 if monotonic() - begun > LAST_RETRY else failures + 1
            await asyncio.sleep(max(wait, _pause(failures)))

    async def _follow(self) -> None:
        """Tell what the stream tells. Always ends with an error."""
        api = self._api
        if not self._learnt:
            await self._learn(api)
        gap: asyncio.Task[None] | None = None
        try:
            async with aclosing(live(api)) as stream:
                async for found in stream:
                    if gap is None:
                        self.connected, self.refusal = True, None
                        gap = asyncio.create_task(self._catch_up(api, self._around.present()))
                    await self._around.room()
                    self._tell(self._moments(found), Source.PUSH)
                    self._tick()
        finally:
            self._filled = False
            if gap:
                self.connected = False
                gap.cancel()
                await asyncio.gather(gap, return_exceptions=True)

    async def _learn(self, api: EventsApi) -> None:
        """Ask for the directory of kinds; without it, the kinds that everybody knows are known."""
        for ask in (api.kinds, api.registered):
            try:
                async with asyncio.timeout(_PATIENCE):
                    self.kinds = Kinds(await ask())
            except VendorError, TimeoutError:
                continue
            self._learnt = True
            return

    async def _catch_up(self, api: EventsApi, until: datetime) -> None:
        """Fill the gap between what was told last and the beginning of the stream."""
        if self._fresh:
            self._base = until.replace(microsecond=0)
        else:
            await self._insist(api, until)
        self._fresh = False
        self._filled = True
        self._move(until, Source.PUSH)

    async def _insist(self, api: EventsApi, until: datetime) -> None:
        """Read the archive; while it does not answer, try again, and where it is refused, do without."""
        failures = 0
        left = list(self.kinds.ids)
        while left:
            try:
                await self._read(api, left[0], self._of(left[0]).floor, until, Source.PUSH)
            except REFUSALS:
                pass
            except VendorError as error:
                failures += 1
                pause = error.retry_after if isinstance(error, RateLimited) else None
                await asyncio.sleep(pause or _pause(failures))
                continue
            self._of(left.pop(0)).reach(until)

    async def _poll(self) -> None:
        """Read the archive again and again, until it is time to try the stream."""
        begun, rounds, failures = monotonic(), 0, 0
        polled: datetime | None = None
        while monotonic() - begun < STREAM_AGAIN:
            until, thorough = self._around.present(), not rounds % RARELY
            try:
                api = self._api
                if not self._learnt:
                    await self._learn(api)
                for event_id in self.kinds.ids:
                    if not thorough and self.kinds.kind(event_id) is MomentKind.OTHER:
                        continue
                    floor = self._of(event_id).floor
                    start = floor if thorough or polled is None else max(floor, polled - _SHORT_OVERLAP)
                    await self._read(api, event_id, start, until, Source.POLLING)
            except VendorError as error:
                self.connected = False
                failures += 1
                wait = error.retry_after if isinstance(error, RateLimited) else None
                await asyncio.sleep(wait or _pause(failures))
                continue
            self.connected, self._fresh = True, False
            polled, rounds, failures = until, rounds + 1, 0
            if thorough:
                self._move(until, Source.POLLING)
            await asyncio.sleep(POLL_EVERY)

    async def _read(self, api: EventsApi, event_id: str, start: datetime, until: datetime, source: Source) -> None:
        """Tell what the archive has of a kind."""
        progress, numbering = self._of(event_id), Numbering()
        async with aclosing(past(api, event_id, start, until, self.clock)) as pages:
            async for found in pages:
                await self._around.room()
                moments = self._moments(found, numbering, start, until)
                self._tell(moments, source, past=True)
                starts = [told.start for _, told in moments]
                if starts and starts[-1] == max(starts):  # oldest first, as it seems
                    progress.reach(min(starts[-1], until))

    def _moments(
        self,
        found: Sequence[Told],
        numbering: Numbering | None = None,
        start: datetime | None = None,
        until: datetime | None = None,
    ) -> list[_Made]:
        """Return what is wanted of the events; with a period, they are of the archive."""
        made = []
        wanted = self._around.wanted_groups()
        for event, content in found:
            self.kinds.add(event.event_id)
            moment_id = identify(event, content, numbering or self._numbering)
            if not self._around.wants(event.channel):
                continue
            if start is None or until is None:
                began = self.clock.live(event.stamp, self._around.present())
            else:
                began = self.clock.past(event.stamp, start, until)
                if not start <= began <= until + _SECOND:
                    continue
            told = moment(event, moment_id, began, self.kinds, server=self._key, wanted=wanted)
            made.append((event.event_id, told))
        return made

    def _tell(self, moments: Iterable[_Made], source: Source, *, past: bool = False) -> None:
        """Put what is new, late moments apart."""
        oldest = self._around.present() - LATE - timedelta(seconds=POLL_EVERY if source is Source.POLLING else 0)
        parts: tuple[list[_Made], list[_Made]] = ([], [])
        for event_id, told in moments:
            parts[told.start >= oldest].append((event_id, told))
        for late, part in zip((True, False), parts, strict=True):
            fresh = [(event_id, told) for event_id, told in part if self._of(event_id).take(told, past=past)]
            if fresh:
                positions = {f"{self._key}/{event_id}": self._of(event_id).position for event_id, _ in fresh}
                self._around.put(News(tuple(told for _, told in fresh), positions, source, late))

    def _tick(self) -> None:
        """Move on although nothing happened: what is told after a restart should not be read again for days."""
        if self._filled and monotonic() - self._moved > TICK:
            self._move(self._around.present(), Source.PUSH)

    def _move(self, until: datetime, source: Source) -> None:
        """Take note that all until then has been told."""
        self._moved = monotonic()
        base = Progress(max(self._base, until - OVERLAP))
        self._base = base.floor
        positions = {self._key: base.position}
        for event_id, progress in self._progress.items():
            progress.reach(until)
            positions[f"{self._key}/{event_id}"] = progress.position
        self._around.put(News((), positions, source))

    def _of(self, event_id: str) -> Progress:
        if event_id not in self._progress:
            self._progress[event_id] = Progress.resume(self._positions.get(f"{self._key}/{event_id}"), self._base)
        return self._progress[event_id]

    @property
    def _api(self) -> EventsApi:
        if self._link.client is None:
            raise Unreachable("the server has no address for the protocol that was entered")
        return self._link.client.events


def _pause(failures: int) -> float:
    """Return the seconds to wait; outages of days must not make the power too large for a number."""
    return min(FIRST_RETRY * 2.0 ** min(failures - 1, _DOUBLINGS), LAST_RETRY)
