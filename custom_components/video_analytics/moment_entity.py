"""Base of the entities that show what happens at a camera, or to a server."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, override

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN
from .coordinator import AccountCoordinator, Item, Whole
from .entity import CAMERAS, AccountEntity, Kind, Of, Thing, ThingEntity, add_entities
from .moments import MomentHub, Slot, Told
from .runtime import AccountConfigEntry
from .vendors.models.moments import SourceStatus
from .vendors.models.state import Camera, Feature


@dataclass(frozen=True, kw_only=True)
class OfMoments[T: Thing](Of[T]):
    """What every description of such an entity says."""

    slot: Slot = Slot.EVENT


@dataclass(frozen=True, kw_only=True)
class OfCameraMoments(OfMoments[Camera]):
    """What every description of a camera's such entity says.

    Not every vendor tells which cameras recognize faces or plates: there the entities exist once one was seen.
    """

    exists: Callable[[Camera], bool] = lambda camera: Feature.DETECTIONS in camera.supports


class MomentEntity[T: Thing](ThingEntity[T]):
    """An entity that is told of the moments of one thing."""

    def __init__(
        self, coordinator: AccountCoordinator, description: EntityDescription, thing: T, hub: MomentHub
    ) -> None:
        """Belong to a thing."""
        super().__init__(coordinator, description, thing)
        self.hub = hub
        self.item = Item(self.kind.field, thing.id)

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self._was_available = self.available
        self.async_on_remove(self.hub.audience.watch(self.item, self._told))

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Take the thing's name and place; of its state only whether it is there matters."""
        self.subject = self.kind.of(self.coordinator.data).get(self.subject.id, self.subject)
        if self._was_available is not self.available:
            self._was_available = self.available
            self.async_write_ha_state()

    @callback
    def _told(self, told: Told) -> None:
        """Show a moment, or its change."""
        raise NotImplementedError


class CameraMomentEntity(MomentEntity[Camera]):
    """An entity that is told of a camera's moments."""

    kind = CAMERAS


class SourceEntity(AccountEntity):
    """An entity that tells how an account's moments arrive."""

    def __init__(self, coordinator: AccountCoordinator, description: EntityDescription, hub: MomentHub) -> None:
        """Belong to an account."""
        super().__init__(coordinator, description, Whole.AVAILABILITY)
        self.hub = hub

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self.hub.watch_status(self.async_write_ha_state))


class OfSource(Protocol):
    """What every description of such an entity says."""

    @property
    def key(self) -> str:
        """Return what tells it apart."""

    @property
    def exists(self) -> Callable[[SourceStatus], bool]:
        """Tell whether the entity exists for sources of this sort."""


def add_source_entities[D: OfSource](
    hass: HomeAssistant,
    entry: AccountConfigEntry,
    platform: Platform,
    async_add_entities: AddConfigEntryEntitiesCallback,
    descriptions: Sequence[D],
    make: Callable[[AccountCoordinator, D, MomentHub], SourceEntity],
) -> None:
    """Add what a table says of how moments arrive, and remove it where the user wants none."""
    if (hub := entry.runtime_data.moments) is None:
        return
    coordinator, status = entry.runtime_data.coordinator, hub.status
    if coordinator.options.wants_events:
        async_add_entities(
            make(coordinator, description, hub) for description in descriptions if description.exists(status)
        )
    else:
        for description in descriptions:
            _remove(hass, platform, f"{entry.unique_id}_{description.key}")


def _remove(hass: HomeAssistant, platform: Platform, unique_id: str) -> None:
    registry = er.async_get(hass)
    if entity_id := registry.async_get_entity_id(platform, DOMAIN, unique_id):
        registry.async_remove(entity_id)


def add_moment_entities[T: Thing, D: OfMoments[Any]](
    hass: HomeAssistant,
    entry: AccountConfigEntry,
    platform: Platform,
    async_add_entities: AddConfigEntryEntitiesCallback,
    kind: Kind[T],
    descriptions: Sequence[D],
    make: Callable[[AccountCoordinator, D, T, MomentHub], MomentEntity[T]],
) -> None:
    """Add what a table says of each thing whose events matter, and remove it from the others."""
    if (hub := entry.runtime_data.moments) is None:
        return
    options = entry.runtime_data.coordinator.options

    def is_wanted(thing: T) -> bool:
        return options.wants_events_of(thing.id) if kind.field == CAMERAS.field else options.wants_events

    def was_seen(description: D, thing: T) -> bool:
        return description.slot is not Slot.EVENT and hub.last(Item(kind.field, thing.id), description.slot) is not None

    def exists(description: D, thing: T) -> bool:
        if is_wanted(thing):
            return description.exists(thing) or was_seen(description, thing)
        _, identifier = kind.device(entry, thing)
        _remove(hass, platform, f"{identifier}_{description.key}")
        return False

    look = add_entities(
        kind,
        entry,
        async_add_entities,
        descriptions,
        lambda coordinator, description, thing: make(coordinator, description, thing, hub),
        exists,
    )
    entry.async_on_unload(hub.audience.look_out(look))
