"""Images: the picture of what happened last."""

from dataclasses import dataclass
from functools import partial
from typing import override

from homeassistant.components.image import ImageEntity, ImageEntityDescription
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import AccountCoordinator
from .entity import CAMERAS, LIBRARIES, add_entities
from .moment_entity import CameraMomentEntity, OfCameraMoments, add_moment_entities
from .moments import MomentHub, Slot, Told
from .person_entity import OfPerson, add_person_entities
from .photo_images import LIBRARY_IMAGES, PHOTO_PERSON_IMAGES, LibraryImage, PhotoPersonImage
from .picture_entity import PersonPicture, StoredPicture
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


@dataclass(frozen=True, kw_only=True)
class PersonImageDescription(OfPerson, ImageEntityDescription):
    """Describes the picture of what happened to a watched person."""


PERSON_IMAGES = (PersonImageDescription(key="last_picture", translation_key="last_picture"),)


async def async_setup_entry(
    hass: HomeAssistant, entry: AccountConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Set up the images of an account."""
    add_moment_entities(hass, entry, Platform.IMAGE, async_add_entities, CAMERAS, LAST_IMAGES, LastImage)
    add_person_entities(entry, async_add_entities, PERSON_IMAGES, PersonImage)
    add_person_entities(entry, async_add_entities, PHOTO_PERSON_IMAGES, PhotoPersonImage)
    if hub := entry.runtime_data.moments:
        add_entities(LIBRARIES, entry, async_add_entities, LIBRARY_IMAGES, partial(LibraryImage, hub=hub))


class PictureOfMoment(StoredPicture):
    """The picture of what happened last; its state is when it was taken."""

    _shown: Told | None = None

    @property
    def _last(self) -> Told | None:
        """Return what happened last."""
        raise NotImplementedError

    @override
    def _look(self) -> bool:
        """Take the last moment that has a picture; tell whether it is another one, or has got another picture."""
        last = self._last
        if last is None or last.picture is None or (self._shown and self._shown.picture == last.picture):
            return False
        shown, self._shown = self._shown, last
        self._show_as_of(last.moment.start, shown.moment.start if shown else None)
        return True

    @override
    async def _async_picture_id(self) -> str | None:
        return await self.hub.async_picture(self._shown) if self._shown else None


class LastImage(CameraMomentEntity, PictureOfMoment):
    """The last picture of one sort at a camera."""

    entity_description: LastImageDescription

    def __init__(
        self, coordinator: AccountCoordinator, description: LastImageDescription, camera: Camera, hub: MomentHub
    ) -> None:
        """Show what is remembered."""
        CameraMomentEntity.__init__(self, coordinator, description, camera, hub)
        ImageEntity.__init__(self, coordinator.hass)
        self._look()

    @property
    @override
    def _last(self) -> Told | None:
        return self.hub.last(self.item, self.entity_description.slot)

    @callback
    @override
    def _told(self, told: Told) -> None:
        if self._look():
            self.async_write_ha_state()


class PersonImage(PersonPicture, PictureOfMoment):
    """The last picture of a watched person."""

    @property
    @override
    def _last(self) -> Told | None:
        return self.last.told if self.last else None
