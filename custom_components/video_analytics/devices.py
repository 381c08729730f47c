"""Devices: made in order before the entities, kept up to date, and removed when the vendor no longer has them."""

from collections import Counter
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr

from .const import DOMAIN
from .vendors.models.state import AccountState, Camera, Server, Zone

if TYPE_CHECKING:
    from .people import WatchedPerson
    from .runtime import AccountConfigEntry

_ABSENCES = 3

type Identifier = tuple[str, str]
type Device = Server | Camera | Zone


def account_identifier(entry: ConfigEntry[Any]) -> Identifier:
    """Return the identifier of the account's device."""
    return (DOMAIN, str(entry.unique_id))


def server_identifier(entry: ConfigEntry[Any], server: str) -> Identifier:
    """Return the identifier of a server's device."""
    return (DOMAIN, f"{entry.unique_id}_server_{server}")


def camera_identifier(entry: ConfigEntry[Any], camera: str) -> Identifier:
    """Return the identifier of a camera's device."""
    return (DOMAIN, f"{entry.unique_id}_camera_{camera}")


def zone_identifier(entry: ConfigEntry[Any], zone: Zone) -> Identifier:
    """Return the identifier of a line's or an area's device."""
    return (DOMAIN, f"{entry.unique_id}_zone_{zone.camera}_{zone.id}")


def person_identifier(entry: ConfigEntry[Any], person: str) -> Identifier:
    """Return the identifier of a watched person's device."""
    return (DOMAIN, f"{entry.unique_id}_person_{person}")


def device_id(registry: dr.DeviceRegistry, entry: ConfigEntry[Any], identifier: Identifier) -> str | None:
    """Return the id of a device, or of a part of one."""
    device = registry.async_get_device_by_identifier(
        identifier, entry.entry_id
    ) or registry.async_get_child_device_by_identifier(identifier, entry.entry_id)
    return device.id if device else None


def known_cameras(hass: HomeAssistant, entry: ConfigEntry[Any]) -> frozenset[str]:
    """Return the ids of the cameras that have a device, whether the account is connected or not."""
    _, prefix = camera_identifier(entry, "")
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    identifiers = [identifier for device in devices for domain, identifier in device.identifiers if domain == DOMAIN]
    return frozenset(found.removeprefix(prefix) for found in identifiers if found.startswith(prefix))


