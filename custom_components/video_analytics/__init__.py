"""Video Analytics: cameras, faces, plates, people and photos of video-analytics systems."""

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STOP, Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryError
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.start import async_at_started
from homeassistant.helpers.typing import ConfigType

from . import vendors
from .account import Settings, async_open_account
from .const import CONF_VENDOR, DOMAIN
from .coordinator import AccountCoordinator
from .devices import account_identifier, camera_identifier, person_identifier, server_identifier, zone_identifier
from .exceptions import translated
from .exports import ExportManager, async_remove_exports
from .following import PeopleFollower
from .gallery import Gallery
from .hints import Hints
from .issues import async_watch_event_stream
from .moments import MomentHub, async_forget_moments
from .people import WatchedPeople, watched_by_entry
from .pictures import PictureStore, async_remove_pictures
from .runtime import AccountConfigEntry, AccountRuntime, async_accounts
from .services import async_setup_services
from .vendors.errors import VendorError
from .views import PhotoView, PictureView

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)
PLATFORMS = [
    Platform.BINARY_SENSOR,
    Platform.CAMERA,
    Platform.EVENT,
    Platform.IMAGE,
    Platform.SENSOR,
    Platform.SWITCH,
]


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Set up what all accounts share."""
    async_setup_services(hass)
    hass.http.register_view(PictureView(hass))
    hass.http.register_view(PhotoView(hass))
    return True


async def async_setup_entry(hass: HomeAssistant, entry: AccountConfigEntry) -> bool:
    """Set up an account."""
    if entry.data[CONF_VENDOR] not in vendors.KEYS:
        raise ConfigEntryError(translation_domain=DOMAIN, translation_key="unknown_vendor")
    try:
        vendor, account = await async_open_account(hass, entry)
    except VendorError as error:
        raise translated(ConfigEntryError, error) from error
    entry.async_on_unload(account.close)
    hints = Hints(hass, entry, account.hook) if account.hook else None
    if hints:
        entry.async_on_unload(hints.async_close)
    coordinator = AccountCoordinator(hass, entry, vendor, account)
    await coordinator.async_config_entry_first_refresh()
    pictures = PictureStore(hass, entry, coordinator.options)
    entry.async_on_unload(pictures.async_close)
    await pictures.async_load()
    hub = MomentHub(hass, coordinator, account.moments, account.history, pictures) if account.moments else None
    if hub:
        await hub.async_load()
    people = WatchedPeople(coordinator, hub) if hub else None
    follower = PeopleFollower(coordinator, people) if people else None
    if people and follower:
        entry.async_on_unload(people.start())
        await follower.async_look()
        entry.async_on_unload(follower.start())
    exports = ExportManager(hass, entry, account.exports) if account.exports else None
    if exports:
        entry.async_on_unload(exports.async_close)
        await exports.async_load()
    if hints:
        await hints.async_install()
    entry.runtime_data = AccountRuntime(
        coordinator=coordinator,
        pictures=pictures,
        moments=hub,
        people=people,
        follower=follower,
        exports=exports,
        gallery=Gallery(entry.entry_id, account.photos, account.people) if account.photos else None,
        hints=hints,
    )
    entry.async_on_unload(entry.add_update_listener(_async_reload_when_changed))
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    # After the entities: automations find them as they are after what happened.
    entry.async_on_unload(async_accounts(hass).add(entry))
    if hub:
        entry.async_on_unload(async_watch_event_stream(hass, entry, hub))
        # Last: the entities are there by now, and the automations when Home Assistant has started; nobody misses anything.
        entry.async_on_unload(async_at_started(hass, hub.start))
        entry.async_on_unload(hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, hub.async_stop))
    return True


async def async_unload_entry(hass: HomeAssistant, entry: AccountConfigEntry) -> bool:
    """Unload an account."""
    if hub := entry.runtime_data.moments:
        # First: what happens while the entities go is told after the next start.
        await hub.async_stop()
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def async_remove_entry(hass: HomeAssistant, entry: AccountConfigEntry) -> None:
    """Remove what is kept of an account."""
    await async_forget_moments(hass, entry)
    await async_remove_pictures(hass, entry)
    await async_remove_exports(hass, entry)


async def async_migrate_entry(hass: HomeAssistant, entry: AccountConfigEntry) -> bool:
    """Bring an entry of an earlier version up to date; a later one than ours is left alone."""
    return entry.version == 1


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: AccountConfigEntry, device: dr.DeviceEntry
) -> bool:
    """Let the user delete what the vendor does not list at present."""
    if entry.state is not ConfigEntryState.LOADED:
        return False
    state = entry.runtime_data.coordinator.data
    kept = {account_identifier(entry)}
    kept |= {camera_identifier(entry, camera) for camera in state.cameras}
    kept |= {server_identifier(entry, server) for server in state.servers}
    kept |= {zone_identifier(entry, zone) for zone in state.zones.values()}
    kept |= {person_identifier(entry, person) for person in watched_by_entry(hass, entry)}
    return device.identifiers.isdisjoint(kept)


async def _async_reload_when_changed(hass: HomeAssistant, entry: AccountConfigEntry) -> None:
    """Reload for another key or other options, not for another title."""
    if entry.runtime_data.coordinator.settings != Settings.of(entry):
        await hass.config_entries.async_reload(entry.entry_id)
