"""Devices: made in order before the entities, kept up to date, and removed when the vendor no longer has them."""

from collections import Counter
from typing import TYPE_CHECKING

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr

from .const import DOMAIN
from .vendors.models.state import AccountState, Camera, Server

if TYPE_CHECKING:
    from .coordinator import AccountConfigEntry

_ABSENCES = 3


def account_identifier(entry: AccountConfigEntry) -> tuple[str, str]:
    """Return the identifier of the account's device."""
    return (DOMAIN, str(entry.unique_id))


def item_identifier(entry: AccountConfigEntry, item: str) -> tuple[str, str]:
    """Return the identifier of the device of a server or a camera."""
    return (DOMAIN, f"{entry.unique_id}_{item}")


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
        self._made: dict[str, Camera | Server] = {}
        self._absences: dict[str, int] = {}
        self._births: Counter[str] = Counter()
        self._started = False

    def births(self, item: str) -> int:
        """Return how often the device of a server or camera was made anew; entities go with their device."""
        return self._births[item]

    def update(self, state: AccountState, everything: AccountState) -> None:
        """Make, rename and remove devices after a complete poll.

        `everything` also holds the cameras that the user does not want.
        """
        registry = dr.async_get(self._hass)
        if not self._started:
            self._start(registry)
        for server in state.servers.values():
            if self._made.get(server.id) is not server:
                self._make_server(registry, server)
        for camera in state.cameras.values():
            if self._made.get(camera.id) is not camera:
                self._make_camera(registry, camera)
        for gone in self._made.keys() - state.cameras.keys() - state.servers.keys():
            deselected = gone in everything.cameras
            self._absences[gone] = self._absences.get(gone, 0) + 1
            if deselected or self._absences[gone] >= _ABSENCES:
                self._remove(registry, gone)
        for back in self._absences.keys() & (state.cameras.keys() | state.servers.keys()):
            del self._absences[back]

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
        prefix = f"{self._entry.unique_id}_"
        for device in dr.async_entries_for_config_entry(registry, self._entry.entry_id):
            for domain, identifier in device.identifiers:
                if domain == DOMAIN and identifier.startswith(prefix):
                    self._made[identifier.removeprefix(prefix)] = _UNKNOWN

    def _make_server(self, registry: dr.DeviceRegistry, server: Server) -> None:
        self._count_birth(registry, server.id)
        registry.async_get_or_create(
            config_entry_id=self._entry.entry_id,
            identifiers={item_identifier(self._entry, server.id)},
            manufacturer=self._manufacturer,
            name=server.name,
            sw_version=server.version,
            configuration_url=server.url,
            via_device_id=self._id(account_identifier(self._entry)),
        )
        self._made[server.id] = server

    def _make_camera(self, registry: dr.DeviceRegistry, camera: Camera) -> None:
        behind = item_identifier(self._entry, camera.server) if camera.server in self._made else None
        self._count_birth(registry, camera.id)
        registry.async_get_or_create(
            config_entry_id=self._entry.entry_id,
            identifiers={item_identifier(self._entry, camera.id)},
            manufacturer=camera.manufacturer or self._manufacturer,
            name=camera.name,
            model=camera.model,
            serial_number=camera.serial_number,
            sw_version=camera.firmware,
            suggested_area=camera.place,
            via_device_id=self._id(behind or account_identifier(self._entry)),
        )
        self._made[camera.id] = camera

    def _count_birth(self, registry: dr.DeviceRegistry, item: str) -> None:
        # The user may have deleted it, too, so that only the registry knows.
        if self._find(registry, item) is None:
            self._births[item] += 1

    def _remove(self, registry: dr.DeviceRegistry, item: str) -> None:
        if device := self._find(registry, item):
            registry.async_remove_device(device.id)
        self._made.pop(item)
        self._absences.pop(item)

    def _find(self, registry: dr.DeviceRegistry, item: str) -> dr.DeviceEntry | None:
        return registry.async_get_device_by_identifier(item_identifier(self._entry, item), self._entry.entry_id)

    def _id(self, identifier: tuple[str, str]) -> str:
        return dr.async_get_device_id_by_identifier(self._hass, identifier, config_entry_id=self._entry.entry_id)


_UNKNOWN = Camera(id="", name="", supports=frozenset())
"""What stands for a device that an earlier run made, until the vendor lists its camera or server."""
