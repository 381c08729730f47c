"""What happens at Faceter's cameras, by polling, and what happened."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from datetime import datetime, timedelta
from typing import override

from .. import contract
from ..budget import Urgency
from ..errors import NotFound
from ..http import Http
from ..merge import merged
from ..models.media import Picture
from ..models.moments import Batch, EventQuery, Moment, PictureRef, SourceStatus, Watermark
from ..models.state import Part, Wanted
from ..polling import Poller
from ..secret import Secret
from .client import FaceterClient
from .events import KINDS, PAGE, moment, pages
from .rights import Cameras

_SECOND = timedelta(seconds=1)
_PICTURE = "event picture"
_AHEAD = timedelta(minutes=1)


class FaceterMoments(contract.MomentSource):
    """Polling: no push of events is documented, nor a call for the events of all cameras."""

    kinds = frozenset(KINDS.values())

    def __init__(self, http: Http, client: FaceterClient, cameras: Cameras) -> None:
        """`cameras` returns those of the last poll."""
        self._http = http
        self._client = client
        self._cameras = cameras
        self._wanted: Callable[[], Wanted] = Wanted
        self._poller = Poller(http.budget, self._since, self._subjects, lambda: http.present)

    @property
    @override
    def status(self) -> SourceStatus:
        return self._poller.status

    @override
    def listen(self, since: Watermark | None, wanted: Callable[[], Wanted]) -> AsyncGenerator[Batch]:
        self._wanted = wanted
        return self._poller.listen(since)

    def hint(self, camera: str) -> None:
        """Look at a camera soon."""
        self._poller.hint(camera)

    @override
    async def picture(self, ref: PictureRef, urgency: Urgency = Urgency.EVENT) -> Picture | None:
        camera, start, event = ref.id.split("/", 2)
        try:
            if ref.where:
                return await self._http.picture_of_event(ref.where, _PICTURE, urgency)
        except NotFound:  # the address has expired
            pass
        try:
            address = await self._address(
                camera, datetime.fromisoformat(start), event, urgent=urgency is Urgency.PERSON
            )
            return await self._http.picture_of_event(address, _PICTURE, urgency) if address else None
        except NotFound:
            return None

    async def _address(self, camera: str, start: datetime, event: str, *, urgent: bool) -> Secret | None:
        """Ask for an event again, since there is no call for a single one."""
        async for page in pages(self._client, camera, start - _SECOND, start + _SECOND, urgent=urgent):
            for found in page:
                if found.id == event:
                    return Secret(found.preview_url) if found.preview_url else None
        return None

    def _subjects(self) -> Mapping[str, bool]:
        wanted = self._wanted().subjects.get(Part.MOMENTS)
        return {
            key: camera.online is not False
            for key, camera in self._cameras().items()
            if wanted is None or key in wanted
        }

    async def _since(self, camera: str, start: datetime) -> AsyncGenerator[Sequence[Moment]]:
        """Yield a camera's moments; its clock may be a little ahead of the cloud's."""
        async for page in pages(self._client, camera, start - _SECOND, self._http.present + _AHEAD):
            yield [moment(event, camera) for event in page]


class FaceterHistory(contract.EventHistory):
    """Events of the past."""

    def __init__(self, client: FaceterClient, cameras: Cameras) -> None:
        """`cameras` returns those of the last poll."""
        self._client = client
        self._cameras = cameras

    @override
    async def events(self, query: EventQuery) -> AsyncGenerator[Moment]:
        if query.person is not None or query.limit == 0:
            return
        cameras = [query.camera] if query.camera is not None else [*self._cameras()]
        sources = [self._of(camera, query) for camera in cameras]
        async with aclosing(merged(sources, query)) as events:
            async for past in events:
                yield past

    async def _of(self, camera: str, query: EventQuery) -> AsyncGenerator[Moment]:
        """Yield the wanted moments of one camera, in the wanted order.

        Types are told apart here, for how several of them are sent is not documented.
        """
        size = PAGE if query.limit is None or query.kinds else min(query.limit, PAGE)
        # A person waits; but not for a burst of one request per camera.
        urgent = query.camera is not None and not query.in_background
        first = query.start.replace(microsecond=0)
        async for page in pages(
            self._client, camera, query.start, query.end, newest_first=query.newest_first, size=size, urgent=urgent
        ):
            inside = [moment(event, camera) for event in page if first <= event.start_time <= query.end]
            for past in sorted(inside, key=lambda past: past.start, reverse=query.newest_first):
                if not query.kinds or past.kind in query.kinds:
                    yield past
