"""Fills entities that are new from the vendor's history."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
import logging
from typing import Any

from homeassistant.core import callback

from ..coordinator import Item
from ..vendors.contract import EventHistory
from ..vendors.errors import NotFound, NotPermitted, VendorError
from ..vendors.models.moments import EventQuery, Moment
from .memory import Memory

_LOGGER = logging.getLogger(__name__)
_PERIOD = timedelta(days=30)
_MOMENTS = 100
"""One request's worth; the last face may be far behind the last event."""
_PERIOD_OF_PEOPLE = timedelta(days=365)
_CLOCK_ERROR = timedelta(days=1)
_RETRY = 120.0

type Show = Callable[[list[Moment]], Coroutine[Any, Any, None]]


class Backfill:
    """Looks once into the history of every camera and person, one after the other, behind all other requests."""

    def __init__(
        self, history: EventHistory, memory: Memory, subjects: Callable[[], frozenset[Item]], show: Show
    ) -> None:
        """`subjects` returns whom somebody looks at, `show` gets the moments of one, oldest first."""
        self._history = history
        self._memory = memory
        self._show = show
        self._subjects = subjects
        self._changed = asyncio.Event()

    @callback
    def look(self) -> None:
        """Look soon whether there are some that are not filled yet."""
        self._changed.set()

    async def run(self) -> None:
        """Fill whatever is not filled yet, for ever."""
        failures = Counter[Item]()
        while True:
            self._changed.clear()
            failed = False
            # What has failed comes last, or one subject would keep all others from their turns.
            for subject in sorted(self._unfilled(), key=lambda subject: (failures[subject], subject.id)):
                try:
                    await self._fill(subject)
                except (NotFound, NotPermitted) as error:
                    _LOGGER.debug("There is no history to be read: %s", error)
                except VendorError as error:
                    _LOGGER.debug("The history could not be read, it is tried again: %s", error)
                    failures[subject] += 1
                    failed = True
                    break
                except Exception:
                    _LOGGER.exception("Unexpected error reading the history")
            try:
                async with asyncio.timeout(_RETRY if failed else None):
                    await self._changed.wait()
            except TimeoutError:
                pass

    def _unfilled(self) -> list[Item]:
        filled = {"cameras": self._memory.filled, "people": self._memory.filled_people}
        return [subject for subject in self._subjects() if subject.id not in filled.get(subject.field, {subject.id})]

    async def _fill(self, subject: Item) -> None:
        now = datetime.now(UTC)
        if subject.field == "people":
            # Pictures may come along, so that only the last moment is asked for, even of a clock that is ahead.
            query = EventQuery(
                person=subject.id, start=now - _PERIOD_OF_PEOPLE, end=now + _CLOCK_ERROR, limit=1, in_background=True
            )
            filled = self._memory.filled_people
        else:
            query = EventQuery(camera=subject.id, start=now - _PERIOD, end=now, limit=_MOMENTS, in_background=True)
            filled = self._memory.filled
        async with aclosing(self._history.events(query)) as events:
            newest_first = [moment async for moment in events]
        await self._show(newest_first[::-1])
        filled.add(subject.id)
        self._memory.save()
