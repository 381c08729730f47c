"""Base entities, and how tables of descriptions become entities."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import ChildDeviceInfo, DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .coordinator import AccountCoordinator, Interest, Item, Subject, Whole
from .devices import Identifier, account_identifier, camera_identifier, device_id, server_identifier, zone_identifier
from .runtime import AccountConfigEntry
from .vendors.models.state import AccountState, Camera, Library, License, Part, Server, Visitors, Zone


class Thing(Protocol):
    """One thing of the vendor's."""

    @property
    def id(self) -> str:
        """Return what tells it apart from others of its kind."""


@dataclass(frozen=True, slots=True)
class Kind[T: Thing]:
    """Things that entities show: the field of the state that holds them, and the device of each."""

    field: str
    of: Callable[[AccountState], Mapping[str, T]]
    device: Callable[[ConfigEntry[Any], T], Identifier]


CAMERAS = Kind[Camera](
    "cameras", lambda state: state.cameras, lambda entry, camera: camera_identifier(entry, camera.id)
)
SERVERS = Kind[Server](
    "servers", lambda state: state.servers, lambda entry, server: server_identifier(entry, server.id)
)
LICENSES = Kind[License](
    "licenses",
    lambda state: state.licenses,
    lambda entry, license: server_identifier(entry, license.server) if license.server else account_identifier(entry),
)
ZONES = Kind[Zone]("zones", lambda state: state.zones, zone_identifier)
VISITORS = Kind[Visitors](
    "visitors", lambda state: state.visitors, lambda entry, visitors: camera_identifier(entry, visitors.camera)
)
LIBRARIES = Kind[Library](
    "library",
    lambda state: {state.library.id: state.library} if state.library else {},
    lambda entry, library: account_identifier(entry),
)


class AccountEntity(CoordinatorEntity[AccountCoordinator]):
    """An entity of the account's own device."""

    _attr_has_entity_name = True

    def __init__(
        self,
        coordinator: AccountCoordinator,
        description: EntityDescription,
        subject: Subject = Whole.ACCOUNT,
        part: Part | None = None,
    ) -> None:
        """Listen to one subject."""
        super().__init__(coordinator, Interest(subject, part))
        self.entity_description = description
        entry = coordinator.config_entry
        self._attr_unique_id = f"{entry.unique_id}_{description.key}"
        self._attr_device_info = DeviceInfo(identifiers={account_identifier(entry)})


class ThingEntity[T: Thing](AccountEntity):
    """An entity of one thing, which it shows as it was last listed."""

    kind: ClassVar[Kind[Any]]

    def __init__(self, coordinator: AccountCoordinator, description: EntityDescription, thing: T) -> None:
        """Listen to one thing."""
        part = description.part if isinstance(description, Of) else None
        super().__init__(coordinator, description, Item(self.kind.field, thing.id), part)
        self.subject = thing
        identifier = self.kind.device(coordinator.config_entry, thing)
        self._attr_unique_id = f"{identifier[1]}_{description.key}"
        self._attr_device_info = DeviceInfo(identifiers={identifier})

    @property
    @override
    def available(self) -> bool:
        return super().available and self.subject.id in self.kind.of(self.coordinator.data)

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        self.subject = self.kind.of(self.coordinator.data).get(self.subject.id, self.subject)
        super()._handle_coordinator_update()


class CameraEntity(ThingEntity[Camera]):
    """An entity of a camera's device."""

    kind = CAMERAS


class ServerEntity(ThingEntity[Server]):
    """An entity of a server's device."""

    kind = SERVERS


class LicenseEntity(ThingEntity[License]):
    """An entity of one kind of licence, of its server's device."""

    kind = LICENSES

    def __init__(self, coordinator: AccountCoordinator, description: EntityDescription, thing: License) -> None:
        """Say which licence it is about."""
        super().__init__(coordinator, description, thing)
        _, device = self.kind.device(coordinator.config_entry, thing)
        self._attr_unique_id = f"{device}_{thing.key}_{description.key}"
        self._attr_translation_placeholders = {"license": thing.name}


class ZoneEntity(ThingEntity[Zone]):
    """An entity of a line or an area, whose device is a part of its camera's."""

    kind = ZONES

    def __init__(self, coordinator: AccountCoordinator, description: EntityDescription, thing: Zone) -> None:
        """Belong to a part of a camera."""
        super().__init__(coordinator, description, thing)
        entry, registry = coordinator.config_entry, dr.async_get(coordinator.hass)
        if camera := device_id(registry, entry, camera_identifier(entry, thing.camera)):
            self._attr_device_info = ChildDeviceInfo(
                identifiers={zone_identifier(entry, thing)}, parent_device_id=camera
            )

    @property
    @override
    def available(self) -> bool:
        return super().available and self.subject.online


class VisitorsEntity(ThingEntity[Visitors]):
    """An entity of the visitors of a camera, of the camera's device."""

    kind = VISITORS


class LibraryEntity(ThingEntity[Library]):
    """An entity of a photo library, of the account's device."""

    kind = LIBRARIES


@dataclass(frozen=True, kw_only=True)
class Of[T: Thing]:
    """What every description of a thing's entity says.

    `exists` goes by what the thing supports; `part` is what the vendor has to be asked for while the entity is enabled.
    """

    key: str
    exists: Callable[[T], bool] = lambda thing: True
    part: Part | None = None


@dataclass(frozen=True, kw_only=True)
class OfCamera(Of[Camera]):
    """What every description of a camera's entity says."""


def _exists[T: Thing](description: Of[T], thing: T) -> bool:
    return description.exists(thing)


def add_entities[T: Thing, D: Of[Any]](
    kind: Kind[T],
    entry: AccountConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    descriptions: Sequence[D] | Callable[[T], Sequence[D]],
    make: Callable[[AccountCoordinator, D, T], Entity],
    exists: Callable[[D, T], bool] = _exists,
) -> Callable[[], None]:
    """Add what a table says of each thing, now, whenever the vendor has more, and when the returned one is called.

    The table may depend on the thing.
    """
    coordinator = entry.runtime_data.coordinator
    known: set[tuple[str, int, str]] = set()

    @callback
    def look() -> None:
        new: list[Entity] = []
        for thing in kind.of(coordinator.data).values():
            # What comes back after its device was removed needs its entities again.
            births = coordinator.devices.births(kind.device(entry, thing))
            for description in descriptions(thing) if callable(descriptions) else descriptions:
                key = (thing.id, births, description.key)
                if key not in known and exists(description, thing):
                    known.add(key)
                    new.append(make(coordinator, description, thing))
        if new:
            async_add_entities(new)

    entry.async_on_unload(coordinator.async_add_listener(look, Interest(Whole.CONTENTS)))
    look()
    return look


def add_camera_entities[D: OfCamera](
    entry: AccountConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    descriptions: Sequence[D],
    make: Callable[[AccountCoordinator, D, Camera], Entity],
    exists: Callable[[D, Camera], bool] = _exists,
) -> Callable[[], None]:
    """Add what a table says of each camera, as `add_entities` does."""
    return add_entities(CAMERAS, entry, async_add_entities, descriptions, make, exists)
