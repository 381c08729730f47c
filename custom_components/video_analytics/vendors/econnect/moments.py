"""Where watched people are seen, by polling, and where they were seen."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic
from typing import override

from .. import contract
from ..budget import Urgency
from ..errors import NotFound
from ..http import Http
from ..merge import merged
from ..models.media import Picture
from ..models.moments import Batch, EventQuery, Moment, MomentKind, PictureRef, Source, SourceStatus, Watermark
from ..models.state import Part, Wanted
from ..polling import Poller
from .client import EconnectClient
from .detections import People, moment, when

PAGE = 10
"""The documented number of detections in an answer; whether more than that come when asked for is not documented."""
SETTLED = timedelta(minutes=1)
"""How late a detection may become visible after a younger one; for so long that one is asked for again."""
_SECOND = timedelta(seconds=1)
_HINTED = 3600.0
"""Seconds for which a call of the webhook shows that there is one."""


class EconnectMoments(contract.MomentSource):
    """Polling of one person after the other: there is no call for the detections of all."""

    kinds = frozenset[MomentKind]()

    def __init__(self, http: Http, client: EconnectClient, people: People) -> None:
        """`people` returns those of the last poll."""
        self._http = http
        self._client = client
        self._people = people
        self._wanted: Callable[[], Wanted] = Wanted
        self._youngest: dict[str, tuple[datetime, float]] = {}
        """The last detection of each person, and when it was told, by a clock that nobody sets."""
        self._hinted: float | None = None
        self._poller = Poller(http.budget, self._since, self._subjects, lambda: http.present)

    @property
    @override
    def status(self) -> SourceStatus:
        status = self._poller.status
        hinted = self._hinted is not None and monotonic() - self._hinted < _HINTED
        return replace(status, source=Source.HINT) if hinted else status

    @override
    def listen(self, since: Watermark | None, wanted: Callable[[], Wanted]) -> AsyncGenerator[Batch]:
        self._wanted = wanted
        self._youngest = {}
        return self._poller.listen(since)

    def hint(self) -> None:
        """Look at everybody soon."""
        self._hinted = monotonic()
        self._poller.hint()

    @override
    async def picture(self, ref: PictureRef, urgency: Urgency = Urgency.EVENT) -> Picture | None:
        """Return the picture that came along; without it, ask for the second in which it was taken."""
        if ref.content:
            return ref.content
        person, start, moment_id = when(ref)
        start = start.replace(microsecond=0)
        urgent = urgency is not Urgency.BACKGROUND
        async with aclosing(self._pages(person, start, start + _SECOND, urgent=urgent)) as pages:
            try:
                async for page in pages:
                    for found in page:
                        if found.id == moment_id and found.picture:
                            return found.picture.content
            except NotFound:
                pass
        return None

    def _subjects(self) -> Mapping[str, bool]:
        wanted = self._wanted().subjects.get(Part.MOMENTS)
        return dict.fromkeys(sorted(self._people() if wanted is None else wanted), True)

    async def _since(self, person: str, start: datetime) -> AsyncGenerator[Sequence[Moment]]:
        """Yield what happened since a time, or since the last time where that is enough.

        Pictures come along with every answer, so that a moment is not asked for again once no older one can be missing.
        """
        start = max(start, self._resume(person) or start)
        async with aclosing(self._pages(person, start)) as pages:
            async for page in pages:
                yield page
                # Whoever asks for more has taken note of these.
                for found in page:
                    known = self._youngest.get(person)
                    if known is None or found.start > known[0]:
                        self._youngest[person] = found.start, monotonic()

    def _resume(self, person: str) -> datetime | None:
        """Return from when on something may be missing, where anything was told."""
        if (known := self._youngest.get(person)) is None:
            return None
        youngest, told = known
        present = self._http.present
        if monotonic() - told < SETTLED.total_seconds():
            return min(youngest, present) - SETTLED
        # Times may be written in whole seconds and tested more finely. One in the future must not hide the present.
        return min(youngest + _SECOND, present)

    def _pages(
        self, person: str, start: datetime, end: datetime | None = None, *, urgent: bool = False
    ) -> AsyncGenerator[list[Moment]]:
        return pages(self._client, self._people, person, start, end, urgent=urgent)


class EconnectHistory(contract.EventHistory):
    """Detections of the past, each with its picture."""

    knows_people = True

    def __init__(self, client: EconnectClient, people: People) -> None:
        """`people` returns those of the last poll, who are asked for where nobody is named."""
        self._client = client
        self._people = people

    @override
    async def events(self, query: EventQuery) -> AsyncGenerator[Moment]:
        if query.camera is not None or query.limit == 0 or (query.kinds and MomentKind.SEEN not in query.kinds):
            return
        people = [query.person] if query.person is not None else [*self._people()]
        sources = [self._of(person, query) for person in people]
        async with aclosing(merged(sources, query)) as events:
            async for past in events:
                yield past

    async def _of(self, person: str, query: EventQuery) -> AsyncGenerator[Moment]:
        """Yield the moments of one person, in the wanted order."""
        first = query.start.replace(microsecond=0)
        # A person waits; but not for a burst of one request per watched person.
        urgent = query.person is not None and not query.in_background
        found = pages(
            self._client,
            self._people,
            person,
            query.start,
            query.end,
            newest_first=query.newest_first,
            size=PAGE if query.limit is None else min(query.limit, PAGE),
            urgent=urgent,
        )
        seen: set[str] = set()
        async with aclosing(found) as pages_of_person:
            async for page in pages_of_person:
                for past in page:
                    # Pages move on while something happens, so that a moment may be on two of them.
                    if first <= past.start <= query.end and past.id not in seen:
                        seen.add(past.id)
                        yield past


async def pages(
    client: EconnectClient,
    people: People,
    person: str,
    start: datetime,
    end: datetime | None = None,
    *,
    newest_first: bool = False,
    size: int = PAGE,
    urgent: bool = False,
) -> AsyncGenerator[list[Moment]]:
    """Yield all moments of a person in a period, in order, in at least one page."""
    skip = 0
    while True:
        rows = await client.detections.of_person(
            person, start=start, end=end, skip=skip, take=size, ascending=not newest_first, urgent=urgent
        )
        found = [moment(row, person, people().get(person)) for row in rows]
        yield sorted(found, key=lambda each: each.start, reverse=newest_first)
        if len(rows) < size:
            return
        skip += len(rows)
