"""Images: the picture of what happened last."""

from dataclasses import dataclass
from datetime import timedelta
from typing import override

from homeassistant.components.image import ImageEntity, ImageEntityDescription
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import AccountCoordinator
from .entity import CAMERAS
from .moment_entity import CameraMomentEntity, OfCameraMoments, add_moment_entities
from .moments import MomentHub, Slot, Told
from .runtime import AccountConfigEntry
from .vendors.models.state import Camera, Feature

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class LastImageDescription(OfCameraMoments, ImageEntityDescription):
    """Describes the picture of what happened last."""


LAST_IMAGES = (
    LastImageDescription(
        key="last_event",
        translation_key="last_event",
        slot=Slot.EVENT,
        exists=lambda camera: Feature.EVENT_PICTURES in camera.supports,
    ),
    LastImageDescription(
        key="last_face",
        translation_key="last_face",
        slot=Slot.FACE,
        exists=lambda camera: Feature.FACES in camera.supports,
    ),
    LastImageDescription(
        key="last_plate",
        translation_key="last_plate",
        slot=Slot.PLATE,
        exists=lambda camera: Feature.PLATES in camera.supports,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: AccountConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Set up the images of an account."""
    add_moment_entities(hass, entry, Platform.IMAGE, async_add_entities, CAMERAS, LAST_IMAGES, LastImage)


class LastImage(CameraMomentEntity, ImageEntity):
    """The last picture of one sort at a camera; its state is when it was taken."""

    entity_description: LastImageDescription

    def __init__(
        self, coordinator: AccountCoordinator, description: LastImageDescription, camera: Camera, hub: MomentHub
    ) -> None:
        """Show what is remembered."""
        CameraMomentEntity.__init__(self, coordinator, description, camera, hub)
        ImageEntity.__init__(self, coordinator.hass)
        self._shown: Told | None = None
        self._look()

    def _look(self) -> bool:
        """Take the last moment that has a picture; tell whether it is another one, or has got another picture."""
        last = self.hub.last(self.item, self.entity_description.slot)
        if last is None or last.picture is None or (self._shown and self._shown.picture == last.picture):
            return False
        shown, self._shown = self._shown, last
        before = self._attr_image_last_updated
        # A new state tells the pages to load the picture: those of one instant have to differ.
        same = shown is not None and shown.moment.start == last.moment.start
        self._attr_image_last_updated = before + timedelta(milliseconds=1) if before and same else last.moment.start
        return True

    @callback
    @override
    def _told(self, told: Told) -> None:
        if self._look():
            self.async_write_ha_state()

    @override
    async def async_image(self) -> bytes | None:
        if self._shown is None or (picture_id := await self.hub.async_picture(self._shown)) is None:
            return None
        if (picture := await self.hub.pictures.async_get(picture_id)) is None:
            return None
        self._attr_content_type = picture.content_type
        return picture.content
