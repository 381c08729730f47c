"""Gets the pictures of moments from the vendor into the picture store."""

import asyncio
from contextlib import nullcontext, suppress
import logging

from ..pictures import PictureStore
from ..vendors.budget import Urgency
from ..vendors.contract import MomentSource
from ..vendors.errors import NotFound, VendorError
from ..vendors.models.media import Picture
from ..vendors.models.moments import Moment, PictureRef

_LOGGER = logging.getLogger(__name__)
_AT_ONCE = 6
_TIMEOUT = 30.0
_RETRIES = (0.5, 1.5)
"""Seconds to wait before a picture is asked for again that the vendor has not written yet."""


class Thumbnails:
    """The pictures of one account's moments; the source keeps to the request budget."""

    def __init__(self, source: MomentSource, store: PictureStore) -> None:
        """Nothing is asked for by itself."""
        self._source = source
        self._store = store
        self._room = asyncio.Semaphore(_AT_ONCE)

    async def fetch(self, moment: Moment, urgency: Urgency = Urgency.EVENT) -> str | None:
        """Return a picture's id in the store, or None when there is none to be had."""
        if moment.picture is None:
            return None
        if kept := self._store.find(moment.id):
            return kept
        room = nullcontext() if urgency is Urgency.PERSON else self._room
        try:
            async with room, asyncio.timeout(_TIMEOUT):
                picture = await self._ask(moment.picture, urgency)
        except (VendorError, TimeoutError) as error:
            _LOGGER.debug("A picture could not be had: %s", error)
            return None
        except Exception:
            _LOGGER.exception("Unexpected error getting a picture")
            return None
        return self._store.put(moment.id, picture) if picture else None

    async def _ask(self, ref: PictureRef, urgency: Urgency) -> Picture | None:
        for wait in (*_RETRIES, None):
            with suppress(NotFound):
                if picture := await self._source.picture(ref, urgency):
                    return picture
            if wait is not None:
                await asyncio.sleep(wait)
        return None
