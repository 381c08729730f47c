"""Base entities, and how tables of descriptions become entities."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import override

from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .coordinator import AccountCoordinator, Interest, Item, Subject, Whole
from .devices import account_identifier, camera_identifier
from .runtime import AccountConfigEntry
from .vendors.models.state import Camera


class AccountEntity(CoordinatorEntity[AccountCoordinator]):
    """An entity of the account's own device."""

    _attr_has_entity_name = True

    def __init__(
        self,
        coordinator: AccountCoordinator,
        description: EntityDescription,
        subject: Subject = Whole.ACCOUNT,
    ) -> None:
        """Listen to one subject."""
        super().__init__(coordinator, Interest(subject))
        self.entity_description = description
        entry = coordinator.config_entry
        self._attr_unique_id = f"{entry.unique_id}_{description.key}"
        self._attr_device_info = DeviceInfo(identifiers={account_identifier(entry)})


class CameraEntity(AccountEntity):
    """An entity of a camera's device."""

    def __init__(self, coordinator: AccountCoordinator, description: EntityDescription, camera: Camera) -> None:
        """Listen to one camera."""
        super().__init__(coordinator, description, Item("cameras", camera.id))
        self.subject = camera
        entry = coordinator.config_entry
        identifier = camera_identifier(entry, camera.id)
        self._attr_unique_id = f"{identifier[1]}_{description.key}"
        self._attr_device_info = DeviceInfo(identifiers={identifier})

    @property
    @override
    def available(self) -> bool:
        return super().available and self.subject.id in self.coordinator.data.cameras

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        self.subject = self.coordinator.data.cameras.get(self.subject.id, self.subject)
        super()._handle_coordinator_update()


@dataclass(frozen=True, kw_only=True)
class OfCamera:
    """What every description of a camera's entity says; `exists` goes by what the camera supports."""

    key: str
    exists: Callable[[Camera], bool] = lambda camera: True


def _exists(description: OfCamera, camera: Camera) -> bool:
    return description.exists(camera)


def add_camera_entities[D: OfCamera](
    entry: AccountConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    descriptions: Sequence[D],
    make: Callable[[AccountCoordinator, D, Camera], Entity],
    exists: Callable[[D, Camera], bool] = _exists,
) -> Callable[[], None]:
    """Add what a table says of each camera, now, whenever the vendor has more, and when the returned one is called."""
    coordinator = entry.runtime_data.coordinator
    known: set[tuple[str, int, str]] = set()

    @callback
    def look() -> None:
        new: list[Entity] = []
        for camera in coordinator.data.cameras.values():
            # A camera that comes back after its device was removed needs its entities again.
            births = coordinator.devices.births(camera.id)
            for description in descriptions:
                key = (camera.id, births, description.key)
                if key not in known and exists(description, camera):
                    known.add(key)
                    new.append(make(coordinator, description, camera))
        if new:
            async_add_entities(new)

    entry.async_on_unload(coordinator.async_add_listener(look, Interest(Whole.CONTENTS)))
    look()
    return look
