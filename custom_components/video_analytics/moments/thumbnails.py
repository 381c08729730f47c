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
        """Return the id of a moment's picture in the store, or None when there is none to be had."""
        return await self.fetch_as(moment.id, moment.picture, urgency) if moment.picture else None

    async def fetch_as(self, key: str, ref: PictureRef, urgency: Urgency) -> str | None:
        """Return the id of a picture that is stored under a key, or None when it is not to be had."""
        if kept := self._store.find(key):
            return kept
        room = nullcontext() if urgency is Urgency.PERSON else self._room
        try:
            async with room, asyncio.timeout(_TIMEOUT):
                picture = await self._ask(ref, urgency)
        except (VendorError, TimeoutError) as error:
            _LOGGER.debug("A picture could not be had: %s", error)
            return None
        except Exception:
            _LOGGER.exception("Unexpected error getting a picture")
            return None
        return self._store.put(key, picture) if picture else None

    async def _ask(self, ref: PictureRef, urgency: Urgency) -> Picture | None:
        for wait in (*_RETRIES, None):
            with suppress(NotFound):
                if picture := await self._source.picture(ref, urgency):
                    return picture
            if wait is not None:
                await asyncio.sleep(wait)
        return None
