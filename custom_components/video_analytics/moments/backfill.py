"""Fills entities that are new from the vendor's history."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
import logging
from typing import Any

from homeassistant.core import callback

from ..vendors.contract import EventHistory
from ..vendors.errors import NotFound, NotPermitted, VendorError
from ..vendors.models.moments import EventQuery, Moment
from .memory import Memory

_LOGGER = logging.getLogger(__name__)
_PERIOD = timedelta(days=30)
_MOMENTS = 100
"""One request's worth; the last face may be far behind the last event."""
_RETRY = 120.0

type Show = Callable[[list[Moment]], Coroutine[Any, Any, None]]


class Backfill:
    """Looks once into every camera's history, one after the other, behind all other requests."""

    def __init__(
        self, history: EventHistory, memory: Memory, cameras: Callable[[], frozenset[str]], show: Show
    ) -> None:
        """`cameras` returns those that somebody looks at, `show` gets a camera's moments, oldest first."""
        self._history = history
        self._memory = memory
        self._show = show
        self._cameras = cameras
        self._changed = asyncio.Event()

    @callback
    def look(self) -> None:
        """Look soon whether there are cameras that are not filled yet."""
        self._changed.set()

    async def run(self) -> None:
        """Fill whatever is not filled yet, for ever."""
        failures = Counter[str]()
        while True:
            self._changed.clear()
            failed = False
            # What has failed comes last, or one camera would keep all others from their turns.
            for camera in sorted(self._cameras() - self._memory.filled, key=lambda camera: (failures[camera], camera)):
                try:
                    await self._fill(camera)
                except (NotFound, NotPermitted) as error:
                    _LOGGER.debug("A camera has no history to be read: %s", error)
                except VendorError as error:
                    _LOGGER.debug("The history could not be read, it is tried again: %s", error)
                    failures[camera] += 1
                    failed = True
                    break
                except Exception:
                    _LOGGER.exception("Unexpected error reading the history of a camera")
            try:
                async with asyncio.timeout(_RETRY if failed else None):
                    await self._changed.wait()
            except TimeoutError:
                pass

    async def _fill(self, camera: str) -> None:
        now = datetime.now(UTC)
        query = EventQuery(camera=camera, start=now - _PERIOD, end=now, limit=_MOMENTS, in_background=True)
        async with aclosing(self._history.events(query)) as events:
            newest_first = [moment async for moment in events]
        await self._show(newest_first[::-1])
        self._memory.filled.add(camera)
        self._memory.save()
