"""Base of the images whose pictures are in the store, or come into it when somebody looks."""

from datetime import datetime, timedelta
from typing import override

from homeassistant.components.image import ImageEntity

from .moments import MomentHub

_STEP = timedelta(milliseconds=1)


class StoredPicture(ImageEntity):
    """A picture from the store."""

    hub: MomentHub

    async def _async_picture_id(self) -> str | None:
        """Return what is shown, by its id in the store."""
        raise NotImplementedError

    def _show_as_of(self, at: datetime, before: datetime | None) -> None:
        """Say when the picture was taken; `before` is when the one before it was.

        A new state tells the pages to load the picture: those of one instant have to differ.
        """
        shown = self._attr_image_last_updated
        self._attr_image_last_updated = shown + _STEP if shown and before == at else at

    @override
    async def async_image(self) -> bytes | None:
        if (picture_id := await self._async_picture_id()) is None:
            return None
        if (picture := await self.hub.pictures.async_get(picture_id)) is None:
            return None
        self._attr_content_type = picture.content_type
        return picture.content
