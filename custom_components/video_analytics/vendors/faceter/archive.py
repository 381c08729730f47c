"""Faceter's recordings."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from typing import override

from .. import contract
from ..models.media import Download, Recording
from ..models.state import Feature
from .client import FaceterClient
from .rights import Cameras, needs


class FaceterArchive(contract.Archive):
    """Recorded video."""

    def __init__(self, client: FaceterClient, cameras: Cameras) -> None:
        """`cameras` tells the rights."""
        self._client = client
        self._cameras = cameras

    @override
    async def recordings(self, camera: str, start: datetime, end: datetime) -> tuple[Recording, ...]:
        """Faceter sends the whole archive whatever the period."""
        with needs(self._cameras, camera, Feature.ARCHIVE):
            rows = await self._client.recordings(camera)
        pieces = [
            (max(start, row.start_date), min(end, row.start_date + timedelta(seconds=row.duration_seconds)))
            for row in sorted(rows, key=lambda row: row.start_date)
        ]
        return tuple(Recording(start=first, length=last - first) for first, last in pieces if first < last)

    @override
    @asynccontextmanager
    async def clip(self, camera: str, start: datetime, length: timedelta) -> AsyncIterator[Download]:
        async with AsyncExitStack() as stack:
            with needs(self._cameras, camera, Feature.ARCHIVE):
                download = await stack.enter_async_context(self._client.clip(camera, start, length))
            yield download  # outside, for errors of whoever reads it are not the vendor's
