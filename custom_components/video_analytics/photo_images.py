"""Images of a photo library: its newest photo, and those of the people who are watched."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import Final, override

from homeassistant.components.image import ImageEntity, ImageEntityDescription
from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from .coordinator import AccountCoordinator
from .entity import LibraryEntity, Of
from .moments import MomentHub
from .person_entity import OfPerson
from .picture_entity import PersonPicture, StoredPicture
from .vendors.models.moments import PictureRef
from .vendors.models.state import Library, Person

_STANDS_IN: Final = 600.0


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture, and when it was taken, as far as anybody knows."""

    ref: PictureRef
    taken: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class LibraryImageDescription(Of[Library], ImageEntityDescription):
    """Describes a picture of a photo library."""

    value: Callable[[Library], Photo | None]


@dataclass(frozen=True, kw_only=True)
class PhotoPersonImageDescription(OfPerson, ImageEntityDescription):
    """Describes a picture of a watched person in a photo library."""

    of_photos: bool = True
    value: Callable[[Person], Photo | None]


LIBRARY_IMAGES = (
    LibraryImageDescription(
        key="newest_photo",
        translation_key="newest_photo",
        value=lambda library: Photo(library.newest, library.newest_at) if library.newest else None,
    ),
)

PHOTO_PERSON_IMAGES = (
    PhotoPersonImageDescription(
        key="newest_photo",
        translation_key="newest_photo",
        value=lambda person: Photo(person.newest, person.last_photographed) if person.newest else None,
    ),
    PhotoPersonImageDescription(
        key="portrait",
        translation_key="portrait",
        value=lambda person: Photo(person.portrait) if person.portrait else None,
        exists=lambda person, known: known is not None and known.portrait is not None,
    ),
)


class PictureOfPhoto(StoredPicture):
    """A picture of a library; its state is when it was taken, or else since when it is shown."""

    _shown: Photo | None = None
    _is_missing = False
    _had: str | None = None
    """The last one that could be had: for a while it stands in for a newer photo of which there is none yet."""
    _had_until = 0.0

    @property
    def _photo(self) -> Photo | None:
        """Return the present one."""
        raise NotImplementedError

    @override
    def _look(self) -> bool:
        """Take the present picture; tell whether it is another one, or one that may be had only now."""
        before, self._shown = self._shown, self._photo
        if before == self._shown and not self._is_missing:
            return False
        self._is_missing = False
        if self._shown is None:
            self._attr_image_last_updated = None
            return True
        taken = self._shown.taken
        if before != self._shown:
            # Without a newer photo the one before it is gone, and not to be seen any more.
            is_newer = taken is not None and before is not None and before.taken is not None and taken >= before.taken
            self._had_until = monotonic() + _STANDS_IN if is_newer else 0.0
        self._show_as_of(taken.astimezone(UTC) if taken else dt_util.utcnow(), before.taken if before else None)
        return True

    @override
    async def _async_picture_id(self) -> str | None:
        if self._shown is None:
            return None
        picture = await self.hub.async_picture_of(self._shown.ref)
        self._is_missing = picture is None
        if picture is None:
            return self._had if monotonic() < self._had_until else None
        self._had = picture
        return picture


class LibraryImage(LibraryEntity, PictureOfPhoto):
    """A picture of a photo library."""

    entity_description: LibraryImageDescription

    def __init__(
        self, coordinator: AccountCoordinator, description: LibraryImageDescription, library: Library, hub: MomentHub
    ) -> None:
        """Show the present one."""
        LibraryEntity.__init__(self, coordinator, description, library)
        ImageEntity.__init__(self, coordinator.hass)
        self.hub = hub
        self._look()

    @property
    @override
    def _photo(self) -> Photo | None:
        library = self.coordinator.data.library
        return self.entity_description.value(library) if library else None

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        self._look()
        super()._handle_coordinator_update()


class PhotoPersonImage(PersonPicture, PictureOfPhoto):
    """A picture of a watched person in a photo library."""

    entity_description: PhotoPersonImageDescription

    @property
    @override
    def _photo(self) -> Photo | None:
        return self.entity_description.value(self.known) if self.known else None
