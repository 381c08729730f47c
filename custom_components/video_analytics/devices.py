"""Devices: made in order before the entities, kept up to date, and removed when the vendor no longer has them."""

from collections import Counter
from typing import TYPE_CHECKING, Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr

from .const import DOMAIN
from .vendors.models.state import AccountState, Camera, Server

if TYPE_CHECKING:
    from .runtime import AccountConfigEntry

_ABSENCES = 3


def account_identifier(entry: ConfigEntry[Any]) -> tuple[str, str]:
    """Return the identifier of the account's device."""
    return (DOMAIN, str(entry.unique_id))


def server_identifier(entry: ConfigEntry[Any], server: str) -> tuple[str, str]:
    """Return the identifier of a server's device."""
    return (DOMAIN, f"{entry.unique_id}_server_{server}")


def camera_identifier(entry: ConfigEntry[Any], camera: str) -> tuple[str, str]:
    """Return the identifier of a camera's device."""
    return (DOMAIN, f"{entry.unique_id}_camera_{camera}")


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
        self._made: dict[tuple[str, str], Camera | Server | None] = {}
        """What each device was made of, by its identifier; None while the vendor does not list it."""
        self._absences: Counter[tuple[str, str]] = Counter()
        self._births: Counter[tuple[str, str]] = Counter()
        self._started = False

    def births(self, identifier: tuple[str, str]) -> int:
        """Return how often a device was made anew; entities go with their device."""
        return self._births[identifier]

    def update(self, state: AccountState, everything: AccountState) -> None:
        """Make, rename and remove devices after a complete poll.

        `everything` also holds the cameras that the user does not want.
        """
        registry = dr.async_get(self._hass)
        if not self._started:
            self._start(registry)
        servers = {server_identifier(self._entry, server.id): server for server in state.servers.values()}
        cameras = {camera_identifier(self._entry, camera.id): camera for camera in state.cameras.values()}
        for identifier, server in servers.items():
            if self._made.get(identifier) is not server:
                self._make_server(registry, identifier, server)
        for identifier, camera in cameras.items():
            if self._made.get(identifier) is not camera:
                self._make_camera(registry, identifier, camera)
        unwanted = {camera_identifier(self._entry, camera) for camera in everything.cameras} - cameras.keys()
        for identifier in self._made.keys() - cameras.keys() - servers.keys():
            self._made[identifier] = None
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
        for device in dr.async_entries_for_config_entry(registry, self._entry.entry_id):
            for domain, identifier in device.identifiers:
                if domain == DOMAIN and identifier.startswith((servers, cameras)):
                    self._made[domain, identifier] = None

    def _make_server(self, registry: dr.DeviceRegistry, identifier: tuple[str, str], server: Server) -> None:
        self._count(registry, identifier)
        registry.async_get_or_create(
            config_entry_id=self._entry.entry_id,
            identifiers={identifier},
            manufacturer=self._manufacturer,
            name=server.name,
            sw_version=server.version,
            configuration_url=server.url,
            via_device_id=self._id(registry, account_identifier(self._entry)),
        )
        self._made[identifier] = server

    def _make_camera(self, registry: dr.DeviceRegistry, identifier: tuple[str, str], camera: Camera) -> None:
        self._count(registry, identifier)
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
        self._made[identifier] = camera

    def _count(self, registry: dr.DeviceRegistry, identifier: tuple[str, str]) -> None:
        self._absences.pop(identifier, None)
        # The user may have deleted it, too, so that only the registry knows whether it is there.
        if self._id(registry, identifier) is None:
            self._births[identifier] += 1

    def _remove(self, registry: dr.DeviceRegistry, identifier: tuple[str, str]) -> None:
        if device := self._id(registry, identifier):
            registry.async_remove_device(device)
        del self._made[identifier]
        del self._absences[identifier]

    def _id(self, registry: dr.DeviceRegistry, identifier: tuple[str, str]) -> str | None:
        device = registry.async_get_device_by_identifier(identifier, self._entry.entry_id)
        return device.id if device else None
