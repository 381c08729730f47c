"""Base of the entities that show what happens at a camera."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import override

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN
from .coordinator import AccountCoordinator, Item
from .devices import camera_identifier
from .entity import CameraEntity, OfCamera, add_camera_entities
from .moments import MomentHub, Slot, Told
from .runtime import AccountConfigEntry
from .vendors.models.state import Camera, Feature


@dataclass(frozen=True, kw_only=True)
class OfMoments(OfCamera):
    """What every description of such an entity says.

    Not every vendor tells which cameras recognize faces or plates: there the entities exist once one was seen.
    """

    exists: Callable[[Camera], bool] = lambda camera: Feature.DETECTIONS in camera.supports
    slot: Slot = Slot.EVENT


class MomentEntity(CameraEntity):
    """An entity that is told of a camera's moments."""

    def __init__(
        self, coordinator: AccountCoordinator, description: EntityDescription, camera: Camera, hub: MomentHub
    ) -> None:
        """Belong to a camera."""
        super().__init__(coordinator, description, camera)
        self.hub = hub
        self.item = Item("cameras", camera.id)

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self._was_available = self.available
        self.async_on_remove(self.hub.audience.watch(self.item, self._told))

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Take the camera's name and place; of its state only whether it is there matters."""
        self.subject = self.coordinator.data.cameras.get(self.subject.id, self.subject)
        if self._was_available is not self.available:
            self._was_available = self.available
            self.async_write_ha_state()

    @callback
    def _told(self, told: Told) -> None:
        """Show a moment, or its change."""
        raise NotImplementedError


def add_moment_entities[D: OfMoments](
    hass: HomeAssistant,
    entry: AccountConfigEntry,
    platform: Platform,
    async_add_entities: AddConfigEntryEntitiesCallback,
    descriptions: Sequence[D],
    make: Callable[[AccountCoordinator, D, Camera, MomentHub], MomentEntity],
) -> None:
    """Add what a table says of each camera whose events matter, and remove it from the others."""
    if (hub := entry.runtime_data.moments) is None:
        return
    registry = er.async_get(hass)
    options = entry.runtime_data.coordinator.options

    def exists(description: D, camera: Camera) -> bool:
        if options.wants_events_of(camera.id):
            return description.exists(camera) or hub.last(Item("cameras", camera.id), description.slot) is not None
        unique_id = f"{camera_identifier(entry, camera.id)[1]}_{description.key}"
        if entity_id := registry.async_get_entity_id(platform, DOMAIN, unique_id):
            registry.async_remove(entity_id)
        return False

    look = add_camera_entities(
        entry,
        async_add_entities,
        descriptions,
        lambda coordinator, description, camera: make(coordinator, description, camera, hub),
        exists,
    )
    entry.async_on_unload(hub.audience.look_out(look))
