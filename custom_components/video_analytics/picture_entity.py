"""Base of the images whose pictures are in the store, or come into it when somebody looks."""

from datetime import datetime, timedelta
from typing import override

from homeassistant.components.image import ImageEntity, ImageEntityDescription
from homeassistant.core import callback

from .coordinator import AccountCoordinator
from .moments import MomentHub
from .people import WatchedPeople, WatchedPerson
from .person_entity import PersonEntity

_STEP = timedelta(milliseconds=1)


class StoredPicture(ImageEntity):
    """A picture from the store."""

    hub: MomentHub

    def _look(self) -> bool:
        """Take what is to be shown now; tell whether it is another picture."""
        raise NotImplementedError

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


class PersonPicture(PersonEntity, StoredPicture):
    """A picture of a watched person."""

    def __init__(
        self,
        coordinator: AccountCoordinator,
        description: ImageEntityDescription,
        person: WatchedPerson,
        people: WatchedPeople,
    ) -> None:
        """Show what there is."""
        PersonEntity.__init__(self, coordinator, description, person, people)
        ImageEntity.__init__(self, coordinator.hass)
        self.hub = people.hub
        self._look()

    @callback
    @override
    def _noticed(self) -> None:
        if self._look():
            self.async_write_ha_state()
