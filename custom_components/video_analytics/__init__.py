"""Video Analytics: cameras, faces, plates, people and photos of video-analytics systems."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryError
from homeassistant.helpers import device_registry as dr

from .account import Settings, async_open_account
from .const import DOMAIN
from .coordinator import AccountConfigEntry, AccountCoordinator
from .devices import account_identifier, item_identifier

PLATFORMS = [Platform.BINARY_SENSOR, Platform.CAMERA, Platform.SENSOR]


async def async_setup_entry(hass: HomeAssistant, entry: AccountConfigEntry) -> bool:
    """Set up an account."""
    try:
        vendor, account = await async_open_account(hass, entry)
    except KeyError:
        raise ConfigEntryError(translation_domain=DOMAIN, translation_key="unknown_vendor") from None
    entry.async_on_unload(account.close)
    coordinator = AccountCoordinator(hass, entry, vendor, account)
    await coordinator.async_config_entry_first_refresh()
    entry.runtime_data = coordinator
    entry.async_on_unload(entry.add_update_listener(_async_reload_when_changed))
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: AccountConfigEntry) -> bool:
    """Unload an account."""
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def async_migrate_entry(hass: HomeAssistant, entry: AccountConfigEntry) -> bool:
    """Bring an entry of an earlier version up to date; a later one than ours is left alone."""
    return entry.version == 1


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: AccountConfigEntry, device: dr.DeviceEntry
) -> bool:
    """Let the user delete what the vendor does not list at present."""
    state = entry.runtime_data.data
    kept = {account_identifier(entry)}
    kept |= {item_identifier(entry, item) for item in (*state.cameras, *state.servers)}
    return device.identifiers.isdisjoint(kept)


async def _async_reload_when_changed(hass: HomeAssistant, entry: AccountConfigEntry) -> None:
    """Reload for another key or other options, not for another title."""
    if entry.runtime_data.settings != Settings.of(entry):
        await hass.config_entries.async_reload(entry.entry_id)