class AccountDevices:
    """The devices of one account.

    A camera that is missing from one list may be back in the next; only after three complete lists without it does its
    device go, with the user's names and areas. What the user deselected goes at once.
    """

    def __init__(self, hass: HomeAssistant, entry: AccountConfigEntry, manufacturer: str) -> None:
        """Prepare; nothing is made before the first state."""
        self._hass = hass
        self._entry = entry
        self._manufacturer = manufacturer
        self._made: dict[Identifier, Camera | Server | str | None] = {}
        """What each device was made of, by its identifier; None while the vendor does not list it."""
        self._absences: Counter[Identifier] = Counter()
        self._births: Counter[Identifier] = Counter()
        self._started = False
        self._zones = f"{entry.unique_id}_zone_"

    def births(self, identifier: Identifier) -> int:
        """Return how often a device was made anew; entities go with their device."""
        return self._births[identifier]

    def update(self, state: AccountState, everything: AccountState) -> None:
        """Make, rename and remove devices after a complete poll.

        `everything` also holds the cameras that the user does not want.
        """
        registry = dr.async_get(self._hass)
        if not self._started:
            self._start(registry)
        listed: dict[Identifier, Device] = {}
        listed |= {server_identifier(self._entry, server.id): server for server in state.servers.values()}
        listed |= {camera_identifier(self._entry, camera.id): camera for camera in state.cameras.values()}
        listed |= {zone_identifier(self._entry, zone): zone for zone in state.zones.values()}
        for identifier, device in listed.items():
            shown = device.name if isinstance(device, Zone) else device  # counts change all the time
            if self._made.get(identifier) is not shown:
                self._count(registry, identifier)
                self._make(registry, identifier, device)
                self._made[identifier] = shown
        unwanted = {camera_identifier(self._entry, camera) for camera in everything.cameras} - listed.keys()
        for identifier in self._made.keys() - listed.keys():
            self._made[identifier] = None
            if "zones" in state.incomplete and identifier[1].startswith(self._zones):
                continue
            self._absences[identifier] += 1
            if identifier in unwanted or self._absences[identifier] >= _ABSENCES:
                self._remove(registry, identifier)

    def _start(self, registry: dr.DeviceRegistry) -> None:
        """Make the account's device, and remember what earlier runs made."""
        self._started = True
        registry.async_get_or_create(
            config_entry_id=self._entry.entry_id,
            identifiers={account_identifier(self._entry)},
            entry_type=dr.DeviceEntryType.SERVICE,
            manufacturer=self._manufacturer,
            name=self._entry.title,
        )
        _, servers = server_identifier(self._entry, "")
        _, cameras = camera_identifier(self._entry, "")
        entry_id = self._entry.entry_id
        devices = dr.async_entries_for_config_entry(registry, entry_id)
        children = dr.async_child_entries_for_config_entry(registry, entry_id)
        for device in (*devices, *children):
            for domain, identifier in device.identifiers:
                if domain == DOMAIN and identifier.startswith((servers, cameras, self._zones)):
                    self._made[domain, identifier] = None

    def _make(self, registry: dr.DeviceRegistry, identifier: Identifier, device: Device) -> None:
        match device:
            case Server():
                self._make_server(registry, identifier, device)
            case Camera():
                self._make_camera(registry, identifier, device)
            case Zone():
                self._make_zone(registry, identifier, device)

    def _make_server(self, registry: dr.DeviceRegistry, identifier: Identifier, server: Server) -> None:
        registry.async_get_or_create(
            config_entry_id=self._entry.entry_id,
            identifiers={identifier},
            manufacturer=self._manufacturer,
            name=server.name,
            sw_version=server.version,
            configuration_url=server.url,
            via_device_id=self._id(registry, account_identifier(self._entry)),
        )

    def _make_camera(self, registry: dr.DeviceRegistry, identifier: Identifier, camera: Camera) -> None:
        server = self._id(registry, server_identifier(self._entry, camera.server)) if camera.server else None
        registry.async_get_or_create(
            config_entry_id=self._entry.entry_id,
            identifiers={identifier},
            manufacturer=camera.manufacturer or self._manufacturer,
            name=camera.name,
            model=camera.model,
            serial_number=camera.serial_number,
            sw_version=camera.firmware,
            suggested_area=camera.place,
            via_device_id=server or self._id(registry, account_identifier(self._entry)),
        )

    def _make_zone(self, registry: dr.DeviceRegistry, identifier: Identifier, zone: Zone) -> None:
        if camera := self._id(registry, camera_identifier(self._entry, zone.camera)):
            registry.async_get_or_create_child(
                config_entry_id=self._entry.entry_id,
                identifiers={identifier},
                name=zone.name,
                parent_device_id=camera,
            )

    def _count(self, registry: dr.DeviceRegistry, identifier: Identifier) -> None:
        self._absences.pop(identifier, None)
        # The user may have deleted it, too, so that only the registry knows whether it is there.
        if self._id(registry, identifier) is None:
            self._births[identifier] += 1

    def _remove(self, registry: dr.DeviceRegistry, identifier: Identifier) -> None:
        if device := self._id(registry, identifier):
            registry.async_remove_device(device)
        del self._made[identifier]
        del self._absences[identifier]

    def _id(self, registry: dr.DeviceRegistry, identifier: Identifier) -> str | None:
        return device_id(registry, self._entry, identifier)


def people_devices(hass: HomeAssistant, entry: ConfigEntry[Any]) -> dict[str, dr.DeviceEntry]:
    """Return the devices of watched people by the people's ids."""
    _, prefix = person_identifier(entry, "")
    return {
        identifier.removeprefix(prefix): device
        for device in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
        for domain, identifier in device.identifiers
        if domain == DOMAIN and identifier.startswith(prefix)
    }


@callback
def update_people(hass: HomeAssistant, entry: ConfigEntry[Any], people: Collection[WatchedPerson]) -> None:
    """Make and rename the devices of watched people behind the account's, and remove those of others."""
    registry = dr.async_get(hass)
    owners = {person.id: person.subentry for person in people}
    for person_id, device in people_devices(hass, entry).items():
        if device.config_subentry_id != owners.get(person_id):
            registry.async_remove_device(device.id)
    account = device_id(registry, entry, account_identifier(entry))
    for person in people:
        registry.async_get_or_create(
            config_entry_id=entry.entry_id,
            config_subentry_id=person.subentry,
            identifiers={person_identifier(entry, person.id)},
            entry_type=dr.DeviceEntryType.SERVICE,
            name=person.name,
            via_device_id=account,
        )
