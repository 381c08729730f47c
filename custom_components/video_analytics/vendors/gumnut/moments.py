"""What happens in a library: photos are added, and faces and people found in them."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing, suppress
from datetime import datetime, timedelta
import logging
from typing import override

from .. import contract
from ..budget import Urgency
from ..errors import NotFound, RateLimited, VendorError
from ..http import Http
from ..models.media import Picture
from ..models.moments import OF_PHOTOS, Batch, Moment, MomentKind, PictureRef, Source, SourceStatus, Watermark
from ..models.state import Wanted
from .chosen import Chosen
from .client import GumnutClient
from .feed import Feed, Position
from .pictures import Pictures
from .stale import Stale
from .telling import Reader, is_told

_LOGGER = logging.getLogger(__name__)
INTERVAL = 60.0
EAGER_INTERVAL = 15.0
"""While photos that were added are being looked through for faces."""
EAGER = 120.0
_LATE = timedelta(minutes=1)
_FIRST_RETRY = 15.0
_LAST_RETRY = 300.0
_LONGEST_WAIT = 3600.0
_MOST_DOUBLINGS = 10
_REMEMBERED = 4096
"""More than one reading tells."""
_KEY = "changes"


class GumnutMoments(contract.MomentSource):
    """Polling the feed of changes: Gumnut has no push. It also tells what of the state has to be read again.

    Each moment is told once, with one exception: whose faces somebody takes away and gives back after a restart is told
    again, under the same id, since what was told is remembered only while this runs.
    """

    kinds = OF_PHOTOS

    def __init__(
        self, http: Http, client: GumnutClient, library: str, feed: Feed, pictures: Pictures, stale: Stale
    ) -> None:
        """Nothing is asked before somebody listens."""
        self._http = http
        self._feed = feed
        self._pictures = pictures
        self._stale = stale
        self._reader = Reader(client, library, stale)
        self._position = Position(http.present)
        self._told: OrderedDict[str, None] = OrderedDict()
        self._hinted = asyncio.Event()
        self._interval = INTERVAL
        self._eager_until = 0.0
        self._connected = False

    @property
    @override
    def status(self) -> SourceStatus:
        delay = timedelta(seconds=self._interval / 2 + self._http.budget.pause)
        return SourceStatus(source=Source.POLLING, connected=self._connected, expected_delay=delay)

    def hint(self) -> None:
        """Look soon."""
        self._hinted.set()

    @override
    async def listen(self, since: Watermark | None, wanted: Callable[[], Wanted]) -> AsyncGenerator[Batch]:
        """Ask for what happens to the library as a whole, whatever is wanted: while nothing does, once a minute."""
        self._told.clear()  # what was told behind `since` is wanted again
        position = Position.read(since.positions.get(_KEY)) if since else None
        if position is None:
            position = Position(self._http.present)
            yield _batch(position)
        self._position = position
        failures = 0
        while True:
            wait = self._interval
            try:
                async with aclosing(self._read(self._position)) as batches:
                    async for batch in batches:
                        yield batch
            except RateLimited as error:
                self._connected = False
                wait = min(max(_FIRST_RETRY, error.retry_after or 0.0), _LONGEST_WAIT)
            except VendorError:
                self._connected = False
                wait = min(_FIRST_RETRY * 2 ** min(failures, _MOST_DOUBLINGS), _LAST_RETRY)
                failures += 1
            else:
                self._connected = True
                failures = 0
                wait = self._interval = self._next_interval()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._hinted.wait(), wait)
            self._hinted.clear()

    @override
    async def picture(self, ref: PictureRef, urgency: Urgency = Urgency.EVENT) -> Picture | None:
        try:
            return await self._pictures.fetch(ref, urgency)
        except NotFound:
            return None

    @property
    def _late_before(self) -> datetime:
        """Return which changes are late: older than usual when they are read."""
        return self._http.present - _LATE - timedelta(seconds=self._interval)

    def _next_interval(self) -> float:
        return EAGER_INTERVAL if asyncio.get_running_loop().time() < self._eager_until else INTERVAL

    async def _read(self, start: Position) -> AsyncGenerator[Batch]:
        """Read to the end of the feed, and tell of it what is chosen.

        Of thousands of late changes most are passed over: the watermark follows behind the oldest that will be told. A
        cursor that moves though nothing has changed is not worth writing down.
        """
        chosen = Chosen()
        touched: set[str] = set()
        stored = position = start
        number = seen = 0
        async with aclosing(self._feed.pages(start)) as pages:
            async for page in pages:
                for change in page.changes:
                    self._stale.note(change)
                    if not is_told(change) and self._reader.remembers(change.entity_id):
                        touched.add(change.entity_id)
                late_before = self._late_before
                told = ((change, change.created_at < late_before) for change in page.changes if is_told(change))
                chosen.add(told, number, position)
                number, seen, position = number + 1, seen + len(page.changes), page.position
                passed = chosen.position or position
                if passed != stored and number > 1:
                    self._position = stored = passed
                    yield _batch(stored)
        if chosen.passed_over:
            _LOGGER.warning("Too much happened in the library at once: %d changes are not told", chosen.passed_over)
        moments, updates = await self._reader.read(chosen.changes, touched)
        self._position = position
        batches = self._split(moments, updates, stored, position)
        if not batches and seen and position != stored:
            batches = [_batch(position)]
        for batch in batches:
            yield batch

    def _split(
        self, moments: Iterable[Moment], updates: tuple[Moment, ...], before: Position, after: Position
    ) -> list[Batch]:
        """Return what was not told yet, late moments apart.

        The watermark passes both only with the second batch: whoever stops in between is told the first again.
        """
        new = [moment for moment in moments if moment.id not in self._told]
        self._told.update(dict.fromkeys(moment.id for moment in new))
        while len(self._told) > _REMEMBERED:
            self._told.popitem(last=False)
        if any(moment.kind is MomentKind.PHOTO_ADDED for moment in new):
            self._eager_until = asyncio.get_running_loop().time() + EAGER
        late_before = self._late_before
        late = tuple(moment for moment in new if moment.start < late_before)
        live = tuple(moment for moment in new if moment.start >= late_before)
        batches = []
        if late:
            batches.append(_batch(before if live or updates else after, late, late=True))
        if live or updates:
            batches.append(_batch(after, live, updates))
        return batches


def _batch(
    position: Position, moments: tuple[Moment, ...] = (), updates: tuple[Moment, ...] = (), *, late: bool = False
) -> Batch:
    watermark = Watermark({_KEY: str(position)})
    return Batch(moments=moments, updates=updates, watermark=watermark, source=Source.POLLING, late=late)
